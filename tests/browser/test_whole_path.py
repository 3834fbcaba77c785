"""A number is taken and called, and every screen shows it: all of them open at once, in real Chromium."""

import asyncio
import os
import signal
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.support import chromium, other_site, seen_at, watch_console
from tests.support import DEVICE, ServiceProcess, frozen, service_process

HOST_PAGE = """<!doctype html><meta charset="utf-8"><title>시청 홈페이지</title>
<script src="{url}/widget.js" async></script><queue-widget office="passport" lang="ko">여권민원실</queue-widget>"""


@dataclass
class Screens:
    """Every page of the service, open at once."""

    kiosk: Page
    console: Page
    display: Page
    widget: Page
    city: Page
    ticket: Page
    mine: int
    errors: dict[str, list[str]]

    async def show(self, called: int, waiting: int, ahead: int) -> dict[str, float]:
        """When each screen shows the call (ms since the epoch)."""
        wanted = {
            "kiosk": (self.kiosk, "#counters li:first-child", f"{waiting}명"),
            "console": (self.console, "#number", str(called)),
            "display": (self.display, "#windows", str(called)),
            "widget": (self.widget, "queue-widget", str(called)),
            "city": (self.city, "main", f"{called}번 호출"),
            "ticket": (self.ticket, "#ahead-count", str(ahead)),
        }
        moments = await asyncio.gather(*(seen_at(*look) for look in wanted.values()))
        return dict(zip(wanted, moments, strict=True))


def take(url: str, **body: str) -> int:
    path = f"{url}/api/v1/offices/passport/counters/apply/tickets"
    number: int = httpx.post(path, json=body, headers=DEVICE).raise_for_status().json()["number"]
    return number


@asynccontextmanager
async def all_screens(browser: Browser, url: str) -> AsyncIterator[Screens]:
    """Opens every page as its user would: a walk-in at the kiosk, someone at home, a clerk, a lobby, two websites."""
    errors: dict[str, list[str]] = {}

    async def open_page(name: str, address: str, width: int, height: int) -> Page:
        context = await browser.new_context(locale="ko-KR", viewport={"width": width, "height": height})
        page = await context.new_page()
        errors[name] = watch_console(page)
        await page.goto(address)
        return page

    with other_site(HOST_PAGE.format(url=url)) as foreign:
        display = await open_page("display", f"{url}/display/passport", 1920, 1080)
        city = await open_page("city", f"{url}/", 1440, 900)
        widget = await open_page("widget", foreign, 800, 600)
        kiosk = await open_page("kiosk", f"{url}/kiosk/passport", 1080, 1920)

        await kiosk.locator("#counters button").first.click()
        await expect(kiosk.locator("#result-number")).to_have_text("101")
        await kiosk.locator("#result-done").click()
        for _ in range(4):
            take(url)

        ticket = await open_page("ticket", f"{url}/booking?office=passport&counter=apply", 390, 844)
        # The counter of the address is chosen once its board has come.
        await expect(ticket.locator('input[name="counter"]:checked')).to_have_value("passport/apply")
        await ticket.locator("#take").click()
        await ticket.wait_for_url("**/t/*")
        await expect(ticket.locator("#number")).to_have_text("106")

        console = await open_page("console", f"{url}/console", 1366, 768)
        await console.locator("#user-name").fill("clerk-passport")
        await console.locator("#password").fill("sunbeon")
        await console.locator("#sign-in-button").click()
        await console.locator("#windows input").first.check()
        await console.locator("#open").click()
        await expect(console.locator("#next")).to_be_visible()
        yield Screens(kiosk, console, display, widget, city, ticket, 106, errors)


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_every_screen_shows_a_call_within_a_second(tmp_path: Path, workers: str) -> None:
    with service_process(tmp_path, SUNBEON_WORKERS=workers) as service:
        async with chromium() as browser, all_screens(browser, service.url) as screens:
            took: dict[str, list[float]] = {}
            for press, number in enumerate(range(101, 106)):
                showing = asyncio.create_task(screens.show(number, waiting=5 - press, ahead=4 - press))
                await asyncio.sleep(0)
                pressed = await screens.console.evaluate("document.querySelector('#next').click(), Date.now()")
                for name, moment in (await showing).items():
                    took.setdefault(name, []).append(moment - pressed)
                await expect(screens.console.locator("#next")).to_be_enabled()
            late = {name: times for name, times in took.items() if statistics.median(times) > 1000}
            assert not late, took
            # Asked before anyone has signed in, GET /session says 401.
            screens.errors["console"] = [e for e in screens.errors["console"] if "401" not in e]
            assert screens.errors == {name: [] for name in screens.errors}


