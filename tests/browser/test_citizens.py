"""City page, booking and ticket page in real Chromium: their texts, and where the focus goes."""

import asyncio
import re
from pathlib import Path

from playwright.async_api import Page, Route, WebSocketRoute, expect

from service.web.languages import languages
from tests.browser.axe import violations
from tests.browser.pages import PHONE, city_file, focused, open_page, press
from tests.browser.support import chromium
from tests.support import DEVICE, Running, running

APPLY = "여권민원실"


async def turn(service: Running, move: str) -> None:
    """Pauses or resumes the passport applications."""
    staff = await service.http.sign_in("clerk-passport")
    answer = await service.http.post(f"/api/v1/offices/passport/counters/apply/{move}", headers=staff)
    assert answer.status_code == 200


async def chosen_on(page: Page) -> str:
    found: str = await page.evaluate("document.querySelector('[name=counter]:checked')?.value ?? ''")
    return found


async def test_a_refused_booking_leads_to_the_reason(store_url: str) -> None:
    async with running(store_url, online_share=0) as service, chromium() as browser:
        page = await open_page(browser, f"{service.url}/booking?office=passport&counter=apply", PHONE)
        await expect(page.locator("[name=counter]:checked")).to_have_count(1)
        await press(page.locator("#take"))
        await expect(page.locator("#problem")).to_have_text(re.compile("오늘 온라인 번호가 모두 나갔습니다"))
        assert await focused(page) == "problem"


async def test_nothing_chosen_is_said_and_has_the_focus(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path, [("hall", 2, 2)])) as service, chromium() as browser:
        page = await open_page(browser, f"{service.url}/booking", PHONE)
        await expect(page.locator("[name=counter]:enabled")).to_have_count(2)
        await press(page.locator("#take"))
        await expect(page.locator("#problem")).to_have_text("업무를 먼저 골라 주세요.")
        assert await focused(page) == "problem"
        await page.locator("[name=counter]").first.check()
        await expect(page.locator("#problem")).to_be_hidden()


async def test_a_press_before_the_boards_have_come_is_mended_by_them(service: Running) -> None:
    may_listen = asyncio.Event()

    async def connect_late(socket: WebSocketRoute) -> None:
        await may_listen.wait()
        socket.connect_to_server()

    async with chromium() as browser:
        page = await browser.new_page(locale="ko-KR")
        await page.route_web_socket("**/api/v1/live*", connect_late)
        await page.goto(f"{service.url}/booking?office=passport&counter=apply")
        await page.locator("#take").click()
        await expect(page.locator("#problem")).to_have_text("업무를 먼저 골라 주세요.")
        may_listen.set()
        await expect(page.locator("[name=counter]:checked")).to_have_count(1)
        await expect(page.locator("#problem")).to_be_hidden()


