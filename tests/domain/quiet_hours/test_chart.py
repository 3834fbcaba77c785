"""The usual waits, worked out by hand."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from service.domain.quiet_hours.chart import BAND_DAYS, LEAST_DAYS, WEEKDAYS_FROM, Chart, HalfHour, chart

MONDAY = date(2026, 9, 7)
WEEK = dict.fromkeys(range(5), (18, 19))


def weekdays(count: int) -> Iterator[date]:
    """So many days from a Monday on, without weekends."""
    return (MONDAY + timedelta(days=i // 5 * 7 + i % 5) for i in range(count))


def found(chart: Chart, weekday: int, half_hour: int) -> HalfHour:
    (one,) = (each for each in chart.half_hours if (each.weekday, each.half_hour) == (weekday, half_hour))
    return one


def test_too_few_days_say_nothing() -> None:
    days = list(weekdays(LEAST_DAYS - 1))
    assert chart({day: {18: 4.0} for day in days}, WEEK) == Chart(4, days[-1], True, ())
    assert chart({}, WEEK) == Chart(0, None, True, ())
    # A day on which nothing was seen is none.
    assert chart({**{day: {18: 4.0} for day in days}, days[-1] + timedelta(days=3): {}}, WEEK).days == 4


def test_up_to_twenty_days_every_weekday_is_the_same_without_a_band() -> None:
    # Roots: 2 on five days at 09:00, 4 on four days at 09:30; their mean is (10 + 16) / 9.
    days = {day: {18: 4.0, 19: 16.0} if i else {18: 4.0} for i, day in enumerate(weekdays(5))}
    known = chart(days, WEEK)
    mean = 26 / 9
    assert (known.days, known.last, known.provisional) == (5, MONDAY + timedelta(days=4), True)
    assert len(known.half_hours) == 10
    for weekday in range(5):
        at_nine, later = found(known, weekday, 18), found(known, weekday, 19)
        assert at_nine.minutes == pytest.approx(((10 + 2 * mean) / 7) ** 2)
        assert later.minutes == pytest.approx(((16 + 2 * mean) / 6) ** 2)
        assert (at_nine.low, at_nine.high, at_nine.is_quiet) == (None, None, False)


def test_a_weekday_differs_by_as_much_as_its_days_are_sure() -> None:
    # Four weeks. On Mondays people wait 36 minutes (6), on other days 4 (2); one half-hour a day.
    week = dict.fromkeys(range(5), (18,))
    days = {day: {18: 36.0 if day.weekday() == 0 else 4.0} for day in weekdays(20)}
    known = chart(days, week)
    mean = (4 * 6 + 16 * 2) / 20
    usual = (4 * 6 + 16 * 2 + 2 * mean) / 22
    monday = usual + 4 * (6 - usual) / (4 + 4)
    other = usual + 4 * (2 - usual) / (4 + 4)
    assert not known.provisional
    assert found(known, 0, 18).minutes == pytest.approx(((4 * 6 + 8 * monday) / 12) ** 2)
    assert found(known, 3, 18).minutes == pytest.approx(((4 * 2 + 8 * other) / 12) ** 2)


def test_the_band_is_where_the_middle_of_the_days_was() -> None:
    # Twenty Mondays, whose roots are 1 to 5 in turn: 3 is said.
    days = {MONDAY + timedelta(weeks=i): {18: float((1 + i % 5) ** 2)} for i in range(20)}
    one = found(chart(days, {0: (18,)}), 0, 18)
    assert one.minutes == pytest.approx(9)

    def off(root: float) -> float:
        """How far such a day is from what would be said by the other nineteen."""
        usual = (60 - root + 2 * 3) / (19 + 2)
        weekday = -(root - 3) / (19 + 4)
        return root - (60 - root + 8 * (usual + weekday)) / (19 + 8)

    # Four days of each root: the 20th percentile is between the 4th and the 5th day, and the 80th as far from the end.
    low = off(1) + 0.8 * (off(2) - off(1))
    high = off(4) + 0.2 * (off(5) - off(4))
    assert (one.low, one.high) == (pytest.approx((3 + low) ** 2), pytest.approx((3 + high) ** 2))


def test_a_half_hour_that_was_seen_on_few_days_has_no_band() -> None:
    days = {day: {18: 4.0, **({19: 9.0} if i < BAND_DAYS - 1 else {})} for i, day in enumerate(weekdays(20))}
    known = chart(days, WEEK)
    assert found(known, 0, 18).high is not None
    assert (found(known, 0, 19).low, found(known, 0, 19).high) == (None, None)


def test_a_half_hour_is_never_said_to_be_better_than_nothing() -> None:
    # Mondays at 09:00 nobody waits, and Mondays are far better than other days at 09:30.
    days = {day: {18: 0.0, 19: 1.0 if day.weekday() == 0 else 400.0} for day in weekdays(40)}
    one = found(chart(days, WEEK), 0, 18)
    assert one.minutes == one.low == 0


def usual_day(**waits: float) -> dict[int, float]:
    return {18: 20.0, 19: 20.0, 20: 20.0, 21: 20.0} | {int(key[1:]): wait for key, wait in waits.items()}


@pytest.mark.parametrize(
    ("what", "wait", "otherwise", "quiet"),
    [
        ("clearly better on all days", 4.0, 4.0, True),
        ("hardly better", 16.0, 16.0, False),
        ("better as a rule, and worse on more than one of five days", 1.0, 100.0, False),
    ],
)
def test_quiet_is_what_is_surely_and_clearly_better(what: str, wait: float, otherwise: float, quiet: bool) -> None:
    week = dict.fromkeys(range(5), (18, 19, 20, 21))
    days = {day: usual_day(h20=otherwise if i % 3 == 0 else wait) for i, day in enumerate(weekdays(40))}
    known = chart(days, week)
    assert {each.half_hour for each in known.half_hours if each.is_quiet} == ({20} if quiet else set()), what


def test_nothing_is_called_quiet_before_it_is_sure() -> None:
    week = dict.fromkeys(range(5), (18, 19, 20, 21))
    days = {day: usual_day(h20=0.0) for day in weekdays(WEEKDAYS_FROM - 1)}
    assert not any(each.is_quiet for each in chart(days, week).half_hours)
    assert any(
        each.is_quiet for each in chart({**days, MONDAY - timedelta(days=3): usual_day(h20=0.0)}, week).half_hours
    )


def test_only_half_hours_in_which_the_office_is_open_are_told() -> None:
    days = {day: {17: 4.0, 18: 4.0} for day in weekdays(25)}
    known = chart(days, {0: (18, 19), 6: (18,)})
    # 19 was never seen. Sunday is new, and known by the other days only.
    assert [(each.weekday, each.half_hour) for each in known.half_hours] == [(0, 18), (6, 18)]
