"""axe-core in a page: what an automatic check of WCAG 2.2 A and AA, and of best practice, finds."""

from collections.abc import Sequence

from playwright.async_api import Page

from tests.browser.reading import at_rest
from tests.support import ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"

RUN = """async without => {
  const rules = Object.fromEntries(without.map(rule => [rule, { enabled: false }]));
  const { violations } = await axe.run(document, { resultTypes: ['violations'], rules });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}"""


async def violations(page: Page, *, without: Sequence[str] = ()) -> list[str]:
    """One line for each finding: the rule, and where it is broken. `without`: rules that don't apply to this page."""
    # The page's policy forbids foreign scripts, but not what a debugger evaluates.
    await page.evaluate(AXE.read_text("utf-8"))
    return await at_rest(lambda: page.evaluate(RUN, list(without)))
