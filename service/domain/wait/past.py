"""Past waits by the number of tickets ahead (AvgC), and the contest of the rules that estimates are made by.

Past waits know nothing of windows or lunch, but of everything that no model knows, such as clerks who serve a queue
beside another one. They are blended with the rest, by the geometric mean, only where that was nearer to the waits.
"""

import math
from dataclasses import dataclass, field

LEVELS = 16
"""Two levels an octave: up to some 180 tickets ahead."""
FEW = 3.0
"""Past waits that the other estimate weighs."""
CITY = 300.0
"""Comparisons of its own that the city's weigh at a counter."""


@dataclass
class Past:
    """By level: how many waits, and the sum of their logarithms."""

    n: list[float] = field(default_factory=lambda: [0.0] * LEVELS)
    total: list[float] = field(default_factory=lambda: [0.0] * LEVELS)

    def learn(self, ahead: float, logarithm: float) -> None:
        for level, share in _levels(ahead):
            self.n[level] += share
            self.total[level] += share * logarithm

    def fade(self, share: float) -> None:
        self.n = [n * share for n in self.n]
        self.total = [total * share for total in self.total]

    def mean(self, ahead: float, other: float) -> float:
        """The mean logarithm of the past waits; `other` where there are none."""
        n, total = FEW, FEW * other
        for level, share in _levels(ahead):
            n += share * self.n[level]
            total += share * self.total[level]
        return total / n


def _levels(ahead: float) -> tuple[tuple[int, float], tuple[int, float]]:
    place = min(LEVELS - 1.001, 2 * math.log2(ahead + 1))
    level = int(place)
    return (level, 1 - (place - level)), (level + 1, place - level)


Errors = tuple[float, float, float, float]
"""In minutes, of the estimates by each of the `RULES`."""

RULES = ("plain", "corrected", "plain with past waits", "corrected with past waits")


@dataclass
class Contest:
    """How far the estimates by each of the rules were off, altogether."""

    n: float = 0.0
    errors: list[float] = field(default_factory=lambda: [0.0] * len(RULES))

    def learn(self, errors: Errors) -> None:
        self.n += 1
        self.errors = [a + b for a, b in zip(self.errors, errors, strict=True)]

    def fade(self, share: float) -> None:
        self.n *= share
        self.errors = [error * share for error in self.errors]

    def best(self, city: "Contest") -> int:
        """The rule that was nearest at this counter and by `CITY` comparisons of its city."""
        share = min(1.0, CITY / city.n) if city.n else 0.0
        errors = [own + share * other for own, other in zip(self.errors, city.errors, strict=True)]
        return errors.index(min(errors))