async def test_every_screen_is_right_again_after_restarts(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        port = service.url.rsplit(":", 1)[1]
        service.environment["SUNBEON_PORT"] = port
        async with chromium() as browser, all_screens(browser, service.url) as screens:
            await screens.console.locator("#next").click()
            await screens.show(101, waiting=5, ahead=4)

            os.kill(service.store_pid(), signal.SIGKILL)
            await press_until_it_works(screens.console, 102)
            await screens.show(102, waiting=4, ahead=3)

            await asyncio.to_thread(service.stop, signal.SIGKILL)
            await expect(screens.display.locator("#stale-0")).to_be_visible(timeout=30_000)
            await asyncio.to_thread(service.start)
            call_next(service, finished=102)
            await screens.show(103, waiting=3, ahead=2)


OLD = "초 전"
"""How old facts are, in every screen's notice."""


async def test_every_screen_says_how_old_its_facts_are(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        async with chromium() as browser, all_screens(browser, service.url) as screens:
            booking = await (await browser.new_context(locale="ko-KR")).new_page()
            await booking.goto(f"{service.url}/booking")
            notices = {
                "kiosk": screens.kiosk.locator("#stale"),
                "console": screens.console.locator("#stale"),
                "display": screens.display.locator("#stale-0"),
                "widget": screens.widget.locator("queue-widget .stale"),
                "city": screens.city.locator("#stale"),
                "ticket": screens.ticket.locator("#stale"),
                "booking": booking.locator("#stale"),
            }
            for notice in notices.values():
                await expect(notice).to_be_hidden()
            # The lines stay open and silent, so only the frames can tell.
            with frozen(service.store_pid()):
                for notice in notices.values():
                    await expect(notice).to_contain_text(OLD)
            for notice in notices.values():
                await expect(notice).to_be_hidden()
            # The lines are dead without an error. Clients with a beat notice the silence.
            assert service.process
            with frozen(service.process.pid):
                for name in ("display", "console", "kiosk"):
                    await expect(notices[name]).to_contain_text(OLD)
            call_next(service, finished=None)
            await screens.show(101, waiting=5, ahead=4)
            for notice in notices.values():
                await expect(notice).to_be_hidden()


async def press_until_it_works(console: Page, number: int) -> None:
    """Presses as a clerk would: again, if the console says that the queue can't be reached."""
    for _ in range(20):
        await console.locator("#next").click(timeout=15_000)
        try:
            await expect(console.locator("#number")).to_contain_text(str(number), timeout=1000)
            return
        except AssertionError:
            continue
    raise AssertionError(f"{number} was never called")


def call_next(service: ServiceProcess, finished: int | None) -> None:
    """A press at window 1 by another client than the open console."""
    user = {"user": "clerk-passport", "password": "sunbeon"}
    token = httpx.post(f"{service.url}/api/v1/session", json=user).raise_for_status().json()["token"]
    httpx.post(
        f"{service.url}/api/v1/offices/passport/windows/1/next",
        json={"finished": finished},
        headers={"Authorization": f"Bearer {token}"},
    ).raise_for_status()