async def test_a_counter_that_is_paused_stays_chosen_and_can_be_taken_later(service: Running) -> None:
    async with chromium() as browser:
        page = await open_page(browser, f"{service.url}/booking?office=passport&counter=apply", PHONE)
        await expect(page.locator("[name=counter]:checked")).to_have_count(1)
        await turn(service, "pause")
        choice = page.locator(".choice", has=page.locator("[name=counter][value='passport/apply']"))
        await expect(choice.locator(".status")).to_have_text("번호표 발급 일시 중지")
        assert await chosen_on(page) == "passport/apply"

        await press(page.locator("#take"))
        await expect(page.locator("#problem")).to_have_text(re.compile("번호표 발급을 잠시 멈췄습니다"))
        assert await focused(page) == "problem"

        await turn(service, "resume")
        await expect(page.locator("#problem")).to_be_hidden()
        assert (await chosen_on(page), await focused(page)) == ("passport/apply", "take")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/t/*")
        await expect(page.locator("#number")).to_have_text("101")


async def test_after_arriving_it_is_said_that_one_has_arrived(service: Running) -> None:
    for _ in range(5):
        await service.http.take("passport", "apply")
    ticket = await service.http.take("passport", "apply", channel="online")
    async with chromium() as browser:
        page = await open_page(browser, f"{service.url}/t/{ticket['id']}", PHONE)
        await press(page.locator("#arrive"))
        await expect(page.locator("#spoken")).to_have_text("도착을 확인했습니다. 앞에 5명")
        await expect(page.locator("#arrive")).to_be_hidden()
        await expect(page.locator("#badge")).to_be_focused()
        await expect(page.locator("#badge")).to_have_text("도착 확인됨")


async def test_an_arrival_at_the_kiosk_takes_the_focus_along(service: Running) -> None:
    ticket = await service.http.take("passport", "apply", channel="online")
    async with chromium() as browser:
        page = await open_page(browser, f"{service.url}/t/{ticket['id']}", PHONE)
        await expect(page.locator("#arrive")).to_be_visible()
        await page.locator("#arrive").focus()
        await service.http.post(f"/api/v1/tickets/{ticket['id']}/arrive", headers=DEVICE)
        await expect(page.locator("#spoken")).to_have_text("도착을 확인했습니다. 다음 차례입니다")
        await expect(page.locator("#scene-title")).to_be_focused()


async def test_after_cancelling_the_focus_is_where_that_is_said(service: Running) -> None:
    ticket = await service.http.take("passport", "apply", channel="online")
    async with chromium() as browser:
        page = await open_page(browser, f"{service.url}/t/{ticket['id']}", PHONE)
        await press(page.locator("#cancel"))
        await press(page.locator("#cancel-dialog [value=yes]"))
        await expect(page.locator("#scene-title")).to_have_text("취소한 번호표입니다")
        await expect(page.locator("#scene-title")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.locator("#again a")).to_be_focused()


async def test_an_answer_that_comes_late_does_not_replace_what_is_newer(service: Running) -> None:
    """The page asks for its ticket as it opens. The answer is of before the cancellation, and comes after it."""
    ticket = await service.http.take("passport", "apply", channel="online")
    cancelled, answered = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.method != "GET":
            await route.continue_()
            return
        answer = await route.fetch()
        await cancelled.wait()
        await route.fulfill(response=answer)
        answered.set()

    async with chromium() as browser:
        page = await (await browser.new_context(viewport=PHONE, locale="ko-KR")).new_page()
        # However long it takes on a busy machine, the page goes on waiting for the answer.
        await page.add_init_script("AbortSignal.timeout = () => new AbortController().signal")
        await page.route(f"**/api/v1/tickets/{ticket['id']}", late)
        await page.goto(f"{service.url}/t/{ticket['id']}")
        title = page.locator("#scene-title")
        await press(page.locator("#cancel"))
        await press(page.locator("#cancel-dialog [value=yes]"))
        await expect(title).to_have_text("취소한 번호표입니다")
        cancelled.set()
        await answered.wait()
        # What the answer would do, it has done when another answer is there.
        await page.evaluate("() => fetch('/health/live')")
        await expect(title).to_have_text("취소한 번호표입니다")


async def test_an_unknown_ticket_has_a_page_with_a_way_on(service: Running) -> None:
    async with chromium() as browser:
        page = await open_page(browser, f"{service.url}/t/nobody", PHONE)
        heading = page.get_by_role("heading", level=1)
        await expect(heading).to_have_text("번호표를 찾을 수 없습니다")
        await expect(page).to_have_title("번호표를 찾을 수 없습니다")
        links = page.get_by_role("main").get_by_role("link")
        assert [await links.first.get_attribute("href"), await links.last.get_attribute("href")] == ["/", "/booking"]
        assert await violations(page) == []


async def test_citizens_pages_speak_the_browsers_language(service: Running) -> None:
    async with chromium() as browser:

        async def is_headed(path: str, locale: str, lang: str, heading: str) -> None:
            page = await open_page(browser, service.url + path, PHONE, locale=locale)
            # A page is served in Korean, and its words are exchanged when their file has come.
            await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            await expect(page.locator("html")).to_have_attribute("lang", lang)
            await page.context.close()

        for path, korean, english in (
            ("/", "민원실 대기현황", "Queues at the city’s offices"),
            ("/booking", "온라인 번호표", "Online ticket"),
            ("/t/nobody", "번호표를 찾을 수 없습니다", "We can’t find this ticket"),
        ):
            await is_headed(path, "ko-KR", "ko", korean)
            await is_headed(path, "en-GB", "en", english)
        # Where there is no file for a language, and where another one was asked for.
        await is_headed("/", "vi-VN", "vi", "Hàng chờ tại các văn phòng")
        await is_headed("/", "zh-CN", "zh", "市民办事处排队情况")
        await is_headed("/", "fr-FR", "ko", "민원실 대기현황")
        await is_headed("/?lang=ko", "en-US", "ko", "민원실 대기현황")
        await is_headed("/?lang=en", "ko-KR", "en", "Queues at the city’s offices")


