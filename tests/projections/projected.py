"""A town's queue beside a database of its own, and the projections between the two."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import Table, select

from service.database.engine import Database
from service.directory.document import Document, city_of
from service.domain.hours import KST
from service.domain.staff import HOLDER
from service.domain.ticket import Channel, Priority, Ticket
from service.projections.audit import Audit
from service.projections.history import History
from service.projections.projection import Projection
from service.projections.projector import Projector
from service.projections.registry import all_projections
from service.store.driver.topology import OnePrimary
from service.store.event_log import EventLog
from service.store.keys import CITY
from service.store.scripts import load_scripts
from tests.store.queue import CLERK, KEPT_HERE, Queue
from tests.store.town import HALL, HALL_ENTRY, MORNING, document
from tests.support import MovableClock, StoppedClock

TWO_OFFICES = document([HALL_ENTRY, HALL_ENTRY | {"id": "annex"}])
ANNEX = city_of(TWO_OFFICES).office("annex").of_revision(1)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Marks a test of what no database could do otherwise. Others run on each."""

Row = dict[str, Any]
Entry = tuple[str, dict[str, Any]]
"""The stream id of an event, and the event."""


class Projected:
    """`town.queue` is used, `await town.catch_up()` projects what happened, and `await town.rows(table)` looks.

    People are in the first office, `HALL`, where nothing else is said.
    """

    def __init__(
        self, queue: Queue, redis: Redis, clock: MovableClock, database: Database, topology: OnePrimary
    ) -> None:
        self.queue = queue
        self.redis = redis
        self.clock = clock
        self.database = database
        self.topology = topology
        self.log = log = EventLog(topology, queue.keys)
        self.sources = [*(office.id for office in queue.city.offices), CITY]
        self.projectors = {each.name: Projector(each, database, log) for each in self.projections()}
        self.history = self.projectors[History.name]
        self.audit = self.projectors[Audit.name]

    def projections(self) -> list[Projection]:
        """One of each."""
        return all_projections(self.queue.clock, self.queue.wait_models)

    # What people do.

    async def take(self, counter: str = "a", channel: Channel = Channel.WALK_IN) -> Ticket:
        """A number."""
        return await self.queue.take(counter, channel)

    async def book(self, counter: str = "a", priority: Priority = Priority.NONE, people: int = 1) -> Ticket:
        """A number that its holder takes online."""
        return await self.queue.tickets.issue(
            HALL, HALL.counter(counter), Channel.ONLINE, priority, "ko", people=people, by=HOLDER, key=None
        )

    async def open(self, window: int, *counters: str) -> None:
        """A clerk sits down."""
        await self.queue.windows.open(HALL, window, counters, by=CLERK)

    async def next(self, window: int, finished: int | None = None) -> int | None:
        """The number that is called."""
        pressed = await self.queue.windows.next(HALL, window, finished, by=CLERK)
        return pressed.called and pressed.called.number

    async def press(self, move: str, window: int, number: int) -> None:
        """`call`, `recall`, `finish`, `hold` or `no_show`."""
        await getattr(self.queue.windows, move)(HALL, window, number, by=CLERK)

    async def transfer(self, window: int, number: int, to: str) -> None:
        """The ticket waits for another counter."""
        await self.queue.windows.transfer(HALL, window, number, HALL.counter(to), by=CLERK)

    # Time.

    def now(self) -> int:
        """Now, in epoch milliseconds."""
        return self.queue.clock.now_ms()

    async def look(self) -> None:
        """Does what is due, as any reader does; this process knows the newest boards then."""
        for office in self.queue.city.offices:
            await self.queue.reader.refresh(office)

    async def next_morning(self) -> None:
        """The day ends."""
        move_to(self.clock, (self.clock() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0))
        await self.look()

    # What becomes of it.

    async def catch_up(self) -> None:
        """Projects until there is nothing more."""
        for projector in self.projectors.values():
            await catch_up(projector, self.sources)

    async def rows(self, table: Table) -> list[Row]:
        """All rows of a table, in the order of its primary key."""
        async with self.database.begin() as connection:
            found = await connection.execute(select(table).order_by(*table.primary_key))
            return [dict(row) for row in found.mappings()]

    # The store, by hand.

    async def entries(self, source: str = HALL.id) -> list[Entry]:
        """What is in a log."""
        found = await self.redis.xrange(self.queue.keys.log(source))
        return [(id.decode(), json.loads(fields[b"event"])) for id, fields in found]

    async def rewrite(self, change: Callable[[list[Entry]], Sequence[Entry]]) -> None:
        """Puts other events into the office's log."""
        key, changed = self.queue.keys.log(HALL.id), change(await self.entries())
        await self.redis.delete(key)
        for id, event in changed:
            await self.redis.xadd(key, {"event": json.dumps(event)}, id=id)

    async def copy(self) -> dict[bytes, bytes]:
        """A copy of the town's whole store, for `restore`."""
        return {key: await self.redis.dump(key) for key in await self._keys()}

    async def restore(self, copy: dict[bytes, bytes]) -> None:
        """The store is this older copy again."""
        for key in await self._keys():
            await self.redis.delete(key)
        for key, value in copy.items():
            await self.redis.restore(key, 0, value)

    async def _keys(self) -> list[bytes]:
        return [key async for key in self.redis.scan_iter(f"{self.queue.keys.namespace}:*")]


async def catch_up(projector: Projector, sources: Sequence[str]) -> None:
    """Projects until there is nothing more."""
    while await projector.advance(sources):
        pass


async def until(look: Callable[[], Awaitable[object]], within: float = 60) -> None:
    """Waits until `look` finds something."""
    async with asyncio.timeout(within):
        while not await look():
            await asyncio.sleep(0.02)


def move_to(clock: MovableClock, at: datetime) -> None:
    """Sets a stopped clock to the very moment; its `set` counts from the time that has really passed."""
    clock.ahead += at - clock()


def midnight_after(moment: int) -> int:
    """The end of the day of a moment; both in epoch milliseconds."""
    day = datetime.fromtimestamp(moment / 1000, KST).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((day + timedelta(days=1)).timestamp() * 1000)


@asynccontextmanager
async def projected(
    store_url: str, database_url: str, city: Document | None = None, *, number_gap: int = 0
) -> AsyncIterator[Projected]:
    """A town of its own, on a morning on which time stands. Its offices are always open."""
    clock = StoppedClock()
    move_to(clock, MORNING)
    database, topology = Database(database_url), OnePrimary(store_url, KEPT_HERE)
    try:
        await database.prepare()
        async with Redis.from_url(store_url) as redis:
            queue = Queue(
                city or document(), clock, load_scripts(), topology, redis, number_gap=number_gap, always_open=True
            )
            await queue.bootstrap()
            yield Projected(queue, redis, clock, database, topology)
    finally:
        await topology.aclose()
        await database.aclose()
