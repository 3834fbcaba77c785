"""Estimates: the waits of boards and tickets, made from the models that are beside each office.

The models are a moment older than the board: the board says who is at the windows by now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.board import BoardWindow, Call, WaitsKey
from service.domain.office import Status
from service.domain.service_clock import ServiceClock
from service.domain.wait import Wait
from service.domain.wait.hours import MINUTE, at
from service.domain.wait.published import Moment, Place, Published
from service.store.wait_models import WaitModels

LONGEST_BEHIND_MS = 60_000
"""How old a change may be that the models do not know yet. Then no wait is said."""


@dataclass(frozen=True, slots=True)
class _Behind:
    """A state of an office that the models do not know yet, and since when that is so."""

    epoch: str
    version: int
    since_ms: int

    def is_known_to(self, published: Published) -> bool:
        return published.epoch == self.epoch and published.version >= self.version


class Estimates:
    """The estimates of all offices, as this process has them."""

    def __init__(self, models: WaitModels, clock: ServiceClock) -> None:
        self._models = models
        self._clock = clock
        self._behind: dict[str, _Behind] = {}
        self._newest: dict[str, Moment | None] = {}

    def key(self, version: str, status: Status) -> WaitsKey:
        """What the waits of a board are made of that is built now with this version of the models."""
        says_some = version and status in ("open", "lunch")
        return WaitsKey(version, self._clock.now_ms() // MINUTE) if says_some else WaitsKey(version, 0)

    async def take(self, office: str, version: str) -> None:
        """Reads this version of the models, where this process has another one. Raises StoreUnavailable."""
        await self._models.read(office, version)

    def of_board(
        self,
        office: str,
        day: date,
        epoch: str,
        version: int,
        status: Status,
        windows: Sequence[BoardWindow],
        calls: Sequence[Call],
    ) -> Moment | None:
        """Of a board with these facts; None where waits can't be said. Tickets are estimated by the newest of them."""
        published = self._models.get(office)
        self._newest[office] = None
        if published is None or published.day != day.isoformat() or status not in ("open", "lunch"):
            return None
        if self._is_too_old(office, published, _Behind(epoch, version, self._clock.now_ms())):
            return None
        called_at = {call.number: at(int(call.at.timestamp() * 1000)) for call in reversed(calls)}
        places = [
            Place(window.id, window.counter, window.number, called_at.get(window.number or 0))
            for window in windows
            if window.state != "closed"
        ]
        minute = at(self._clock.now_ms() // MINUTE * MINUTE)
        moment = self._newest[office] = published.at(places, minute)
        return moment

    def of_ticket(self, office: str, day: date, counter: str, ahead: int, order: int) -> Wait | None:
        """Of a ticket that waits, with so many of its counter ahead, and of this seniority in the office."""
        newest = self._newest.get(office)
        if newest is None or newest.published.day != day.isoformat():
            return None
        return newest.wait(counter, ahead, order)

    def forgotten(self, office: str) -> frozenset[int]:
        """The windows at which a ticket seems to have been forgotten."""
        newest = self._newest.get(office)
        if newest is None:
            return frozenset()
        return frozenset(newest.forgotten(at(self._clock.now_ms())))

    def _is_too_old(self, office: str, published: Published, now: _Behind) -> bool:
        if now.is_known_to(published):
            self._behind.pop(office, None)
            return False
        before = self._behind.get(office)
        if before is None or before.is_known_to(published):
            self._behind[office] = now
            return False
        return now.since_ms - before.since_ms > LONGEST_BEHIND_MS
