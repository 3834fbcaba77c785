"""All layouts of the lobby board in a real Chromium: measured, and pictured on a contact sheet for each office.

python -m tests.bench.screens OUT
"""

import argparse
import asyncio
import sys
from collections import defaultdict
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser

from service.store.driver.bundled_server import BundledServer
from tests.browser.halls import city_file
from tests.browser.injected import injected
from tests.browser.layouts import SCREENS, Layout, every_layout, faults_of, show
from tests.browser.support import chromium
from tests.support import Running, running

STYLE = """
body { margin: 12px; background: #555; color: #fff; font: 12px sans-serif; }
div { display: flex; flex-wrap: wrap; gap: 8px; align-items: start; }
figure { margin: 0; } img { display: block; height: 190px; } figcaption { max-width: 330px; }
.bad { outline: 4px solid red; }
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench screens", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder for the pictures, and for a sheet of them for each office")
    parser.add_argument("--offices", nargs="*", help="such as long8: eight counters with long names; all by default")
    parser.add_argument("--screens", nargs="*", choices=SCREENS, help="all by default")
    asked = parser.parse_args()
    chosen: defaultdict[str, list[Layout]] = defaultdict(list)
    for layout in every_layout():
        if layout.office in (asked.offices or [layout.office]) and layout.screen in (asked.screens or SCREENS):
            chosen[layout.office].append(layout)
    asked.out.mkdir(parents=True, exist_ok=True)
    found = asyncio.run(_picture(asked.out, chosen))
    print(f"{sum(map(len, chosen.values()))} layouts; {found} with faults")
    sys.exit(1 if found else 0)


async def _picture(out: Path, chosen: dict[str, list[Layout]]) -> int:
    """Pictures all layouts. Returns how many have faults, and prints those."""
    with TemporaryDirectory(prefix="sunbeon-bench-") as folder:
        store = BundledServer(Path(folder))
        store.start()
        try:
            async with (
                running(store.url, city=city_file(Path(folder)), demo_life=True) as service,
                chromium() as browser,
            ):
                return sum([await _office(browser, service, out, *one) for one in chosen.items()])
        finally:
            store.stop()


async def _office(browser: Browser, service: Running, out: Path, office: str, layouts: list[Layout]) -> int:
    page = await browser.new_page(locale="ko-KR")
    empty = await service.http.board(office)
    figures, bad = [], 0
    async with injected(page) as boards:
        await page.goto(f"{service.url}/display/{office}")
        for layout in layouts:
            await show(page, boards, empty, layout)
            faults = await faults_of(page, *SCREENS[layout.screen])
            for fault in faults:
                print(f"{layout}: {fault}")
            bad += bool(faults)
            name = f"{layout}.jpg".replace(" ", "-").replace(",", "").replace("%", "")
            await page.screenshot(path=out / name, type="jpeg", quality=60, scale="css")
            mark = ' class="bad"' if faults else ""
            caption = escape(f"{layout.windows} windows, {layout.newest} new, {layout.screen}")
            figures.append(f'<figure{mark}><img src="{name}" alt=""><figcaption>{caption}</figcaption></figure>')
    sheet = out / f"sheet-{office}.html"
    sheet.write_text(f"<style>{STYLE}</style><h1>{office}</h1><div>{''.join(figures)}</div>", "utf-8")
    page = await browser.new_page(viewport={"width": 2400, "height": 1000})
    await page.goto(sheet.resolve().as_uri())
    await page.screenshot(path=sheet.with_suffix(".png"), full_page=True)
    await page.close()
    return bad


if __name__ == "__main__":
    main()
