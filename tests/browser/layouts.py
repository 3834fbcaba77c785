"""The layouts of the lobby board: for how much there is to show on which screen, and what can't be read on one."""

from dataclasses import dataclass
from itertools import product
from typing import Any

from playwright.async_api import Page

from tests.browser.halls import COUNTERS, WINDOWS
from tests.browser.injected import Injected, busy
from tests.browser.reading import box, faults

SCREENS = {
    "1080p": (1920, 1080),
    "1080p upright": (1080, 1920),
    "720p": (1280, 720),
    "720p upright": (720, 1280),
    "4K": (3840, 2160),
    "4K upright": (2160, 3840),
    "1080p at 200 %": (960, 540),
    "1080p upright at 200 %": (540, 960),
}
"""Screens in CSS pixels. A browser that zooms to 200 % has half as many."""

ALWAYS = [
    "#time",
    "#status",
    "#office",
    ".call-card:first-child .card-number",
    ".call-card:first-child .card-window",
    ".tile-number:not([hidden])",
    ".tile-window",
]
"""What must be on the screen completely, even if other parts are left out."""


NEWEST_CALL = 110
AT_A_WINDOW = 50
"""The least size of the newest call, and of a number at a window, in units of a wall of 1920 x 1080."""


@dataclass(frozen=True)
class Layout:
    office: str
    """Of tests/browser/halls.py: `long8` has eight counters with long names."""
    windows: int
    newest: int
    """How many calls came just now."""
    screen: str

    def __str__(self) -> str:
        return f"{self.office}, {self.windows} windows, {self.newest} new, {self.screen}"


def every_layout() -> list[Layout]:
    """1 to 12 windows, 1 to 8 counters, short and long names, one call or many, on every screen."""
    offices = [f"{names}{count}" for count in COUNTERS for names in ("short", "long")]
    return [
        Layout(office, windows, newest, screen)
        for office, screen, windows in product(offices, SCREENS, range(1, WINDOWS + 1))
        for newest in sorted({1, windows})
    ]


def some_layouts() -> list[Layout]:
    """24 of them: each number of windows that is divided differently on each screen that is one."""
    offices = ["long8", "short5", "long4", "short1", "long5", "short8"]
    sizes = ["1080p", "1080p upright", "720p", "4K", "720p upright", "1080p at 200 %"]
    numbers = [(12, 1), (12, 12), (7, 3), (4, 4)]
    return [
        Layout(offices[(i + j) % len(offices)], windows, newest, size)
        for i, (windows, newest) in enumerate(numbers)
        for j, size in enumerate(sizes)
    ]


def unit(width: int, height: int) -> float:
    """The scale of this screen, relative to one of 1920 x 1080, or upright."""
    return min(width, height) / 1080


async def show(page: Page, boards: Injected, empty: dict[str, Any], layout: Layout, **more: Any) -> None:
    """Shows a layout of the office that the page is open for. `empty`: its board; `more`: members of the board."""
    width, height = SCREENS[layout.screen]
    await page.set_viewport_size({"width": width, "height": height})
    # Another epoch is another office: what was shown before says nothing of what is new in this one.
    epoch = f"{layout.windows}-{layout.newest}"
    boards.send({**busy(empty, layout.windows, newest=layout.newest), "epoch": epoch, **more})
    cards = min(max(layout.newest, 1), 4)
    await page.wait_for_function(
        """([windows, cards]) => document.querySelectorAll('.tile').length === windows
          && document.querySelectorAll('.call-card').length === cards""",
        arg=[layout.windows, cards],
    )


async def faults_of(page: Page, width: int, height: int) -> list[str]:
    """What can't be read on the wall as it is, and what is too small."""
    scale = unit(width, height)
    found = []
    # Where the languages take turns, each of them must have room.
    for turn in range(1, 3):
        await page.evaluate("turn => { document.body.dataset.turn = turn; }", turn)
        found += await faults(page, smallest=20 * scale, needed=ALWAYS, without=".demo-banner")
    sizes = {".card-number": NEWEST_CALL, ".tile-number": AT_A_WINDOW, "#waiting .number": 50, "#time": 92}
    for selector, least in sizes.items():
        size = (await box(page, f"{selector} >> nth=0"))["font"] / scale
        if size < least - 0.1:
            found.append(f"{selector} has a size of {size:.1f} units")
    return list(dict.fromkeys(found))
