"""What all counters of a city have in common, for those that have seen little themselves."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from service.domain.wait.features import FEATURES
from service.domain.wait.past import Contest
from service.domain.wait.presence import Returns
from service.domain.wait.ridge import Ridge
from service.domain.wait.spread import CitySpread

MINUTES = 8.0
"""Window-minutes of a ticket as long as nothing is known."""

SLOWEST = 0.01
FIRST = 5.0
"""A mean moves by `1 / (FIRST + n)` of the difference to the nth value, and by `SLOWEST` at least."""

NOTHING = [0.0] * len(FEATURES)
CITY_STRENGTH = [20.0] * len(FEATURES)
"""How many tickets the supposition weighs that estimates need no correction."""
NEWS = 25
"""Scores after which the city's weights are worked out again."""


@dataclass
class Mean:
    """A mean that follows slow changes."""

    value: float
    n: float = 0

    def learn(self, value: float) -> None:
        self.value += max(SLOWEST, 1 / (FIRST + self.n)) * (value - self.value)
        self.n += 1


@dataclass
class City:
    """What is known of a whole city, or what one office adds to it."""

    minutes: dict[str, Mean] = field(default_factory=dict)
    """By kind of ticket."""
    typical: Mean = field(default_factory=lambda: Mean(MINUTES))
    ridge: Ridge = field(default_factory=Ridge)
    spread: CitySpread = field(default_factory=CitySpread)
    contest: Contest = field(default_factory=Contest)
    returns: Returns = field(default_factory=Returns)
    corrections: list[float] = field(default_factory=lambda: list(NOTHING))
    """The weights of the regression, as they fitted all counters together when they were last worked out."""
    worked_out: int = 0
    """How often they were."""
    news: int = NEWS
    """Scores since then."""

    def learn_minutes(self, kind: str, minutes: float) -> None:
        self.minutes.setdefault(kind, Mean(minutes)).learn(minutes)
        self.typical.learn(minutes)

    def learn_ratio(self, features: list[float], ratio: float, weight: float) -> None:
        self.ridge.learn(features, ratio, weight)
        self.news += 1

    def weights(self) -> list[float]:
        """Of the corrections, as they fit all counters together."""
        if self.news >= NEWS:
            self.corrections, self.news = self.ridge.weights(NOTHING, CITY_STRENGTH), 0
            self.worked_out += 1
        return self.corrections

    def fade(self, share: float, of_spread: float) -> None:
        self.ridge.fade(share)
        self.spread.fade(of_spread)
        self.contest.fade(share)
        self.returns.fade(share)
        self.news = NEWS


def merged(parts: Iterable[City]) -> City:
    """The city that these offices make up together."""
    whole = City()
    for part in parts:
        for kind, mean in part.minutes.items():
            _merge(whole.minutes.setdefault(kind, Mean(mean.value)), mean)
        _merge(whole.typical, part.typical)
        if part.ridge.products:
            whole.ridge = Ridge(
                _added(whole.ridge.products, part.ridge.products), _added(whole.ridge.with_y, part.ridge.with_y)
            )
        for key, counts in part.spread.cells.items():
            whole.spread.cells[key] = _added(whole.spread.cells.get(key, []), counts)
        whole.returns += part.returns
        whole.contest = Contest(whole.contest.n + part.contest.n, _added(whole.contest.errors, part.contest.errors))
    return whole


def _merge(mean: Mean, other: Mean) -> None:
    n = mean.n + other.n
    if n:
        mean.value, mean.n = (mean.value * mean.n + other.value * other.n) / n, n


def _added(a: list[float], b: list[float]) -> list[float]:
    return [x + y for x, y in zip(a, b, strict=True)] if a else list(b)
