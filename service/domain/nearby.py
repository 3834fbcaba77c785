"""Nearby: which of the offices that give one service is the quickest, from its wait and the way to it.

The model of a way, the only place that has it beside clients/lib/nearby.js: distances are as the crow flies, and
streets are 1.3 times as long. People walk 4.7 km/h on them, or lose 8 minutes at bus stops and ride 20 km/h, whichever
is quicker. Nothing is known of hills, rivers or timetables.

A ticket is taken on arrival. Its wait is taken to be that of a ticket taken now, because nobody knows who comes
meanwhile; but a closure such as lunch goes by while somebody is on the way.

tests/nearby.json has cases that this module and clients/lib/nearby.js must both solve.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.domain.office import Location
from service.domain.wait import Wait

WALKED_A_MINUTE = 60.0
RIDDEN_A_MINUTE = 250.0
"""Metres as the crow flies."""
AT_STOPS = 8.0
"""Minutes."""

EARTH_RADIUS = 6_371_000.0
DISTANCE_STEP = 50
"""Metres: distances are said in such steps, as a position is no surer."""
POSITION_DECIMALS = 3
"""Somebody's position is used to about 100 metres."""

WORTH_MINUTES = 5.0
"""A difference of less is too small to matter."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An office that gives the service."""

    office: str
    gives: bool
    """Whether it gives numbers for the service, as far as is known."""
    wait: Wait | None = None
    """Of a ticket taken now; None where it can't be said."""
    distance: int | None = None
    """Metres; None where its place, or the asker's, is not known."""
    closes_in: float | None = None
    """Minutes until it gives no more numbers today; None where nothing is said."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An office in its place among those that were compared."""

    candidate: Candidate
    clearly_better: bool
    """It is quicker than every office after it, as `is_clearly_better` says."""


@dataclass(frozen=True, slots=True)
class Total:
    """Minutes from now until the call, the way included; 8 of 10 calls come between `low` and `high`."""

    minutes: float
    low: float
    high: float


def rounded(position: Location) -> Location:
    """Somebody's position, no more precise than it is used."""
    return Location(lat=round(position.lat, POSITION_DECIMALS), lon=round(position.lon, POSITION_DECIMALS))


def distance(a: Location, b: Location) -> int:
    """Metres as the crow flies, in steps of 50."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    across = math.sin((lat_b - lat_a) / 2) ** 2
    across += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    metres = 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, across)))
    return DISTANCE_STEP * math.floor(metres / DISTANCE_STEP + 0.5)


def travel(metres: float) -> float:
    """Minutes of a way."""
    return min(metres / WALKED_A_MINUTE, AT_STOPS + metres / RIDDEN_A_MINUTE)


def total(wait: Wait, metres: float, now: float) -> Total:
    """What a wait and the way come to. `now`: minutes since midnight in Seoul."""
    way = travel(metres)
    closed = 0.0
    if wait.word == "after_closure" and wait.resumes is not None:
        hours, minutes = wait.resumes.split(":")
        closed = max(0.0, int(hours) * 60 + int(minutes) - now)

    def until_call(waited: float) -> float:
        return max(way, closed) + max(0.0, waited - closed)

    return Total(until_call(wait.minutes), until_call(wait.low), until_call(wait.high))


def is_clearly_better(a: Total, b: Total) -> bool:
    """Whether `a` comes before `b` in 9 of 10 cases, and by 5 minutes or more as expected.

    A range has a tenth of the calls on each side. So the two half ranges that face each other, added as errors are that
    have nothing to do with each other, are the difference that is exceeded in 9 of 10 cases.
    """
    gap = b.minutes - a.minutes
    facing = math.sqrt((a.high - a.minutes) ** 2 + (b.minutes - b.low) ** 2)
    return gap >= WORTH_MINUTES and gap >= facing


def rank(candidates: Sequence[Candidate], now: float, *, with_ways: bool) -> list[Ranked]:
    """All of them, best first: by the expected minutes until the call, the way included.

    After those come offices of which that is not known, or which close before anybody is there; last come those that
    give no numbers. Equal ones stay in their order. Without `with_ways`, only waits count. `now` is as in `total`.
    """
    totals = {one.office: _known(one, now, with_ways=with_ways) for one in candidates}
    ordered = sorted(candidates, key=lambda one: _key(one, totals[one.office]))
    return [
        Ranked(one, _beats_all(totals[one.office], [totals[other.office] for other in ordered[i + 1 :]]))
        for i, one in enumerate(ordered)
    ]


def _known(one: Candidate, now: float, *, with_ways: bool) -> Total | None:
    if not one.gives or one.wait is None or (with_ways and one.distance is None):
        return None
    metres = one.distance if with_ways and one.distance is not None else 0
    if one.closes_in is not None and travel(metres) >= one.closes_in:
        return None
    return total(one.wait, metres, now)


def _key(one: Candidate, known: Total | None) -> tuple[int, float, float]:
    far = math.inf if one.distance is None else one.distance
    if known:
        return (0, known.minutes, far)
    return (1 if one.gives else 2, math.inf if one.wait is None else one.wait.minutes, far)


def _beats_all(known: Total | None, after: Iterable[Total | None]) -> bool:
    others = [other for other in after if other]
    return known is not None and bool(others) and all(is_clearly_better(known, other) for other in others)
