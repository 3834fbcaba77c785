"""Waits on screens: the same words everywhere, and what is asked of people who come late and of clerks."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.amended import Change, amend, waiting
from tests.browser.axe import violations
from tests.browser.injected import wait
from tests.browser.pages import CLERKS_PC, PHONE, focused, open_console
from tests.browser.support import chromium, other_site, seen_at
from tests.browser.test_kiosk_keys import SPEECH, said
from tests.support import Running

LATE = wait(155, 110, 205, served_today=0.4)
KIOSK = {"width": 1080, "height": 1920}


async def amended(browser: Browser, address: str, change: Change, size: dict[str, int] = PHONE) -> Page:
    context = await browser.new_context(locale="ko-KR", viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
    page = await context.new_page()
    await amend(page, change)
    await page.add_init_script(SPEECH)
    await page.goto(address)
    return page


async def numbers_given(service: Running) -> int | None:
    board = await service.http.board("passport")
    issued: int | None = board["counters"][0]["issued"]
    return issued


@pytest.mark.parametrize(
    ("said_of", "words"),
    [(wait(12, 8, 18), "약 12분 (8~18분)"), (wait(0, 0, 0, word="now"), "바로 호출"), (None, "아직 알 수 없음")],
    ids=["range", "now", "unknown"],
)
async def test_every_screen_says_a_wait_in_the_same_words(
    service: Running, said_of: dict[str, Any] | None, words: str
) -> None:
    for _ in range(4):
        await service.http.take("passport", "apply")
    ticket = await service.http.take("passport", "apply")
    await (await service.desk("passport", 1, "apply")).next()
    screens = {
        "/": ("[data-office=passport] [data-counter=apply] .wait", CLERKS_PC),
        "/booking": (".choice .wait >> nth=0", PHONE),
        f"/t/{ticket['id']}": ("#wait", PHONE),
        "/display/passport": ("[data-counter=apply] .wait", CLERKS_PC),
    }
    if said_of:
        # Where nothing else says what it is about, a wait that can't be said is left out.
        screens["/kiosk/passport"] = (".counter-wait >> nth=0", KIOSK)
        screens["/display/passport/1"] = (".sign-line >> nth=0", CLERKS_PC)
    async with chromium() as browser:
        for address, (selector, size) in screens.items():
            page = await amended(browser, service.url + address, waiting(said_of), size)
            await expect(page.locator(selector)).to_contain_text(words)
            assert await violations(page) == [], address
            await page.context.close()
        if said_of:
            script = f'<script src="{service.url}/widget.js" async></script>'
            with other_site(f'<html lang="ko">{script}<queue-widget office="passport">민원실</queue-widget>') as site:
                page = await amended(browser, site, waiting(said_of))
                await seen_at(page, "queue-widget", words)


async def test_a_page_that_is_heard_says_a_range_in_words(service: Running) -> None:
    ticket = await service.http.take("passport", "apply")
    async with chromium() as browser:
        page = await amended(browser, f"{service.url}/t/{ticket['id']}", waiting(wait(12, 8, 18)))
        await expect(page.locator("#wait [aria-hidden]")).to_have_text("약 12분 (8~18분)")
        await expect(page.locator("#wait .visually-hidden")).to_have_text("약 12분, 8분에서 18분 사이")


async def test_booking_asks_before_a_number_that_may_not_be_called_today(service: Running) -> None:
    async with chromium() as browser:
        page = await amended(browser, f"{service.url}/booking?office=passport&counter=apply", waiting(LATE))
        await expect(page.locator("[name=counter]:checked")).to_have_count(1)
        await expect(page.locator(".choice-more").first).to_have_text("오늘 순서가 올 가능성 약 40%")
        sheet = page.locator("#late-dialog")
        await page.locator("#take").press("Enter")
        await expect(sheet).to_contain_text("업무 시간 안에 순서가 오지 않을 수 있습니다")
        await expect(sheet.locator("[value=leave]")).to_be_focused()
        await expect(page.locator("#late-chance")).to_have_text("오늘 순서가 올 가능성 약 40%")
        assert await violations(page) == []
        await page.keyboard.press("Enter")
        await expect(sheet).to_be_hidden()
        # Then it is shown when it is quiet there.
        await expect(page.locator("#quiet-hours summary")).to_be_focused()
        assert await numbers_given(service) is None
        await page.locator("#take").press("Enter")
        await expect(sheet).to_be_visible()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/t/*")
        assert await numbers_given(service) == 101


async def test_the_kiosk_asks_aloud_and_by_keys_and_takes_the_question_back(service: Running) -> None:
    async with chromium() as browser:
        page = await amended(browser, f"{service.url}/kiosk/passport", waiting(LATE), KIOSK)
        await expect(page.locator("#counters [aria-disabled=false]").first).to_be_visible()
        await page.keyboard.press("F2")
        await page.keyboard.press("ArrowDown")
        await said(page, "^여권 접수, 대기 없음, 약 155분, 110분에서 205분 사이, 오늘 순서 가능성 40퍼센트$")
        await page.keyboard.press("Enter")
        await said(page, "업무 시간 안에 순서가 오지 않을 수 있습니다\\. 오늘 순서가 올 가능성 약 40퍼센트")
        sheet = page.locator("#late-dialog")
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await expect(sheet).to_be_hidden()
        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowDown")
        await said(page, "^그래도 번호표 받기$")
        await page.keyboard.press("Enter")
        await expect(page.locator("#result-number")).to_have_text("101")
        await expect(page.locator("#result-notes [aria-hidden]")).to_have_text("오늘 순서가 올 가능성 약 40%")

        # Who walks away leaves no question and no number to the next person.
        await page.clock.install()
        await page.clock.pause_at(datetime.now() + timedelta(hours=1))
        await page.keyboard.press("Home")
        await expect(page.locator("#start")).to_be_visible()
        await page.locator("#counters button").first.click()
        await expect(sheet).to_be_visible()
        await page.clock.run_for(61_000)
        await expect(sheet).to_be_hidden()
        assert await numbers_given(service) == 101


def forgetful(facts: dict[str, Any]) -> None:
    """Every ticket at a window has been there much longer than such tickets take."""
    for window in facts.get("windows", []):
        if "line" in window:
            window["forgotten"] = window["state"] == "serving"


async def asked_about(question: Locator, number: int) -> None:
    await expect(question).to_be_visible()
    await expect(question).to_have_text(re.compile(rf"{number}번이 \d+분째 창구에 있습니다. 끝났나요\?"))


async def test_a_clerk_is_asked_about_a_forgotten_finish_and_goes_on_as_ever(service: Running) -> None:
    for _ in range(4):
        await service.http.take("passport", "apply")
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1, change=forgetful)
        question, number = page.locator("#forgotten"), page.locator("#number")
        for called in (101, 102):
            # The space bar is "next" whether or not something is asked.
            await expect(page.locator("#next")).to_have_attribute("aria-disabled", "false")
            await page.keyboard.press("Space")
            await expect(number).to_have_text(str(called))
            await asked_about(question, called)
            assert await focused(page) == "next"
        assert await violations(page) == []
        await page.locator("#forgotten-still").press("Enter")
        await expect(question).to_be_hidden()
        assert await focused(page) == "next"
        await page.reload()
        await expect(number).to_have_text("102")
        await expect(question).to_be_hidden()

        await expect(page.locator("#next")).to_have_attribute("aria-disabled", "false")
        await page.locator("#next").click()
        await asked_about(question, 103)
        await expect(page.locator("#forgotten-done")).to_have_attribute("aria-disabled", "false")
        await page.locator("#forgotten-done").click()
        await expect(page.locator("#staff-view")).to_have_attribute("data-state", "idle")
        await expect(question).to_be_hidden()
        assert await focused(page) == "next"


async def test_the_console_says_what_people_are_told(service: Running) -> None:
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1, change=waiting(wait(12, 8, 18)))
        told = page.locator(".counter-told").first
        await expect(told).to_have_text("0명 대기 · 안내: 약 12분 (8~18분)")
