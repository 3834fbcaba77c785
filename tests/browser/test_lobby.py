"""The lobby board: everything on it can be read, for every office, and is true."""

from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from service.domain.hours import KST
from tests.browser.axe import violations
from tests.browser.halls import EVERYTHING, city_file, clock_at, desks, real_desks, real_thing, take
from tests.browser.reading import box, faults
from tests.browser.support import chromium, watch_console
from tests.support import Running, running

WALLS = [(1920, 1080), (1080, 1920), (1280, 720), (3840, 2160)]
OFFICES = {"short1": 1, "long4": 4, "short5": 5, EVERYTHING: 8}
WINDOWS = (1, 4, 7, 12)

ALWAYS = ["#hero-number", "#hero-window", "#time", "#status", ".tile-number", ".tile-window", "#waiting .number"]
"""What must be on the screen completely, even if other parts are left out."""

CONTRASTS = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const hero = document.querySelector('#hero');
  const number = document.querySelector('#hero-number');
  const flashes = hero.getAnimations({ subtree: true }).filter(one => one instanceof CSSAnimation);
  const moments = flashes.length ? Array.from({ length: 61 }, (_, i) => i * 25) : [0];
  return moments.map(at => {
    for (const flash of flashes) { flash.pause(); flash.currentTime = at; }
    const [ink, ground] = [light(getComputedStyle(number).color), light(getComputedStyle(hero).backgroundColor)];
    return [getComputedStyle(hero).backgroundColor, (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)];
  });
}"""
"""The panel's background and the number's contrast, at every moment of the present animation."""

WATCH_FLASH = f"""mode => {{
  const hero = document.querySelector('#hero');
  // At the moment at which it begins: an announcement is over after a few seconds.
  window.seen = new Promise(resolve => new MutationObserver((_, observer) => {{
    if (hero.dataset.mode !== mode || hero.dataset.flash !== 'on') return;
    observer.disconnect();
    requestAnimationFrame(() => resolve(({CONTRASTS})()));
  }}).observe(hero, {{ attributes: true }}));
}}"""
"""Keeps the contrast of the next announcement in `seen`."""


def unit(width: int, height: int) -> float:
    """The scale of this screen, relative to one of 1920 x 1080, or upright."""
    return min(width, height) / 1080


async def wall(browser: Browser, service: Running, office: str, **options: object) -> Page:
    options.setdefault("viewport", {"width": 1920, "height": 1080})
    page = await browser.new_page(locale="ko-KR", **options)  # type: ignore[arg-type]
    await page.goto(f"{service.url}/display/{office}")
    await expect(page.locator("#wall")).to_be_visible()
    return page


async def test_every_office_fits_on_every_wall(store_url: str, tmp_path: Path) -> None:
    # The banner of a demo with a life is the largest.
    async with running(store_url, city=city_file(tmp_path), demo_life=True) as service, chromium() as browser:
        found: list[str] = []
        for office, counters in OFFICES.items():
            page = await wall(browser, service, office)
            errors = watch_console(page)
            for taken in range(12):
                await service.http.take(office, f"c{1 + taken % counters}")
            clerks = await desks(service, office)
            await clerks[0].post(f"../../counters/c{counters}/pause")
            for window, desk in enumerate(clerks, 1):
                await desk.open()
                await desk.next()
                if window not in WINDOWS:
                    continue
                await expect(page.locator(f'[data-window="{window}"] .tile-number')).to_be_attached()
                for width, height in WALLS:
                    await page.set_viewport_size({"width": width, "height": height})
                    place = f"{office}, {window} windows, {width} x {height}"
                    found += [f"{place}: {fault}" for fault in await faults_of(page, width, height, window)]
            assert errors == []
            await page.close()
        assert not found, "\n".join(found)


async def faults_of(page: Page, width: int, height: int, calls: int) -> list[str]:
    """What can't be read on the screen as it is."""
    found = await faults(page, smallest=20 * unit(width, height), needed=ALWAYS, without=".demo-banner")
    sizes = {"#hero-number": 140, ".tile-number": 50, "#waiting .number": 50, "#time": 92}
    for selector, least in sizes.items():
        size = (await box(page, f"{selector} >> nth=0"))["font"] / unit(width, height)
        if size < least - 0.1:
            found.append(f"{selector} has a size of {size}")
    clock = await box(page, "#time")
    if clock["height"] > 1.5 * clock["font"]:
        found.append("the clock has two lines")
    rows = await page.locator("#recent > .row").evaluate_all(
        "rows => rows.map(row => row.getBoundingClientRect().height).filter(height => height > 1)"
    )
    if len(rows) < min(calls, 2):
        found.append(f"only {len(rows)} of the last calls are listed")
    return found


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)], ids=["wide", "upright"])
async def test_a_notice_takes_nothing_from_the_number(store_url: str, tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        page = await wall(browser, service, EVERYTHING, viewport={"width": size[0], "height": size[1]})
        await service.http.take(EVERYTHING, "c1")
        for desk in await desks(service, EVERYTHING):
            await desk.open()
        await (await desks(service, EVERYTHING))[0].next()
        await expect(page.locator("#hero")).to_have_attribute("data-mode", "rest", timeout=20_000)
        before = await box(page, "#hero-number")
        await page.context.set_offline(True)
        await expect(page.locator("#stale-1")).to_be_visible(timeout=30_000)
        assert await box(page, "#hero-number") == before
        # The notice covers the office's name, which people in the room know.
        facts = [selector for selector in ALWAYS if selector != "#status"]
        assert (
            await faults(page, needed=[*facts, "#stale-0", "#stale-1"], without="#office, .top > #status, .demo-banner")
            == []
        )
        assert await violations(page) == []


async def test_the_number_can_be_read_while_the_panel_flashes(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        (desk, *_) = await desks(service, "short1")
        await desk.open()
        await service.http.take("short1", "c1")
        for motion, moves in (("no-preference", ("next", "recall")), ("reduce", ("recall",))):
            page = await wall(browser, service, "short1", reduced_motion=motion)
            for move in moves:
                await page.evaluate(WATCH_FLASH, "call" if move == "next" else "again")
                await (desk.next() if move == "next" else desk.post("recall"))
                grounds, contrasts = zip(*await page.evaluate("window.seen"), strict=True)
                assert min(contrasts) > 7
                assert (len(set(grounds)) > 1) == (motion == "no-preference")
            await page.close()


async def test_a_board_without_a_window_says_what_is_true(store_url: str, tmp_path: Path) -> None:
    clock = clock_at(25, 11, 50)
    async with (
        running(store_url, clock, city=city_file(tmp_path), **real_thing(tmp_path)) as service,
        chromium() as browser,
    ):
        page = await wall(browser, service, "short4")
        hero = page.locator("#hero-scene")
        (desk, *_) = await real_desks(service, "short4")
        await expect(hero).to_contain_text("창구 준비 중입니다")
        await desk.open()
        await expect(hero).to_contain_text("아직 호출이 없습니다")
        for _ in range(3):
            await take(service, "short4")
        await desk.next()
        await expect(page.locator("#hero")).to_have_attribute("data-mode", "rest", timeout=20_000)
        await expect(page.locator("#hero-number")).to_have_text("101")

        await desk.post("finish")
        await desk.post("close")
        await says(page, "창구 준비 중입니다", "2명 대기")
        clock.set(datetime(2026, 11, 25, 12, 10, tzinfo=KST))
        await says(page, "점심시간입니다", "13:00에 다시 시작합니다 · 2명 대기")
        clock.set(datetime(2026, 11, 25, 18, 30, tzinfo=KST))
        await says(page, "지금은 운영 시간이 아닙니다", "2명 대기")
        clock.set(datetime(2026, 11, 26, 8, 30, tzinfo=KST))
        await says(page, "지금은 운영 시간이 아닙니다", "오늘 09:00에 업무를 시작합니다")
        clock.set(datetime(2026, 12, 25, 10, 0, tzinfo=KST))
        await says(page, "오늘은 쉬는 날입니다", "")


async def says(page: Page, message: str, detail: str) -> None:
    """The board says why nobody is called, and names no window to go to."""
    await expect(page.locator("#hero-message")).to_contain_text(message)
    await expect(page.locator("#hero-detail")).to_contain_text(detail)
    for gone in ("#hero-number", "#hero-window", "#recent", "#windows"):
        await expect(page.locator(gone)).to_be_hidden()
    assert await faults(page, needed=["#hero-message", "#time"]) == []
    assert await violations(page) == []


async def test_a_reader_with_colours_of_their_own_sees_panels_and_calls(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        (desk, *_) = await desks(service, "short4")
        await desk.open()
        await service.http.take("short4", "c1")
        page = await wall(browser, service, "short4", forced_colors="active")
        at_rest = (await page.evaluate(CONTRASTS))[0][0]
        await desk.next()
        await expect(page.locator("#hero")).to_have_attribute("data-mode", "call")
        called, contrast = (await page.evaluate(CONTRASTS))[0]
        assert called != at_rest
        assert contrast > 4.5
        edges = await page.locator(".panel, .top > .status").evaluate_all(
            "panels => panels.map(panel => parseFloat(getComputedStyle(panel).borderTopWidth))"
        )
        assert min(edges) >= 2
        # axe reads the colours that the page asks for, not those that the reader gets.
        assert await violations(page, without=["color-contrast"]) == []


@pytest.mark.parametrize("office", ["short4", EVERYTHING])
async def test_axe_finds_nothing_on_a_busy_board(store_url: str, tmp_path: Path, office: str) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        page = await wall(browser, service, office)
        for desk in await desks(service, office):
            await service.http.take(office, "c1")
            await desk.open()
            await desk.next()
        await expect(page.locator('[data-window="12"] .tile-number')).to_be_visible()
        assert await violations(page) == []
