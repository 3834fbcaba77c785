"""The runner: projects the logs that this process has leases for, for as long as the service runs.

It is told which offices have changed, and looks at all of its logs now and then, since a signal may be lost. Nothing
waits for it: while the database is away the logs grow, and it catches up afterwards.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from itertools import count

from prometheus_client import Gauge
from redis.exceptions import RedisError

from service.database.engine import Database, DatabaseAway, WrongDatabase
from service.domain.errors import SunbeonError
from service.domain.event import EndOfDay
from service.domain.hours import KST
from service.domain.service_clock import ServiceClock
from service.projections.projection import Projection
from service.projections.projector import Projector
from service.projections.shared_reads import SharedReads
from service.store.event_log import EventLog, Logged, position
from service.store.keys import CITY
from service.store.leases import RENEW_SECONDS, Leases

logger = logging.getLogger(__name__)

SOURCES_AT_A_TIME = 16
"""Logs whose events are written in one transaction."""

GATHER_SECONDS = 0.2
"""After a signal, so long until its events are read: those of one moment are written together."""

LOOK_TURNS = 60
"""After how many renewals of the leases all logs are looked at without a signal."""

MEASURE_SECONDS = 1.0
MEASURES_A_COUNT = 15
"""How often the lag is published, and after how many times the logs' events are counted again."""

COUNTED_AT_A_TIME = 100
"""Logs whose events are counted with one wait. A connection refuses more commands at once than it takes, also those of
requests."""

RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 15.0
"""How long after a failure it tries again: longer after each one, with jitter."""

FINISH_SECONDS = 2.0
"""How long the last transaction has when the runner is to stop."""

LAG = Gauge(
    "sunbeon_projection_lag_seconds",
    "How long the oldest event of this process's logs has waited to be projected.",
    multiprocess_mode="livemax",
)
ENTRIES = Gauge("sunbeon_log_entries", "Events in the logs of this process.", multiprocess_mode="livesum")


