"""Quiet hours hold what they promise on simulated days that they have not seen."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from statistics import fmean, median

from clients.python.simulation.course import Kind, course
from clients.python.simulation.day import Day
from service.domain.quiet_hours.chart import chart
from tests.bench.waits import simulated

PAST, AFTER = 30, 10
OPEN = range(18, 36)


def waits(day: Day) -> Mapping[int, float]:
    """The mean wait of the walk-ins of each half-hour, in minutes."""
    found: dict[int, list[float]] = defaultdict(list)
    for event in course(day):
        if event.kind is Kind.CALLED and event.person is not None:
            person = day.people[event.person]
            if person.channel == "walk_in":
                found[person.at // 1800].append((event.at - person.at) / 60)
    return {half_hour: fmean(each) for half_hour, each in found.items() if half_hour in OPEN}


def working_day(number: int) -> date:
    return date(2026, 1, 5) + timedelta(days=number // 5 * 7 + number % 5)


def test_the_band_and_the_word_quiet_hold_on_days_to_come() -> None:
    within: list[bool] = []
    better: list[bool] = []
    for office in simulated.offices(3)[:4]:
        days = [waits(office.day(number)) for number in range(PAST + AFTER)]
        past = {working_day(number): day for number, day in enumerate(days[:PAST])}
        told = {
            (each.weekday, each.half_hour): each
            for each in chart(past, dict.fromkeys(range(5), OPEN)).half_hours
            if each.low is not None
        }
        for number in range(PAST, PAST + AFTER):
            for half_hour, wait in days[number].items():
                if one := told.get((number % 5, half_hour)):
                    assert one.low is not None
                    assert one.high is not None
                    within.append(one.low <= wait <= one.high)
                    if one.is_quiet:
                        better.append(wait < median(days[number].values()))
    assert len(within) > 500
    # The band is to hold three of five days, and these are few days.
    assert 0.5 < fmean(within) < 0.7
    assert len(better) > 30
    assert fmean(better) > 0.8
