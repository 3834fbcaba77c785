"""Ridge regression that learns one observation at a time.

It keeps sums, which can be added up: the sums of a city are those of its counters together.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Ridge:
    """Sums over the observations `(x, y)`: `products` is the lower triangle of `sum x xᵀ`, row after row."""

    products: list[float] = field(default_factory=list)
    with_y: list[float] = field(default_factory=list)
    """`sum x y`."""

    def learn(self, x: Sequence[float], y: float, weight: float = 1.0) -> None:
        """Adds an observation."""
        if not self.products:
            self.products = [0.0] * (len(x) * (len(x) + 1) // 2)
            self.with_y = [0.0] * len(x)
        products, at = self.products, 0
        for i, a in enumerate(x):
            if a:
                a *= weight
                for j in range(i + 1):
                    products[at + j] += a * x[j]
                self.with_y[i] += a * y
            at += i + 1

    def fade(self, share: float) -> None:
        """What was learnt weighs this share of what it did, so that the regression follows a slow change."""
        self.products = [value * share for value in self.products]
        self.with_y = [value * share for value in self.with_y]

    def weights(self, prior: Sequence[float], strength: Sequence[float]) -> list[float]:
        """The weights that fit best, drawn to `prior`: by as much as `strength` observations of that feature alone."""
        if not self.products:
            return list(prior)
        n = len(self.with_y)
        lower: list[list[float]] = []
        at = 0
        for i in range(n):
            row = self.products[at : at + i + 1]
            at += i + 1
            row[i] += strength[i]
            for j in range(i):
                before = lower[j]
                row[j] = (row[j] - sum(map(_times, row[:j], before))) / before[j]
            row[i] = math.sqrt(max(1e-9, row[i] - sum(value * value for value in row[:i])))
            lower.append(row)
        solved: list[float] = []
        for i, row in enumerate(lower):
            right = self.with_y[i] + strength[i] * prior[i]
            solved.append((right - sum(map(_times, row, solved))) / row[i])
        for i in range(n - 1, -1, -1):
            rest = sum(lower[j][i] * solved[j] for j in range(i + 1, n))
            solved[i] = (solved[i] - rest) / lower[i][i]
        return solved


def _times(a: float, b: float) -> float:
    return a * b
