"""The event log: reading, appending to and trimming the streams of events. Each office has one, and the city has one.

A position is a stream id with zeros before its parts, so that positions sort as text.
"""

from collections.abc import Callable
from datetime import date
from importlib.resources import files
from typing import NamedTuple

from service.domain.city_event import CityEvent
from service.domain.event import EndOfDay, Event, Failover, parse
from service.store.driver.topology import Topology
from service.store.keys import CITY, Keys

BEGINNING = "0" * 15 + "-" + "0" * 6
"""The position before every event."""

AT_A_TIME = 1000
"""Entries of one answer, where a whole log is looked through."""


class Logged(NamedTuple):
    """An event, and where it is in which log."""

    source: str
    """The office, or CITY."""
    position: str
    event: Event | CityEvent

    @property
    def epoch(self) -> str:
        """The epoch that it belongs to; the city's events have none."""
        return getattr(self.event, "epoch", "")


class EventLog:
    """The logs of all sources. Methods raise what `ReplicatedWriter.send` raises."""

    def __init__(self, topology: Topology, keys: Keys) -> None:
        self._read = (files("service.store") / "lua/log/read.lua").read_text()
        self._topology = topology
        self._keys = keys

    async def append(self, event: CityEvent) -> None:
        """Adds an event to the city's log. Those of offices come from scripts only."""
        await self._topology.writer(CITY).send(
            "XADD", self._keys.log(CITY), "*", "event", event.model_dump_json(exclude_none=True)
        )

    async def read(self, source: str, *, since: str, count: int) -> list[Logged]:
        """So many events from the position `since` on, that one included. All of them are confirmed: no failover can
        lose them any more, if the write concern covers every replica that can be promoted."""
        # The answer of the writer comes once the replicas have fsynced everything that was written before it.
        text = await self._topology.writer(source).send(
            "EVAL_RO", self._read, 1, self._keys.log(source), stream_id(since), count
        )
        # The last line is empty.
        lines = [line.partition(b" ") for line in text.split(b"\n")[:-1]]
        return [Logged(source, position.decode(), parse(event)) for position, _, event in lines]

    async def length(self, source: str) -> int:
        """How many events the log has."""
        return int(await self._topology.connection(source).send("XLEN", self._keys.log(source)))

    async def failover_of(self, source: str, epoch: str) -> Failover | None:
        """The failover that ended an epoch of an office; None if the log has none."""
        found = await self._last(
            source, "+", lambda event: isinstance(event, Failover) and event.previous_epoch == epoch
        )
        return found.event if found and isinstance(found.event, Failover) else None

    async def last_until(self, source: str, at_most: str) -> Logged | None:
        """The last event that is not after a position."""
        found = await self._backwards(source, stream_id(at_most), 1)
        return found[0] if found else None

    async def last_end_of_day(self, source: str, at_most: str) -> Logged | None:
        """The last end of a day that is not after a position."""
        return await self._last(source, stream_id(at_most), lambda event: isinstance(event, EndOfDay))

    async def end_of_last_day_before(self, source: str, day: date) -> Logged | None:
        """The end of the last day before `day` in the log, found from its beginning."""
        found, since = None, BEGINNING
        while True:
            page = await self.read(source, since=since, count=AT_A_TIME)
            for logged in page:
                if logged.event.day >= day:
                    return found
                if isinstance(logged.event, EndOfDay):
                    found = logged
            if len(page) < AT_A_TIME:
                return found
            since = page[-1].position

    async def _last(self, source: str, until: str, fits: Callable[[Event | CityEvent], bool]) -> Logged | None:
        while page := await self._backwards(source, until, AT_A_TIME):
            for logged in page:
                if fits(logged.event):
                    return logged
            until = f"({stream_id(page[-1].position)}"
        return None

    async def _backwards(self, source: str, until: str, count: int) -> list[Logged]:
        found = await self._topology.writer(source).send(
            "XREVRANGE", self._keys.log(source), until, "-", "COUNT", count
        )
        return [Logged(source, position(id), parse(fields[1])) for id, fields in found]

    async def trim(self, source: str, *, before: str) -> None:
        """Removes the events before a position."""
        await self._topology.writer(source).send("XTRIM", self._keys.log(source), "MINID", stream_id(before))


def position(id: bytes | str) -> str:
    """The position of a stream id, "ms-seq"."""
    ms, _, seq = (id.decode() if isinstance(id, bytes) else id).partition("-")
    return f"{ms:0>15}-{seq:0>6}"


def stream_id(position: str) -> str:
    """The stream id of a position."""
    ms, seq = position.split("-")
    return f"{int(ms)}-{int(seq)}"
