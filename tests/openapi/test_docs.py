"""The page /docs, in a real browser."""

from tests.browser.axe import violations
from tests.browser.support import chromium
from tests.support import Running


async def test_the_reference_shows_every_operation(service: Running) -> None:
    description = (await service.http.get("/api/v1/openapi.json")).json()
    complaints: list[str] = []
    async with chromium() as browser:
        page = await browser.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((service.url, "data:")) else complaints.append(r.url))
        await page.goto(f"{service.url}/docs?lang=en")
        await page.wait_for_selector(".opblock")
        assert await page.inner_text("h1") == "Sunbeon API"
        shown = await page.locator(".opblock").count()
        # Swagger UI's own way to try a call, under the page's content security policy.
        await page.click("#operations-public-board .opblock-summary-control")
        await page.click("#operations-public-board .try-out__btn")
        await page.click("#operations-public-board .execute")
        await page.wait_for_selector("#operations-public-board .live-responses-table .response")
        assert '"office": "passport"' in await page.inner_text("#operations-public-board .live-responses-table")
        links = await page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    assert shown == sum(map(len, description["paths"].values()))
    assert all(link.startswith(service.url) for link in links)
    assert complaints == []


async def test_the_reference_can_be_read_and_used_by_all(service: Running) -> None:
    """As it is at first; with an operation open, tried out and answered; and while one gives a key."""
    async with chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"{service.url}/docs?lang=ko")
        await page.wait_for_selector(".opblock")
        assert await violations(page) == []
        await page.click("#operations-public-board .opblock-summary-control")
        await page.click("#operations-public-board .try-out__btn")
        await page.click("#operations-public-board .execute")
        await page.wait_for_selector("#operations-public-board .live-responses-table .response")
        assert await violations(page) == []
        await page.click(".auth-wrapper .authorize")
        await page.wait_for_selector(".modal-ux .close-modal")
        assert await violations(page) == []


async def test_both_descriptions_can_be_downloaded(service: Running) -> None:
    page = (await service.http.get("/docs")).text
    for file, kind in (("openapi.json", "application/json"), ("asyncapi.yaml", "application/yaml")):
        assert f'href="/api/v1/{file}"' in page
        answer = await service.http.get(f"/api/v1/{file}")
        assert answer.headers["content-type"].partition(";")[0] == kind