class Runner:
    """`run()` is a task that lasts as long as the service; `changed(office)` whenever an office has changed."""

    def __init__(
        self,
        projections: Sequence[Projection],
        database: Database,
        log: EventLog,
        leases: Leases,
        clock: ServiceClock,
        *,
        sources: Callable[[], Awaitable[Sequence[str]]],
        prepare: Callable[[], Awaitable[object]],
        keep_days: int,
        alarm_seconds: float,
    ) -> None:
        """`sources`: all logs there are. `prepare` makes sure that the database is the store's own. `keep_days`: whole
        days that a log keeps. `alarm_seconds`: the lag that is an alarm."""
        self._reads = SharedReads(log)
        self._projectors = [Projector(projection, database, log, self._reads) for projection in projections]
        self._log = log
        self._leases = leases
        self._clock = clock
        self._sources = sources
        self._prepare = prepare
        self._keep_days = keep_days
        self._alarm_seconds = alarm_seconds
        self._waiting_since: dict[str, float] = {}
        """Logs with events that may not be projected yet, and the time of the first of them, in epoch seconds."""
        self._signalled: set[str] = set()
        """Those of them that were changed since the present round began."""
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._alarmed = False
        self._has_wrong_database = False

    def changed(self, source: str) -> None:
        """The log may have a new event."""
        if source in self._leases.held:
            self._waiting_since.setdefault(source, self._now())
            self._signalled.add(source)
            self._woken.set()

    async def run(self) -> None:
        """Projects for ever; when it is cancelled, finishes its transaction and gives the leases back."""
        # Not cancelled in a transaction: a connection that is just being made would be left open.
        projecting = asyncio.create_task(self._project(), name="projections")
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hold_leases(), name="leases")
                tasks.create_task(self._measure(), name="projections' lag")
        finally:
            self._stopping.set()
            self._woken.set()
            await asyncio.wait([projecting], timeout=FINISH_SECONDS)
            projecting.cancel()
            try:
                await self._leases.release()
            except SunbeonError:
                logger.debug("the leases end by themselves")

    @property
    def lag(self) -> float:
        """Seconds that the oldest event has waited; 0 when everything is projected."""
        waiting = [since for source, since in self._waiting_since.items() if source in self._leases.held]
        return max(0.0, self._now() - min(waiting)) if waiting else 0.0

    async def _hold_leases(self) -> None:
        """Renews the leases, for ever. While the database is another store's, other processes may have theirs."""
        sources: Sequence[str] = ()
        for turn in count():
            try:
                if self._has_wrong_database:
                    await self._leases.release()
                    await asyncio.sleep(RENEW_SECONDS)
                    continue
                if turn % LOOK_TURNS == 0 or not sources:
                    sources = await self._sources()
                before = self._leases.held
                await self._leases.renew(sources)
                for source in self._waiting_since.keys() - self._leases.held:
                    # If it comes back, its events have not waited for this process.
                    del self._waiting_since[source]
                # Whoever writes to the city's log sends no signal.
                looked_at = self._leases.held if turn % LOOK_TURNS == 0 else self._leases.held - before | {CITY}
                for source in looked_at:
                    self.changed(source)
            except (SunbeonError, RedisError, OSError) as error:
                logger.debug("the leases are not renewed: %s", error)
            except Exception:
                logger.exception("the leases are not renewed")
            await asyncio.sleep(RENEW_SECONDS)

    async def _project(self) -> None:
        failures, told = 0, ""
        # The store is there once this process has leases.
        await self._woken.wait()
        while not self._stopping.is_set():
            try:
                await self._prepare()
                self._has_wrong_database = False
                while not self._stopping.is_set():
                    await self._woken.wait()
                    await self._pause(GATHER_SECONDS)
                    more = True
                    while more and not self._stopping.is_set():
                        more = await self._round()
                    failures, told = 0, ""
            except (DatabaseAway, WrongDatabase, SunbeonError, RedisError, OSError) as error:
                failures += 1
                self._has_wrong_database = isinstance(error, WrongDatabase)
                if str(error) != told:
                    told = str(error)
                    logger.error("projections stand still: %s", error)
            except Exception:
                failures += 1
                logger.exception("projections stand still")
            for projector in self._projectors:
                projector.forget()
            # What waits is tried again without a signal.
            self._woken.set()
            longest = min(LONGEST_RETRY_SECONDS, RETRY_SECONDS * 2 ** min(failures, 10))
            await self._pause(random.uniform(RETRY_SECONDS / 2, longest))

    async def _pause(self, seconds: float) -> None:
        """Waits for so long, or until the runner is to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _round(self) -> bool:
        """Projects the next events of some logs that have any. Returns whether there may be more."""
        self._woken.clear()
        self._reads.clear()
        mine = [source for source in self._waiting_since if source in self._leases.held][:SOURCES_AT_A_TIME]
        if not mine:
            return False
        self._signalled.difference_update(mine)
        more: set[str] = set()
        failures: dict[str, Exception] = {}
        for projector in self._projectors:
            done = await self._advance(projector, mine, failures)
            more |= {source for source, events in done.items() if len(events) >= projector.projection.batch}
        await self._trim({source: events for source, events in done.items() if source not in failures})
        for source in mine:
            since = self._waiting_since.pop(source, None)
            if since is None:
                continue
            # Those that wait already come before those that were signalled meanwhile, and those that fail come last.
            if source in more or source in failures:
                self._waiting_since[source] = since
            elif source in self._signalled:
                self._waiting_since[source] = self._now()
        if failures:
            raise next(iter(failures.values()))
        return True

    async def _advance(
        self, projector: Projector, sources: Sequence[str], failures: dict[str, Exception]
    ) -> Mapping[str, Sequence[Logged]]:
        """As `projector.advance`. Where some logs can't be projected, puts them into `failures`, and projects the
        others one by one. A store or a database that is away fails all of them."""
        try:
            return await projector.advance(sources)
        except (DatabaseAway, SunbeonError, RedisError, OSError):
            raise
        except Exception as error:
            if len(sources) == 1:
                failures[sources[0]] = error
                return {}
        each = [await self._advance(projector, [source], failures) for source in sources]
        return {source: events for done in each for source, events in done.items()}

    async def _trim(self, done: Mapping[str, Sequence[Logged]]) -> None:
        """Removes whole days from the logs of offices whose day has ended, and as much of the city's."""
        for source, events in done.items():
            ended = [logged.event for logged in events if isinstance(logged.event, EndOfDay)]
            if not ended and source != CITY:
                continue
            slowest = min([(await projector.checkpoint(source)).position for projector in self._projectors])
            keep_from = self._clock.today() - timedelta(days=self._keep_days)
            if source == CITY:
                midnight = datetime.combine(keep_from, time(), KST)
                before: str | None = position(f"{int(midnight.timestamp() * 1000)}-0")
            else:
                end = await self._log.end_of_last_day_before(source, keep_from)
                before = end and end.position
            if before:
                await self._log.trim(source, before=min(before, slowest))

    async def _measure(self) -> None:
        """Publishes the lag and the logs' length, and tells of a lag that is too long."""
        while True:
            entries, counted = 0, list(self._leases.held)
            try:
                for i in range(0, len(counted), COUNTED_AT_A_TIME):
                    some = counted[i : i + COUNTED_AT_A_TIME]
                    entries += sum(await asyncio.gather(*(self._log.length(source) for source in some)))
                ENTRIES.set(entries)
            except SunbeonError:
                pass
            for _ in range(MEASURES_A_COUNT):
                lag = self.lag
                LAG.set(lag)
                if (lag > self._alarm_seconds) != self._alarmed:
                    self._alarmed = not self._alarmed
                    if self._alarmed:
                        logger.error("projections lag by %d s; the logs have %d events", lag, entries)
                    else:
                        logger.info("projections have caught up")
                await asyncio.sleep(MEASURE_SECONDS)

    def _now(self) -> float:
        return self._clock.now().timestamp()
