"""The simulated past: fills the tables of a demo's history with invented days, once, in the background.

All of them are planned in one transaction, as rows of `days` that are simulated and not counted yet. Then each is
written in a transaction of its own, if its row is still as it was planned. So a process that is killed in between
leaves the rest to the next one, and two of them write no day twice.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from datetime import date, timedelta
from typing import Any, TypeVar

from redis.exceptions import RedisError
from sqlalchemy import insert, select, update

from service.database.engine import Database, DatabaseAway, WrongDatabase
from service.database.tables import days, history, tickets_per_hour
from service.database.upsert import insert_new
from service.domain.errors import SunbeonError
from service.domain.service_clock import ServiceClock
from service.projections.history import OUTCOMES
from service.projections.simulated_rows import SimulatedTicket, finished, layout, per_hour
from service.store.event_log import BEGINNING, EventLog
from service.store.keys import CITY
from service.store.leases import Leases

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
FINISH_SECONDS = 2.0
"""How long the last transaction has when the service stops."""

AT_A_TIME = 25
"""Rows of one statement. After each, half as much time is left to requests as it took."""

WORKING_DAYS = 5

AT_ONCE = 8
"""Days of offices in one transaction: with fewer, there would be more waiting for the disk."""

GAP_SECONDS = 0.1
"""Between two transactions, so that projections can write too."""

Item = TypeVar("Item")
Planned = tuple[str, date]
"""An office and a day."""


class SimulatedPast:
    """`run()` is a task that ends when the past is there. `await past.filled.wait()` in whatever needs all of it."""

    def __init__(
        self,
        database: Database,
        clock: ServiceClock,
        log: EventLog,
        leases: Leases,
        *,
        prepare: Callable[[], Awaitable[object]],
        draw: Callable[[Any], AsyncGenerator[Sequence[SimulatedTicket]]],
        length: int,
    ) -> None:
        """`prepare` makes sure that the database is the store's own. `draw` gives the tickets of the days that are
        wanted (`service/life.py`). `length`: how many days back it begins."""
        self.filled = asyncio.Event()
        """Set once all days that were planned are written, by whichever process."""
        self._database = database
        self._clock = clock
        self._log = log
        self._leases = leases
        self._prepare = prepare
        self._draw = draw
        self._length = length
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Plans and fills the past where there is none; when it is cancelled, finishes its transaction."""
        # Not cancelled in a transaction: a connection that is just being made would be left open.
        working = asyncio.create_task(self._work(), name="simulated past's days")
        try:
            await asyncio.shield(working)
        finally:
            self._stopping.set()
            await asyncio.wait([working], timeout=FINISH_SECONDS)
            working.cancel()

    async def _work(self) -> None:
        told = ""
        while not self._stopping.is_set():
            try:
                await self._prepare()
                # One process does it, so that the others need not draw the same days.
                if self._is_mine():
                    await self._plan()
                    await self._fill(await self._unwritten())
                if await self._is_whole():
                    self.filled.set()
                    return
            except (DatabaseAway, WrongDatabase, SunbeonError, RedisError, OSError) as error:
                if str(error) != told:
                    told = str(error)
                    logger.debug("the simulated past waits: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._stopping.wait()

    def _is_mine(self) -> bool:
        return CITY in self._leases.held

    async def _plan(self) -> None:
        """Plans all days, unless the database has days before those of the logs."""
        city, begin = self._clock.city, await self._first_day()
        planned = [
            {"office": office.id, "day": day, "issued": 0, "simulated": True}
            for day in (begin - timedelta(days=before) for before in range(self._length, 0, -1))
            for office in city.offices
            if day.weekday() < WORKING_DAYS and city.day(office, day)
        ]
        async with self._database.begin() as connection:
            if (await connection.execute(select(days.c.day).where(days.c.day < begin).limit(1))).first() is None:
                await insert_new(connection, days, planned)

    async def _first_day(self) -> date:
        """The first day that projections may write."""
        first = self._clock.today()
        for office in self._clock.city.offices:
            for logged in await self._log.read(office.id, since=BEGINNING, count=1):
                first = min(first, logged.event.day)
        return first

    async def _unwritten(self) -> list[Planned]:
        """The days that are still to be written, in order."""
        unwritten = days.c.simulated, days.c.balanced.is_(None)
        async with self._database.begin(reads_only=True) as connection:
            found = await connection.execute(
                select(days.c.office, days.c.day).where(*unwritten).order_by(days.c.day, days.c.office)
            )
            # An office that the city lacks by now has no windows and counters.
            return [(office, day) for office, day in found if self._clock.city.find(office)]

    async def _is_whole(self) -> bool:
        """Whether there are earlier days, and all that were planned are written."""
        async with self._database.begin(reads_only=True) as connection:
            earlier = await connection.execute(select(days.c.day).where(days.c.day < self._clock.today()).limit(1))
            if earlier.first() is None and not self._is_mine():
                return False
        return not await self._unwritten()

    async def _fill(self, planned: Sequence[Planned]) -> None:
        """Writes these days."""
        if not planned:
            return
        began = time.monotonic()
        wanted = {
            "offices": [layout(office) for office in self._clock.city.offices],
            "days": [(office, day.isoformat()) for office, day in planned],
        }
        written = 0
        async with aclosing(batches(self._draw(wanted), AT_ONCE)) as drawn:
            async for found in drawn:
                if self._stopping.is_set() or not self._is_mine():
                    return
                await self._write(list(zip(planned[written:], found, strict=False)))
                written += len(found)
                await asyncio.sleep(GAP_SECONDS)
        logger.info("the simulated past has %d days of offices, after %.1f s", len(planned), time.monotonic() - began)

    async def _write(self, drawn: Sequence[tuple[Planned, Sequence[SimulatedTicket]]]) -> None:
        """Writes what was drawn of some days, in one transaction, but those that another process has written."""
        async with self._database.begin() as connection:
            for (id, day), tickets in drawn:
                office = self._clock.city.office(id)
                kept = self._clock.city.day(office, day)
                rows = finished(office, day, tickets, kept.hours) if kept else []
                outcomes = Counter(row["outcome"] for row in rows)
                counts = {state.value: outcomes[state.value] for state in OUTCOMES}
                as_planned = days.c.office == id, days.c.day == day, days.c.simulated, days.c.balanced.is_(None)
                counted = update(days).where(*as_planned).values(issued=len(rows), balanced=True, **counts)
                if (await connection.execute(counted)).rowcount != 1:
                    continue
                for start in range(0, len(rows), AT_A_TIME):
                    at = time.monotonic()
                    await connection.execute(insert(history), rows[start : start + AT_A_TIME])
                    await asyncio.sleep((time.monotonic() - at) / 2)
                if rows:
                    await connection.execute(insert(tickets_per_hour), per_hour(rows))


async def batches(items: AsyncGenerator[Item], size: int) -> AsyncGenerator[list[Item]]:
    """The items in lists of this size; the last one may have fewer."""
    async with aclosing(items):
        found: list[Item] = []
        async for item in items:
            found.append(item)
            if len(found) == size:
                yield found
                found = []
        if found:
            yield found
