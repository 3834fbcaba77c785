"""An admin edits the city while every page is open. No page needs a reload, and none has an error."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page, expect

from service.app import seoul_time
from tests.browser.axe import violations
from tests.browser.halls import clock_at
from tests.browser.pages import open_console
from tests.browser.support import chromium, other_site, seen_at, watch_console
from tests.cities import BANDS, city_file
from tests.support import DEVICE, running, service_process

HOST_PAGE = """<!doctype html><meta charset="utf-8"><title>시청 홈페이지</title>
<script src="{url}/widget.js" async></script><queue-widget office="hall" lang="ko">민원실</queue-widget>"""

WALL, DESKTOP, KIOSK = (1920, 1080), (1440, 900), (1080, 1920)

MARKUP = {
    "ko": "<b>오늘</b> 여권 발급기 점검 <img src=x onerror=alert(1)>",
    "en": "<b>Passport printer</b> in repair today",
}
PLAIN = {"ko": "점심시간 12–13시에는 쉽니다", "en": "Closed for lunch from 12 to 13"}

Edit = Callable[[dict[str, Any]], Any]


def counter(id: str, **more: Any) -> dict[str, Any]:
    """A counter as the city's document has it."""
    return {
        "id": id,
        "name": {"ko": f"{id} 창구", "en": f"{id} counter"},
        "numbers": list(BANDS[id]),
        "online": True,
        **more,
    }


