"""Whether a page can be read: what lies off the screen or over something else, and what axe finds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.support import ROOT

FITS = (Path(__file__).with_name("fits.js")).read_text("utf-8")
AXE = ROOT / "node_modules/axe-core/axe.min.js"

RUN_AXE = """async without => {
  const rules = Object.fromEntries(without.map(rule => [rule, { enabled: false }]));
  const { violations } = await axe.run(document, { resultTypes: ['violations'], rules });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target).join(', ')}`);
}"""


BOXES = "main, .view, button, dialog"
"""What must be large enough for what is in it, on pages that don't scroll."""


async def faults(page: Page, *, smallest: float = 1, needed: Sequence[str] = (), without: str = "") -> list[str]:
    """What on the page, as it stands, can't be read: see fits.js."""
    wanted = {"smallest": smallest, "needed": list(needed), "holding": BOXES, "without": without}
    found: list[str] = await page.evaluate(FITS, wanted)
    return found


async def axe(page: Page, *, without: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong, by rule, and where; `without` are rules that say nothing on this page."""
    if not await page.evaluate("'axe' in window"):
        # Not as a script of the page: its policy allows only the service's own.
        await page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = await page.evaluate(RUN_AXE, list(without))
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
