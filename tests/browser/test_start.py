"""Finding a screen: the start page lists all of them, and an unknown address leads to a list."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.pages import PHONE, open_page
from tests.browser.support import chromium, watch_console
from tests.support import Running, running

WALL = {"width": 1440, "height": 900}
LIFE = "/api/v1/demo/life"


async def offices_of(service: Running) -> list[str]:
    return [office["id"] for office in (await service.http.get("/api/v1/offices")).json()["offices"]]


async def links(page: Page, selector: str) -> list[str]:
    found: list[str] = await page.locator(selector).evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_office_s_screens_are_there_as_links_and_codes(service: Running, scheme: str) -> None:
    offices = await offices_of(service)
    async with chromium() as browser:
        page = await open_page(browser, f"{service.url}/start", WALL, color_scheme=scheme)
        errors = watch_console(page)
        await expect(page.locator("#list > li")).to_have_count(len(offices))
        assert await links(page, "#list a") == [f"/{kind}/{id}" for id in offices for kind in ("display", "kiosk")]
        last = page.locator("img.qr").last
        await last.scroll_into_view_if_needed()
        await expect(last).to_have_js_property("complete", True)
        assert await last.evaluate("image => image.naturalWidth") > 0
        await page.locator("lang-switch button[lang=en]").click()
        await expect(page.locator("h1")).to_have_text("Set up screens")
        assert errors == []
        assert await violations(page) == []
        await page.set_viewport_size(PHONE)
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("screen", ["display", "kiosk"])
@pytest.mark.parametrize("office", ["", "/atlantis"])
async def test_an_address_that_names_no_office_lists_the_offices(service: Running, screen: str, office: str) -> None:
    offices = await offices_of(service)
    async with chromium() as browser:
        page = await open_page(browser, f"{service.url}/{screen}{office}", PHONE)
        await expect(page.locator("h1")).to_have_text("민원실을 골라 주세요")
        await expect(page.locator("office-links a")).to_have_count(len(offices))
        assert await links(page, "office-links a") == [f"/{screen}/{id}" for id in offices]
        await expect(page.locator("#lead")).to_be_visible(visible=bool(office))
        assert await violations(page) == []


async def test_a_ticket_that_is_not_there_lists_the_offices(service: Running) -> None:
    async with chromium() as browser:
        page = await open_page(browser, f"{service.url}/t/nothing", PHONE)
        await expect(page.locator("h1:visible")).to_have_text("번호표를 찾을 수 없습니다")
        await page.locator("office-links a").first.click()
        await page.wait_for_url("**/?search=*")
        await expect(page.locator("#list > li")).to_have_count(1)


async def test_the_banner_says_that_people_are_simulated_and_stops_them(store_url: str) -> None:
    async with running(store_url, demo_life=True) as service, chromium() as browser:
        page = await open_page(browser, f"{service.url}/", WALL)
        life = page.locator("demo-life")
        await expect(life).to_contain_text("모의 이용자입니다")
        assert await violations(page) == []
        await life.locator("button").click()
        await expect(life).to_contain_text("멈췄습니다")
        assert (await service.http.get(LIFE)).json()["on"] is False
        await page.locator("lang-switch button[lang=en]").click()
        await life.get_by_role("button", name="Start them again").click()
        await expect(life).to_contain_text("are simulated")
        assert (await service.http.get(LIFE)).json()["on"] is True
        for path in ("/booking", "/console", "/kiosk/passport", "/display/passport", "/docs", "/t/x", "/start"):
            text = (await service.http.get(path)).text
            assert text.count("<demo-life") == 1, path
