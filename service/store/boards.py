"""Boards and staff views: reads of a whole office."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from service.domain.board import BoardContent, StaffViewContent, WaitsKey
from service.domain.office import Office, Status
from service.domain.service_clock import ServiceClock
from service.store import staff_view
from service.store.driver.topology import Topology
from service.store.estimates import Estimates
from service.store.executor import Executor
from service.store.keys import Keys
from service.store.records import Records


class BoardRead(NamedTuple):
    """A board, and when time alone will change it."""

    board: BoardContent
    lapses_at_ms: int | None
    """When the next passed-over ticket lapses or the next notice ends, in epoch milliseconds; None for neither."""
    waits: WaitsKey = WaitsKey()
    """What its waits are made of."""


class OfficeVersion(NamedTuple):
    """Which state of an office it is, and which models its waits are estimated with."""

    epoch: str
    version: int
    waits: str
    """"" for none."""


class Boards:
    """Reads of all offices. Methods raise what `Executor.execute` raises."""

    def __init__(
        self,
        executor: Executor,
        topology: Topology,
        keys: Keys,
        records: Records,
        clock: ServiceClock,
        newest_board: Callable[[str], BoardContent | None],
        newest_waits: Callable[[str], WaitsKey],
        estimates: Estimates,
    ) -> None:
        """`newest_board`: of an office, as this process has read it, and what its waits are made of. The store doesn't
        send an unchanged one again."""
        self._executor = executor
        self._topology = topology
        self._keys = keys
        self._records = records
        self._clock = clock
        self._newest_board = newest_board
        self._newest_waits = newest_waits
        self._estimates = estimates

    async def version(self, office: Office) -> OfficeVersion | None:
        """What the office has now; None where it was never set up.

        One plain command, without a script. Raises StoreUnavailable.
        """
        reader = self._topology.connection(office.id)
        epoch, version, waits = await reader.send("HMGET", self._keys.meta(office.id), "epoch", "version", "waits")
        return OfficeVersion(epoch.decode(), int(version), _text(waits)) if epoch else None

    async def read(self, office: Office) -> BoardRead | None:
        """The office's board now; None where the newest board that this process has is current.

        Changes that only depend on the time (the office's status, lapsed tickets) are made first.
        """
        status = self._clock.status(office)
        day, snapshot = await self._snapshot(office, status)
        if snapshot and self._time_has_passed(status, snapshot):
            await self._executor.execute("apply_time", office, status)
            day, snapshot = await self._snapshot(office, status)
        if not snapshot:
            return None
        *_, waits = snapshot[0]
        await self._estimates.take(office.id, _text(waits))
        key, lapses = self._estimates.key(_text(waits), status), snapshot[-1]
        return BoardRead(self._records.board(office, day, status, snapshot), int(lapses) if lapses else None, key)

    async def staff_view(self, office: Office, board: BoardContent) -> StaffViewContent:
        """What the staff see beside `board`."""
        counters = [counter.id for counter in office.counters]
        limits = staff_view.limits(office)
        day, answer = await self._executor.execute("read_staff_view", office, *limits, *counters)
        windows = {int(id): self._records.window(office.id, day, int(id), window) for id, window in answer[0]}
        in_a_row = self._clock.city.rules.priority_in_a_row
        forgotten = self.forgotten(office)
        return staff_view.staff_view(office, board, in_a_row, windows, forgotten, answer)

    def forgotten(self, office: Office) -> frozenset[int]:
        """The windows at which a ticket seems to have been forgotten, by the newest board."""
        return self._estimates.forgotten(office.id)

    async def _snapshot(self, office: Office, status: Status) -> tuple[date, Sequence[Any]]:
        """The answer of lua/read_board.lua; empty where the newest board is current."""
        newest, waits = self._newest_board(office.id), self._newest_waits(office.id)
        is_current = newest and newest.status == status and self._estimates.key(waits.version, status) == waits
        counters = (counter.id for counter in office.counters)
        return await self._executor.execute(
            "read_board", office, status if is_current else "", waits.version, *counters
        )

    def _time_has_passed(self, status: Status, snapshot: Sequence[Any]) -> bool:
        (_, _, was, *_), *_, lapses = snapshot
        return bool(was != status.encode() or (lapses and int(lapses) <= self._clock.now_ms()))


def _text(value: bytes | None) -> str:
    return value.decode() if value else ""
