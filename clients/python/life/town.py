"""All offices of a demo: one socket for their boards, a few connections for the moves."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from ..backoff import full_jitter
from ..client import Client
from ..demo import Life
from ..errors import ClientError
from ..models import Office
from ..simulation.layout import Layout
from .clock import Clock
from .memory import Memory
from .office import NotADemo, OfficeLife
from .scene import Scene

AT_A_TIME = 2
"""Requests at a time: few, so that the demo's visitors are served first."""

LOOK_EVERY = 2.0
"""Seconds between looks at the switch."""

ONE_AFTER_ANOTHER = 0.5
"""Seconds between the offices when the life begins, because each sign-in takes the new service a moment."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds: the pause before a service that is away is asked again is random from 0 to these."""


class Town:
    """The life of a demo."""

    def __init__(
        self, client: Client, clock: Clock, memory: Memory, *, seed: str | int, offices: Sequence[str] = ()
    ) -> None:
        """`offices`: the offices that it is in; all where none are named."""
        self._client = client
        self._clock = clock
        self._memory = memory
        self._seed = seed
        self._named = offices
        self._lives: dict[str, OfficeLife] = {}

    async def run(self) -> None:
        """Runs until it is cancelled. Raises NotADemo, and LineClosed for an office that doesn't exist."""
        gate = asyncio.Semaphore(AT_A_TIME)
        for office in await self._offices():
            if not self._named or office.id in self._named:
                scene = Scene(Layout.of(office), self._seed)
                self._lives[office.id] = OfficeLife(office.id, scene, self._client, self._clock, self._memory, gate)
        tasks = [self._boards(), self._switch(), *(life.run() for life in self._lives.values())]
        running = [asyncio.ensure_future(task) for task in tasks]
        try:
            # These tasks end only by failing.
            await asyncio.gather(*running)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _offices(self) -> list[Office]:
        failures = 0
        while True:
            try:
                return await self._client.offices()
            except ClientError:
                await asyncio.sleep(full_jitter(failures, FIRST_PAUSE, LONGEST_PAUSE))
                failures += 1

    async def _boards(self) -> None:
        async with aclosing(self._client.watch(*self._named)) as boards:
            async for board in boards:
                if life := self._lives.get(board.office):
                    life.show(board)

    async def _switch(self) -> None:
        """Follows the demo's switch, and that of each office."""
        life, failures, first = Life(self._client), 0, True
        while True:
            try:
                now = await life.now()
            except ClientError:
                await asyncio.sleep(full_jitter(failures, FIRST_PAUSE, LONGEST_PAUSE))
                failures += 1
                continue
            if now is None:
                raise NotADemo("the service is no demo")
            for id, office in self._lives.items():
                office.turn(now.in_office(id))
                if first and now.on:
                    await asyncio.sleep(ONE_AFTER_ANOTHER)
            failures, first = 0, False
            await asyncio.sleep(LOOK_EVERY)
