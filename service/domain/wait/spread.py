"""How far calls come from what was expected: distributions of log ratios, as histograms.

The city has one histogram for each cell, which is a number of tickets ahead and an hour. A cell with few scores leans
on its bucket and its hour, and these on all. A counter only keeps where in the city's distribution its own calls fell
(the probability integral transform). Both can be added up and faded.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

STEP = 0.1
EDGES = tuple(STEP * i for i in range(-30, 31))
"""Between the bins of a log ratio; the first and the last bin are open."""
BINS = len(EDGES) + 1

BUCKETS = (0, 1, 2, 4, 7, 12, 20)
"""The smallest number ahead of each bucket."""
AT_CLOSURES = (0, 4, 12)
"""The same where a closure is at hand or on, with which other buckets follow those above."""
FIRST_HOUR, HOURS = 8, 11
"""Hours of the day with cells of their own; earlier and later ones count as the first and the last of them."""

LEAN = 80.0
"""As many scores as the wider distribution weighs in a narrower one."""
OWN_LEAN = 200.0
"""As many scores as the city weighs in a counter's ranks."""
RANKS = 20
"""Bins of a counter's ranks."""


def _start() -> list[float]:
    """What is supposed before anything is known: 80 % between -0.6 and +0.7, as shares of the bins."""
    low, high = NormalDist(-0.05, 0.43), NormalDist(-0.05, 0.585)
    at = [(low if edge < -0.05 else high).cdf(edge) for edge in EDGES]
    return [b - a for a, b in zip([0.0, *at], [*at, 1.0], strict=True)]


START = _start()


def bucket_of(ahead: float, *, before_closure: bool = False, during_closure: bool = False) -> int:
    """The bucket of a number of tickets ahead."""
    if not before_closure and not during_closure:
        return bisect_right(BUCKETS, ahead) - 1
    return len(BUCKETS) + len(AT_CLOSURES) * during_closure + bisect_right(AT_CLOSURES, ahead) - 1


def hour_of(minute: float) -> int:
    """The hour's cells of a minute of the day."""
    return min(HOURS - 1, max(0, int(minute) // 60 - FIRST_HOUR))


@dataclass
class CitySpread:
    """The city's distributions."""

    cells: dict[str, list[float]] = field(default_factory=dict)
    """Counts by bin; the key is "bucket.hour", "bucket.", ".hour" or "" for all."""

    def __post_init__(self) -> None:
        self._cumulative: dict[tuple[int, int], list[float]] = {}

    @property
    def scores(self) -> float:
        return sum(self.cells.get("", ()))

    def learn(self, bucket: int, hour: int, ratio: float, weight: float = 1.0) -> None:
        """Counts a score."""
        bin = bisect_right(EDGES, ratio)
        for key in ("", f"{bucket}.", f".{hour}", f"{bucket}.{hour}"):
            self.cells.setdefault(key, [0.0] * BINS)[bin] += weight
        self._cumulative.clear()

    def fade(self, share: float) -> None:
        self.cells = {key: [count * share for count in counts] for key, counts in self.cells.items()}
        self._cumulative.clear()

    def rank(self, bucket: int, hour: int, ratio: float) -> float:
        """The share of calls that come with a smaller log ratio."""
        at = self._cell(bucket, hour)
        place = (ratio - EDGES[0]) / STEP
        bin = int(place) if place >= 0 else -1
        if bin < 0 or bin >= len(EDGES) - 1:
            return at[0] / 2 if bin < 0 else (1 + at[-1]) / 2
        return at[bin] + (at[bin + 1] - at[bin]) * (place - bin)

    def ratio(self, bucket: int, hour: int, rank: float) -> float:
        """The log ratio of this rank: the opposite of `rank`."""
        at = self._cell(bucket, hour)
        bin = bisect_right(at, rank) - 1
        if bin < 0:
            return EDGES[0]
        if bin >= len(EDGES) - 1:
            return EDGES[-1]
        return EDGES[bin] + STEP * (rank - at[bin]) / max(1e-9, at[bin + 1] - at[bin])

    def _cell(self, bucket: int, hour: int) -> list[float]:
        """The cumulative shares at the edges."""
        if found := self._cumulative.get((bucket, hour)):
            return found
        everything = self._leaning("", START)
        by_bucket, by_hour = self._leaning(f"{bucket}.", everything), self._leaning(f".{hour}", everything)
        both = [(a + b) / 2 for a, b in zip(by_bucket, by_hour, strict=True)]
        shares = self._leaning(f"{bucket}.{hour}", both)
        total, found = 0.0, []
        for share in shares[:-1]:
            total += share
            found.append(total)
        self._cumulative[bucket, hour] = found
        return found

    def _leaning(self, key: str, wider: Sequence[float]) -> Sequence[float]:
        """The shares of the bins in a cell, and in the wider distribution as far as the cell has few scores."""
        counts = self.cells.get(key)
        if not counts:
            return wider
        whole = sum(counts) + LEAN
        return [(count + LEAN * share) / whole for count, share in zip(counts, wider, strict=True)]


@dataclass
class Ranks:
    """Where in the city's distributions a counter's own calls fell."""

    counts: list[float] = field(default_factory=lambda: [0.0] * RANKS)

    def learn(self, rank: float) -> None:
        self.counts[min(RANKS - 1, int(rank * RANKS))] += 1

    def fade(self, share: float) -> None:
        self.counts = [count * share for count in self.counts]

    def city_rank(self, share: float) -> float:
        """The city's rank under which this share of the counter's calls fall."""
        whole = sum(self.counts) + OWN_LEAN
        left = share * whole
        for bin, count in enumerate(self.counts):
            here = count + OWN_LEAN / RANKS
            if left <= here:
                return (bin + left / here) / RANKS
            left -= here
        return 1.0

    def own_rank(self, rank: float) -> float:
        """The share of the counter's calls under this rank of the city: the opposite of `city_rank`."""
        place = min(RANKS - 1e-9, max(0.0, rank * RANKS))
        bin = int(place)
        here = self.counts[bin] + OWN_LEAN / RANKS
        below = sum(self.counts[:bin]) + bin * OWN_LEAN / RANKS
        return (below + (place - bin) * here) / (sum(self.counts) + OWN_LEAN)
