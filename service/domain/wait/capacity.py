"""Capacity: how many windows work for a counter from now on, and how soon they have done a given work."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.domain.wait.hours import Closure, closure_at
from service.domain.wait.presence import Away

SLOT = 30
SLOTS = 48

LEAST = 0.3
"""Open windows that are always reckoned with outside closures: somebody comes back sooner or later."""
RETURNS_IN = 20.0
"""Minutes in which a difference from the usual number of windows goes back to a third."""
FOLLOWS = 0.25
"""How much of a new day goes into the usual number of windows."""
HARDLY_ANY = 0.15
"""Usual windows in a half-hour that count as a closure, when this is known from `KNOWN_AFTER` days."""
KNOWN_AFTER = 5
STEP = 5.0
HORIZON = 12 * 60.0


@dataclass
class Usual:
    """The windows that are usually open for a counter, by half-hours of the day."""

    windows: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
    seen: list[bool] = field(default_factory=lambda: [False] * SLOTS)
    """Whether the office was open in that half-hour on any day."""
    days: int = 0

    def learn(self, seen: Sequence[float | None]) -> None:
        """A day's average in each half-hour; None where the office was not open."""
        self.days += 1
        share = max(FOLLOWS, 1 / self.days)
        for slot, windows in enumerate(seen):
            if windows is not None:
                share_here = share if self.seen[slot] else 1.0
                self.windows[slot] += share_here * (windows - self.windows[slot])
                self.seen[slot] = True

    def at(self, minute: float) -> float:
        return self.windows[_slot(minute)]

    def is_known(self, minute: float) -> bool:
        return self.seen[_slot(minute)]

    def closures(self) -> list[Closure]:
        """The half-hours between others in which nobody is usually there, such as a lunch that is not configured."""
        used = [slot for slot in range(SLOTS) if self.windows[slot] >= HARDLY_ANY]
        if self.days < KNOWN_AFTER or not used:
            return []
        return [
            (float(slot * SLOT), float((slot + 1) * SLOT))
            for slot in range(used[0], used[-1])
            if self.windows[slot] < HARDLY_ANY
        ]


def _slot(minute: float) -> int:
    return min(SLOTS - 1, max(0, int(minute) // SLOT))


@dataclass
class Outlook:
    """The windows of a counter from now on."""

    windows: int
    """Open now."""
    most: int
    """That may be open."""
    usual: Usual
    today: float
    """How many more than usual are open today, on average."""
    closures: list[Closure]
    """Of today, those included that are only known by experience."""
    away: list[Away] = field(default_factory=list)
    """The closed windows that may serve it."""
    ends: float = 24 * 60.0
    """When the windows usually close; afterwards as many as then serve those who still wait."""

    def expected(self, minute: float) -> float:
        """The windows at a minute of the day, as far as usual days and this one so far tell."""
        minute = min(minute, self.ends)
        if self.usual.days and not self.usual.is_known(minute):
            # An office that is open at another hour than it ever was.
            return max(LEAST, float(self.windows))
        return max(LEAST, min(self.most, self.usual.at(minute) + self.today))

    def differs(self, minute: float) -> list[tuple[float, float]]:
        """How many windows more are open than expected, and in how many minutes this goes back to a third."""
        more = self.windows - self.expected(minute)
        usually = sum(away.usually for away in self.away)
        if more >= 0 or not usually:
            return [(more, RETURNS_IN)]
        return [(more * away.usually / usually, away.returns_in) for away in self.away]

    def differs_after(self) -> list[tuple[float, float]]:
        """The same when the closure that is on is over: who was away before it is not there at once."""
        away = [away for away in self.away if not away.since_closure]
        usually = sum(each.usually for each in away)
        less = max(0.0, usually + min(0.0, self.today))
        return [(-less * each.usually / usually, each.returns_in) for each in away] if usually else []


def minutes_for(work: float, each: float, now: float, outlook: Outlook) -> float:
    """The open minutes from `now` until the windows have done `work` (window-minutes).

    `each`: the work of one ticket, which a window that opens takes off at once.
    """
    closures = outlook.closures
    during = closure_at(closures, now)
    minute, waited = (during[1], 0.0) if during else (now, 0.0)
    windows = outlook.windows
    differing = outlook.differs_after() if during else outlook.differs(now)
    before = 0.0 if during else windows
    differs, fades = [more for more, _ in differing], [math.exp(-STEP / back) for _, back in differing]
    while waited < HORIZON:
        # A closure that begins within this step ends it.
        length = STEP
        for since, until in closures:
            if since <= minute < until:
                minute, before = until, 0.0
            elif minute < since < minute + length:
                length = since - minute
        capacity = max(LEAST, outlook.expected(minute) + sum(differs))
        if capacity > before:
            work -= each * (capacity - before)
        if work <= capacity * length:
            return waited + max(0.0, work) / capacity
        work -= capacity * length
        waited += length
        minute += length
        before = capacity
        differs = [more * share for more, share in zip(differs, fades, strict=True)]
    return waited
