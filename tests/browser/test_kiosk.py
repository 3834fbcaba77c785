"""The kiosk: everything fits on one screen, for every office and every user, and it offers only what is available."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from service.domain.hours import KST
from service.domain.staff import DeviceKind
from tests.browser.amended import Change, amend, waiting
from tests.browser.axe import violations
from tests.browser.halls import EVERYTHING, KIOSK_KEY, city_file, clock_at, desks, real_desks, real_thing
from tests.browser.injected import WAITS
from tests.browser.reading import box, faults
from tests.browser.support import chromium, watch_console
from tests.identity.registered import Operator
from tests.support import Running, running

SCREENS = [(1080, 1920), (1920, 1080), (1280, 1024), (1024, 768)]
FOOT = [".settings button", ".scan-hint", "#priority-ask"]
RESULT = [
    "#result-number",
    "#result-left",
    "#result-done",
    "#result-more",
    "#result-qr",
    "#result-ahead",
    "#result-wait",
    "#result-notes",
]


async def kiosk(
    browser: Browser,
    service: Running,
    office: str,
    key: str | None = None,
    *,
    size: tuple[int, int] = (1080, 1920),
    still: bool = False,
    change: Change | None = None,
) -> Page:
    """An open kiosk; `still`: its clock is stopped, so that no screen times out while a test looks at it. `change`: as
    of `amend`."""
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    # While colours change, their contrast can't be measured.
    page = await browser.new_page(locale="ko-KR", viewport=viewport, reduced_motion="reduce")
    # Chromium prints one paper at a time, and refuses a test's own while the kiosk's is under way.
    await page.add_init_script("window.print = () => {}")
    if still:
        await page.clock.install()
    if change:
        await amend(page, change)
    if key:
        await page.add_init_script(f"localStorage.setItem('sunbeon.device-key', JSON.stringify('{key}'))")
    await page.goto(f"{service.url}/kiosk/{office}")
    await expect(page.locator("#status")).to_be_visible()
    if still:
        await page.clock.pause_at(datetime.now() + timedelta(hours=1))
    return page


async def put_large(page: Page, on: bool) -> None:
    if (await page.get_attribute("#settings-large", "aria-pressed") == "true") != on:
        await page.click("#settings-large")


async def choose_language(page: Page, lang: str) -> None:
    await page.click(f"lang-switch button[lang={lang}]")
    await expect(page.locator("html")).to_have_attribute("lang", lang)


@pytest.mark.parametrize("office", ["short4", EVERYTHING])
async def test_a_kiosk_is_one_screen(store_url: str, tmp_path: Path, office: str) -> None:
    found: list[str] = []
    # The banner of a demo with a life is the largest.
    async with running(store_url, city=city_file(tmp_path), demo_life=True) as service, chromium() as browser:
        (desk, *_) = await desks(service, office)
        await desk.open()
        await desk.post("../../counters/c2/pause")
        # The longest wait stands first, and on the ticket.
        waits = waiting(*sorted(WAITS, key=lambda one: -one["high"] if one else 0))
        page = await kiosk(browser, service, office, still=True, change=waits)
        errors = watch_console(page)
        await expect(page.locator("#counters [aria-disabled=true]")).to_have_count(1)
        for width, height in SCREENS:
            await page.set_viewport_size({"width": width, "height": height})
            for large in (False, True):
                await put_large(page, large)
                for lang in ("en", "ko"):
                    await choose_language(page, lang)
                    shown = await faults(page, smallest=16, needed=["#counters button", *FOOT])
                    shown += await order_of(page, office, width)
                    found += [f"{width} x {height}, {lang}, large {large}: {fault}" for fault in shown]
                await page.locator("#counters button").first.click()
                await expect(page.locator("#result-left")).to_be_visible()
                shown = await faults(page, smallest=16, needed=[*RESULT, ".settings button"])
                found += [f"{width} x {height}, result, large {large}: {fault}" for fault in shown]
                await page.click("#result-done")
        assert errors == []
    assert not found, "\n".join(found)


async def order_of(page: Page, office: str, width: int) -> list[str]:
    """What isn't in its usual place: languages on top, the footer at the bottom, columns by number."""
    found = []
    if (await box(page, "lang-switch"))["bottom"] > (await box(page, "#start h1"))["y"]:
        found.append("the languages are not on top")
    if abs((await box(page, ".foot"))["bottom"] - page.viewport_size["height"]) > 1:  # type: ignore[index]
        found.append("the foot is not at the bottom")
    lefts = await page.locator("#counters button").evaluate_all("all => all.map(one => one.getBoundingClientRect().x)")
    columns = 1 if office == "short4" and width == 1080 else 2
    if len(set(lefts)) != columns:
        found.append(f"the counters stand in {len(set(lefts))} columns")
    return found


