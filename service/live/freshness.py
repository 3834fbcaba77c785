"""How old the facts are: when an office's were last known to be true, and whether that is too long ago.

Two things prove facts true: a read of the office, and an answered ping on the connection that hears the store's
signals. Signals and answers come in order, so the signal of every change before the ping has been heard when the answer
comes.
"""

import asyncio
from datetime import datetime, timedelta

from service.domain.hours import korean
from service.domain.service_clock import Clock


class Pulse:
    """The store's signs of life. Times are the event loop's, because the wall clock can be set."""

    def __init__(self, clock: Clock, stale_after: float) -> None:
        """`stale_after`: seconds after which facts are called stale."""
        self.clock = clock
        self.stale_after = stale_after
        self.felt_at = 0.0
        """When the last answered ping was sent."""


class Freshness:
    """The freshness of one office's facts."""

    __slots__ = ("_pulse", "_read_at", "is_behind")

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._read_at = 0.0
        self.is_behind = True
        """Whether there was, or may have been, a change that hasn't been read yet."""

    def read(self, at: float, *, is_behind: bool) -> None:
        """The office was read; `at`: when the reading began. `is_behind`: it has changed since."""
        self._read_at = at
        self.is_behind = is_behind

    @property
    def age(self) -> float:
        """Seconds since the facts were last known to be true."""
        known_at = self._read_at if self.is_behind else max(self._read_at, self._pulse.felt_at)
        return asyncio.get_running_loop().time() - known_at

    @property
    def is_stale(self) -> bool:
        return self.age > self._pulse.stale_after

    def stamp(self) -> bytes:
        """The members `at`, `fresh_at` and `stale` of a frame that is made now, as JSON."""
        now, age = korean(self._pulse.clock()), self.age
        return age_members(now, now - timedelta(seconds=age), stale=age > self._pulse.stale_after)


def age_members(at: datetime, fresh_at: datetime, *, stale: bool) -> bytes:
    """The members that say how old something is, as JSON."""
    return b'"at":"%b","fresh_at":"%b","stale":%b' % (_seconds(at), _seconds(fresh_at), b"true" if stale else b"false")


def _seconds(moment: datetime) -> bytes:
    return moment.isoformat(timespec="seconds").encode()