async def test_a_choice_of_language_wins_from_then_on(service: Running) -> None:
    async with chromium() as browser:
        page = await open_page(browser, service.url, PHONE, locale="en-US")
        await page.get_by_role("button", name="한국어").click()
        await expect(page.locator("html")).to_have_attribute("lang", "ko")
        await page.goto(f"{service.url}/booking")
        await expect(page.locator("h1")).to_have_text("온라인 번호표")


async def test_screens_of_the_office_are_korean_first(service: Running) -> None:
    async with chromium() as browser:
        for path in ("/console", "/kiosk/passport"):
            page = await open_page(browser, service.url + path, PHONE, locale="en-US")
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            await expect(page.locator("html")).to_have_attribute("lang", "ko")


BROKEN_WORDS = """() => [...document.querySelectorAll('lang-switch button')].filter(button => {
  const range = document.createRange();
  range.selectNodeContents(button);
  return range.getClientRects().length > 1;
}).map(button => button.textContent)"""


async def test_at_twice_the_size_no_language_is_broken_in_two(service: Running) -> None:
    async with chromium() as browser:
        for path in ("/", "/booking", "/t/nobody", "/console", "/docs"):
            page = await open_page(browser, service.url + path, PHONE)
            await expect(page.locator("lang-switch button")).to_have_count(len(languages()))
            await page.evaluate("document.documentElement.style.fontSize = '225%'")
            assert await page.evaluate(BROKEN_WORDS) == [], path
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_an_office_without_an_open_window_says_so(service: Running) -> None:
    async with chromium() as browser:
        city = await open_page(browser, service.url, PHONE)
        booking = await open_page(browser, f"{service.url}/booking", PHONE)
        card, office = city.locator("[data-office=passport]"), booking.locator(".office", has_text=APPLY)
        for place in (card, office):
            await expect(place.locator(".opening")).to_have_text(re.compile("^창구 준비 중"))
        await expect(card.locator(".crowd")).to_be_hidden()
        await service.desk("passport", 1)
        for place in (card, office):
            await expect(place.locator(".opening")).to_be_hidden()
        await expect(card.locator(".crowd")).to_have_text("여유")


async def test_before_the_first_window_opens_the_hour_is_said(service: Running) -> None:
    hours = (await service.http.get("/api/v1/offices")).json()["offices"]
    async with chromium() as browser:
        for path, place in (("/", "[data-office=passport]"), ("/booking", f".office:has-text('{APPLY}')")):
            page = await open_page(browser, "about:blank", PHONE)
            await page.clock.install(time="2026-11-23T08:40:00+09:00")
            for office in hours:
                office["hours"] = {"open": "09:00", "close": "18:00", "lunch": None}
            await page.route("**/api/v1/offices", lambda route: route.fulfill(json={"offices": hours}))
            await page.goto(service.url + path)
            await expect(page.locator(f"{place} .opening")).to_have_text("창구 준비 중 · 09:00부터")
            # The office doesn't change, but it becomes nine o'clock.
            await page.clock.fast_forward("20:00")
            await expect(page.locator(f"{place} .opening")).to_have_text("창구 준비 중 · 오늘 09:00–18:00")


async def test_every_scene_passes_axe(service: Running) -> None:
    away, called, cancelled = [await service.http.take("passport", "apply", channel="online") for _ in range(3)]
    await service.http.delete(f"/api/v1/tickets/{cancelled['id']}")
    desk = await service.desk("passport", 1)
    await service.http.post(f"/api/v1/tickets/{called['id']}/arrive", headers=DEVICE)
    assert await desk.next() == called["number"]
    await turn(service, "pause")
    scenes = [("/", ".office"), ("/booking", ".choice")]
    scenes += [(f"/t/{ticket['id']}", "#ticket") for ticket in (away, called, cancelled)]
    async with chromium() as browser:
        for lang, scheme in (("ko", "light"), ("en", "dark")):
            for path, shown in scenes:
                page = await open_page(browser, f"{service.url}{path}?lang={lang}", PHONE, color_scheme=scheme)
                await expect(page.locator(shown).first).to_be_visible()
                assert await violations(page) == [], page.url
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
                await page.context.close()
