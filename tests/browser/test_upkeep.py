"""A lobby screen that nobody touches: orders, standstill, a start without network, sleep, midnight, night."""

import asyncio
import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Error, Page, expect

from service.domain.hours import KST
from tests.browser.axe import violations
from tests.browser.halls import PASSWORD, city_file, clock_at, real_desks, real_thing, take
from tests.browser.reading import box, faults
from tests.browser.support import chromium
from tests.support import Running, running, service_process

WALL = {"width": 1920, "height": 1080}

MOVE_MS = 3 * 60_000
"""How often the layout moves."""

KEY = """localStorage.setItem('sunbeon.screen', JSON.stringify({ key: 'demo-screen', name: 'hall' }));"""

NO_FRAMES = "globalThis.requestAnimationFrame = () => 0;"

LOADS = "sessionStorage.setItem('loads', Number(sessionStorage.getItem('loads') ?? 0) + 1);"
"""Counts how often a page was loaded, in a script that runs before its own."""


async def open_wall(browser: Browser, url: str, office: str, *scripts: str, **options: Any) -> Page:
    context = await browser.new_context(locale="ko-KR", viewport=WALL, **options)
    for script in scripts:
        await context.add_init_script(script)
    page = await context.new_page()
    await page.goto(f"{url}/display/{office}")
    return page


async def loads(page: Page) -> int:
    return int(await page.evaluate("sessionStorage.getItem('loads')"))


class Staff:
    """A clerk who looks after the screens."""

    def __init__(self, service: Running, office: str) -> None:
        self._http = service.http
        self._path = f"/api/v1/offices/{office}/screens"
        self._office = office
        self._headers: dict[str, str] = {}

    async def screens(self) -> list[dict[str, Any]]:
        self._headers = self._headers or await self._http.sign_in(f"clerk-{self._office}")
        answer = await self._http.get(self._path, headers=self._headers)
        screens: list[dict[str, Any]] = answer.raise_for_status().json()["screens"]
        return screens

    async def sees(self, **wanted: Any) -> None:
        """Waits until the only screen is so."""
        until = asyncio.get_running_loop().time() + 90
        found = await self.screens()
        while not any(wanted.items() <= screen.items() for screen in found):
            assert asyncio.get_running_loop().time() < until, found
            await asyncio.sleep(0.2)
            found = await self.screens()

    async def order(self, kind: str) -> None:
        (screen,) = await self.screens()
        path = f"{self._path}/{screen['id']}/orders"
        (await self._http.post(path, json={"order": kind}, headers=self._headers)).raise_for_status()


async def test_a_screen_gets_its_key_reports_and_does_what_is_ordered(service: Running) -> None:
    staff = Staff(service, "passport")
    desk = await service.desk("passport", 1, "apply")
    for _ in range(2):
        await service.http.take("passport", "apply")
    async with chromium() as browser:
        page = await open_wall(browser, service.url, "passport#setup", LOADS)
        await page.locator("#setup-name").fill("입구 TV")
        await page.locator("#setup-key").fill("demo-device")
        await page.locator("dialog .primary").click()
        await expect(page.locator("dialog .problem")).to_contain_text("화면용 키를 입력해 주세요")
        assert await violations(page) == []
        await page.locator("#setup-key").fill("demo-screen")
        await page.locator("dialog .primary").click()
        # The key is kept, so that the same address asks for it no more.
        await expect(page.locator("#wall")).to_be_visible()
        await staff.sees(id="입구 TV", current_build=True, viewport=WALL | {"scale": 1})
        await expect(page.locator("dialog")).to_have_count(0)

        await staff.order("identify")
        await expect(page.locator(".upkeep-name strong")).to_have_text("입구 TV")
        assert await violations(page) == []
        # A call is more important.
        await desk.next()
        await expect(page.locator("#cards .card-number")).to_have_text("101")
        await expect(page.locator(".upkeep-name")).to_have_count(0)

        await staff.order("test_call")
        await expect(page.locator(".upkeep-test")).to_contain_text("시험 호출")
        assert await violations(page) == []
        before = await loads(page)
        async with page.expect_event("load"):
            await staff.order("reload")
        await expect(page.locator("#cards .card-number")).to_have_text("101")
        # Orders that come after it find it done: it was carried out once.
        await staff.order("identify")
        await expect(page.locator(".upkeep-name")).to_be_visible()
        assert await loads(page) == before + 1


