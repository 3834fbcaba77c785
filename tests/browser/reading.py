"""Whether a page can be read: finds what is off the screen or covers something else."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Page

FITS = (Path(__file__).with_name("fits.js")).read_text("utf-8")

BOXES = "main, .view, button, dialog"
"""Elements that must be large enough for their content, on pages that don't scroll."""


async def faults(page: Page, *, smallest: float = 1, needed: Sequence[str] = (), without: str = "") -> list[str]:
    """What can't be read on the page once animations have ended: see fits.js."""
    wanted = {"smallest": smallest, "needed": list(needed), "holding": BOXES, "without": without}
    return await at_rest(lambda: page.evaluate(FITS, wanted))


async def at_rest(look: Callable[[], Awaitable[list[str]]]) -> list[str]:
    """The findings that remain after a resized or recoloured page has had time to settle."""
    for _ in range(20):
        if not (found := await look()):
            break
        await asyncio.sleep(0.1)
    return found


async def box(page: Page, selector: str) -> dict[str, float]:
    """Where an element is, in pixels, and its font size: x, y, width, height, right, bottom, font."""
    measured: dict[str, Any] = await page.locator(selector).evaluate(
        """element => {
          const { x, y, width, height, right, bottom } = element.getBoundingClientRect();
          return { x, y, width, height, right, bottom, font: parseFloat(getComputedStyle(element).fontSize) };
        }"""
    )
    return measured
