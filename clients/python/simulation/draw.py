"""Random draws."""

import math
from collections.abc import Mapping
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Draws that are the same for the same seed: all stand on `Random.random`, which Python keeps as it is."""

    def __init__(self, *seed: str | int) -> None:
        self._random = Random(" ".join(map(str, seed)))

    def chance(self, share: float) -> bool:
        """True with this probability, 0 to 1."""
        return self._random.random() < share

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`, uniformly distributed."""
        return low + (high - low) * self._random.random()

    def interval(self, mean: float) -> float:
        """The time to the next of independent events that come once in `mean` on average (exponential distribution)."""
        return -mean * math.log(1 - self._random.random())

    def around(self, mean: float, spread: float) -> float:
        """A positive number with this mean and a standard deviation of `spread` times the mean (lognormal
        distribution)."""
        variance = math.log(1 + spread**2)
        normal = math.sqrt(-2 * math.log(1 - self._random.random())) * math.cos(math.tau * self._random.random())
        return mean * math.exp(math.sqrt(variance) * normal - variance / 2)

    def pick(self, weights: Mapping[T, float]) -> T:
        """One of the keys, with probabilities in proportion to their weights."""
        mark = self.between(0, sum(weights.values()))
        for key, weight in weights.items():
            mark -= weight
            if mark < 0:
                return key
        return key