def office_in(document: dict[str, Any], id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(office for office in document["offices"] if office["id"] == id)
    return found


def add_new(document: dict[str, Any], office: str = "hall") -> None:
    """Another counter, and a window that serves it."""
    edited = office_in(document, office)
    edited["counters"].append(counter("new"))
    edited["windows"].append({"id": 3, "counters": ["new"]})


def take_out(id: str) -> Edit:
    """Without this counter, and without the windows that served nothing else."""

    def edit(document: dict[str, Any]) -> None:
        hall = office_in(document, "hall")
        hall["counters"] = [counter for counter in hall["counters"] if counter["id"] != id]
        for window in hall["windows"]:
            window["counters"] = [counter for counter in window["counters"] if counter != id]
        hall["windows"] = [window for window in hall["windows"] if window["counters"]]

    return edit


@dataclass
class Town:
    """A city that is edited under its open pages, and the errors of these pages by name."""

    url: str
    browser: Browser
    errors: dict[str, list[str]] = field(default_factory=dict)
    readings: dict[str, int] = field(default_factory=dict)

    def watch(self, page: Page, name: str) -> Page:
        self.errors[name] = watch_console(page)
        self.readings[name] = 0

        def count(url: str) -> None:
            self.readings[name] += url.endswith("/api/v1/offices")

        page.on("request", lambda request: count(request.url))
        return page

    async def open(self, name: str, path: str, size: tuple[int, int] = DESKTOP) -> Page:
        """A page of the service, or of another site."""
        viewport = {"width": size[0], "height": size[1]}
        context = await self.browser.new_context(locale="ko-KR", viewport=viewport, reduced_motion="reduce")  # type: ignore[arg-type]
        page = self.watch(await context.new_page(), name)
        await page.goto(path if path.startswith("http") else self.url + path)
        return page

    async def console(self, office: str, window: int) -> Page:
        """A clerk's console at an open window. Its errors count from here: before anyone signs in, it hears 401."""
        return self.watch(await open_console(self.browser, self.url, office, window), f"console {office} {window}")

    async def choosing(self, user: str) -> Page:
        """The console of somebody who has signed in and has no window yet."""
        page = await self.open(f"console of {user}", "/console")
        await page.locator("#user-name").fill(user)
        await page.locator("#password").fill("sunbeon")
        await page.locator("#sign-in-button").click()
        await expect(page.locator("#windows label").first).to_be_visible()
        # Before anyone signs in, it hears 401.
        self.errors[f"console of {user}"].clear()
        return page

    def call(self, method: str, path: str, headers: dict[str, str] | None = None, json: Any = None) -> httpx.Response:
        return httpx.request(method, f"{self.url}/api/v1{path}", json=json, headers=headers, timeout=20)

    def staff(self, user: str = "admin") -> dict[str, str]:
        token = self.call("POST", "/session", json={"user": user, "password": "sunbeon"}).json()["token"]
        return {"Authorization": f"Bearer {token}"}

    def edit(self, edit: Edit, *, effective: str = "now") -> httpx.Response:
        """An admin's edit of the city's document."""
        admin = self.staff()
        read = self.call("GET", "/city", admin)
        document = read.raise_for_status().json()
        edit(document)
        return self.call("PUT", f"/city?effective={effective}", {**admin, "If-Match": read.headers["etag"]}, document)

    def does(self, edit: Edit, *, effective: str = "now") -> None:
        answer = self.edit(edit, effective=effective)
        assert answer.status_code == 200, answer.text

    def set_notices(self, *notices: dict[str, Any], office: str = "hall") -> None:
        self.call("PUT", f"/offices/{office}/notices", self.staff(), list(notices)).raise_for_status()

    def turn(self, move: str, counter: str = "stays", channel: str | None = "online") -> None:
        body = {"channel": channel} if channel else None
        self.call("POST", f"/offices/hall/counters/{counter}/{move}", self.staff(), body).raise_for_status()

    def take(self, counter: str, office: str = "hall", channel: str = "walk_in") -> dict[str, Any]:
        path = f"/offices/{office}/counters/{counter}/tickets"
        ticket: dict[str, Any] = self.call("POST", path, DEVICE, {"channel": channel}).raise_for_status().json()
        return ticket

    def without_errors(self) -> None:
        assert self.errors == {name: [] for name in self.errors}


@asynccontextmanager
async def town(folder: Path, workers: int = 2, **offices: dict[int, list[str]]) -> AsyncIterator[Town]:
    environment = {"SUNBEON_CITY": str(city_file(folder, **offices)), "SUNBEON_WORKERS": str(workers)}
    with service_process(folder, within=90, **environment) as service:
        async with chromium() as browser:
            yield Town(service.url, browser)


HALL = {1: ["stays"], 2: ["stays", "gone"]}


@dataclass
class Pages:
    """Every page of the service, open at once."""

    lobby: Page
    kiosk: Page
    city: Page
    widget: Page
    booking: Page
    ticket: Page
    console: Page

    @property
    def lists(self) -> list[tuple[Page, str]]:
        """Where the counters of the hall are listed by name."""
        return [
            (self.lobby, "#waiting"),
            (self.kiosk, "#counters"),
            (self.city, "[data-office=hall]"),
            (self.widget, "queue-widget"),
            (self.booking, "#choices"),
            (self.console, "#ticketing"),
        ]

    async def list(self, name: str) -> None:
        for page, selector in self.lists:
            await seen_at(page, selector, name)

    async def do_not_list(self, name: str) -> None:
        for page, selector in self.lists:
            if selector == "queue-widget":
                await page.wait_for_function(
                    "name => !document.querySelector('queue-widget').shadowRoot.textContent.includes(name)", arg=name
                )
            else:
                await expect(page.locator(selector)).not_to_contain_text(name)


@asynccontextmanager
async def all_pages(here: Town) -> AsyncIterator[Pages]:
    """The pages as their users have them: a ticket of the hall in a hand, a clerk at its first window."""
    mine = here.take("stays", channel="online")["id"]
    with other_site(HOST_PAGE.format(url=here.url)) as foreign:
        pages = Pages(
            lobby=await here.open("lobby", "/display/hall", WALL),
            kiosk=await here.open("kiosk", "/kiosk/hall", KIOSK),
            city=await here.open("city", "/"),
            widget=await here.open("widget", foreign),
            booking=await here.open("booking", "/booking", (390, 844)),
            ticket=await here.open("ticket", f"/t/{mine}", (360, 740)),
            console=await here.console("hall", 1),
        )
        await pages.list("gone 창구")
        await seen_at(pages.ticket, "#counter", "stays 창구")
        yield pages


def rename(document: dict[str, Any]) -> None:
    office_in(document, "hall")["name"] = {"ko": "새이름 민원실", "en": "Renamed office"}


def lunch(document: dict[str, Any]) -> None:
    # On whichever day the test runs.
    hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "09:00-18:00")
    office_in(document, "hall").update(hours=hours, lunch="11:30-12:30", exceptions=[open_on(d) for d in (0, 1)])


def open_on(days_ahead: int) -> dict[str, Any]:
    """An office's day with these hours, a holiday or not."""
    day = (seoul_time() + timedelta(days=days_ahead)).date()
    reason = {"ko": "시험", "en": "Test"}
    return {"date": day.isoformat(), "reason": reason, "hours": "09:00-18:00", "lunch": "11:30-12:30"}