async def test_a_page_that_draws_no_frames_is_reloaded_three_times_and_then_says_so(service: Running) -> None:
    staff = Staff(service, "passport")
    async with chromium() as browser:
        context = await browser.new_context(locale="ko-KR", viewport=WALL)
        page = await context.new_page()
        await page.clock.install()
        for script in (KEY, LOADS, NO_FRAMES):
            await page.add_init_script(script)
        await page.goto(f"{service.url}/display/passport")
        for reload in range(1, 4):
            await staff.sees(reloads=reload - 1)
            async with page.expect_event("load"):
                await page.clock.run_for(21_000)
        await staff.sees(reloads=3)
        # It is not reloaded once more, and its reports say since when no frame was drawn.
        for _ in range(4):
            await page.clock.run_for(21_000)
        await expect(page.locator(".upkeep-problem")).to_contain_text("화면이 갱신되지 않습니다")
        await staff.sees(condition="not_painting", reloads=3)
        assert await loads(page) == 4


async def kept_addresses(page: Page) -> dict[str, list[str]]:
    """What the browser keeps, by the names of its caches."""
    return dict(
        await page.evaluate(
            """async () => Promise.all((await caches.keys()).map(async name => {
              const kept = await (await caches.open(name)).keys();
              return [name, kept.map(request => new URL(request.url).pathname)];
            }))"""
        )
    )


async def until_kept(page: Page, build: str) -> dict[str, list[str]]:
    """Waits until the browser keeps the files of a build, and of no other."""
    async with asyncio.timeout(60):
        while True:
            kept = await kept_addresses(page)
            controlled = await page.evaluate("navigator.serviceWorker.controller !== null")
            if controlled and kept.keys() == {f"display-{build}"}:
                return kept
            await asyncio.sleep(0.1)


async def build_of(page: Page) -> str:
    build = await page.locator('meta[name="build"]').get_attribute("content")
    assert build
    return build


