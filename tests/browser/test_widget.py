"""The widget on another site's page."""

from tests.browser.support import chromium, other_site, seen_at, watch_console
from tests.support import Running

PAGE = """<!doctype html><html lang="en"><title>A page of the city</title>
<script src="{url}/widget.js" async></script><queue-widget office="passport" lang="ko">민원실</queue-widget>"""


async def test_it_loads_its_own_part_of_a_language_and_not_the_whole(service: Running) -> None:
    await service.http.take("passport", "apply")
    with other_site(PAGE.format(url=service.url)) as site:
        async with chromium() as browser:
            page = await browser.new_page()
            errors = watch_console(page)
            loaded: list[str] = []
            page.on("response", lambda answer: loaded.append(answer.url.removeprefix(service.url)))
            await page.goto(site)
            await seen_at(page, "queue-widget", "여권민원실")
            await page.evaluate("document.querySelector('queue-widget').lang = 'en'")
            await seen_at(page, "queue-widget", "Passport Office")
    languages = {path for path in loaded if "/lang/" in path}
    assert languages == {"/static/clients/widget/lang/ko.json", "/static/clients/widget/lang/en.json"}
    assert errors == []
