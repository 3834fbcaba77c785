"""Waits of past days: where the state of an office's waits was lost, its history makes it again.

`python -m service.projections.wait_history` does the reckoning, in a process of its own: it takes seconds an office,
and must not keep a press waiting.
"""

import asyncio
import json
import logging
import os
import random
import sys
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from redis.exceptions import RedisError
from sqlalchemy import delete, select

from service.database.engine import Database, DatabaseAway, WrongDatabase
from service.database.tables import history, wait_states
from service.database.upsert import put
from service.domain.errors import SunbeonError
from service.domain.office import Office
from service.domain.service_clock import ServiceClock
from service.domain.ticket import Channel
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.log import OfficeFold, Plan
from service.domain.wait.replay import PastTicket, replay
from service.domain.wait.state import dump
from service.projections import checkpoints
from service.projections.checkpoints import START, Checkpoint, Moved
from service.projections.wait import Waits, plan
from service.store.keys import CITY

logger = logging.getLogger(__name__)

LOOK_EVERY = 10.0
"""Seconds, on average, between looks for an office whose waits were lost."""

LAST_DAYS = 20
"""So many days of the history are learnt again."""

NICENESS = 10

ROOT = Path(__file__).parents[2]


class _Lost(NamedTuple):
    """An office without waits of earlier days, of which there is a history."""

    office: Office
    checkpoint: Checkpoint
    """Of its waits."""


class WaitHistory:
    """`run()` is a task that lasts as long as the service."""

    def __init__(
        self,
        database: Database,
        clock: ServiceClock,
        held: Callable[[], Collection[str]],
        *,
        prepare: Callable[[], Awaitable[object]],
    ) -> None:
        """`held`: the offices that this process projects. `prepare` makes sure that the database is the store's own."""
        self._database = database
        self._prepare = prepare
        self._is_prepared = False
        self._clock = clock
        self._held = held

    async def run(self) -> None:
        """Makes lost states again, for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY * random.uniform(0.5, 1.5))
            try:
                await self.look()
            except (DatabaseAway, WrongDatabase, SunbeonError, RedisError, OSError) as error:
                logger.debug("waits are not made again now: %s", error)
            except Exception:
                logger.exception("waits are not made again")

    async def look(self) -> None:
        """Makes the state again of each office that has lost it. Raises DatabaseAway, and what `prepare` raises."""
        if not self._is_prepared:
            await self._prepare()
            self._is_prepared = True
        for lost in await self._lost():
            rows = await self._rows(lost.office)
            fold = await _reckon(rows)
            try:
                await self._keep(lost, date.fromisoformat(rows[-1]["day"]), len(rows), fold)
            except Moved:
                # Its log went on meanwhile: at the next look.
                continue
            logger.info("the waits of %s were made again from %d days of its history", lost.office.id, len(rows))

    async def _lost(self) -> list[_Lost]:
        offices = {id: office for id in self._held() if (office := self._clock.city.find(id))}
        if not offices:
            return []
        async with self._database.begin(reads_only=True) as connection:
            known = await connection.execute(
                select(wait_states.c.office).where(wait_states.c.office.in_(offices), wait_states.c.days > 0).distinct()
            )
            rest = offices.keys() - set(known.scalars())
            past = await connection.execute(
                select(history.c.office).where(history.c.office.in_(rest), *self._past()).distinct()
            )
            at = await checkpoints.read(connection, Waits.name)
            return [_Lost(offices[id], at.get(id, START)) for id in past.scalars()]

    def _past(self) -> tuple[Any, ...]:
        """Which rows of the history are of days that are over."""
        return history.c.day < self._clock.today(), history.c.lost_epoch == ""

    async def _rows(self, office: Office) -> list[dict[str, Any]]:
        """The last days of an office's history, with what was configured of each, as JSON."""
        mine = history.c.office == office.id, *self._past()
        days = select(history.c.day).where(*mine).distinct().order_by(history.c.day.desc()).limit(LAST_DAYS)
        columns = [history.c[name] for name in ("day", *_COLUMNS)]
        async with self._database.begin(reads_only=True) as connection:
            found = await connection.execute(
                select(*columns).where(*mine, history.c.day.in_(days)).order_by(history.c.day, history.c.issued_at)
            )
            by_day = groupby(found.all(), key=lambda row: row.day)
            return [
                {
                    "day": day.isoformat(),
                    "plan": plan(office, None if self._clock.always_open else self._clock.city.day(office, day)),
                    "tickets": [list(row)[1:] for row in rows],
                }
                for day, rows in by_day
            ]

    async def _keep(self, lost: _Lost, day: date, days: int, fold: bytes) -> None:
        """Puts the state where the fold of the log goes on from it. Raises Moved."""
        id = lost.office.id
        async with self._database.begin() as connection:
            if lost.checkpoint != START:
                await checkpoints.move(connection, Waits.name, id, lost.checkpoint, START)
            elif id in await checkpoints.read(connection, Waits.name):
                raise Moved
            # What the city knew today was known without this office.
            later = wait_states.c.office.in_([id, CITY]), wait_states.c.day > day
            await connection.execute(delete(wait_states).where(*later))
            row = {"office": id, "day": day, "position": "", "days": days, "state": fold.decode()}
            await put(connection, wait_states, [row])


_COLUMNS = ("number", "counter", "people", "channel", "windows", "issued_at", "first_called_at", "finished_at")


async def _reckon(days: Sequence[dict[str, Any]]) -> bytes:
    """The state after these days, by another process. It ends with this one, as its input ends then."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service.projections.wait_history",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        state, _ = await process.communicate(json.dumps(days).encode())
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"it ended with {process.returncode}")
    return state


def reckoned(days: Sequence[dict[str, Any]]) -> OfficeFold:
    """The same in this process."""
    fold = OfficeFold(OfficeWaits({}))
    for day in days:
        windows, closures, opens, closes = day["plan"]
        by_window = {int(id): counters for id, counters in windows.items()}
        known = Plan(by_window, [(since, until) for since, until in closures], opens, closes)
        replay(fold, date.fromisoformat(day["day"]), known, [_ticket(row) for row in day["tickets"]])
    return fold


def _ticket(row: Sequence[Any]) -> PastTicket:
    number, counter, people, channel, windows, *moments = row
    return PastTicket(number, counter, people, channel == Channel.WALK_IN, windows, *moments)


def main() -> None:
    """Reads days from standard input, and writes the state."""
    os.nice(NICENESS)
    sys.stdout.buffer.write(dump(reckoned(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
