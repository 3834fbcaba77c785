"""Which office is quickest, on the city page: a visitor's own offices, the services, and a position that stays here."""

from typing import Any
from urllib.parse import unquote

from playwright.async_api import Browser, Page, WebSocket, expect

from tests.browser.amended import amend
from tests.browser.axe import violations
from tests.browser.injected import wait
from tests.browser.support import chromium, watch_console
from tests.support import Running, running

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1366, "height": 900}
AT = {"latitude": 37.71234, "longitude": 127.04567}
"""Near Howon 1-dong."""

MOVING_IN = {
    "howon1": wait(60, 45, 80),
    "howon2": wait(3, 1, 6),
    "jangam": wait(4, 2, 7),
    "singok1": wait(25, 15, 40),
    "nogyang": wait(0, 0, 0, word="now"),
}


def busy(board: dict[str, Any]) -> None:
    """People wait in every office, and some are told how long for moving in."""
    for window in board["windows"]:
        window["state"] = "idle"
    for i, counter in enumerate(board["counters"]):
        counter["waiting"] = 3 + 2 * i
        counter["wait"] = MOVING_IN.get(board["office"]) if counter["id"] == "move-in" else wait(12, 8, 18)


async def city(browser: Browser, service: Running, size: dict[str, int], path: str = "/", **options: Any) -> Page:
    """The city page of an office-day as `busy` has it."""
    context = await browser.new_context(
        viewport=size, locale="ko-KR", geolocation=AT, permissions=["geolocation"], **options
    )
    page = await context.new_page()
    await amend(page, busy)
    await page.goto(service.url + path)
    await expect(page.locator(".office .waits strong").first).to_be_attached()
    return page


async def shown(page: Page) -> list[str]:
    """The ids of the offices, in the order of their cards."""
    found: list[str] = await page.locator(".office").evaluate_all("cards => cards.map(card => card.dataset.office)")
    return found


async def test_the_first_fact_stands_in_the_first_third_of_a_phone(store_url: str) -> None:
    # The banner of a demo with a life is the highest.
    async with running(store_url, demo_life=True) as service, chromium() as browser:
        for lang in ("ko", "en", "vi", "zh"):
            page = await city(browser, service, PHONE, f"/?lang={lang}")
            await expect(page.locator("html")).to_have_attribute("lang", lang)
            card = page.locator(".office").first
            for fact in (".people", ".waits > :first-child strong"):
                place = await card.locator(fact).bounding_box()
                assert place
                assert place["y"] + place["height"] <= PHONE["height"] / 3, (lang, fact)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), lang
            await page.context.close()


async def test_own_offices_come_first_and_are_remembered(service: Running) -> None:
    async with chromium() as browser:
        page = await city(browser, service, PHONE)
        errors = watch_console(page)
        assert (await shown(page))[:2] == ["cityhall", "passport"]
        star = page.get_by_role("button", name="내 민원실로 표시: 호원1동 주민센터")
        await star.click()
        await expect(star).to_be_focused()
        await expect(star).to_have_attribute("aria-pressed", "true")
        assert (await shown(page))[:3] == ["howon1", "cityhall", "passport"]
        await page.reload()
        await expect(page.locator(".office").first).to_have_attribute("data-office", "howon1")
        await page.locator("#more-filters").click()
        await page.locator("#sort").select_option("name")
        assert (await shown(page))[0] != "howon1"
        await page.locator("#sort").select_option("list")
        await star.click()
        assert (await shown(page))[:2] == ["cityhall", "passport"]
        assert await page.evaluate("localStorage.getItem('sunbeon.own-offices')") is None
        assert errors == []


async def test_a_position_ranks_offices_and_never_leaves_the_page(service: Running) -> None:
    async with chromium() as browser:
        page = await city(browser, service, PHONE)
        said: list[str] = []

        def hear(socket: WebSocket) -> None:
            said.append(socket.url)
            socket.on("framesent", lambda frame: said.append(str(frame)))

        page.on("websocket", hear)
        page.on("request", lambda request: said.append(f"{request.url} {request.headers} {request.post_data}"))
        asked = "() => { globalThis.asked = 0; const ask = navigator.geolocation.getCurrentPosition;"
        asked += "navigator.geolocation.getCurrentPosition = function (...args) { asked++; ask.apply(this, args); }; }"
        await page.evaluate(asked)
        await page.locator("#near").click()
        await expect(page.locator("#near-panel")).to_contain_text("보내거나 저장하지 않습니다")
        assert await violations(page) == []
        assert await page.evaluate("asked") == 0
        await page.locator("#near-use").click()
        await expect(page.locator("#near")).to_have_attribute("aria-pressed", "true")
        await expect(page.locator("#near")).to_be_focused()
        assert await page.evaluate("asked") == 1
        assert (await shown(page))[:4] == ["howon1", "howon2", "jangam", "singok1"]
        await expect(page.locator("[data-office=howon1] .place")).to_have_text("직선거리 250m")

        await page.locator("#service").select_option("move-in")
        assert (await shown(page))[:4] == ["howon2", "jangam", "singok1", "howon1"]
        notes = page.locator(".office .place .status")
        assert await notes.all_inner_texts() == ["차이가 작습니다"] * 2
        assert len(await shown(page)) == 14
        await expect(page.locator("[data-office=jangam] .people")).to_have_text("7명 대기")
        await expect(page.locator("#ordered")).to_contain_text("가는 시간까지 더해")
        assert await violations(page) == []

        # Everything that the page would send later, it has been made to send by now.
        await page.evaluate("() => dispatchEvent(new Event('online'))")
        await page.locator("#service").select_option("")
        await page.locator("#near").click()
        await expect(page.locator("#near")).to_have_attribute("aria-pressed", "false")
        assert (await shown(page))[0] == "cityhall"
        await page.reload()
        await expect(page.locator(".office .waits strong").first).to_be_attached()
        assert any("/api/v1/offices" in one for one in said)
        kept = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
        for number in ("37.71", "127.04", "37.712", "127.05"):
            assert not any(number in unquote(one) for one in [*said, kept, page.url])


async def test_a_position_that_is_refused_is_said(service: Running) -> None:
    async with chromium() as browser:
        page = await city(browser, service, PHONE)
        await page.context.clear_permissions()
        await page.locator("#near").click()
        await page.locator("#near-use").click()
        await expect(page.locator("#near-told")).to_contain_text("위치를 알 수 없습니다")
        await page.locator("#near-close").click()
        await expect(page.locator("#near")).to_be_focused()
        await expect(page.locator("#near-told")).to_be_empty()
        assert await violations(page) == []


async def test_without_a_position_a_service_is_ranked_by_its_waits(service: Running) -> None:
    async with chromium() as browser:
        page = await city(browser, service, DESKTOP, "/?service=move-in")
        await expect(page.locator("#service")).to_have_value("move-in")
        await expect(page.locator("#ordered")).to_have_text("대기시간이 짧은 곳부터입니다.")
        assert (await shown(page))[:5] == ["nogyang", "howon2", "jangam", "singok1", "howon1"]
        assert await page.locator(".office .place .status").all_inner_texts() == ["차이가 작습니다"] * 3
        assert "service=move-in" in page.url
        assert await violations(page) == []
