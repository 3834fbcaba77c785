"""The usual wait of each half-hour of the week, from the days behind. Pure functions.

Days are counted, not tickets: a half-hour of a day is one observation, the square root of its mean wait, so that a
single bad day weighs less. Few observations lean on many ones: those of a half-hour on a weekday on that half-hour of
all days and on how the weekday differs, and these on the mean of all. Under LEAST_DAYS days nothing is said; under
WEEKDAYS_FROM days the half-hours are the same on every weekday, and have no band.

The band is where the mean wait of a half-hour was on the middle 60 of 100 days: between the 20th and the 80th
percentile of how far the days were from what would be said without them, the days of all weekdays taken together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt
from statistics import fmean, median, quantiles

LEAST_DAYS = 5
WEEKDAYS_FROM = 20

BAND_DAYS = 5
"""A half-hour that was seen on fewer days has no band."""

QUIETER_BY = 5.0
"""Minutes below the median of its day, which a half-hour must be to be called quiet."""

_LEANS_ON_MEAN, _WEEKDAY_LEANS, _CELL_LEANS = 2, 4, 8
"""How many observations what is leant on weighs as much as."""

Waits = Mapping[int, float]
"""Of one day: the mean wait in minutes of each half-hour of which it is known."""


@dataclass(frozen=True, slots=True)
class HalfHour:
    """What is usual in it. Minutes; `low` and `high` are its band, None where too few days are known."""

    weekday: int
    """0 is Monday."""
    half_hour: int
    minutes: float
    low: float | None = None
    high: float | None = None
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    days: int
    """On how many days something was seen."""
    last: date | None
    """The last one of them."""
    provisional: bool
    """Every weekday is the same still."""
    half_hours: tuple[HalfHour, ...]
    """In order; one that is open and was never seen is missing."""


def chart(days: Mapping[date, Waits], week: Mapping[int, Iterable[int]]) -> Chart:
    """What is usual, from the waits of past days. `week`: the half-hours in which the office is open, by weekday."""
    roots = {day: {half_hour: sqrt(wait) for half_hour, wait in waits.items()} for day, waits in days.items() if waits}
    last = max(roots, default=None)
    provisional = len(roots) < WEEKDAYS_FROM
    if len(roots) < LEAST_DAYS:
        return Chart(len(roots), last, provisional, ())
    seen = _Seen(roots)
    shown: list[HalfHour] = []
    bands = {} if provisional else _bands(seen)
    for weekday, half_hours in sorted(week.items()):
        known = [each for each in sorted(half_hours) if seen.days_of(each)]
        if provisional:
            shown += [HalfHour(weekday, each, seen.usual(each) ** 2) for each in known]
        else:
            shown += _told_quiet(
                [_with_band(weekday, each, seen.on_weekday(weekday, each), bands.get(each)) for each in known]
            )
    return Chart(len(roots), last, provisional, tuple(shown))


class _Seen:
    """The roots of past days, and what is usual by them; by all, or by all without one of them."""

    def __init__(self, roots: Mapping[date, Waits]) -> None:
        self.roots = roots
        self._mean = fmean(root for day in roots.values() for root in day.values())
        self._by_half_hour: dict[int, list[float]] = defaultdict(list)
        self._by_cell: dict[tuple[int, int], list[float]] = defaultdict(list)
        for day, waits in roots.items():
            for half_hour, root in waits.items():
                self._by_half_hour[half_hour].append(root)
                self._by_cell[day.weekday(), half_hour].append(root)
        self._sums = {each: sum(values) for each, values in self._by_half_hour.items()}
        usual = {each: self.usual(each) for each in self._by_half_hour}
        self._off = {day: fmean(root - usual[each] for each, root in waits.items()) for day, waits in roots.items()}
        """How far each day was from what is usual."""
        self._by_weekday: dict[int, list[float]] = defaultdict(list)
        for day, off in self._off.items():
            self._by_weekday[day.weekday()].append(off)

    def days_of(self, half_hour: int) -> int:
        """On how many days it was seen."""
        return len(self._by_half_hour[half_hour]) if half_hour in self._by_half_hour else 0

    def usual(self, half_hour: int, without: date | None = None) -> float:
        """In a half-hour, whatever the weekday."""
        total, n = self._sums[half_hour], self.days_of(half_hour)
        if without:
            total, n = total - self.roots[without][half_hour], n - 1
        return (total + _LEANS_ON_MEAN * self._mean) / (n + _LEANS_ON_MEAN)

    def on_weekday(self, weekday: int, half_hour: int, without: date | None = None) -> float:
        """In a half-hour on a weekday; never below 0. `without`: a day of that weekday on which it was seen."""
        of_cell, of_days = self._by_cell.get((weekday, half_hour), []), self._by_weekday.get(weekday, [])
        total, n, off, days = sum(of_cell), len(of_cell), sum(of_days), len(of_days)
        if without:
            total, n = total - self.roots[without][half_hour], n - 1
            off, days = off - self._off[without], days - 1
        leant_on = self.usual(half_hour, without) + off / (days + _WEEKDAY_LEANS)
        return max(0.0, (total + _CELL_LEANS * leant_on) / (n + _CELL_LEANS))


def _bands(seen: _Seen) -> dict[int, tuple[float, float]]:
    """How far below and above what is usual the middle 60 of 100 days are, as roots, by half-hour."""
    off: dict[int, list[float]] = defaultdict(list)
    for day, waits in seen.roots.items():
        for half_hour, root in waits.items():
            off[half_hour].append(root - seen.on_weekday(day.weekday(), half_hour, without=day))
    found = {}
    for half_hour, values in off.items():
        if len(values) >= BAND_DAYS:
            fifths = quantiles(values, n=5, method="inclusive")
            found[half_hour] = min(0.0, fifths[0]), max(0.0, fifths[-1])
    return found


def _with_band(weekday: int, half_hour: int, root: float, band: tuple[float, float] | None) -> HalfHour:
    low, high = (max(0.0, root + off) ** 2 for off in band) if band else (None, None)
    return HalfHour(weekday, half_hour, root**2, low, high)


def _told_quiet(day: list[HalfHour]) -> list[HalfHour]:
    """The half-hours of one weekday; quiet are those whose 80th percentile is below the median, and that are clearly
    better than it."""
    if not day:
        return day
    middle = median(each.minutes for each in day)
    return [
        replace(each, is_quiet=each.high is not None and each.high < middle and middle - each.minutes >= QUIETER_BY)
        for each in day
    ]
