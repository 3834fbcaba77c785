"""Makes room for a replay in a demo with a life: its simulated people keep away from the office meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from ..client import Client
from ..demo import Life
from ..errors import ClientError
from ..models import Office
from .player import free_windows

AWAY_FOR = 60
"""Seconds that they are asked to keep away for. The request is renewed, so they come back if the replay dies."""

ASK_EVERY = 20
THEY_LEAVE_IN = 10.0
"""They hear of it within a few seconds, and finish what they are at."""

LOOK_EVERY = 0.25


@asynccontextmanager
async def room(client: Client, office: str, counter: str, windows: int) -> AsyncIterator[bool]:
    """Asks simulated people to make room, and waits for so many free windows if possible. Yields whether there are
    any."""
    life = Life(client)
    now = await life.now()
    place = next((found for found in await client.offices() if found.id == office), None)
    if now is None or place is None or not now.in_office(office):
        yield False
        return
    await life.pause(office, AWAY_FOR)
    asking = asyncio.create_task(_keep_asking(life, office))
    try:
        await _until_free(client, place, counter, windows)
        yield True
    finally:
        asking.cancel()
        with suppress(ClientError):
            await life.pause(office, 0)


async def _keep_asking(life: Life, office: str) -> None:
    while True:
        await asyncio.sleep(ASK_EVERY)
        with suppress(ClientError):
            await life.pause(office, AWAY_FOR)


async def _until_free(client: Client, office: Office, counter: str, windows: int) -> None:
    wanted = min(windows, sum(counter in window.counters for window in office.windows))
    until = time.monotonic() + THEY_LEAVE_IN
    while time.monotonic() < until:
        if len(free_windows(office, await client.board(office.id), counter)) >= wanted:
            return
        await asyncio.sleep(LOOK_EVERY)
