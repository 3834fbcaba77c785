"""Brings one projection up to the logs, a batch at a time."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from service.database.engine import Database
from service.domain.event import EndOfDay
from service.projections import checkpoints
from service.projections.checkpoints import START, Checkpoint, Moved
from service.projections.projection import Projection
from service.projections.shared_reads import SharedReads
from service.store.event_log import BEGINNING, EventLog, Logged, position
from service.store.keys import CITY

logger = logging.getLogger(__name__)

REWIND_MS = 120_000
"""How far the clocks of two primaries may be apart, twice: so much of the city's log is read again after a failover."""


class _Batch(NamedTuple):
    """Events to project."""

    source: str
    since: Checkpoint
    """The one that they were read from. Only from there may it be moved: the effect of what comes after another one may
    be in the database already."""
    events: Sequence[Logged]

    @property
    def end(self) -> Checkpoint:
        """The checkpoint after them."""
        return Checkpoint(self.events[-1].epoch, self.events[-1].position)


class Projector:
    """`await projector.advance(sources)` until it has nothing more to do."""

    def __init__(
        self, projection: Projection, database: Database, log: EventLog, reads: SharedReads | None = None
    ) -> None:
        """`reads`: those that it shares with others, which are cleared between its `advance`s."""
        self.projection = projection
        self._database = database
        self._log = log
        self._reads = reads or log
        self._checkpoints: dict[str, Checkpoint] | None = None

    def forget(self) -> None:
        """Reads the checkpoints anew: others may have moved them."""
        self._checkpoints = None

    async def checkpoint(self, source: str) -> Checkpoint:
        """How far it has come in a log. Raises DatabaseAway."""
        if self._checkpoints is None:
            async with self._database.begin(reads_only=True) as connection:
                found = await checkpoints.read(connection, self.projection.name)
            self._checkpoints = found
        return self._checkpoints.get(source, START)

    async def advance(self, sources: Iterable[str]) -> Mapping[str, Sequence[Logged]]:
        """Projects the next events of each source, all in one transaction. Returns them; a source with
        `projection.batch` of them may have more.

        Raises DatabaseAway and what `EventLog.read` raises: nothing is written then, and the same events come again.
        """
        sources = list(sources)
        while True:
            try:
                return await self._advance(sources)
            except Moved:
                # Another process is at it. Where it has come to is read anew.
                self.forget()

    async def _advance(self, sources: Iterable[str]) -> Mapping[str, Sequence[Logged]]:
        # The first that asks for a checkpoint reads all of them.
        await self.checkpoint(CITY)
        batches = {batch.source: batch for batch in await asyncio.gather(*map(self._next, sources)) if batch.events}
        if batches:
            await self._commit(batches)
        return {source: batch.events for source, batch in batches.items()}

    async def _next(self, source: str) -> _Batch:
        """The next events of a source. After a failover that lost some, they begin with the day."""
        while True:
            at = await self.checkpoint(source)
            found = await self._reads.read(source, since=at.position, count=self.projection.batch + 1)
            if at == START:
                return _Batch(source, at, found[: self.projection.batch])
            # The last event that was projected is read once more: if it is not there, the log is another one.
            if found and (found[0].position, found[0].epoch) == (at.position, at.epoch):
                return _Batch(source, at, found[1:])
            # Unless another process has moved the checkpoint since it was read, perhaps days ago.
            self.forget()
            if await self.checkpoint(source) == at and not await self._recover(source, at):
                return _Batch(source, at, [])

    async def _commit(self, batches: Mapping[str, _Batch]) -> None:
        async with self._database.begin() as connection:
            for source, batch in batches.items():
                await checkpoints.move(connection, self.projection.name, source, batch.since, batch.end)
            events = chain.from_iterable(batch.events for batch in batches.values())
            await self.projection.apply(connection, list(events))
        self._remember({source: batch.end for source, batch in batches.items()})
        self.projection.committed()

    async def _recover(self, source: str, at: Checkpoint) -> bool:
        """The event at the checkpoint is not in the log: a failover lost it, or it was trimmed. Goes back to where the
        log can be read from; False while there is no log."""
        before = await self._log.last_until(source, at.position)
        if before is None:
            first = await self._log.read(source, since=BEGINNING, count=1)
            if not first:
                return False
            begin = _first_day(first[0])
            logger.error("%s lacks events of %s: its log begins with %s", self.projection.name, source, begin)
            await self._restart(source, at, None, since=begin)
        elif source == CITY:
            # Its events have no epoch, so the clocks of two primaries must be allowed for.
            ms, _ = at.position.split("-")
            back = await self._log.last_until(source, position(f"{int(ms) - REWIND_MS}-0"))
            await self._restart(source, at, back, since=None)
        else:
            survived = before.position
            if failover := await self._log.failover_of(source, at.epoch):
                # By the clock of another primary, events of the next epoch may come before the lost ones.
                survived = min(survived, position(failover.last_id))
            end = await self._log.last_end_of_day(source, survived)
            begin = _first_day(end or (await self._log.read(source, since=BEGINNING, count=1))[0])
            logger.warning("a failover lost events of %s: %s begins their day again", source, self.projection.name)
            await self._restart(source, at, end, since=begin, lost_after=survived)
        return True

    async def _restart(
        self, source: str, at: Checkpoint, to: Logged | None, *, since: date | None, lost_after: str | None = None
    ) -> None:
        """Goes back from a checkpoint to an event, or to the beginning. The days from `since` on are made anew; what
        comes of events after `lost_after` is marked."""
        now = Checkpoint(to.epoch, to.position) if to else START
        async with self._database.begin() as connection:
            await checkpoints.move(connection, self.projection.name, source, at, now)
            if lost_after is not None:
                await self.projection.mark_lost(connection, source, lost_after, at.position)
            if since is not None:
                await self.projection.forget(connection, source, since)
        self._remember({source: now})

    def _remember(self, moved: Mapping[str, Checkpoint]) -> None:
        if self._checkpoints is not None:
            self._checkpoints.update(moved)

    async def is_current(self, source: str) -> bool:
        """Whether its checkpoint is the log's last event. Raises as `advance`."""
        at = await self.checkpoint(source)
        found = await self._log.read(source, since=at.position, count=2)
        return all(logged.position == at.position for logged in found)

    async def rebuild(self, source: str) -> None:
        """Removes what it has of the days that the log still has, and begins with them again. Raises as `advance`."""
        self.forget()
        at, first = await self.checkpoint(source), await self._log.read(source, since=BEGINNING, count=1)
        if not first or at == START:
            return
        try:
            await self._restart(source, at, None, since=_first_day(first[0]))
        except Moved:
            # Another process is at it.
            await self.rebuild(source)


def _first_day(begin: Logged) -> date:
    """The first day of which a log has all events, from this one on. What there is of earlier days can't be made
    anew."""
    return begin.event.next_day if isinstance(begin.event, EndOfDay) else begin.event.day
