"""axe-core finds nothing on any page, in any state that other tests do not look at already, in every language.

What these look at: console with many tickets (test_console.py) and its dialogs (test_office_settings.py), kiosk while
closed and while it reads aloud (test_kiosk.py, test_kiosk_keys.py), lobby boards (test_lobby.py), waits and what is
asked because of them (test_waits.py), pages of an edited city (test_edited_city.py), the pages of addresses
(test_start.py).
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from service.web.languages import languages
from tests.browser.axe import violations
from tests.browser.pages import CLERKS_PC, PHONE, open_console, open_page
from tests.browser.support import chromium, other_site, seen_at
from tests.support import DEVICE, Running

BOTH = ("ko", "en")


async def passes(page: Page, state: str, langs: tuple[str, ...] = BOTH) -> None:
    """Nothing is found in these languages, Korean last. An open dialog covers the switch: a click reaches it all the
    same."""
    for lang in sorted(langs, key="ko".__eq__):
        switch = page.locator(f"lang-switch button[lang={lang}]")
        await switch.dispatch_event("click")
        await expect(page.locator("html")).to_have_attribute("lang", lang)
        found = await violations(page)
        assert found == [], (state, lang)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (state, lang)


async def never(_: Route) -> None:
    """Leaves a request without an answer."""


@asynccontextmanager
async def opened(browser: Browser, address: str, size: dict[str, int] = PHONE, **options: Any) -> AsyncIterator[Page]:
    page = await open_page(browser, address, size, reduced_motion="reduce", **options)
    yield page
    await page.context.close()


async def test_every_state_of_a_ticket(service: Running) -> None:
    http = service.http
    desk = await service.desk("passport", 1, "apply")

    async def online(*, arrived: bool = True) -> dict[str, Any]:
        ticket = await http.take("passport", "apply", channel="online")
        if arrived:
            await http.post(f"/api/v1/tickets/{ticket['id']}/arrive", headers=DEVICE)
        return ticket

    async def called(move: str | None) -> dict[str, Any]:
        ticket = await online()
        desk.at_window = None
        assert await desk.next() == ticket["number"]
        if move:
            await desk.post(move)
        return ticket

    states = {
        state: await called(move) for state, move in (("held", "hold"), ("no-show", "no-show"), ("served", "finish"))
    }
    states["cancelled"] = await online()
    await http.delete(f"/api/v1/tickets/{states['cancelled']['id']}")
    # Its turn comes before its holder does.
    states["passed"] = await online(arrived=False)
    states["called again"] = await called("recall")
    states["next"] = await online()
    states["soon"] = await online()
    for _ in range(6):
        await http.take("passport", "apply")
    states["waiting"], states["away"] = await online(), await online(arrived=False)
    async with chromium() as browser:
        for state, ticket in states.items():
            async with opened(browser, f"{service.url}/t/{ticket['id']}") as page:
                await expect(page.locator("#ticket")).to_be_visible()
                await passes(page, state, tuple(languages()) if state == "waiting" else BOTH)
                if state == "away":
                    await page.locator("#cancel").click()
                    await passes(page, "asked whether to cancel")
        async with opened(browser, f"{service.url}/t/nobody") as page:
            await passes(page, "an unknown ticket", tuple(languages()))
        service.clock.move(days=1)
        async with opened(browser, f"{service.url}/t/{states['waiting']['id']}") as page:
            await expect(page.locator("#ticket")).to_be_visible()
            await passes(page, "expired")


async def test_every_state_of_the_pages_for_citizens(service: Running) -> None:
    staff = await service.http.sign_in("clerk-passport")
    office = "/api/v1/offices/passport"
    reason = {"ko": "전산 점검", "en": "System check"}
    await service.http.post(f"{office}/counters/pickup/pause", json={"reason": reason}, headers=staff)
    await service.http.post(f"{office}/counters/apply/limit", json={"more": 5}, headers=staff)
    notice = {"ko": "점심시간 12-13시", "en": "Lunch 12 to 1", "until": None}
    await service.http.put(f"{office}/notices", json=[notice] * 3, headers=staff)
    await service.desk("passport", 1, "apply")
    async with chromium() as browser:
        for size in (PHONE, CLERKS_PC):
            async with opened(browser, service.url, size) as page:
                await expect(page.locator("[data-office=passport] .notice").first).to_be_visible()
                await page.locator("details").evaluate_all("all => all.forEach(details => (details.open = true))")
                await passes(page, f"the city at {size['width']}", tuple(languages()))
        async with opened(browser, service.url) as page:
            if await (more := page.locator("#more-filters")).is_visible():
                await more.click()
            await page.locator("#search").fill("아무데도 없는 곳")
            await passes(page, "the city without a match")
            await page.context.set_offline(True)
            await expect(page.locator("#stale")).to_be_visible()
            # Without a line no other language can be read.
            assert await violations(page) == []
        async with opened(browser, f"{service.url}/booking") as page:
            await expect(page.locator(".choice").first).to_be_visible()
            await passes(page, "booking", tuple(languages()))
            await page.locator("[value='passport/apply']").check()
            await page.route("**/tickets", never)
            await page.locator("#take").click()
            await expect(page.locator("#asking")).to_be_visible()
            await passes(page, "booking, without an answer yet")
        await service.http.post(f"{office}/counters/apply/limit", json={"more": 0}, headers=staff)
        async with opened(browser, f"{service.url}/booking") as page:
            await expect(page.locator(".choice").first).to_contain_text("오늘 접수 마감")
            await page.locator("#take").click()
            await expect(page.locator("#problem")).to_be_visible()
            await passes(page, "booking, refused")
        async with opened(browser, f"{service.url}/docs", CLERKS_PC) as page:
            await expect(page.locator(".opblock").first).to_be_visible()
            await passes(page, "the API's documentation", tuple(languages()))
        html = (
            '<!doctype html><html lang="ko"><title>시청</title><main><h1>시청</h1>'
            f'<script src="{service.url}/widget.js" async></script>'
            '<queue-widget office="passport" lang="{lang}">민원실</queue-widget></main>'
        )
        for lang, name in (("ko", "여권민원실"), ("en", "Passport Office"), ("vi", "Passport Office")):
            with other_site(html.replace("{lang}", lang)) as site:
                async with opened(browser, site) as page:
                    await seen_at(page, "queue-widget", name)
                    assert await violations(page) == [], f"the widget in {lang}"


async def test_every_state_of_the_console(service: Running) -> None:
    for priority in ("none", "elderly"):
        await service.http.take("passport", "apply", priority=priority)
    await service.http.take("passport", "apply", channel="online", priority="pregnant")
    async with chromium() as browser:
        async with opened(browser, f"{service.url}/console", CLERKS_PC) as page:
            await passes(page, "sign-in", tuple(languages()))
            await page.locator("#user-name").fill("clerk-passport")
            await page.locator("#password").fill("wrong")
            await page.locator("#sign-in-button").click()
            await expect(page.locator("#sign-in-problem")).to_be_visible()
            await passes(page, "a wrong password")
            await page.locator("#password").fill("sunbeon")
            await page.locator("#sign-in-button").click()
            await expect(page.locator("#choose")).to_be_visible()
            await passes(page, "a choice of windows", tuple(languages()))
            for counter in await page.locator("#counters input").all():
                await counter.uncheck()
            await page.locator("#open").click()
            await expect(page.locator("#choose-problem")).to_be_visible()
            await passes(page, "no counter chosen")
        page = await open_console(browser, service.url, "passport", 4)
        await passes(page, "an idle window", tuple(languages()))
        await page.locator("#next").click()
        await expect(page.locator("#number")).to_have_text("102")
        await expect(page.locator("#next")).to_have_attribute("aria-disabled", "false")
        await page.keyboard.press("c")
        await expect(page.locator("#told")).to_have_text(re.compile("창구에 사람이 있습니다"))
        await passes(page, "somebody at the window")
        await page.locator('[data-move="transfer"]').click()
        await expect(page.locator("#transfer-dialog")).to_be_visible()
        await passes(page, "a transfer")


async def test_every_state_of_the_kiosk(service: Running) -> None:
    staff = await service.http.sign_in("clerk-passport")
    reason = {"ko": "전산 점검", "en": "System check"}
    for move, body in (("pickup/pause", {"reason": reason}), ("apply/limit", {"more": 5})):
        path = f"/api/v1/offices/passport/counters/{move}"
        assert (await service.http.post(path, json=body, headers=staff)).status_code == 200
    async with chromium() as browser:
        async with opened(browser, f"{service.url}/kiosk/passport", {"width": 1080, "height": 1920}) as page:
            await page.evaluate("window.print = () => {}")
            await expect(page.locator("#counters [aria-disabled=true]")).to_have_count(1)
            await passes(page, "start", tuple(languages()))
            await page.locator("#priority-ask").click()
            await passes(page, "priority")
            await page.locator("#priority-dialog button[value=pregnant]").click()
            await passes(page, "priority chosen")
            await page.route("**/tickets", never)
            await page.locator("#counters button").first.click()
            await expect(page.locator("#issuing-slow")).not_to_be_empty()
            await passes(page, "no answer yet")
        async with opened(browser, f"{service.url}/kiosk/passport", {"width": 1080, "height": 1920}) as page:
            await page.evaluate("window.print = () => {}")
            await page.locator("#counters button").first.click()
            await page.locator("#result-more").click()
            await passes(page, "the number", tuple(languages()))
            await page.locator("#result-done").click()
            await page.route("**/tickets", lambda route: route.fulfill(status=409, json={"code": "limit_reached"}))
            await page.locator("#counters button[aria-disabled=false]").click()
            await expect(page.locator("#message-text")).to_contain_text("오늘 접수를 마쳤습니다")
            await passes(page, "refused")
            await page.locator("#staff").click()
            await page.locator("#key").fill("no such key")
            await page.locator("#setup-form .primary").click()
            await expect(page.locator("#setup-problem")).to_be_visible()
            await passes(page, "a wrong key")
