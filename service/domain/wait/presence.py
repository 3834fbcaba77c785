"""Clerks who are away: when each window is usually open, and for how long one that is closed usually stays so.

A clerk who has a break is back after some minutes, and one who has not come today may stay away for hours. How long
it lasts is learnt as a rate of returning, by how long a window has been closed, and whether it was open on that day.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

AGES = (0.0, 3.0, 6.0, 12.0, 25.0, 50.0, 100.0, 200.0)
"""Minutes since a window closed from which on there is another rate."""
AT_ONCE = 10.0
"""Minutes in which a clerk who has just left comes back as long as nothing is known: later ones take as much longer."""
SUPPOSED = 3.0
"""Returns that this supposition weighs."""
LONGEST = 600.0


@dataclass
class Returns:
    """How many closed windows opened again, and how many minutes they were closed, by age. First those that were open
    on that day before, and then those that were not."""

    minutes: list[float] = field(default_factory=lambda: [0.0] * 2 * len(AGES))
    times: list[float] = field(default_factory=lambda: [0.0] * 2 * len(AGES))

    def stays(self, begin: float, end: float, first: bool, weight: float) -> None:
        """A window was closed from one age to another."""
        while begin < end:
            place = _place(begin)
            until = min(end, AGES[place + 1]) if place + 1 < len(AGES) else end
            self.minutes[place + first * len(AGES)] += weight * (until - begin)
            begin = until

    def comes(self, age: float, first: bool, weight: float) -> None:
        """A window opened at this age."""
        self.times[_place(age) + first * len(AGES)] += weight

    def mean(self, age: float, first: bool) -> float:
        """How many minutes a window stays closed on average that was closed for `age` minutes. `first`: it was not open
        on this day before."""
        total, left = 0.0, 1.0
        for place in range(_place(age), len(AGES)):
            at = place + first * len(AGES)
            supposed = (AT_ONCE + AGES[place]) / 2
            rate = (self.times[at] + SUPPOSED) / (self.minutes[at] + SUPPOSED * supposed)
            until = AGES[place + 1] if place + 1 < len(AGES) else LONGEST
            stays = math.exp(-rate * max(0.0, until - max(age, AGES[place])))
            total += left * (1 - stays) / rate
            left *= stays
        return max(1.0, total)

    def fade(self, share: float) -> None:
        self.minutes = [value * share for value in self.minutes]
        self.times = [value * share for value in self.times]

    def __add__(self, other: "Returns") -> "Returns":
        return Returns(_added(self.minutes, other.minutes), _added(self.times, other.times))


@dataclass(frozen=True, slots=True)
class Away:
    """A closed window: how much it is usually open at this time, and in how many minutes it may come back."""

    usually: float
    returns_in: float
    since_closure: bool = False
    """It closed for the closure that is on, and opens after it."""


def _place(age: float) -> int:
    return max(0, bisect_right(AGES, age) - 1)


def _added(a: Sequence[float], b: Sequence[float]) -> list[float]:
    return [x + y for x, y in zip(a, b, strict=True)]
