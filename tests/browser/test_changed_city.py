"""The service restarts with another city file while every page is open. No page needs a reload, and none throws."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page, expect

from tests.browser.pages import open_console
from tests.browser.support import chromium, other_site, seen_at, text_of
from tests.cities import city_file
from tests.support import DEVICE, ServiceProcess, service_process

HOST_PAGE = """<!doctype html><meta charset="utf-8"><title>시청 홈페이지</title>
<script src="{url}/widget.js" async></script><queue-widget office="hall" lang="ko">민원실</queue-widget>"""

OLD = {1: ["stays", "gone"], 2: ["gone"]}
NEW = {1: ["stays", "new"], 3: ["new"]}


@dataclass
class Town:
    """A service that can be restarted with another city file, and the errors that open pages have thrown."""

    service: ServiceProcess
    folder: Path
    browser: Browser
    thrown: list[str] = field(default_factory=list)
    readings: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.service.url

    def watch(self, page: Page, name: str) -> Page:
        self.readings[name] = 0

        def count(url: str) -> None:
            self.readings[name] += url.endswith("/api/v1/offices")

        page.on("pageerror", lambda error: self.thrown.append(f"{name}: {error}"))
        page.on("request", lambda request: count(request.url))
        return page

    async def open(self, path: str, width: int = 1440, height: int = 900) -> Page:
        """A page of the service, or of another site."""
        context = await self.browser.new_context(locale="ko-KR", viewport={"width": width, "height": height})
        page = self.watch(await context.new_page(), path.split("?")[0])
        await page.goto(path if path.startswith("http") else self.url + path)
        return page

    async def restart(self, **offices: dict[int, list[str]]) -> None:
        await asyncio.to_thread(self.service.stop)
        city_file(self.folder, **offices)
        await asyncio.to_thread(self.service.start)

    def call(self, method: str, path: str, headers: dict[str, str] | None = None, **json: Any) -> Any:
        answer = httpx.request(method, f"{self.url}/api/v1{path}", json=json or None, headers=headers)
        return answer.raise_for_status().json()

    def take(self, counter: str, office: str = "hall", **body: str) -> dict[str, Any]:
        ticket: dict[str, Any] = self.call("POST", f"/offices/{office}/counters/{counter}/tickets", DEVICE, **body)
        return ticket

    def next(self, window: int, *counters: str) -> int:
        """Opens a window and calls the next; returns the number."""
        token = self.call("POST", "/session", user="clerk-hall", password="sunbeon")["token"]
        staff = {"Authorization": f"Bearer {token}"}
        self.call("POST", f"/offices/hall/windows/{window}/open", staff, counters=list(counters))
        number: int = self.call("POST", f"/offices/hall/windows/{window}/next", staff, finished=None)["called"][
            "number"
        ]
        return number


@asynccontextmanager
async def town(folder: Path, **offices: dict[int, list[str]]) -> AsyncIterator[Town]:
    with service_process(folder, SUNBEON_CITY=str(city_file(folder, **offices))) as service:
        service.environment["SUNBEON_PORT"] = service.url.rsplit(":", 1)[1]
        async with chromium() as browser:
            yield Town(service, folder, browser)


async def test_every_open_page_takes_a_new_counter_and_a_new_window_for_one_that_is_gone(tmp_path: Path) -> None:
    async with town(tmp_path, hall=OLD) as here:
        for _ in range(3):
            here.take("gone")
        mine = here.take("gone", channel="online")["id"]
        with other_site(HOST_PAGE.format(url=here.url)) as foreign:
            lobby = await here.open("/display/hall", 1920, 1080)
            city = await here.open("/")
            widget = await here.open(foreign)
            kiosk = await here.open("/kiosk/hall", 1080, 1920)
            booking = await here.open("/booking")
            ticket = await here.open(f"/t/{mine}", 360, 740)
            console = here.watch(await open_console(here.browser, here.url, "hall", 1), "console")
            await console.locator("#next").click()
            await expect(console.locator("#number")).to_have_text("1001")
            for page, selector in [(lobby, "#hero-number"), (city, "main"), (widget, "queue-widget")]:
                await seen_at(page, selector, "1001")
            await seen_at(kiosk, "#counters", "gone 창구")
            await seen_at(booking, "#choices", "gone 창구")
            await seen_at(ticket, "#counter", "gone 창구")
            read_before = dict(here.readings)

            await here.restart(hall=NEW)
            await kiosk.locator("#counters button", has_text="new 창구").click()
            await expect(kiosk.locator("#result-number")).to_have_text("2001")
            await expect(kiosk.locator("#result-counter")).to_have_text("new 창구")
            assert here.next(3, "new") == 2001

            await seen_at(lobby, "#spoken", "2001")
            await seen_at(lobby, "#recent", "2001")
            await expect(lobby.locator('[data-window="3"] .tile-counter')).to_contain_text("new 창구")
            await expect(lobby.locator('[data-counter="new"]')).to_contain_text("new 창구")
            await expect(lobby.locator('[data-counter="gone"]')).to_have_count(0)
            # The window that was open serves whom it has called; his counter has no name any more.
            await expect(lobby.locator('[data-window="1"] .tile-number')).to_have_text("1001")
            await seen_at(city, "main", "2001번 호출")
            await seen_at(widget, "queue-widget", "2001번 호출")
            await seen_at(booking, "#choices", "new 창구")
            await seen_at(console, "#others", "2001")
            await seen_at(console, "#ticketing", "new 창구")
            await expect(ticket.locator("#scene-title")).to_be_visible()
            for page, selector in [(city, "main"), (widget, "queue-widget"), (booking, "#choices")]:
                assert "gone 창구" not in await text_of(page, selector)

            # The console continues with the ticket that it had, then with the next one.
            await console.locator("#next").click()
            await expect(console.locator("#number")).to_have_text("1002")
            await seen_at(lobby, "#spoken", "1002")

            assert here.thrown == []
            # Frames keep coming; the page read the offices once, and once more after a broken line.
            again = {name: count - read_before[name] for name, count in here.readings.items() if "/t/" not in name}
            assert all(1 <= count <= 3 for count in again.values()), again


async def test_an_office_that_is_gone_leaves_every_page_and_comes_back_to_it(tmp_path: Path) -> None:
    both = {"hall": OLD, "annex": OLD}
    async with town(tmp_path, **both) as here:
        lobby = await here.open("/display/hall", 1920, 1080)
        city = await here.open("/")
        booking = await here.open("/booking")
        await expect(lobby.locator("#wall")).to_be_visible()
        await expect(city.locator(".card")).to_have_count(2)
        await expect(booking.locator("#choices h3")).to_have_count(2)

        await here.restart(annex=OLD)
        await expect(lobby.locator("#message")).to_contain_text("이 주소의 민원실이 없습니다")
        await expect(lobby.locator("#wall")).to_be_hidden()
        await expect(city.locator(".card")).to_have_count(1)
        await expect(booking.locator("#choices h3")).to_have_count(1)
        # The live line for the remaining offices is open.
        here.take("stays", office="annex")
        await seen_at(booking, "#choices", "1명")

        await here.restart(**both, third=OLD)
        here.take("stays")
        assert here.next(1, "stays") == 101
        await expect(lobby.locator("#wall")).to_be_visible(timeout=90_000)
        await seen_at(lobby, "#recent", "101", within=90)
        await expect(city.locator(".card")).to_have_count(3)
        await expect(booking.locator("#choices h3")).to_have_count(3)
        assert here.thrown == []


async def test_a_clerk_whose_window_is_gone_chooses_another(tmp_path: Path) -> None:
    async with town(tmp_path, hall=OLD) as here:
        for _ in range(2):
            here.take("gone")
        first = here.watch(await open_console(here.browser, here.url, "hall", 1), "first")
        second = here.watch(await open_console(here.browser, here.url, "hall", 2), "second")
        await second.locator("#next").click()
        await expect(second.locator("#number")).to_have_text("1001")

        await here.restart(hall=NEW)
        await expect(second.locator("#windows")).to_be_visible()
        await expect(second.locator("#windows label")).to_have_count(2)
        await seen_at(second, "#counters", "new 창구")
        # The console names whom an open window would call, also at a removed counter.
        await seen_at(first, "#next-who", "1002")

        # The window that was opened with the removed counter can be used from here.
        await second.locator("#windows input").first.check()
        await second.locator("#open").click()
        await expect(second.locator("#next")).to_be_focused()
        await expect(second.locator("#staff-view-title")).to_contain_text("1번")
        assert here.thrown == []
