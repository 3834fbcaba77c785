"""How long clerks who are away stay away."""

import pytest

from service.domain.wait.learning import OfficeWaits
from service.domain.wait.presence import AT_ONCE, Returns
from service.domain.wait.state import dump, load

NINE, SIX = 540.0, 1080.0


def test_until_something_is_known_a_clerk_stays_away_as_long_as_until_now() -> None:
    returns = Returns()
    waits = [returns.mean(age, first=False) for age in (0.0, 20.0, 60.0, 150.0)]
    assert waits == sorted(waits)
    assert AT_ONCE / 2 < waits[0] < 3 * AT_ONCE
    assert waits[-1] > 60


def test_breaks_and_absences_are_told_apart() -> None:
    returns = Returns()
    for _ in range(50):
        returns.stays(0, 10, False, 1.0)
        returns.comes(10, False, 1.0)
        returns.stays(0, 300, True, 1.0)
        returns.comes(300, True, 1.0)
    assert returns.mean(5, first=False) < 12
    assert returns.mean(30, first=True) > 150
    once = returns.mean(5, first=False)
    returns.fade(0.5)
    assert returns.mean(5, first=False) == pytest.approx(once, rel=0.2)
    both = returns + returns
    assert sum(both.times) == 2 * sum(returns.times)


def days(waits: OfficeWaits, number: int) -> None:
    """On each of them, window 2 has a break of ten minutes every hour. On every fifth, its clerk comes at 13:00."""
    for day in range(number):
        waits.begin_day([], NINE, SIX)
        waits.opened(1, ["general"], NINE)
        comes = 780.0 if day % 5 == 0 else NINE
        waits.opened(2, ["general"], comes)
        hour = comes + 60
        while hour < SIX:
            waits.closed(2, hour)
            waits.opened(2, ["general"], hour + 10)
            hour += 60
        waits.closed(1, SIX)
        waits.closed(2, SIX)
        waits.end_day()


def test_a_window_on_a_break_is_expected_back_sooner_than_one_that_has_not_opened() -> None:
    waits = OfficeWaits({1: ["general"], 2: ["general"]})
    days(waits, 15)
    waits.begin_day([], NINE, SIX)
    waits.opened(1, ["general"], NINE)
    assert load(OfficeWaits, dump(waits)) == waits
    (absent,) = waits.model("general", 610.0).outlook.away
    waits.opened(2, ["general"], 610.0)
    assert waits.model("general", 610.0).outlook.away == []
    waits.closed(2, 615.0)
    (away,) = waits.model("general", 618.0).outlook.away
    assert away.returns_in < 12
    assert absent.returns_in > 60


def test_who_was_away_before_a_closure_is_not_back_at_once_after_it() -> None:
    waits = OfficeWaits({1: ["general"], 2: ["general"]})
    days(waits, 15)
    for comes in (NINE, None):
        waits.begin_day([(720.0, 780.0)], NINE, SIX)
        waits.opened(1, ["general"], NINE)
        if comes:
            waits.opened(2, ["general"], comes)
            waits.closed(2, 715.0)
        waits.closed(1, 718.0)
        outlook = waits.model("general", 730.0).outlook
        after = outlook.expected(780.0) + sum(more for more, _ in outlook.differs_after())
        assert after > 1.6 if comes else after < 1.3
