"""A page whose live socket the test speaks for: it shows boards that nobody had to play through."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from playwright.async_api import Page, WebSocketRoute

from service.domain.hours import KST

BEAT = 1.0
"""Seconds after which the last board is sent again: a lobby board takes a longer silence for a dead line."""


def wait(minutes: int, low: int, high: int, **more: Any) -> dict[str, Any]:
    """A Wait of a board or a ticket."""
    facts = {"word": "minutes", "resumes": None, "provisional": False, "served_today": None}
    return {"minutes": minutes, "low": low, "high": high, **facts, **more}


WAITS = [
    wait(12, 8, 18),
    wait(95, 55, 130, served_today=0.65),
    wait(0, 0, 0, word="now"),
    wait(65, 50, 75, word="after_closure", resumes="13:00"),
    None,
]
"""One of each kind, the longest among them."""


class Injected:
    """The service's end of a page's live socket."""

    def __init__(self) -> None:
        self._sockets: list[WebSocketRoute] = []
        self._board: dict[str, Any] | None = None

    async def watch(self, page: Page) -> None:
        """Speaks for the sockets that the page opens from now on."""
        await page.route_web_socket(re.compile(r"/api/v1/live"), self._open)

    def send(self, board: dict[str, Any]) -> None:
        """Sends a board, which is true now; of the same epoch and version as the last one, unless it says so."""
        self._board = board
        self.say_again()

    def say_again(self) -> None:
        if self._board is None:
            return
        now = datetime.now(KST).isoformat(timespec="seconds")
        frame = json.dumps({"at": now, "fresh_at": now, **self._board})
        for socket in self._sockets:
            socket.send(frame)

    def _open(self, socket: WebSocketRoute) -> None:
        self._sockets.append(socket)
        socket.on_close(lambda code, reason: self._sockets.remove(socket))
        self.say_again()


@asynccontextmanager
async def injected(page: Page) -> AsyncIterator[Injected]:
    """Boards for a page that has no address yet; they are said again at every beat."""
    boards = Injected()
    await boards.watch(page)
    beat = asyncio.create_task(_beat(boards))
    try:
        yield boards
    finally:
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat
        await page.close()


async def _beat(boards: Injected) -> None:
    while True:
        await asyncio.sleep(BEAT)
        boards.say_again()


def busy(board: dict[str, Any], windows: int, *, newest: int = 1, paused: bool = True) -> dict[str, Any]:
    """The board of an empty office with `windows` open ones, each of which has a number of four digits: those of the
    `newest` came just now, the others a while ago. One counter is `paused`."""
    now = datetime.now(KST)
    counters = [{**one, "waiting": 7 + 5 * i, "wait": WAITS[i % len(WAITS)]} for i, one in enumerate(board["counters"])]
    if paused:
        counters[-1]["ticketing"] = "paused"
    serving = [
        {**one, "state": "serving", "counter": counters[i % len(counters)]["id"], "number": 1180 + 7 * i}
        for i, one in enumerate(board["windows"][:windows])
    ]
    calls = [
        {
            "seq": 100 + i,
            "number": window["number"],
            "counter": window["counter"],
            "window": window["id"],
            "at": (now - timedelta(seconds=0 if i >= windows - newest else 50)).isoformat(timespec="seconds"),
            "again": i == windows - 1,
        }
        for i, window in enumerate(serving)
    ]
    gone = {**calls[0], "number": 1099, "window": 1, "seq": 90, "at": (now - timedelta(minutes=4)).isoformat()}
    calls = [gone, {**gone, "number": 1098, "seq": 91}, *calls][-12:]
    closed = board["windows"][windows:]
    facts = {key: value for key, value in board.items() if key not in ("at", "fresh_at")}
    return {**facts, "counters": counters, "windows": [*serving, *closed], "calls": calls}
