"""Several boards in one office, the sign of one window, and what an office sets for its lobby."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.halls import EVERYTHING, city_file, clock_at
from tests.browser.injected import busy, injected
from tests.browser.layouts import ALWAYS, unit
from tests.browser.reading import box, faults
from tests.browser.recorder import recorder
from tests.browser.support import chromium, watch_console
from tests.support import Running, running

WALLS = [(1920, 1080), (1080, 1920), (1280, 720)]


async def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in await page.locator(selector).all_text_contents()]


async def test_each_board_of_an_office_shows_and_says_its_share(store_url: str, tmp_path: Path) -> None:
    """Windows 1 and 2 serve the first counter only, so a board of theirs lists no other one."""
    file = city_file(tmp_path)
    text = file.read_text("utf-8")
    both = '{ id = 1, counters = ["c1", "c2", "c3", "c4"] }, { id = 2, counters = ["c1", "c2", "c3", "c4"] }'
    assert both in text
    file.write_text(text.replace(both, '{ id = 1, counters = ["c1"] }, { id = 2, counters = ["c1"] }'), "utf-8")
    async with running(store_url, city=file) as service, chromium() as browser:
        empty = await service.http.board("short4")
        for share, windows, counters in (("1-2", [1, 2], ["c1"]), ("2,4-5", [2, 4], ["c1", "c2", "c3", "c4"])):
            page = await browser.new_page(viewport={"width": 1920, "height": 1080})
            record = await recorder(page)
            async with injected(page) as boards:
                await page.goto(f"{service.url}/display/short4?windows={share}")
                boards.send({**empty, "version": 1000})
                await expect(page.locator("#wall")).to_be_visible()
                lobby = {"languages": ["ko", "en"], "voice": ["ko", "en"], "volume": 55, "quiet_hours": [], "qr": False}
                boards.send({**busy(empty, 4, newest=4), "version": 1001, "lobby": lobby})
                await expect(page.locator(".tile")).to_have_count(2)
                await page.wait_for_function("() => globalThis.spoken.length === 2")
                await record.silence()
                said = await record.said()
                assert [one.window for one in said] == windows
                assert {(one.languages, one.volume) for one in said} == {(("ko", "en"), 55)}
                assert (
                    await page.locator(".tile").evaluate_all("all => all.map(one => Number(one.dataset.window))")
                    == windows
                )
                rows = await page.locator("#waiting .row").evaluate_all("all => all.map(one => one.dataset.counter)")
                assert rows == counters
                await expect(page.locator("#follow")).to_be_hidden()
                log = await texts(page, "#spoken p > span[lang=ko]")
                assert [line.split("번 창구")[0][-1] for line in log] == [str(window) for window in windows]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("?windows=all", "?windows=1-4"),
        ("?windows=4-1", "?windows=1-4"),
        ("?windows=20-30", "이 민원실에는 이 번호의 창구가 없습니다"),
    ],
)
async def test_a_share_that_is_none_is_said_on_the_screen(service: Running, address: str, words: str) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 720}, locale="ko-KR")
        await page.goto(f"{service.url}/display/passport{address}")
        await expect(page.locator("#message")).to_contain_text(words)
        await expect(page.locator("#wall")).to_be_hidden()
        assert await faults(page, needed=["#message"], without=".demo-banner") == []
        assert await violations(page) == []


async def test_the_sign_of_a_window_says_its_number_state_and_counters(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path), demo_life=True) as service, chromium() as browser:
        for office in ("short1", EVERYTHING):
            empty = await service.http.board(office)
            page = await browser.new_page(locale="ko-KR")
            errors = watch_console(page)
            record = await recorder(page)
            async with injected(page) as boards:
                await page.goto(f"{service.url}/display/{office}/2")
                boards.send({**empty, "version": 1000})
                await expect(page.locator("#sign-state")).to_contain_text("지금은 이 창구를 운영하지 않습니다")
                boards.send({**busy(empty, 3, newest=2), "version": 1001})
                await expect(page.locator("#sign-number")).to_have_text("1187")
                await expect(page.locator("#sign-state")).to_contain_text("지금 부르는 번호")
                await expect(page.locator("#sign-counters > li")).to_have_count(len(empty["counters"]))
                assert await violations(page) == []
                for width, height in WALLS:
                    await page.set_viewport_size({"width": width, "height": height})
                    needed = ["#sign-number", "#sign-window", "#sign-state", "#sign-counters > li", "#time"]
                    found = await faults(page, smallest=20 * unit(width, height), needed=needed, without=".demo-banner")
                    assert found == [], (office, width, height)
                    assert (await box(page, "#sign-number"))["font"] >= 300 * unit(width, height)
                # Who stands before a window needs no voice from it.
                assert await record.said() == []
                assert errors == []


async def lobby(browser: Browser, service: Running, **options: Any) -> Page:
    return await browser.new_page(viewport={"width": 1920, "height": 1080}, locale="ko-KR", **options)


async def test_what_the_office_says_of_today_has_its_place(store_url: str, tmp_path: Path) -> None:
    """Until when it is open, why a counter is paused, how many it still takes, and the code for the phone."""
    clock = clock_at(25, 17, 45)
    async with running(store_url, clock, city=city_file(tmp_path)) as service, chromium() as browser:
        for office in ("short4", EVERYTHING):
            empty = await service.http.board(office)
            page = await lobby(browser, service)
            async with injected(page) as boards:
                await page.goto(f"{service.url}/display/{office}")
                board = {**busy(empty, 4), "version": 1000, "at": clock().isoformat(timespec="seconds")}
                board["counters"][0]["left"] = 8
                board["counters"][-1]["paused_for"] = {"ko": "전산 장애로 잠시 멈춥니다", "en": "Computers are down"}
                boards.send(board)
                await expect(page.locator("#status")).to_contain_text("18:00에 마감합니다")
                await expect(page.locator('[data-counter="c1"] .remark')).to_contain_text("오늘 8명 더 받습니다")
                await expect(page.locator(".row .remark").last).to_contain_text("전산 장애로 잠시 멈춥니다")
                code = page.locator("#follow-code")
                await expect(code).to_be_visible()
                await expect(code).to_have_js_property("complete", True)
                assert await code.evaluate("image => image.naturalWidth") > 0
                for width, height in WALLS:
                    await page.set_viewport_size({"width": width, "height": height})
                    assert await faults(page, needed=[*ALWAYS, ".remark:not([hidden])", "#follow-code"]) == [], width
                assert await violations(page) == []
                # The first language is the largest, and Korean may be the second.
                boards.send({**board, "version": 1001, "lobby": {"languages": ["en", "ko"]}})
                await expect(page.locator("#waiting-title > span").first).to_have_text("People waiting, how long")
                await expect(page.locator("#waiting-title > span").last).to_have_text("대기 인원·시간")


async def test_the_code_leads_to_the_card_of_the_office(service: Running) -> None:
    offices = (await service.http.get("/api/v1/offices")).json()["offices"]
    last = offices[-1]["id"]
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 844}, locale="ko-KR")
        await page.goto(f"{service.url}/#office-{last}")
        await expect(page.locator(f"#office-{last}")).to_be_in_viewport()
