"""Signing out in one tab signs out the other tabs, in real Chromium, in a demo and outside of one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from service.domain.hours import KST
from tests.access import KEY, PASSWORD, real, write_access
from tests.browser.support import chromium
from tests.support import MovableClock, Running, StoppedClock, running


@asynccontextmanager
async def two_tabs(service: Running, password: str) -> AsyncIterator[tuple[Page, Page, BrowserContext]]:
    """A clerk's browser with two tabs of the console, both at work at the same window."""
    async with chromium() as browser:
        context = await browser.new_context(locale="ko-KR")
        first = await context.new_page()
        await first.goto(f"{service.url}/console")
        await sign_in(first, password)
        await first.locator("#windows input").first.check()
        await first.locator("#open").click()
        await expect(first.locator("#next")).to_be_visible()
        second = await context.new_page()
        await second.goto(f"{service.url}/console")
        await expect(second.locator("#next")).to_be_visible()
        await expect(second.locator("#user")).to_have_text("clerk-passport")
        yield first, second, context


async def sign_in(page: Page, password: str) -> None:
    await page.locator("#user-name").fill("clerk-passport")
    await page.locator("#password").fill(password)
    await page.locator("#sign-in-button").click()


async def take(service: Running) -> None:
    """A number from the passport office's kiosk."""
    path = "/api/v1/offices/passport/counters/apply/tickets"
    answer = await service.http.post(path, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 201, answer.text


async def expect_sign_in(page: Page, says: str | None) -> None:
    await expect(page.locator("#sign-in")).to_be_visible(timeout=20_000)
    await expect(page.locator("#staff-view")).to_be_hidden()
    await expect(page.locator("#sign-out")).to_be_hidden()
    await expect(page.locator("#user")).to_have_text("")
    if says:
        await expect(page.locator("#sign-in-problem")).to_contain_text(says)


@pytest.mark.parametrize("demo", [True, False], ids=["demo", "real"])
async def test_both_tabs_show_the_sign_in(store_url: str, tmp_path: Path, demo: bool) -> None:
    password = "sunbeon" if demo else PASSWORD
    settings = {} if demo else real(tmp_path, "clerk-passport")
    async with (
        # Chromium treats loopback like HTTPS, and so accepts the `__Host-` cookies.
        running(store_url, knows_its_url=not demo, **settings) as service,
        two_tabs(service, password) as (other, leaving, context),
    ):
        await leaving.locator("#sign-out").click()
        await expect_sign_in(leaving, None)
        await expect_sign_in(other, "로그인 시간이 만료되었습니다")
        (known,) = [cookie["name"] for cookie in await context.cookies()]
        assert known.startswith("sunbeon_known_" if demo else "__Host-sunbeon_known_")
        # After a new sign-in, work can continue.
        await sign_in(other, password)
        await expect(other.locator("#choose")).to_be_visible()


async def test_a_console_is_signed_out_when_its_account_is_taken_away(store_url: str, tmp_path: Path) -> None:
    settings, clock = real(tmp_path, "admin", "clerk-passport"), MovableClock()
    clock.set(datetime(2026, 11, 23, 10, 0, tzinfo=KST))
    async with (
        running(store_url, clock, knows_its_url=True, **settings) as service,
        two_tabs(service, PASSWORD) as (first, second, _),
    ):
        await take(service)
        await first.locator("#next").click()
        await first.locator("[data-move=transfer]").click()
        await expect(first.locator("#transfer-dialog")).to_be_visible()
        write_access(settings["access_file"], "admin")
        await asyncio.gather(*(expect_sign_in(tab, "로그인 시간이 만료되었습니다") for tab in (first, second)))
        await expect(first.locator("#transfer-dialog")).to_be_hidden()
        await sign_in(first, PASSWORD)
        await expect(first.locator("#sign-in-problem")).to_contain_text("맞지 않습니다")


async def test_who_has_no_office_any_more_is_told_so(store_url: str, tmp_path: Path) -> None:
    """The office was taken out of the city, and the account is still there."""
    settings = real(tmp_path)
    write_access(settings["access_file"], "admin", "clerk-passport")
    text = settings["access_file"].read_text()
    settings["access_file"].write_text(text.replace('"passport"', '"atlantis"'))
    async with running(store_url, knows_its_url=True, **settings) as service, chromium() as browser:
        page = await browser.new_page(locale="ko-KR")
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{service.url}/console")
        await sign_in(page, PASSWORD)
        await expect_sign_in(page, "이 계정의 민원실이 이제 없습니다. 관리자에게 문의하세요.")
        assert errors == []


async def test_a_clerk_is_told_why_and_when_to_try_again(store_url: str, tmp_path: Path) -> None:
    settings = real(tmp_path)
    write_access(settings["access_file"], "clerk-passport", password="aaaaaaaa")
    async with running(store_url, StoppedClock(), knows_its_url=True, **settings) as service, chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"{service.url}/console?lang=en")
        problem = page.locator("#sign-in-problem")
        await sign_in(page, "aaaaaaaa")
        await expect(problem).to_contain_text("too weak")
        for _ in range(10):
            await service.http.post("/api/v1/session", json={"user": "clerk-passport", "password": "guess"})
        await sign_in(page, PASSWORD)
        await expect(problem).to_contain_text("Too many attempts. Please try again in 1 second.")
        await page.locator("lang-switch button", has_text="한국어").click()
        await expect(problem).to_contain_text("1초 후 다시 해 주세요")
