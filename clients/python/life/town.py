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
        self._gate = asyncio.Semaphore(AT_A_TIME)
        self._revisions: dict[str, int] = {}
        """Of the city's configuration, by office."""
        self._layouts: dict[str, Layout] = {}
        self._lives: dict[str, OfficeLife] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Runs until it is cancelled. Raises NotADemo, and LineClosed for an office that doesn't exist."""
        try:
            async with asyncio.TaskGroup() as tasks:
                await self._move_in(tasks)
                tasks.create_task(self._boards(tasks))
                tasks.create_task(self._switch())
        except BaseExceptionGroup as failed:
            # These tasks end only by failing; one failure is enough.
            raise failed.exceptions[0] from None

    async def _move_in(self, tasks: asyncio.TaskGroup) -> None:
        """Begins a life in every office that is new or has other counters or windows, and ends it in those that are
        gone."""
        offices = [office for office in await self._read() if not self._named or office.id in self._named]
        layouts = {office.id: Layout.of(office) for office in offices}
        for id in [id for id, layout in self._layouts.items() if layouts.get(id) != layout]:
            del self._lives[id]
            life = self._running.pop(id)
            life.cancel()
            await asyncio.wait([life])
        for id in layouts.keys() - self._lives.keys():
            scene = Scene(layouts[id], self._seed)
            self._lives[id] = OfficeLife(id, scene, self._client, self._clock, self._memory, self._gate)
            self._running[id] = tasks.create_task(self._lives[id].run())
        self._layouts, self._revisions = layouts, {office.id: office.revision for office in offices}

    async def _read(self) -> list[Office]:
        failures = 0
        while True:
            try:
                return await self._client.offices()
            except ClientError:
                await asyncio.sleep(full_jitter(failures, FIRST_PAUSE, LONGEST_PAUSE))
                failures += 1

    async def _boards(self, tasks: asyncio.TaskGroup) -> None:
        async with aclosing(self._client.watch(*self._named)) as boards:
            async for board in boards:
                if board.revision > self._revisions.get(board.office, 0):
                    await self._move_in(tasks)
                if board.revision == self._revisions.get(board.office):
                    self._lives[board.office].show(board)

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
            for id, office in list(self._lives.items()):
                office.turn(now.in_office(id))
                if first and now.on:
                    await asyncio.sleep(ONE_AFTER_ANOTHER)
            failures, first = 0, False
            await asyncio.sleep(LOOK_EVERY)
