"""The usual wait of each half-hour of the week, from the days behind. Pure functions.

Days are counted, not tickets: a half-hour of a day is one observation, the square root of its mean wait, so that a
single bad day weighs less. Few observations lean on many ones: those of a half-hour on a weekday on that half-hour of
all days and on how the weekday differs, and these on the mean of all. Under LEAST_DAYS days nothing is said; under
WEEKDAYS_FROM days the half-hours are the same on every weekday, and have no band.

The band is where the mean wait of a half-hour was on the middle 60 of 100 days: between the 20th and the 80th
percentile of how far the days were from what is shown, the days of all weekdays taken together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    usual = _by_half_hour(roots)
    shown: list[HalfHour] = []
    if provisional:
        for weekday, half_hours in sorted(week.items()):
            shown += [HalfHour(weekday, each, usual[each] ** 2) for each in sorted(half_hours) if each in usual]
    else:
        cells = _by_weekday(roots, usual, week)
        bands = _bands(roots, cells)
        for weekday, half_hours in sorted(week.items()):
            shown += _told_quiet(
                [
                    _with_band(weekday, each, cells[weekday, each], bands.get(each))
                    for each in sorted(half_hours)
                    if each in usual
                ]
            )
    return Chart(len(roots), last, provisional, tuple(shown))


def _by_half_hour(roots: Mapping[date, Waits]) -> dict[int, float]:
    """What is usual in a half-hour, whatever the weekday."""
    seen: dict[int, list[float]] = defaultdict(list)
    for day in roots.values():
        for half_hour, root in day.items():
            seen[half_hour].append(root)
    mean = fmean(root for values in seen.values() for root in values)
    return {
        half_hour: (sum(values) + _LEANS_ON_MEAN * mean) / (len(values) + _LEANS_ON_MEAN)
        for half_hour, values in seen.items()
    }


def _by_weekday(
    roots: Mapping[date, Waits], usual: Mapping[int, float], week: Mapping[int, Iterable[int]]
) -> dict[tuple[int, int], float]:
    """What is usual in a half-hour on a weekday; never below 0."""
    residuals: dict[int, list[float]] = defaultdict(list)
    seen: dict[tuple[int, int], list[float]] = defaultdict(list)
    for day, waits in roots.items():
        residuals[day.weekday()].append(fmean(root - usual[half_hour] for half_hour, root in waits.items()))
        for half_hour, root in waits.items():
            seen[day.weekday(), half_hour].append(root)
    cells = {*seen, *((weekday, each) for weekday, half_hours in week.items() for each in half_hours if each in usual)}
    found = {}
    for weekday, half_hour in cells:
        values, of_days = seen[weekday, half_hour], residuals[weekday]
        leant_on = usual[half_hour] + sum(of_days) / (len(of_days) + _WEEKDAY_LEANS)
        found[weekday, half_hour] = max(0.0, (sum(values) + _CELL_LEANS * leant_on) / (len(values) + _CELL_LEANS))
    return found


def _bands(roots: Mapping[date, Waits], cells: Mapping[tuple[int, int], float]) -> dict[int, tuple[float, float]]:
    """How far below and above what is usual the middle 60 of 100 days are, as roots, by half-hour."""
    off: dict[int, list[float]] = defaultdict(list)
    for day, waits in roots.items():
        for half_hour, root in waits.items():
            off[half_hour].append(root - cells[day.weekday(), half_hour])
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
        HalfHour(
            each.weekday,
            each.half_hour,
            each.minutes,
            each.low,
            each.high,
            each.high is not None and each.high < middle and middle - each.minutes >= QUIETER_BY,
        )
        for each in day
    ]