async def test_every_open_page_follows_the_edits_of_an_admin(tmp_path: Path) -> None:
    async with town(tmp_path, hall=HALL, annex={1: ["stays"]}) as here, all_pages(here) as pages:
        read_before = dict(here.readings)
        here.does(add_new)
        await pages.list("new 창구")
        await seen_at(pages.console, "#others", "3번")

        here.does(rename)
        for page, selector in [
            (pages.lobby, "#office"),
            (pages.kiosk, "#office"),
            (pages.city, "[data-office=hall] h3"),
            (pages.widget, "queue-widget"),
            (pages.booking, "#choices"),
            (pages.ticket, "#office"),
            (pages.console, "#place"),
        ]:
            await seen_at(page, selector, "새이름 민원실")
        # Two edits: a page reads the offices once for each, and again where the answer was older than its board.
        again = {name: here.readings[name] - read_before[name] for name in here.readings}
        assert all(1 <= count <= 8 for count in again.values()), again

        here.does(lunch)
        await seen_at(pages.city, "[data-office=hall] .facts", "점심 11:30–12:30")

        # Nobody waits for the new counter: it goes at once.
        here.does(take_out("new"))
        await pages.do_not_list("new 창구")
        await expect(pages.console.locator("#others")).not_to_contain_text("3번")

        # Somebody waits for this one: it can't go today.
        here.take("gone")
        refused = here.edit(take_out("gone"))
        assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
        here.does(take_out("gone"), effective="next_day")
        here.take("stays", office="annex")
        await seen_at(pages.city, "[data-office=annex]", "1명 대기")
        here.take("gone")
        await seen_at(pages.lobby, '[data-counter="gone"]', "2")
        await pages.list("gone 창구")
        await seen_at(pages.city, "[data-office=hall] .facts", "점심 11:30–12:30")
        here.without_errors()


async def test_an_office_comes_and_goes_and_comes_back(tmp_path: Path) -> None:
    async with town(tmp_path, hall=HALL, annex={1: ["stays"]}) as here, all_pages(here) as pages:
        lobby = await here.open("lobby of the annex", "/display/annex", WALL)
        kiosk = await here.open("kiosk of the annex", "/kiosk/annex", KIOSK)
        await expect(lobby.locator("#wall")).to_be_visible()
        await expect(kiosk.locator("#counters button")).to_have_count(1)
        served = here.take("stays", office="annex", channel="online")["id"]
        ticket = await here.open("ticket of the annex", f"/t/{served}", (360, 740))
        await seen_at(ticket, "#office", "annex 민원실")
        here.call("DELETE", f"/tickets/{served}").raise_for_status()
        await expect(ticket.locator("#scene-title")).to_have_text("취소한 번호표입니다")

        clerk, admin = await here.choosing("clerk-annex"), await here.choosing("admin")
        await admin.locator("#office").select_option("annex")
        await expect(admin.locator("#place")).to_have_text("annex 민원실")

        third: dict[str, Any] = {}

        def add(document: dict[str, Any]) -> None:
            third.update(office_in(document, "annex") | {"id": "third", "name": {"ko": "셋째 민원실", "en": "Third"}})
            document["offices"].append(third)

        here.does(add)
        await expect(pages.city.locator("[data-office=third] h3")).to_have_text("셋째 민원실")
        await seen_at(pages.booking, "#choices", "셋째 민원실")
        here.take("stays", office="third")
        await seen_at(pages.city, "[data-office=third]", "1명 대기")
        await seen_at(pages.booking, "#choices", "1명 대기")

        annex: dict[str, Any] = {}

        def remove(document: dict[str, Any]) -> None:
            annex.update(office_in(document, "annex"))
            document["offices"] = [office for office in document["offices"] if office["id"] != "annex"]

        here.does(remove)
        await expect(pages.city.locator("[data-office=annex]")).to_have_count(0)
        await expect(pages.booking.locator("#choices")).not_to_contain_text("annex")
        await expect(lobby.locator("#message")).to_contain_text("이 민원실은 이제 없습니다")
        await expect(lobby.locator("#message")).to_contain_text("This office is not here any more")
        await expect(lobby.locator("#wall")).to_be_hidden()
        await expect(kiosk.locator("#gone h1")).to_have_text("이 민원실은 이제 없습니다")
        await expect(ticket.locator("#gone-title")).to_have_text("이제 없는 민원실입니다: annex 민원실")
        await seen_at(clerk, "#sign-in-problem", "이 계정의 민원실이 이제 없습니다")
        await seen_at(admin, "#choose-news", "이제 없는 민원실입니다: annex 민원실")
        await expect(admin.locator("#place")).to_have_text("hall 민원실")
        await expect(admin.locator("#office option[value=annex]")).to_have_count(0)
        for page in (lobby, kiosk, ticket, clerk, admin):
            assert await violations(page) == []

        here.does(lambda document: document["offices"].append(annex))
        await expect(pages.city.locator("[data-office=annex]")).to_have_count(1)
        await expect(lobby.locator("#wall")).to_be_visible()
        await kiosk.locator("#counters button").click()
        await expect(kiosk.locator("#result-counter")).to_have_text("stays 창구")
        await seen_at(lobby, '[data-counter="stays"]', "1")
        here.without_errors()


