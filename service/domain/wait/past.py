"""Past waits by the number of tickets ahead (AvgC), and whether to believe them.

They know nothing of windows or lunch, but of everything that no model knows, such as clerks who serve a queue beside
another one. The two estimates are blended by their geometric mean where that was nearer to the waits lately.
"""

import math
from dataclasses import dataclass, field

LEVELS = 16
"""Two levels an octave: up to some 180 tickets ahead."""
FEW = 3.0
"""Past waits that the other estimate weighs."""
CITY = 60.0
"""Comparisons of its own that the city's weigh at a counter."""


@dataclass
class Past:
    """By level: how many waits, and the sum of their logarithms."""

    n: list[float] = field(default_factory=lambda: [0.0] * LEVELS)
    total: list[float] = field(default_factory=lambda: [0.0] * LEVELS)

    def learn(self, ahead: int, logarithm: float) -> None:
        for level, share in _levels(ahead):
            self.n[level] += share
            self.total[level] += share * logarithm

    def fade(self, share: float) -> None:
        self.n = [n * share for n in self.n]
        self.total = [total * share for total in self.total]

    def mean(self, ahead: int, other: float) -> float:
        """The mean logarithm of the past waits; `other` where there are none."""
        n, total = FEW, FEW * other
        for level, share in _levels(ahead):
            n += share * self.n[level]
            total += share * self.total[level]
        return total / n


def _levels(ahead: int) -> tuple[tuple[int, float], tuple[int, float]]:
    place = min(LEVELS - 1.001, 2 * math.log2(ahead + 1))
    level = int(place)
    return (level, 1 - (place - level)), (level + 1, place - level)


@dataclass
class Contest:
    """How far two estimates were off: the sums of their errors in minutes."""

    n: float = 0.0
    alone: float = 0.0
    blended: float = 0.0

    def learn(self, alone: float, blended: float) -> None:
        self.n, self.alone, self.blended = self.n + 1, self.alone + alone, self.blended + blended

    def fade(self, share: float) -> None:
        self.n, self.alone, self.blended = self.n * share, self.alone * share, self.blended * share

    def blends(self, city: "Contest") -> bool:
        """Whether the blend was better, at this counter and by `CITY` comparisons of its city."""
        share = min(1.0, CITY / city.n) if city.n else 0.0
        return self.blended + share * city.blended < self.alone + share * city.alone
