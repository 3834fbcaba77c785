"""axe-core in a page: what an automatic check of WCAG 2.2 A and AA finds."""

from playwright.async_api import Page

from tests.support import ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page) -> list[str]:
    """One line a finding: the rule, and where it is broken."""
    # The page's policy forbids scripts of others, but not what a debugger evaluates.
    await page.evaluate(AXE.read_text("utf-8"))
    lines: list[str] = await page.evaluate(
        """async standards => {
          const { violations } = await axe.run(document, { runOnly: standards });
          return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
        }""",
        STANDARDS,
    )
    return lines
