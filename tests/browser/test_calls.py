"""A busy quarter of an hour on the lobby board, compared call by call with the office's log."""

import asyncio
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.async_api import expect
from redis.asyncio import Redis

from service.domain.city_event import CityEvent
from service.domain.event import Call, Event, Finish, Hold, NoShow, Recall, Transfer, parse
from service.store.keys import Keys
from tests.browser.halls import city_file, desks
from tests.browser.recorder import Said, recorder
from tests.browser.support import chromium, watch_console
from tests.support import Desk, Running, machine_clock, running

OFFICE = "short4"
Called = tuple[int, int, bool]
"""Number, window, and whether it was a recall."""


async def log_of(service: Running, store_url: str) -> list[Event | CityEvent]:
    keys = Keys(service.app.state.context.settings.namespace)
    async with Redis.from_url(store_url) as redis:
        return [parse(fields[b"event"]) for _, fields in await redis.xrange(keys.log(OFFICE))]


def calls_of(log: list[Event | CityEvent]) -> list[tuple[Called, int | None]]:
    """Each call of the log, and when its ticket left the window; None: it is there still."""
    calls: list[tuple[Called, int | None]] = []
    for place, event in enumerate(log):
        if not isinstance(event, Call | Recall):
            continue
        ticket = event.ticket
        assert ticket.window
        left = next((one.at for one in log[place:] if _leaves(one, ticket.number)), None)
        calls.append(((ticket.number, ticket.window, isinstance(event, Recall)), left))
    return calls


def _leaves(event: Event | CityEvent, number: int) -> bool:
    return isinstance(event, Finish | Hold | NoShow | Transfer) and event.ticket.number == number


async def a_quarter_of_an_hour(clerks: list[Desk]) -> None:
    """What three clerks do, without the minutes between."""
    first, second, third = clerks
    for desk in clerks:
        await desk.next()
    await asyncio.gather(first.next(), second.next())
    await first.post("recall")
    (await second.post("transfer", {"counter": "c2"})).raise_for_status()
    second.at_window = None
    await third.next()
    await second.next()
    held = first.at_window
    await first.post("hold")
    first.at_window = None
    await first.next()
    await first.post("no-show")
    first.at_window = None
    (await first.post("call", {"number": held})).raise_for_status()
    first.at_window = held
    await second.post("recall")

    await asyncio.gather(*(five_calls(desk) for desk in clerks))
    await third.post("recall")
    await second.post("finish")


async def five_calls(desk: Desk) -> None:
    for _ in range(5):
        await desk.next()


async def test_a_busy_quarter_is_shown_and_said_as_the_log_has_it(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, machine_clock(), city=city_file(tmp_path)) as service, chromium() as browser:
        page = await browser.new_page(viewport={"width": 1920, "height": 1080})
        errors = watch_console(page)
        record = await recorder(page)
        frames: list[dict[str, Any]] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda text: frames.append(json.loads(text))))
        for i in range(45):
            await service.http.take(OFFICE, f"c{1 + i % 2}")
        clerks = (await desks(service, OFFICE))[:3]
        for desk in clerks:
            await desk.open()
        await page.goto(f"{service.url}/display/{OFFICE}")
        await expect(page.locator(".tile")).to_have_count(3)
        await a_quarter_of_an_hour(clerks)

        standing = {desk.window: desk.at_window for desk in (clerks[0], clerks[2])}
        for window, number in standing.items():
            await expect(page.locator(f'[data-window="{window}"] .tile-number')).to_have_text(str(number))
        await expect(page.locator('[data-window="2"]')).to_have_attribute("data-state", "idle")
        await record.silence()

        calls = calls_of(await log_of(service, store_url))
        assert len(calls) > 25
        assert sum(again for (_, _, again), _ in calls) == 3
        check_said(calls, await record.said())
        check_shown(calls, await record.shown(), frames)
        assert errors == []


def check_said(calls: list[tuple[Called, int | None]], said: list[Said]) -> None:
    """In the log's order, one after another, each whole; and left out is only a call whose ticket had moved on."""
    assert all(one.ended and one.ended <= next_one.began for one, next_one in pairwise(said))
    rest = list(said)
    for call, left in calls:
        if rest and call == (rest[0].number, rest[0].window, rest[0].again):
            rest.pop(0)
            continue
        # It would have been its turn when the next one began.
        assert left is not None, call
        assert not rest or left <= rest[0].began, call
    assert rest == []


def check_shown(calls: list[tuple[Called, int | None]], shown: list[Called], frames: list[dict[str, Any]]) -> None:
    """Every number that a frame has at a window came to stand there, and each window's numbers in the log's order."""
    at_windows = {
        (window["number"], window["id"])
        for frame in frames
        for window in frame["windows"]
        if window["state"] == "serving"
    }
    assert {(number, window) for number, window, _ in shown} == at_windows
    assert sum(again for _, _, again in shown) > 0
    logged = [call for call, _ in calls]
    for window in (1, 2, 3):
        stood = [call for call in shown if call[1] == window and not _is_calm_again(call, logged)]
        # Each is looked for in what is left of the log.
        left = iter([call for call in logged if call[1] == window])
        assert all(call in left for call in stood), (window, stood)


def _is_calm_again(call: Called, logged: list[Called]) -> bool:
    """A recall that is no news any more looks like other numbers."""
    number, window, again = call
    return not again and (number, window, True) in logged
