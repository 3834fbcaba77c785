"""The wall says where it is clearly quicker, in one line for which there is room, and only while that is true."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.axe import violations
from tests.browser.halls import city_file
from tests.browser.injected import busy, injected, wait
from tests.browser.layouts import SCREENS, Layout, faults_of, show
from tests.browser.reading import faults
from tests.browser.support import chromium, watch_console
from tests.support import Running, running
from tests.web.test_nearby import knowing, minutes

LINE = "#notice-list .notice"
LOOKS_WITHIN = 60_000
"""Milliseconds. A wall looks after some seconds, and then every other minute."""

LAYOUTS = [
    Layout("long8", 12, 1, "1080p"),
    Layout("long5", 4, 4, "1080p upright"),
    Layout("short4", 4, 4, "720p"),
    Layout("long5", 7, 3, "1080p at 200 %"),
    Layout("short5", 1, 1, "4K upright"),
]


async def test_the_wall_says_where_it_is_quicker(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = {"howon1": minutes(60, 45, 80), "howon2": minutes(3, 1, 6)}
    await knowing(service, monkeypatch, waits)
    async with chromium() as browser:
        page = await browser.new_page(locale="ko-KR", viewport={"width": 1920, "height": 1080})
        errors = watch_console(page)
        board = busy(await service.http.board("howon1"), 4, paused=False)
        for counter in board["counters"]:
            counter["wait"] = wait(60, 45, 80) if counter["id"] == "move-in" else None
        async with injected(page) as boards:
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url) if "/v1/nearby" in request.url else None)
            boards.send(board)
            await page.goto(f"{service.url}/display/howon1")
            # 1,700 m are 14.8 minutes, and another 3 are waited.
            await expect(page.locator(LINE)).to_have_text(
                "전입신고: 지금 호원2동 주민센터 쪽이 약 40분 빠릅니다 (이동 포함, 1.7km)"
                "Move-in report: about 40 min quicker at Howon 2-dong, way included (1.7 km)",
                timeout=LOOKS_WITHIN,
            )
            assert len(asked) == 1
            assert await faults(page, needed=[LINE, ".card-number"]) == []
            assert await violations(page) == []
            # The staff have turned it off, and on again.
            boards.send({**board, "lobby": {**board["lobby"], "nearby": False}})
            await expect(page.locator("#office-notices")).to_be_hidden()
            boards.send(board)
            await expect(page.locator(LINE)).to_have_count(1)
            boards.send({**board, "stale": True})
            await expect(page.locator("#office-notices")).to_be_hidden()
            assert errors == []


async def test_there_is_room_for_the_line(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=city_file(tmp_path), demo_life=True) as service, chromium() as browser:
        found: list[str] = []
        for layout in LAYOUTS:
            page = await browser.new_page(locale="ko-KR")
            empty = await service.http.board(layout.office)
            await at_places(page, layout.office)
            async with injected(page) as boards:
                await page.goto(f"{service.url}/display/{layout.office}")
                await show(page, boards, empty, layout)
                await expect(page.locator(LINE)).to_have_count(1, timeout=LOOKS_WITHIN)
                found += [f"{layout}: {fault}" for fault in await faults_of(page, *SCREENS[layout.screen])]
                found += [f"{layout}: {fault}" for fault in await faults(page, needed=[LINE], without=".demo-banner")]
        assert not found, "\n".join(found)


async def at_places(page: Page, here: str) -> None:
    """The page's offices have places, and of all others the one with the longest name is the quickest."""

    async def offices(route: Route) -> None:
        answer = await route.fetch()
        city: dict[str, Any] = await answer.json()
        for office in city["offices"]:
            office["location"] = {"lat": 37.7, "lon": 127}
        await route.fulfill(response=answer, json=city)

    async def nearby(route: Route) -> None:
        there = {"office": "long1" if here != "long1" else "long4", "wait": wait(3, 1, 6), "distance_m": 1700}
        own = {"office": here, "wait": wait(60, 45, 80), "distance_m": 0}
        await route.fulfill(json=[{**there, "clearly_better": True}, {**own, "clearly_better": False}])

    await page.route("**/api/v1/offices", offices)
    await page.route("**/api/v1/nearby*", nearby)
