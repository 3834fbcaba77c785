"""The chart of quiet hours on the city page, on booking and in the widget: what it says, and to whom."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import insert

from service.database.engine import Database
from service.database.tables import days, tickets_per_hour
from service.domain.hours import KST
from tests.browser.axe import violations
from tests.browser.injected import injected
from tests.browser.pages import CLERKS_PC, PHONE, open_page, press
from tests.browser.support import chromium, other_site, watch_console
from tests.past import database_of, day_of, fill, working_days
from tests.support import Running, StoppedClock, running

NOW = datetime(2026, 11, 25, 14, 40, tzinfo=KST)
"""A Wednesday."""

SHOTS = os.environ.get("SHOTS")


def usual(day: date, n: int) -> dict[str, float]:
    """An office's day: busy in the morning and after lunch, quiet in between; Mondays are worse."""
    worse = 12 if day.weekday() == 0 else 0
    shape = [14, 22, 30, 26, 21, 15, 24, 27, 18, 9, 4, 3, 5, 11, 16, 13]
    starts = [f"{hour:02}:{minute:02}" for hour in (*range(9, 12), *range(13, 18)) for minute in (5, 35)]
    return {
        start: max(0, minutes + worse + (n * 7 + i * 5) % 11 - 5)
        for i, (start, minutes) in enumerate(zip(starts, shape, strict=True))
    }


def weeks() -> Iterator[dict[str, Any]]:
    for n, day in enumerate(working_days(NOW.date(), 25)):
        yield from day_of("uijeongbu1", day, usual(day, n), counter="general")
        yield from day_of("passport", day, usual(day, n))
    for day in working_days(NOW.date(), 7):
        yield from day_of("howon2", day, usual(day, 0), counter="general")
    for day in working_days(NOW.date(), 3):
        yield from day_of("howon1", day, {"09:10": 8}, counter="general")


async def fill_today(database: Database) -> None:
    """This morning at the first dong's office, all of whose tickets are finished. Elsewhere, a day was made up."""
    waits = {"09:05": 18, "09:35": 26, "10:05": 24, "10:35": 19, "11:05": 12, "11:35": 9, "13:05": 20}
    rows = [*day_of("uijeongbu1", NOW.date(), waits, counter="general")]
    await fill(database, rows)
    hours = [
        {"office": "uijeongbu1", "day": NOW.date(), "counter": "general", "hour": hour} for hour in (9, 10, 11, 13)
    ]
    made_up = {"office": "howon2", "day": working_days(NOW.date(), 1)[0], "issued": 9, "simulated": True}
    async with database.begin() as connection:
        await connection.execute(insert(days), made_up)
        await connection.execute(insert(tickets_per_hour), [{**each, "tickets": 2, "people": 2} for each in hours[:3]])
        await connection.execute(insert(tickets_per_hour), {**hours[3], "tickets": 1, "people": 1})


async def shot(thing: Page | Locator, name: str) -> None:
    if SHOTS:
        await thing.screenshot(path=Path(SHOTS) / f"{name}.png")


async def rows(place: Locator) -> list[str]:
    """The table, as a screen reader reads it, a line a row."""
    await expect(place.get_by_role("table").locator("thead th").first).not_to_be_empty()
    found = await place.get_by_role("table").get_by_role("row").all()
    return [" | ".join(await row.locator("th, td").all_text_contents()) for row in found]


async def test_the_chart_is_a_picture_and_a_table(store_url: str) -> None:
    clock = StoppedClock()
    clock.set(NOW)
    async with running(store_url, clock) as service, database_of(service) as database:
        await fill(database, weeks())
        await fill_today(database)
        async with chromium() as browser:
            await on_the_city_page(browser, service)
            await on_booking(browser, service)
            await on_booking_too_late(browser, service)
            await in_the_widget(browser, service)


