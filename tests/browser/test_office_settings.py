"""What the office's staff set in the console is on its boards, and people read it where they take a number."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.pages import CLERKS_PC, PHONE, focused, open_console, open_page
from tests.browser.support import chromium
from tests.support import Running


async def choose_language(page: Page, lang: str) -> None:
    await page.locator(f"lang-switch button[lang={lang}]").dispatch_event("click")
    await expect(page.locator("html")).to_have_attribute("lang", lang)


async def passes_axe(page: Page, dialog: str) -> None:
    """In Korean and English, on a PC and on a phone, nothing is found, and nothing stands out of the dialog."""
    for size in (PHONE, CLERKS_PC):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for lang in ("en", "ko"):
            await choose_language(page, lang)
            assert await violations(page) == [], (size, lang)
            assert await page.locator(dialog).evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth"), lang


async def test_notices_are_written_changed_and_taken_down(service: Running) -> None:
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        await page.locator("#office-open").press("Enter")
        await expect(page.locator("#notices-none")).to_be_visible()
        await page.locator("#notices-add").press("Enter")
        # Keys are the text's, and no shortcuts.
        await page.keyboard.type("fac 점심시간 12-13시")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Lunch 12 to 1")
        preview = page.locator("#notices-preview .notice span")
        await expect(preview).to_have_text(["fac 점심시간 12-13시", "Lunch 12 to 1"])
        await expect(page.locator("#notices-told")).to_have_text("아직 화면에 반영하지 않았습니다.")
        assert (await service.http.board("passport"))["notices"] == []
        await passes_axe(page, "#office-dialog")
        until = (service.clock() + timedelta(days=1)).strftime("%Y-%m-%dT13:00")
        await page.locator('[data-part="until"]').fill(until)
        await page.locator("#notices-save").press("Enter")
        await expect(page.locator("#notices-told")).to_have_text("화면에 반영했습니다.")
        (notice,) = (await service.http.board("passport"))["notices"]
        assert notice == {"ko": "fac 점심시간 12-13시", "en": "Lunch 12 to 1", "until": f"{until}:00+09:00"}

        # Somebody else writes meanwhile: whoever is writing is told, and whoever is not sees it.
        await page.locator('[data-part="ko"]').fill("점심시간")
        await put(service, "notices", [{"ko": "주차장 공사", "en": "Car park closed", "until": None}])
        await expect(page.locator("#notices-told")).to_have_text(re.compile("그 사이에 화면의 안내가 바뀌었습니다"))
        await page.locator("#office-dialog-close").press("Enter")
        assert await focused(page) == "office-open"
        await page.locator("#office-open").press("Enter")
        await expect(page.locator('[data-part="ko"]')).to_have_value("주차장 공사")
        await put(service, "notices", [{"ko": "공사 끝", "en": "Open again", "until": None}])
        await expect(page.locator('[data-part="ko"]')).to_have_value("공사 끝")
        await page.locator(".line-remove").press("Enter")
        assert await focused(page) == "notices-add"
        await page.locator("#notices-save").press("Enter")
        await expect(page.locator("#notices-told")).to_have_text("화면에 반영했습니다.")
        assert (await service.http.board("passport"))["notices"] == []


async def put(service: Running, what: str, body: Any) -> None:
    staff = await service.http.sign_in("clerk-passport")
    answer = await service.http.put(f"/api/v1/offices/passport/{what}", json=body, headers=staff)
    assert answer.status_code == 200, answer.text


async def test_the_lobbys_settings_are_set(service: Running) -> None:
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        await page.locator("#office-open").click()
        voice = page.locator("#lobby-voice .ordered-row", has_text="English")
        await voice.locator("input").check()
        await voice.locator("button").press("Enter")
        await expect(voice.locator("button")).to_be_focused()
        await page.locator("#lobby-volume").fill("35")
        await page.locator("#quiet-add").press("Enter")
        end = page.locator('.quiet-row [data-part="to"]')
        await end.fill("11:00")
        assert (
            await end.evaluate("input => input.validationMessage") == "끝나는 시각이 시작하는 시각보다 늦어야 합니다."
        )
        await end.fill("13:30")
        await page.locator("#lobby-qr").uncheck()
        await page.locator("#lobby-nearby").uncheck()
        await passes_axe(page, "#office-dialog")
        save = page.locator("#lobby-form [type=submit]")
        await save.press("Enter")
        await expect(page.locator("#lobby-told")).to_have_text("화면에 반영했습니다.")
        assert (await service.http.board("passport"))["lobby"] == {
            "languages": ["ko", "en"],
            "voice": ["en", "ko"],
            "volume": 35,
            "quiet_hours": [["12:00", "13:30"]],
            "qr": False,
            "nearby": False,
        }
        for language in ("한국어", "English"):
            await page.locator("#lobby-languages").get_by_label(language, exact=True).uncheck()
        await save.press("Enter")
        await expect(page.locator("#lobby-told")).to_have_text("보여 줄 언어를 하나 이상 골라 주세요.")
        # A session that is over leads to the sign-in.
        await page.context.clear_cookies()
        await page.locator("#lobby-languages input").first.check()
        await save.press("Enter")
        await expect(page.locator("#sign-in")).to_be_visible()
        await expect(page.locator("#office-dialog")).to_be_hidden()


async def test_a_pause_says_why_and_a_limit_says_how_many_are_left(service: Running) -> None:
    async with chromium() as browser:
        page = await open_console(browser, service.url, "passport", 1)
        kiosk = await open_page(browser, f"{service.url}/kiosk/passport", {"width": 1080, "height": 1920})
        booking = await open_page(browser, f"{service.url}/booking", PHONE)
        city = await open_page(browser, service.url, CLERKS_PC)
        on_kiosk = kiosk.locator(".counter", has_text="여권 접수").locator(".counter-line")
        on_booking = booking.locator(".choice", has=booking.locator("[value='passport/apply']"))
        on_city = city.locator("[data-office=passport] [data-counter=apply]")
        more = page.locator("#ticketing .counter-row", has_text="여권 접수")

        async def in_dialog(do: Callable[[], Any]) -> None:
            await more.locator(".more").press("Enter")
            await do()
            # For a moment after a request, another one does nothing.
            await expect(more.locator(".more")).to_have_attribute("aria-disabled", "false")

        await more.locator(".more").press("Enter")
        await page.get_by_label("직접 적기").check()
        await passes_axe(page, "#counter-dialog")
        await page.keyboard.press("Escape")
        await expect(more.locator(".more")).to_be_focused()

        async def lunch() -> None:
            await page.get_by_label("점심 교대").check()
            await page.locator("#reason-form button").press("Enter")

        await in_dialog(lunch)
        await expect(more.locator(".counter-more")).to_have_text("점심 교대")
        await expect(on_kiosk).to_have_text("번호표 발급 중지 · 점심 교대")
        await expect(on_booking).to_contain_text("점심 교대")
        await expect(on_city).to_contain_text("점심 교대")
        await choose_language(kiosk, "zh")
        await expect(kiosk.locator(".counter").first).to_contain_text("Lunch shift")
        await choose_language(kiosk, "ko")

        async def another() -> None:
            # It begins with what is said now.
            await expect(page.get_by_label("점심 교대")).to_be_checked()
            await page.get_by_label("직접 적기").check()
            await page.locator("#reason-ko").fill("민방위 훈련")
            await page.locator("#reason-en").fill("Civil defence drill")
            await page.locator("#reason-form button").press("Enter")

        await in_dialog(another)
        await expect(on_kiosk).to_have_text("번호표 발급 중지 · 민방위 훈련")
        await more.locator(".all").press("Enter")
        await expect(on_kiosk).to_have_text("대기 없음")
        await expect(more.locator(".more")).to_have_attribute("aria-disabled", "false")

        async def two_more() -> None:
            await page.locator("#limit-more").fill("2")
            await page.locator("#limit-form button").first.press("Enter")

        await in_dialog(two_more)
        for place in (on_kiosk, on_booking, on_city, more):
            await expect(place).to_contain_text("오늘 2장 남음")
        await service.http.take("passport", "apply")
        await expect(on_kiosk).to_have_text("1명 대기 · 오늘 1장 남음")
        await service.http.take("passport", "apply")
        for place in (on_kiosk, on_booking, on_city):
            await expect(place).to_contain_text("오늘 접수 마감")
        await expect(more).to_contain_text("오늘 마감")
        await in_dialog(lambda: page.locator("#limit-clear").press("Enter"))
        await expect(on_kiosk).to_have_text("2명 대기")
