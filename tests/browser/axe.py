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
    """One line a finding: the rule, and where it is broken. `without` are rules that say nothing on this page."""
    # The page's policy forbids scripts of others, but not what a debugger evaluates.
    await page.evaluate(AXE.read_text("utf-8"))
    return await at_rest(lambda: page.evaluate(RUN, list(without)))