async def test_a_screen_starts_without_network_waits_and_never_runs_old_code(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        service.environment["SUNBEON_PORT"] = service.url.rsplit(":", 1)[1]
        async with chromium() as browser:
            page = await open_wall(browser, service.url, "passport")
            await expect(page.locator("#wall")).to_be_visible()
            first = await build_of(page)
            (kept,) = (await until_kept(page, first)).values()
            assert not [address for address in kept if not re.match(r"/static/|/display/shell\.html$", address)]

            # The screen is switched on before the service is there.
            await asyncio.to_thread(service.stop)
            await page.close()
            page = await page.context.new_page()
            await page.goto(f"{service.url}/display/howon1")
            await expect(page.locator("#message")).to_contain_text("연결되면 저절로 시작합니다")
            await expect(page.locator("#message")).to_contain_text("The board starts by itself")
            await expect(page.locator("#time")).not_to_be_empty()
            assert await faults(page, needed=["#message", "#time"]) == []
            assert await violations(page) == []
            await asyncio.to_thread(service.start, 60)
            await expect(page.locator("#wall")).to_be_visible(timeout=60_000)
            await expect(page.locator("#office")).to_contain_text("호원1동")

            # An update: the next load runs the new page, and keeps nothing of the old one.
            await asyncio.to_thread(service.stop)
            service.environment["SUNBEON_DEMO_LIFE"] = "1"
            await asyncio.to_thread(service.start, 60)
            await page.reload()
            second = await build_of(page)
            assert second != first
            await expect(page.locator("#wall")).to_be_visible()
            await until_kept(page, second)

            # Other pages are not touched: without a service, the browser says so.
            await asyncio.to_thread(service.stop)
            await page.reload()
            assert await build_of(page) == second
            with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
                await page.goto(f"{service.url}/")


async def test_a_screen_is_right_again_after_sleep_and_over_midnight(store_url: str, tmp_path: Path) -> None:
    clock = clock_at(25, 10)
    async with (
        running(store_url, clock, city=city_file(tmp_path), **real_thing(tmp_path)) as service,
        chromium() as browser,
    ):
        context = await browser.new_context(locale="ko-KR", viewport=WALL)
        page = await context.new_page()
        await page.clock.install()
        await page.goto(f"{service.url}/display/short4")
        (desk, *_) = await real_desks(service, "short4")
        await desk.open()
        for _ in range(2):
            await take(service, "short4")
        await desk.next()
        await expect(page.locator("#cards .card-number")).to_have_text("101")

        # Asleep: no network, and then it is eight hours later.
        await page.context.set_offline(True)
        await desk.next()
        await page.clock.fast_forward("08:00:00")
        await expect(page.locator("#stale-0")).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.locator("#windows .tile-number")).to_have_text("102")
        await expect(page.locator("#stale-0")).to_be_hidden()

        await desk.post("finish")
        await desk.post("close")
        clock.set(datetime(2026, 11, 26, 8, 30, tzinfo=KST))
        await expect(page.locator("#hero-detail")).to_contain_text("오늘 09:00에 업무를 시작합니다")
        desk.at_window = None
        clock.set(datetime(2026, 11, 26, 9, 30, tzinfo=KST))
        await desk.open()
        await expect(page.locator("#hero-scene")).to_contain_text("아직 호출이 없습니다")
        await expect(page.locator("#recent > *")).to_have_count(0)


async def test_at_night_a_screen_is_dim_moves_and_takes_the_new_build(store_url: str, tmp_path: Path) -> None:
    clock = clock_at(25, 10)
    async with (
        running(store_url, clock, city=city_file(tmp_path), **real_thing(tmp_path)) as service,
        chromium() as browser,
    ):
        context = await browser.new_context(locale="ko-KR", viewport=WALL)
        page = await context.new_page()
        await page.clock.install()
        await page.goto(f"{service.url}/display/short4")
        await expect(page.locator("html")).to_have_attribute("data-dim", "false")
        clock.set(datetime(2026, 11, 25, 18, 30, tzinfo=KST))
        await expect(page.locator("html")).to_have_attribute("data-dim", "true")
        assert await faults(page, needed=["#hero-message", "#time"]) == []

        places = set()
        for _ in range(6):
            await page.clock.fast_forward(MOVE_MS)
            body = await box(page, "body")
            places.add((body["x"], body["y"]))
            # Nothing leaves the screen.
            assert await faults(page, needed=["#hero-message", "#time"]) == []
        assert len(places) == 6

        # What the page says of the city is of another build, too.
        before = await build_of(page)
        await edit_rules(service)
        after = (await service.http.get("/display/build.json")).json()["build"]
        assert after != before
        # It looks for a new build within 15 minutes, and takes it within 20 more; the answers take real time.
        loaded = asyncio.Event()
        page.once("load", lambda _: loaded.set())
        async with asyncio.timeout(90):
            while not loaded.is_set():
                with suppress(Error):
                    await page.clock.fast_forward(60_000)
                await asyncio.sleep(0.3)
        assert await build_of(page) == after


async def edit_rules(service: Running) -> None:
    """Another rule that pages know."""
    admin = await service.http.sign_in("kim", PASSWORD)
    city = await service.http.get("/api/v1/city", headers=admin)
    edited = city.json() | {"rules": {"arrival_minutes": 7}}
    headers = admin | {"If-Match": city.headers["etag"]}
    (await service.http.put("/api/v1/city", json=edited, headers=headers)).raise_for_status()
