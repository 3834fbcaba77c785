"""The lobby board: everything on it can be read, for every office, and is true."""

from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from service.domain.hours import KST
from tests.browser.axe import violations
from tests.browser.halls import EVERYTHING, city_file, clock_at, desks, real_desks, real_thing, take
from tests.browser.injected import busy, injected
from tests.browser.layouts import ALWAYS, SCREENS, faults_of, show, some_layouts
from tests.browser.reading import box, faults
from tests.browser.support import chromium, watch_console
from tests.support import MovableClock, Running, running

WALLS = [(1920, 1080), (1080, 1920), (1280, 720), (3840, 2160)]

COVERED = "#office, .top > #status, .top > .sound"
"""What the notice of old facts lies over."""

CONTRASTS = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return /, 0\\)$|transparent/.test(colour) ? groundOf(element.parentElement) : colour;
  };
  return [...document.querySelectorAll('.card-number, .tile-number, .row .number')].map(number => {
    const ground = groundOf(number);
    const [a, b] = [light(getComputedStyle(number).color), light(ground)];
    return [number.className, ground, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
  });
}"""
"""Of each number: its kind, its background, and its contrast."""

ANIMATED = """() => document.getAnimations()
  .filter(one => one instanceof CSSAnimation)
  .flatMap(one => one.effect.getKeyframes().flatMap(frame => Object.keys(frame)))
  .filter(key => !['offset', 'easing', 'composite', 'computedOffset'].includes(key))"""
"""The properties that are being animated."""


async def wall(browser: Browser, service: Running, office: str, **options: object) -> Page:
    options.setdefault("viewport", {"width": 1920, "height": 1080})
    page = await browser.new_page(locale="ko-KR", **options)  # type: ignore[arg-type]
    await page.goto(f"{service.url}/display/{office}")
    await expect(page.locator("#wall")).to_be_visible()
    return page


VOICE_MISSING = """note => {
  document.querySelector('#voice-missing').hidden = !note;
  document.querySelector('#sound').hidden = note;
}"""


async def test_24_layouts_fit_on_their_screens(store_url: str, tmp_path: Path) -> None:
    # The banner of a demo with a life is the largest.
    async with running(store_url, city=city_file(tmp_path), demo_life=True) as service, chromium() as browser:
        found: list[str] = []
        layouts = some_layouts()
        assert len(layouts) == 24
        for office in sorted({layout.office for layout in layouts}):
            page = await browser.new_page(locale="ko-KR")
            errors = watch_console(page)
            empty = await service.http.board(office)
            async with injected(page) as boards:
                await page.goto(f"{service.url}/display/{office}")
                for layout in layouts:
                    if layout.office != office:
                        continue
                    await show(page, boards, empty, layout)
                    # The top is full with the button at first, and fuller with the note that follows it.
                    for note in (False, True):
                        await page.evaluate(VOICE_MISSING, note)
                        shown = await faults_of(page, *SCREENS[layout.screen])
                        found += [f"{layout}, {'a note' if note else 'a button'}: {fault}" for fault in shown]
                assert errors == []
        assert not found, "\n".join(found)


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)], ids=["wide", "upright"])
async def test_a_notice_takes_nothing_from_the_number(store_url: str, tmp_path: Path, size: tuple[int, int]) -> None:
    clock = MovableClock()
    async with running(store_url, clock, city=city_file(tmp_path)) as service, chromium() as browser:
        page = await wall(browser, service, EVERYTHING, viewport={"width": size[0], "height": size[1]})
        await service.http.take(EVERYTHING, "c1")
        for desk in await desks(service, EVERYTHING):
            await desk.open()
        await (await desks(service, EVERYTHING))[0].next()
        await expect(page.locator("#hero")).to_have_attribute("data-mode", "call")
        clock.move(seconds=30)
        await expect(page.locator("#hero")).to_have_attribute("data-mode", "rest")
        before = await box(page, ".card-number")
        await page.context.set_offline(True)
        await expect(page.locator("#stale-1")).to_be_visible(timeout=30_000)
        assert await box(page, ".card-number") == before
        # The notice covers the office's name, which people in the room know.
        facts = [selector for selector in ALWAYS if selector not in ("#status", "#office")]
        assert (
            await faults(
                page,
                needed=[*facts, "#stale-0", "#stale-1"],
                without="#office, .top > #status, .top > .sound, .demo-banner",
            )
            == []
        )
        assert await violations(page) == []


async def test_numbers_have_a_contrast_of_7_to_1_and_nothing_flashes(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        empty = await service.http.board("short4")
        for motion, moves in (("no-preference", {"transform"}), ("reduce", set())):
            page = await browser.new_page(reduced_motion=motion, viewport={"width": 1920, "height": 1080})  # type: ignore[arg-type]
            async with injected(page) as boards:
                await page.goto(f"{service.url}/display/short4")
                boards.send(busy(empty, 1))
                await expect(page.locator(".call-card")).to_have_count(1)
                # Both kinds of calls are new: a card comes, and the page is asked in the same task.
                boards.send(busy(empty, 4, newest=2))
                await page.wait_for_function("() => document.querySelectorAll('.call-card').length === 2")
                assert set(await page.evaluate(ANIMATED)) <= moves
                numbers = await page.evaluate(CONTRASTS)
                assert {kind for kind, _, _ in numbers} == {"card-number", "tile-number", "number"}
                assert len({ground for _, ground, _ in numbers}) == 3
                assert min(contrast for _, _, contrast in numbers) > 7


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
        await expect(page.locator(".card-number")).to_have_text("101")
        await expect(page.locator("#recent .row")).to_have_count(0)

        await desk.post("finish")
        await expect(hero).to_contain_text("다음 호출을 기다려 주세요")
        await expect(page.locator("#recent .number")).to_have_text("101")
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
    for gone in ("#cards", "#recent", "#windows"):
        await expect(page.locator(gone)).to_be_hidden()
    assert await faults(page, needed=["#hero-message", "#time"]) == []
    assert await violations(page) == []


async def test_a_reader_with_colours_of_their_own_sees_panels_and_calls(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        (desk, *_) = await desks(service, "short4")
        await desk.open()
        await service.http.take("short4", "c1")
        page = await wall(browser, service, "short4", forced_colors="active")
        at_rest = await page.locator("#hero").evaluate("hero => getComputedStyle(hero).backgroundColor")
        await desk.next()
        await expect(page.locator(".call-card")).to_have_attribute("data-state", "call")
        for _, ground, contrast in (await page.evaluate(CONTRASTS))[:2]:
            assert ground != at_rest
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