async def test_large_text_gets_more_time(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        page = await kiosk(browser, service, "short4", still=True)
        await page.locator("#counters button").first.click()
        left = page.locator("#result-left")
        await expect(left).to_have_text("15")
        await page.click("#settings-large")
        await expect(left).to_have_text("30")
        await page.click("#result-more")
        await expect(left).to_have_text("120")
        await page.clock.run_for(119_000)
        await expect(left).to_have_text("1")
        await page.clock.run_for(2_000)
        await expect(page.locator("#start")).to_be_visible()
        await expect(page.locator("#settings-large")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("size", SCREENS[:2], ids=["upright", "wide"])
async def test_everything_comes_down_to_a_wheelchair(store_url: str, tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        page = await kiosk(browser, service, EVERYTHING, size=size)
        await page.click("#settings-low")
        for large in (False, True):
            await put_large(page, large)
            assert await faults(page, smallest=16, needed=["#counters button", "lang-switch button", *FOOT]) == []
            tops = await page.locator("button:visible").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().y)"
            )
            # A wide screen is within reach as it is, once the languages are down too.
            assert min(tops) > size[1] * (0.3 if size[0] < size[1] else 0.1)


async def test_the_next_person_finds_a_fresh_screen(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        page = await kiosk(browser, service, "short4")
        await choose_language(page, "en")
        for choice in ("#settings-large", "#settings-contrast", "#settings-low"):
            await page.click(choice)
        await page.click("#priority-ask")
        await page.click("#priority-dialog button[value=elderly]")
        await expect(page.locator("#priority-chosen")).to_be_visible()
        assert await faults(page, needed=["#priority-clear", ".settings button"]) == []
        await page.click("#reset")
        await expect(page.locator("html")).to_have_attribute("lang", "ko")
        await expect(page.locator("#priority-chosen")).to_be_hidden()
        for choice in ("#settings-large", "#settings-contrast", "#settings-low"):
            await expect(page.locator(choice)).to_have_attribute("aria-pressed", "false")


async def test_staff_give_another_key_and_find_back(store_url: str, tmp_path: Path) -> None:
    settings = {"city": city_file(tmp_path), "data_dir": tmp_path / "data"}
    screen = await Operator(settings).add_device("lobby", DeviceKind.SCREEN, "short4")
    async with running(store_url, **settings) as service, chromium() as browser:
        page = await kiosk(browser, service, "short4")
        await page.click("#staff")
        await expect(page.locator("#setup h1")).to_be_focused()
        assert await violations(page) == []
        while (await service.http.get("/api/v1/device", headers={"Authorization": f"Bearer {screen}"})).is_error:
            await asyncio.sleep(0.02)
        for key, says in (("no such key", "알 수 없는 기기 키입니다"), (screen, "화면용 기기 키입니다")):
            await page.fill("#key", key)
            await page.locator("#setup-form .primary").click()
            await expect(page.locator("#setup-problem")).to_contain_text(says)
        await page.click("#setup-back")
        await expect(page.locator("#start h1")).to_be_focused()
        # The kiosk keeps the key that it had.
        await page.locator("#counters button").first.click()
        await expect(page.locator("#result-number")).to_have_text("101")


async def test_a_closed_kiosk_says_when_it_opens(store_url: str, tmp_path: Path) -> None:
    clock = clock_at(25, 8, 30)
    async with (
        running(store_url, clock, city=city_file(tmp_path), **real_thing(tmp_path)) as service,
        chromium() as browser,
    ):
        page = await kiosk(browser, service, "short4", KIOSK_KEY)
        await is_closed(page, "지금은 운영 시간이 아닙니다", "오늘 09:00에 업무를 시작합니다")
        await choose_language(page, "en")
        await is_closed(page, "We’re closed now", "We open today at 09:00")
        clock.set(datetime(2026, 11, 25, 9, 1, tzinfo=KST))
        await expect(page.locator("#start")).to_be_visible()
        await page.click("#priority-ask")
        clock.set(datetime(2026, 11, 25, 18, 1, tzinfo=KST))
        await is_closed(page, "지금은 운영 시간이 아닙니다", "오늘 운영 시간 09:00–18:00")
        await expect(page.locator("#priority-dialog")).to_be_hidden()
        for day_off in (datetime(2026, 11, 28, 10, tzinfo=KST), datetime(2026, 12, 25, 10, tzinfo=KST)):
            clock.set(day_off)
            await is_closed(page, "오늘은 쉬는 날입니다", "")


async def is_closed(page: Page, title: str, text: str) -> None:
    """The kiosk says that the office is closed, and offers no counters."""
    await expect(page.locator("#closed")).to_be_visible()
    await expect(page.locator("#closed-title")).to_have_text(title)
    await expect(page.locator("#closed")).to_contain_text(text)
    for gone in ("#start", "#help"):
        await expect(page.locator(gone)).to_be_hidden()
    for width, height in SCREENS[::3]:
        await page.set_viewport_size({"width": width, "height": height})
        assert await faults(page, needed=["#closed-title", ".settings button", "lang-switch"]) == []
    assert await violations(page) == []


async def test_without_a_window_numbers_are_given_all_the_same(store_url: str, tmp_path: Path) -> None:
    clock = clock_at(25, 10, 0)
    async with (
        running(store_url, clock, city=city_file(tmp_path), **real_thing(tmp_path)) as service,
        chromium() as browser,
    ):
        page = await kiosk(browser, service, EVERYTHING, KIOSK_KEY, size=(1024, 768))
        lead = page.locator("#start-lead")
        (desk, *_) = await real_desks(service, EVERYTHING)
        await expect(lead).to_contain_text("창구 준비 중입니다")
        await put_large(page, True)
        assert await faults(page, needed=["#start-lead", "#counters button", *FOOT]) == []
        assert await violations(page) == []
        await page.locator("#counters button").first.click()
        await expect(page.locator("#result-number")).to_have_text("101")
        await page.click("#result-done")
        await desk.open()
        await expect(lead).to_have_text("업무를 누르면 번호표가 나옵니다.")
        await desk.post("close")
        clock.set(datetime(2026, 11, 25, 12, 10, tzinfo=KST))
        await expect(lead).to_contain_text("점심시간입니다. 13:00에 다시 시작합니다")


async def test_a_notice_of_old_facts_pushes_nothing_off(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        page = await kiosk(browser, service, EVERYTHING, size=(1024, 768))
        await put_large(page, True)
        await page.context.set_offline(True)
        await expect(page.locator("#stale")).to_be_visible(timeout=30_000)
        assert await faults(page, needed=["#stale", "#counters button", *FOOT]) == []


async def test_axe_finds_nothing_in_any_view(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        page = await kiosk(browser, service, "short4")
        await service.http.take("short4", "c1")
        (desk, *_) = await desks(service, "short4")
        await desk.post("../../counters/c2/pause")
        await expect(page.locator("#counters [aria-disabled=true]")).to_have_count(1)
        assert await violations(page) == []
        await page.click("#settings-contrast")
        assert await violations(page) == []
        await page.click("#priority-ask")
        assert await violations(page) == []
        await page.set_viewport_size({"width": 1024, "height": 768})
        await page.keyboard.press("Escape")
        await put_large(page, True)
        await page.click("#priority-ask")
        assert await faults(page, needed=["#priority-dialog button"], without="body > :not(dialog)") == []
        await page.click("#priority-dialog button[value=none]")
        await page.locator("#counters button").first.click()
        await page.click("#result-more")
        assert await violations(page) == []
        # The scanner reads something that is no ticket of today.
        await page.click("#result-done")
        await page.keyboard.type("https://example.org/t/none")
        await page.keyboard.press("Enter")
        await expect(page.locator("#message-left")).to_be_visible()
        assert await faults(page, needed=["#message-title", "#message-done"]) == []
        assert await violations(page) == []


@pytest.mark.parametrize("demo", [True, False])
async def test_paper_says_that_it_is_from_a_demo(store_url: str, tmp_path: Path, demo: bool) -> None:
    settings = {} if demo else real_thing(tmp_path)
    async with (
        running(store_url, clock_at(25, 10), city=city_file(tmp_path), **settings) as service,
        chromium() as browser,
    ):
        page = await kiosk(browser, service, EVERYTHING, None if demo else KIOSK_KEY, still=True)
        await put_large(page, True)
        await page.locator("#counters button").first.click()
        await expect(page.locator("#result-left")).to_be_visible()
        await page.emulate_media(media="print")
        await expect(page.locator("#receipt-number")).to_be_visible()
        says = page.locator("#receipt-demo")
        if demo:
            await expect(says).to_be_visible()
            await expect(says).to_have_text("데모 · 실제 번호표가 아닙니다")
        else:
            await expect(says).to_have_text("")
        paper = await page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
