"""What an office's staff have its screens say: it can be read, and nothing else is pushed off."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser.axe import violations
from tests.browser.halls import EVERYTHING, city_file, desks
from tests.browser.layouts import faults_of, unit
from tests.browser.reading import faults
from tests.browser.support import chromium
from tests.browser.test_kiosk import FOOT, SCREENS, choose_language, kiosk, put_large
from tests.browser.test_lobby import WALLS, wall
from tests.support import Running, running

SHORT = [{"ko": "주차장 공사 중", "en": "Car park closed"}, {"ko": "12–13시 점심시간", "en": "Lunch from 12 to 13"}]
LONGEST = [
    {
        "ko": ("여권 사진은 여섯 달 안에 찍은 것만 받습니다. " * 8)[:200],
        "en": ("Photos of the last six months only. " * 8)[:200],
    }
]


async def put_notices(service: Running, office: str, notices: list[dict[str, str]]) -> None:
    staff = await service.http.sign_in("admin")
    answer = await service.http.put(f"/api/v1/offices/{office}/notices", json=notices, headers=staff)
    answer.raise_for_status()


async def test_short_and_long_notices_fit_on_every_wall(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path), demo_life=True) as service, chromium() as browser:
        found: list[str] = []
        page = await wall(browser, service, EVERYTHING)
        for counter in range(12):
            await service.http.take(EVERYTHING, f"c{1 + counter % 8}")
        strip = page.locator("#office-notices")
        for window, desk in enumerate(await desks(service, EVERYTHING), 1):
            await desk.open()
            await desk.next()
            if window not in (1, 4, 6, 12):
                continue
            await expect(page.locator(f'[data-window="{window}"] .tile-number')).to_be_attached()
            for notices in (SHORT, LONGEST):
                await put_notices(service, EVERYTHING, notices)
                await expect(strip).to_contain_text(notices[0]["en"])
                await expect(strip.locator(".notice")).to_have_count(len(notices))
                for width, height in WALLS:
                    await page.set_viewport_size({"width": width, "height": height})
                    shown = await faults_of(page, width, height)
                    shown += await faults(page, needed=["#office-notices", ".notice"], without=".demo-banner")
                    place = f"{window} windows, {len(notices)} notices, {width} x {height}"
                    found += [f"{place}: {fault}" for fault in shown]
                    size = float(
                        await strip.locator(".notice > span").first.evaluate(
                            "e => parseFloat(getComputedStyle(e).fontSize)"
                        )
                    )
                    if size < 30 * unit(width, height):
                        found.append(f"{place}: a notice has a size of {size}")
        assert not found, "\n".join(found)


async def test_a_wall_with_nobody_at_work_shows_them_too(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path)) as service, chromium() as browser:
        await put_notices(service, "short4", LONGEST)
        page = await wall(browser, service, "short4")
        for width, height in WALLS:
            await page.set_viewport_size({"width": width, "height": height})
            shown = await faults(page, needed=["#office-notices", ".notice", "#hero-message"], without=".demo-banner")
            assert shown == [], (width, height)
        assert await violations(page) == []


async def test_a_kiosk_with_notices_is_one_screen(store_url: str, tmp_path: Path) -> None:
    found: list[str] = []
    async with running(store_url, city=city_file(tmp_path), demo_life=True) as service, chromium() as browser:
        await put_notices(service, EVERYTHING, [*LONGEST, *SHORT])
        page = await kiosk(browser, service, EVERYTHING, still=True)
        await expect(page.locator(".notice").first).to_be_visible()
        for width, height in SCREENS:
            await page.set_viewport_size({"width": width, "height": height})
            for large in (False, True):
                await put_large(page, large)
                for lang in ("en", "ko"):
                    await choose_language(page, lang)
                    first = page.locator(".notice > span").first
                    await expect(first).to_have_text(LONGEST[0][lang].strip())
                    shown = await faults(page, smallest=16, needed=[".notice", "#counters button", *FOOT])
                    found += [f"{width} x {height}, {lang}, large {large}: {fault}" for fault in shown]
    assert not found, "\n".join(found)
