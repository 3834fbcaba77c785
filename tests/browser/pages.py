"""Opens pages as users do, and finds the focus."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.amended import Change, amend

PHONE = {"width": 360, "height": 740}
CLERKS_PC = {"width": 1366, "height": 768}

LONG = "Passport applications and renewals (emergency passports included)"
COUNTERS = ["여권 접수", "여권 교부", "통합민원 (등·초본)", "인감", "전입신고", "복지", "가족관계등록", "지방세 제증명"]


async def open_page(
    browser: Browser, address: str, size: dict[str, int], *, change: Change | None = None, **options: Any
) -> Page:
    """A page in a browser of its own, in Korean unless `locale` says otherwise. `change`: as of `amend`."""
    context = await browser.new_context(**{"locale": "ko-KR", "viewport": size, **options})
    page = await context.new_page()
    if change:
        await amend(page, change)
    await page.goto(address)
    return page


async def press(button: Locator) -> None:
    """By the keyboard, once it is there: Playwright's own `press` does not wait for that, and is lost."""
    await expect(button).to_be_visible()
    await button.press("Enter")


async def open_console(
    browser: Browser,
    url: str,
    office: str,
    window: int,
    size: dict[str, int] = CLERKS_PC,
    *,
    role: str = "clerk",
    change: Change | None = None,
    **options: Any,
) -> Page:
    """The console of a clerk or a manager who has signed in and opened a window. `change`: as of `amend`."""
    page = await open_page(browser, f"{url}/console", size, change=change, **options)
    await page.locator("#user-name").fill(f"{role}-{office}")
    await page.locator("#password").fill("sunbeon")
    await page.locator("#sign-in-button").click()
    await page.locator("#windows input").nth(window - 1).check()
    await page.locator("#open").click()
    await expect(page.locator("#next")).to_be_focused()
    return page


async def focused(page: Page) -> str:
    """The id of the element that has the focus, or its tag if it has no id."""
    found: str = await page.evaluate("document.activeElement.id || document.activeElement.tagName")
    return found


async def numbers(page: Page, group: str) -> list[int]:
    """The numbers in one of the console's lists: here, absent, held, no_show."""
    return [int(text) for text in await page.locator(f"#{group} .number").all_inner_texts()]


def city_file(folder: Path, offices: Iterable[tuple[str, int, int]]) -> Path:
    """A city of offices with so many counters and windows: ("hall", 8, 12). The first window serves every counter."""
    week = ", ".join(f'{day} = "09:00-18:00"' for day in ("mon", "tue", "wed", "thu", "fri"))
    lines = ['[city]\nid = "town"\nname = { ko = "마을", en = "Town" }\n[rules]\n[holidays]\ncountry = "KR"']
    for id, counters, windows in offices:
        named = ", ".join(
            f'{{ id = "c{i}", name = {{ ko = "{COUNTERS[i]}", en = "Counter {i}" }}, '
            f"numbers = [{i}101, {i}999], online = true }}"
            for i in range(1, counters)
        )
        first = (
            f'{{ id = "c0", name = {{ ko = "{COUNTERS[0]}", en = "{LONG}" }}, numbers = [101, 999], online = true }}'
        )
        serving = ", ".join(
            f"{{ id = {window}, counters = [{', '.join(f'{chr(34)}c{i}{chr(34)}' for i in served)}] }}"
            for window in range(1, windows + 1)
            for served in [range(counters) if window == 1 else [window % counters]]
        )
        lines.append(
            f'[[offices]]\nid = "{id}"\nkind = "dong"\nname = {{ ko = "{id} 민원실", en = "{id} office" }}\n'
            f"hours = {{ {week} }}\ncounters = [{first}, {named}]\nwindows = [{serving}]"
        )
    path = folder / "city.toml"
    path.write_text("\n".join(lines), "utf-8")
    return path