async def test_notices_are_on_the_screens_at_once_and_go_at_once(tmp_path: Path) -> None:
    async with town(tmp_path, hall=HALL) as here, all_pages(here) as pages:
        here.set_notices(MARKUP, PLAIN)
        for page, selector in [
            (pages.lobby, "#office-notices"),
            (pages.kiosk, "#notices"),
            (pages.city, "[data-office=hall] .notices"),
            (pages.ticket, "#notices"),
        ]:
            await seen_at(page, selector, MARKUP["ko"])
        for page, selector in [(pages.kiosk, "#notices"), (pages.lobby, "#office-notices")]:
            await seen_at(page, selector, MARKUP["en"])
        for page in (pages.lobby, pages.kiosk, pages.city, pages.ticket):
            assert await page.locator("b, img[src=x]").count() == 0
            assert await violations(page) == []
        here.set_notices(PLAIN)
        for page in (pages.lobby, pages.kiosk, pages.city, pages.ticket):
            await expect(page.locator(".notice", has_text="발급기 점검")).to_have_count(0)
            await expect(page.locator(".notice", has_text=PLAIN["ko"])).to_be_visible()
        here.set_notices()
        for page in (pages.lobby, pages.kiosk, pages.city, pages.ticket):
            await expect(page.locator(".notice")).to_have_count(0)
        here.without_errors()


async def test_online_numbers_are_paused_without_the_others(tmp_path: Path) -> None:
    async with town(tmp_path, hall=HALL) as here, all_pages(here) as pages:
        choice = pages.booking.locator(".choice", has=pages.booking.locator("[value='hall/stays']"))
        row = pages.console.locator("#ticketing .counter-row", has_text="stays 창구")
        await choice.locator("input").check()

        await row.locator(".online").click()
        await expect(row.locator(".status")).to_have_text("온라인만 멈춤")
        await expect(choice.locator(".status")).to_have_text("온라인 번호표 일시 중지")
        await seen_at(pages.city, "[data-office=hall]", "온라인 일시 중지")
        await seen_at(pages.widget, "queue-widget", "온라인 일시 중지")
        await pages.booking.locator("#take").click()
        await seen_at(pages.booking, "#problem", "온라인 번호표만 잠시 멈췄습니다")
        assert await violations(pages.booking) == []
        assert await violations(pages.console) == []
        # The kiosk gives numbers as before.
        await pages.kiosk.locator("#counters button", has_text="stays 창구").click()
        await expect(pages.kiosk.locator("#result-number")).to_be_visible()

        # Everything is paused, too; online numbers stay paused when it goes on.
        await row.locator(".all").click()
        await expect(row.locator(".status")).to_have_text("멈춤")
        await expect(row.locator(".online")).to_be_hidden()
        await expect(choice.locator(".status")).to_have_text("번호표 발급 일시 중지")
        await expect(row.locator(".all")).to_have_attribute("aria-disabled", "false")
        await row.locator(".all").click()
        await expect(row.locator(".status")).to_have_text("온라인만 멈춤")
        await expect(row.locator(".online")).to_have_attribute("aria-disabled", "false")

        await row.locator(".online").click()
        await expect(row.locator(".status")).to_have_text("발급 중")
        await expect(pages.booking.locator("#problem")).to_be_hidden()
        await pages.booking.locator("#take").click()
        await pages.booking.wait_for_url("**/t/*")
        here.without_errors()


