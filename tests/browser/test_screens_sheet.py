"""The office's lobby screens in the console: which there are, what is wrong with each, and orders."""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.pages import open_console
from tests.browser.support import chromium
from tests.screens import REPORT, SCREEN_KEY
from tests.support import Running

SCREENS = "/api/v1/offices/passport/screens"


async def report(service: Running, screen: str, **said: Any) -> list[str]:
    """The orders that the screen gets."""
    board = await service.http.board("passport")
    body = REPORT | {"epoch": board["epoch"], "version": board["version"]} | said
    answer = await service.http.post(f"{SCREENS}/{screen}", json=body, headers=SCREEN_KEY)
    return [order["order"] for order in answer.raise_for_status().json()["orders"]]


async def shows(page: Page, screen: str, condition: str) -> None:
    row = page.locator(".screen", has_text=screen)
    await expect(row.locator(".status")).to_have_text(condition)


async def test_staff_see_their_screens_and_order_them_about(service: Running) -> None:
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        await expect(page.locator("#screens-faults")).to_be_hidden()
        await page.locator("#screens-open").click()
        await expect(page.locator("#screens-none")).to_contain_text("F2를 눌러")
        await report(service, "입구 TV")
        await report(service, "2층", painted_ms_ago=40_000, reloads=3)
        await report(service, "별관", sound="blocked")
        await shows(page, "입구 TV", "정상")
        await shows(page, "2층", "화면 멈춤")
        await expect(page.locator(".screen", has_text="2층")).to_contain_text("컴퓨터를 다시 켜세요")
        await expect(page.locator(".screen", has_text="2층")).to_contain_text("멈춰서 다시 불러옴 3회")
        await shows(page, "별관", "소리 없음")
        await expect(page.locator("#screens-faults")).to_have_text("확인 필요 2")
        assert await violations(page) == []

        for button, order in (("이름 띄우기", "identify"), ("시험 호출", "test_call"), ("다시 불러오기", "reload")):
            await page.locator(".screen", has_text="입구 TV").get_by_role("button", name=button).click()
            await expect(page.locator("#screens-told")).to_contain_text("입구 TV")
            assert order in await report(service, "입구 TV")
        assert await report(service, "2층") == []

        service.clock.move(seconds=95)
        await report(service, "입구 TV")
        await shows(page, "2층", "응답 없음")
        gone = page.locator(".screen", has_text="2층")
        await expect(gone.get_by_role("button")).to_have_text(["목록에서 빼기"])
        await gone.get_by_role("button").click()
        await expect(gone).to_have_count(0)

        await page.keyboard.press("Escape")
        await page.goto(f"{service.url}/console?lang=en")
        await page.locator("#screens-open").click()
        await shows(page, "별관", "No answer")
        assert await violations(page) == []


async def test_nobody_sees_screens_before_they_sign_in(service: Running) -> None:
    async with chromium() as browser:
        page = await browser.new_page(locale="ko-KR")
        await page.goto(f"{service.url}/console")
        await expect(page.locator("#sign-in")).to_be_visible()
        await expect(page.locator("#screens-open")).to_be_hidden()
