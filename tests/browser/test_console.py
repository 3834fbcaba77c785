"""A clerk's console in real Chromium: whom "next" calls, its messages, and where the focus goes."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from service.store import staff_view
from tests.browser.axe import violations
from tests.browser.pages import CLERKS_PC, PHONE, city_file, focused, numbers, open_console
from tests.browser.support import chromium
from tests.support import DEVICE, Running, running

SETTLE_MS = 600
"""As in clients/pages/console/clerk-window.js."""


async def take(service: Running, *priorities: str, office: str = "passport", counter: str = "apply") -> None:
    for priority in priorities:
        await service.http.take(office, counter, priority=priority)


async def press_next(page: Page, called: int) -> None:
    await page.locator("#next").click()
    await expect(page.locator("#number")).to_have_text(str(called))
    # For a moment after a press, a second press does nothing.
    await expect(page.locator("#next")).to_have_attribute("aria-disabled", "false")


async def test_the_list_is_in_the_order_of_calls_and_next_names_the_first(service: Running) -> None:
    await take(service, "none", "none", "elderly", "disabled", "pregnant", "none")
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        for left in ([103, 104, 101, 105, 102, 106], [104, 101, 105, 102, 106], [101, 105, 102, 106], [105, 102, 106]):
            await expect(page.locator("#here .number")).to_have_text([str(number) for number in left])
            await expect(page.locator("#next-who")).to_have_text(f"{left[0]} · 여권 접수")
            await press_next(page, left[0])
        await expect(page.locator("#next-what")).to_have_text("105번 완료 후 호출")
        assert "다음 102 · 여권 접수" in " ".join((await page.locator("#next").inner_text()).split())


async def test_a_manager_works_as_the_clerks_of_the_office_do(service: Running) -> None:
    await take(service, "none", "none")
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 2, role="manager")
        await expect(page.locator("#user")).to_have_text("manager-passport")
        await expect(page.locator("#office option")).to_have_text(["여권민원실"])
        await press_next(page, 101)


async def test_a_windows_own_counters_come_first(service: Running) -> None:
    await take(service, "none", office="howon1", counter="welfare")
    for counter in ("seal", "general"):
        await take(service, "none", office="howon1", counter=counter)
    async with chromium() as browser:
        page = await open_console(browser, service.url, "howon1", 1)
        await expect(page.locator("#here .number")).to_have_text(["3001", "101"])
        await page.locator("#mine").uncheck()
        await expect(page.locator("#here .number")).to_have_text(["3001", "101", "7001"])
        await expect(page.locator("#here-count")).to_have_text("3")


async def test_who_has_not_arrived_stands_apart_and_next_says_why_it_calls_nobody(service: Running) -> None:
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        await expect(page.locator("#next-what")).to_have_text("기다리는 분이 없습니다")
        await expect(page.locator("#absent")).to_be_hidden()
        away = await service.http.take("passport", "apply", channel="online")
        await expect(page.locator("#next-what")).to_have_text("도착한 분이 없습니다 (미도착 1명)")
        await expect(page.locator("#here-count")).to_have_text("0")
        await expect(page.locator("#absent-count")).to_have_text("1")

        await page.locator("#next").click()
        await expect(page.locator("#told")).to_have_text(re.compile("아직 도착한 분이 없습니다. 미도착 1명"))
        await expect(page.locator("#absent .ticket-tags")).to_have_text(re.compile(r"차례 지남 · \d\d:\d\d까지"))

        # Both messages go when the holder arrives.
        await service.http.post(f"/api/v1/tickets/{away['id']}/arrive", headers=DEVICE)
        await expect(page.locator("#next-who")).to_have_text("101 · 여권 접수")
        await expect(page.locator("#told")).to_be_empty()
        await expect(page.locator("#absent")).to_be_hidden()


async def test_a_ticket_for_several_people_says_how_many(service: Running) -> None:
    for people in (1, 4):
        await service.http.take("passport", "apply", people=people)
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        await expect(page.locator("#here .ticket-tags")).to_have_text(["", "4명"])
        for number, tags in ((101, ""), (102, "4명")):
            await press_next(page, number)
            await expect(page.locator("#tags")).to_have_text(tags)


async def test_with_320_waiting_every_list_is_there(service: Running) -> None:
    desk = await service.desk("passport", 2, "apply")
    for move in ("hold", "no-show"):
        await take(service, "none")
        desk.at_window = None
        await desk.next()
        await desk.post(move)
    await take(service, *["none"] * 320)
    listed = staff_view.MOST_WAITING // 2
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        await expect(page.locator("#here-count")).to_have_text("320")
        assert await numbers(page, "here") == list(range(103, 103 + listed))
        await expect(page.locator(".waiting .list-more")).to_have_text(
            f"외 {320 - listed}명은 번호로 호출할 수 있습니다."
        )
        assert (await numbers(page, "held"), await numbers(page, "no_show")) == ([101], [102])
        # A ticket that isn't listed is called by its number.
        await page.keyboard.press("c")
        await page.keyboard.type("422")
        await page.keyboard.press("Enter")
        await expect(page.locator("#number")).to_have_text("422")


async def test_key_c_leads_into_the_field_and_escape_out_of_it(service: Running) -> None:
    await take(service, "none", "none")
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        await page.keyboard.press("c")
        assert await focused(page) == "call-number"
        await expect(page.locator(".go-out")).to_be_visible()
        await page.keyboard.type("10")
        await page.keyboard.press("Escape")
        assert await focused(page) == "next"
        await expect(page.locator("#call-number")).to_have_value("")
        await page.keyboard.press("Space")
        await expect(page.locator("#number")).to_have_text("101")

        # With someone at the window nobody can be called by number, and every key stays what it is.
        await expect(page.locator("#next")).to_have_attribute("aria-disabled", "false")
        await page.keyboard.press("c")
        await expect(page.locator("#told")).to_have_text(re.compile("먼저 완료하거나 보류해 주세요"))
        assert await focused(page) == "next"
        await page.keyboard.press("f")
        await expect(page.locator("#number")).to_have_text("–")


async def test_a_notice_goes_when_the_window_goes_on(service: Running) -> None:
    await take(service, "none", "none", "none", counter="pickup")
    other = await service.desk("passport", 5, "pickup")
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 5)
        await page.route("**/windows/5/next", lambda route: route.fulfill(status=409, json=CHANGED))
        await other.next()
        await page.locator("#next").click()
        await expect(page.locator("#told")).to_have_text(re.compile("지금 창구에는 5001번"))
        # Somebody else continues at the same window.
        await other.next()
        await expect(page.locator("#number")).to_have_text("5002")
        await expect(page.locator("#told")).to_be_empty()


CHANGED = {
    "code": "window_changed",
    "status": 409,
    "window": {
        "id": 5,
        "state": "serving",
        "counters": ["pickup"],
        "counter": "pickup",
        "number": 5001,
        "ticket": None,
    },
}


async def test_a_double_click_on_pause_pauses(service: Running) -> None:
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
        await page.clock.install()
        await page.clock.pause_at(await page.evaluate("Date.now() + 1000"))
        button = page.locator("#ticketing button").first
        await button.dispatch_event("click")
        # The first click has been done and shown when the second comes.
        await expect(button).to_have_text("다시 발급")
        await button.dispatch_event("click")
        await page.clock.run_for(SETTLE_MS)
        await expect(button).to_have_attribute("aria-disabled", "false")
        assert [url.rsplit("/", 1)[1] for url in asked] == ["pause"]
        await button.dispatch_event("click")
        await expect(button).to_have_text("멈추기")
        assert [url.rsplit("/", 1)[1] for url in asked] == ["pause", "resume"]


async def test_the_focus_stays_with_a_row_that_moves_and_goes_to_next_when_the_row_goes(service: Running) -> None:
    await take(service, "none", "none", "none")
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        row = page.locator("#here .ticket", has_text="103").locator("button")
        await row.focus()
        await take(service, "elderly")
        await expect(page.locator("#here .number")).to_have_text(["104", "101", "102", "103"])
        await expect(row).to_be_focused()
        # Called with the keyboard, its row is gone.
        await page.keyboard.press("Enter")
        await expect(page.locator("#number")).to_have_text("103")
        assert await focused(page) == "next"


OUT_OF_REACH = """() => [...document.querySelectorAll('#staff-view button, #staff-view input')].filter(element => {
  element.scrollIntoView({ block: 'nearest' });
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return right > left && (top < -1 || bottom > innerHeight + 1 || left < -1 || right > innerWidth + 1);
}).map(element => `${element.id || element.textContent}: ${JSON.stringify(element.getBoundingClientRect())}`)"""


@pytest.mark.parametrize(("counters", "windows"), [(1, 1), (2, 5), (8, 12)])
async def test_everything_can_be_reached_and_read(store_url: str, tmp_path: Path, counters: int, windows: int) -> None:
    path = city_file(tmp_path, [("hall", counters, windows)])
    async with running(store_url, city=path) as service, chromium() as browser:
        for counter in range(counters):
            await take(service, "none", "elderly", "none", office="hall", counter=f"c{counter}")
            await service.http.take("hall", f"c{counter}", channel="online", priority="pregnant")
        for size, scheme in ((CLERKS_PC, "light"), (PHONE, "dark")):
            page = await open_console(browser, service.url, "hall", 1, size, color_scheme=scheme)
            for lang in ("ko", "en"):
                await page.goto(f"{service.url}/console?lang={lang}")
                await expect(page.locator("#next")).to_be_focused()
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                assert await page.evaluate(OUT_OF_REACH) == []
                assert await page.locator("#next").evaluate("next => next.scrollHeight <= next.clientHeight + 1")
                # On a PC only parts of the page scroll: the rest would stay out of sight.
                assert size is PHONE or await page.evaluate("scrollY") == 0
                await page.evaluate("scrollTo(0, 0)")
                assert await violations(page) == []