async def test_whoever_is_in_the_middle_of_something_is_told_and_goes_on(tmp_path: Path) -> None:
    async with town(tmp_path, hall=HALL) as here, all_pages(here) as pages:
        here.does(add_new)
        await pages.list("new 창구")
        first = pages.booking.locator("[value='hall/new']")
        await first.check()
        await pages.booking.locator("details:has([name=priority]) > summary").click()
        await pages.booking.locator("[name=priority][value=pregnant]").check()
        await pages.kiosk.locator("#priority-ask").click()
        await pages.kiosk.locator("#priority-dialog button[value=elderly]").click()
        clerk = await here.console("hall", 3)
        await clerk.locator("#call-number").fill("20")
        choosing = await here.choosing("clerk-hall")
        await choosing.locator("#counters [value=new]").check()

        def without_counter(document: dict[str, Any]) -> None:
            hall = office_in(document, "hall")
            hall["counters"] = [counter for counter in hall["counters"] if counter["id"] != "new"]
            hall["windows"][2]["counters"] = ["stays"]

        here.does(without_counter)
        await seen_at(pages.booking, "#problem", "다른 업무를 골라 주세요")
        assert await pages.booking.locator("[name=priority]:checked").get_attribute("value") == "pregnant"
        await pages.booking.locator("[value='hall/stays']").check()
        await expect(pages.booking.locator("#problem")).to_be_hidden()
        await seen_at(clerk, "#told", "없어진 업무가 있습니다: new 창구")
        await expect(clerk.locator("#call-number")).to_have_value("20")
        await seen_at(choosing, "#choose-news", "다시 골라 두었습니다")
        assert await violations(clerk) == []
        assert await violations(choosing) == []
        await pages.do_not_list("new 창구")
        await pages.kiosk.locator("#counters button", has_text="stays 창구").click()
        await expect(pages.kiosk.locator("#result-number")).to_be_visible()
        newest = here.call("GET", "/offices/hall/board").json()["counters"][0]["issued"]
        await expect(pages.kiosk.locator("#result-number")).to_have_text(str(newest))
        here.without_errors()


async def test_a_customer_whose_counter_goes_under_the_finger_is_told(tmp_path: Path) -> None:
    async with town(tmp_path, workers=1, hall=HALL) as here:
        kiosk = await here.open("kiosk", "/kiosk/hall", KIOSK)

        async def edited_first(route: Any) -> None:
            here.does(take_out("gone"))
            await route.continue_()

        await kiosk.route("**/counters/gone/tickets", edited_first)
        await kiosk.locator("#counters button", has_text="gone 창구").click()
        await expect(kiosk.locator("#message-text")).to_contain_text("이 업무는 이제 여기에서 하지 않습니다")
        await kiosk.locator("#message-done").click()
        await expect(kiosk.locator("#counters button")).to_have_count(1)


async def test_at_midnight_an_edit_that_waited_comes_into_force_on_open_pages(store_url: str, tmp_path: Path) -> None:
    clock = clock_at(25, 23, 50)
    file = city_file(tmp_path, hall=HALL)
    async with running(store_url, clock, city=file) as service, chromium() as browser:
        here = Town(service.url, browser)
        await service.http.take("hall", "gone")
        lobby = await here.open("lobby", "/display/hall", WALL)
        kiosk = await here.open("kiosk", "/kiosk/hall", KIOSK)
        clerk = await here.console("hall", 2)
        staff = await service.http.sign_in("clerk-hall")
        tonight = {**PLAIN, "until": "2026-11-26T00:00:00+09:00"}
        await service.http.put("/api/v1/offices/hall/notices", json=[tonight, MARKUP], headers=staff)
        (await service.http.edit_city(take_out("gone"), effective="next_day")).raise_for_status()
        # What waits for tomorrow changes nothing today.
        for page, selector in [(lobby, "#waiting"), (kiosk, "#counters")]:
            await seen_at(page, selector, "gone 창구")
            await expect(page.locator(".notice", has_text=PLAIN["ko"])).to_be_visible()

        def without_window(document: dict[str, Any]) -> None:
            office_in(document, "hall")["windows"].pop()

        clock.set(clock().replace(day=26, hour=0, minute=1))
        for page, selector in [(lobby, "#waiting"), (kiosk, "#counters")]:
            await expect(page.locator(selector)).not_to_contain_text("gone 창구")
            await expect(page.locator(".notice", has_text=PLAIN["ko"])).to_have_count(0)
            await expect(page.locator(".notice", has_text="발급기 점검")).to_be_visible()
        # The day's end has closed the window.
        await expect(clerk.locator("#windows label")).to_have_count(2)
        await clerk.locator("#windows input").nth(1).check()
        # Until it has read the offices again, it offers what is gone, and opens nothing.
        await expect(clerk.locator("#counters")).not_to_contain_text("gone 창구")
        await clerk.locator("#open").click()
        await expect(clerk.locator("#next")).to_be_focused()
        (await service.http.edit_city(without_window, effective="next_day")).raise_for_status()
        clock.set(clock().replace(day=27, hour=0, minute=1))
        await seen_at(clerk, "#choose-news", "2번 창구가 없어졌습니다")
        await expect(clerk.locator("#windows label")).to_have_count(1)
        here.without_errors()