async def on_the_city_page(browser: Browser, service: Running) -> None:
    board = await service.http.board("uijeongbu1")
    wait = {"minutes": 14, "low": 8, "high": 20, "word": "minutes", "resumes": None, "provisional": False}
    board["counters"] = [{**each, "wait": {**wait, "served_today": None}} for each in board["counters"]]
    for size, name in ((PHONE, "phone"), (CLERKS_PC, "desktop")):
        page = await (await browser.new_context(locale="ko-KR", viewport=size, reduced_motion="reduce")).new_page()
        await page.clock.set_fixed_time(NOW)
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        async with injected(page) as boards:
            await page.goto(service.url)
            boards.send(board)
            card = page.locator("[data-office=uijeongbu1]")
            title = card.locator(".quiet-hours-title")
            await expect(title).to_have_text("한산한 시간 보기")
            # What nobody opens is not loaded.
            assert not [
                url for url in asked if "quiet-hours" in url and "disclosure" not in url and "answer" not in url
            ]
            await press(title)
            await expect(card.get_by_role("button", name="수 · 오늘")).to_have_attribute("aria-pressed", "true")
            await expect(card.get_by_role("img", name="수요일 시간대별 대기 시간")).to_be_visible()
            table = await rows(card)
            assert table[0] == "시간 | 보통 대기 | 5일 중 3일은 이 사이 | 오늘"
            assert table[7] == "12:00 | 운영 안 함 |  | "
            assert [row for row in table if "지금" in row] == [row for row in table if row.startswith("14:30")]
            assert next(row for row in table if row.startswith("14:30")).endswith("14분 · 지금")
            assert next(row for row in table if row.startswith("13:00")).endswith("| 20분")
            await expect(card.locator(".best")).to_have_text("한산한 시간: 14:30–16:30")
            assert [row[:5] for row in table if "한산" in row] == ["14:30", "15:00", "15:30", "16:00"]
            await expect(card.locator(".basis")).to_have_text("지난 25일의 기록입니다. 마지막 날은 11월 24일입니다.")
            assert await violations(page) == []
            await shot(card, f"city-{name}")

            await press(card.get_by_role("button", name="월", exact=True))
            assert len((await rows(card))[0].split(" | ")) == 3
            await press(card.get_by_role("button", name="표로 보기"))
            await expect(card.get_by_role("img")).to_be_hidden()
            await expect(card.get_by_role("table")).to_be_visible()
            assert await violations(page) == []
            await shot(card, f"city-{name}-table")

            for office, said in (
                ("howon1", "자료 부족: 지금까지 3일의 기록이 있습니다."),
                ("howon2", "어림값입니다. 모의 이용자의 기록입니다."),
            ):
                other = page.locator(f"[data-office={office}]")
                await press(other.locator(".quiet-hours-title"))
                await expect(other.locator(".basis")).to_contain_text(said)
            await expect(page.locator("[data-office=howon1]").get_by_role("table")).to_have_count(0)
            assert (await rows(page.locator("[data-office=howon2]")))[0] == "시간 | 보통 대기 | 오늘"
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            await press(card.get_by_role("button", name="그래프로 보기"))
            if size == PHONE:
                await page.evaluate("document.documentElement.style.fontSize = '225%'")
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                await shot(card, "city-large")


async def on_booking(browser: Browser, service: Running) -> None:
    page = await open_page(browser, f"{service.url}/booking?office=passport&counter=apply", PHONE, color_scheme="dark")
    place = page.locator("#quiet-hours")
    await press(place.locator(".quiet-hours-title"))
    assert (await rows(place))[0].startswith("시간 | 보통 대기")
    await page.locator("lang-switch button[lang=en]").click()
    await expect(place.locator(".quiet-hours-title")).to_have_text("Quiet hours")
    await expect(place.get_by_role("button", name="Mon", exact=True)).to_be_visible()
    assert await violations(page) == []
    await shot(place, "booking-dark")
    # Without an answer, it says so, and asks again when it is told to.
    await page.reload()
    await page.route("**/quiet-hours*", lambda route: route.fulfill(status=400, json={"code": "any"}))
    await press(place.locator(".quiet-hours-title"))
    await expect(place.get_by_role("status")).to_have_text("This can’t be loaded right now.")
    await page.unroute("**/quiet-hours*")
    await press(place.get_by_role("button", name="Try again"))
    await expect(place.get_by_role("table")).to_have_count(1)
    await expect(place.get_by_role("status")).to_be_hidden()


async def on_booking_too_late(browser: Browser, service: Running) -> None:
    """Who does not take a number that may not be called today is shown when to come."""
    board = await service.http.board("passport")
    wait = {"minutes": 200, "low": 150, "high": 250, "word": "minutes", "resumes": None, "provisional": False}
    board["counters"] = [{**each, "wait": {**wait, "served_today": 0.2}} for each in board["counters"]]
    page = await (await browser.new_context(locale="ko-KR", viewport=PHONE)).new_page()
    async with injected(page) as boards:
        await page.goto(f"{service.url}/booking?office=passport&counter=apply")
        boards.send(board)
        await expect(page.locator("[name=counter]:checked")).to_have_count(1)
        await press(page.locator("#take"))
        await press(page.get_by_role("button", name="다음에 오기"))
        await expect(page.locator("#quiet-hours summary")).to_be_focused()
        await expect(page.locator("#quiet-hours").get_by_role("table")).to_have_count(1)


async def in_the_widget(browser: Browser, service: Running) -> None:
    html = (
        '<!doctype html><html lang="ko"><title>시청</title><main><h1>시청</h1>'
        f'<script src="{service.url}/widget.js" async></script><queue-widget office="uijeongbu1">민원실</queue-widget>'
    )
    with other_site(html) as site:
        page = await open_page(browser, site, PHONE)
        errors, loaded = watch_console(page), list[str]()
        widget = page.locator("queue-widget")
        await expect(widget.locator(".quiet-hours-title")).to_be_visible()
        page.on("request", lambda request: loaded.append(request.url.removeprefix(service.url)))
        await press(widget.locator(".quiet-hours-title"))
        await expect(widget.get_by_role("table")).to_have_count(1)
        assert {path for path in loaded if "/lang/" in path} == {"/static/clients/lib/quiet-hours/lang/ko.json"}
        await page.evaluate("document.querySelector('queue-widget').lang = 'en'")
        await expect(widget.get_by_role("button", name="Mon", exact=True)).to_be_visible()
        assert await violations(page) == []
        assert errors == []
        await shot(widget, "widget")
