"""The programme of a demo's office: the day of the date in working hours, and life at every other hour."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from clients.python.life.programme import KST, Programme
from clients.python.simulation.demo import demo_office, number_of
from clients.python.simulation.layout import Layout

DONG = Layout(
    "howon1",
    {"general": False, "seal": False, "move-in": False, "welfare": False},
    {
        1: ("general", "seal", "move-in"),
        2: ("general", "seal", "move-in"),
        3: ("move-in", "general"),
        4: ("welfare",),
    },
)
OFFICE = demo_office(DONG)
PROGRAMME = Programme(OFFICE)
MONDAY = datetime(2026, 11, 23, tzinfo=KST)
"""Its midnight."""
WEEK = 7 * 86400


def at(clock: str, *, days: int = 0) -> float:
    """A time of the week, in seconds since the epoch."""
    hours, minutes = map(int, clock.split(":"))
    return (MONDAY + timedelta(days=days, hours=hours, minutes=minutes)).timestamp()


def coming(since: float, until: float) -> list[tuple[float, str]]:
    """Who comes, and when."""
    found: list[tuple[float, str]] = []
    while (following := PROGRAMME.next_person(since)) and following[0] < until:
        since = following[0]
        found.append((since, following[1].counter))
    return found


@pytest.mark.parametrize("days", [0, 4])
def test_a_working_day_is_the_simulated_day_of_its_date(days: int) -> None:
    midnight, of = at("00:00", days=days), OFFICE.day(number_of((MONDAY + timedelta(days=days)).date()))
    came = [(moment - midnight, counter) for moment, counter in coming(at("09:00", days=days), at("17:30", days=days))]
    # Of several who come in the same second, the first is taken.
    assert (
        came
        == list(
            {
                person.at: (person.at, person.counter) for person in reversed(of.people) if person.at < 17.5 * 3600
            }.values()
        )[::-1]
    )
    for moment in range(9 * 3600, int(17.5 * 3600), 60):
        staffed = {shift.window for shift in of.shifts if shift.opens <= moment < shift.closes}
        assert {window for window in PROGRAMME.windows if PROGRAMME.staffed(window, midnight + moment)} == staffed


def test_people_come_at_every_hour_and_somebody_calls_them() -> None:
    begin = MONDAY.timestamp()
    times = [begin, *(moment for moment, _ in coming(begin, begin + WEEK)), begin + WEEK]
    assert max(after - before for before, after in pairwise(times)) < 3600
    away = [
        moment
        for moment in range(int(begin), int(begin) + WEEK, 60)
        if not any(PROGRAMME.staffed(window, moment) for window in PROGRAMME.windows)
    ]
    assert len(away) < 120


@pytest.mark.parametrize("clock", ["00:00", "03:17", "09:01", "10:30", "12:30", "17:29", "17:30", "23:59"])
@pytest.mark.parametrize("days", [0, 5])
def test_people_stand_there_when_the_life_begins(clock: str, days: int) -> None:
    standing = PROGRAMME.standing(at(clock, days=days))
    assert len(standing) > 1
    assert all(person.arrives is None or person.arrives >= person.at for person in standing)


def test_nights_and_weekends_are_one_rush_hour_after_another() -> None:
    for since, until in ((at("17:30"), at("09:00", days=1)), (at("17:30", days=4), at("09:00", days=7))):
        for begin in range(int(since), int(until) - 5400, 5400):
            assert len(coming(begin, begin + 5400)) > 10


def test_the_next_change_is_when_a_clerk_comes_or_goes() -> None:
    def staffed(moment: float) -> list[bool]:
        return [PROGRAMME.staffed(window, moment) for window in PROGRAMME.windows]

    moment = at("08:00")
    while moment < at("20:00"):
        following = PROGRAMME.next_change(moment)
        assert following > moment
        assert staffed((moment + following) / 2) == staffed(moment)
        moment = following


def test_it_goes_on_where_it_was_after_a_restart() -> None:
    again = Programme(demo_office(DONG))
    for clock in ("02:00", "11:00", "21:00"):
        assert again.next_person(at(clock)) == PROGRAMME.next_person(at(clock))
        assert again.next_change(at(clock)) == PROGRAMME.next_change(at(clock))
    assert Programme(demo_office(DONG, "another")).next_person(at("11:00")) != PROGRAMME.next_person(at("11:00"))
