"""What is said of a wait: the work ahead, the windows that do it, closures, ranges and words."""

from dataclasses import replace

import pytest

from service.domain.wait import Estimate, Wait, estimate, served_today
from service.domain.wait.capacity import Outlook, Usual, minutes_for
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.model import Model, kind_of

NINE, NOON, ONE, SIX = 540.0, 720.0, 780.0, 1080.0


def office(*windows: int, lunch: bool = False) -> OfficeWaits:
    """One counter with these windows open, at each of which somebody has just been called."""
    waits = OfficeWaits({window: ["general"] for window in windows or (1,)})
    waits.begin_day([(NOON, ONE)] if lunch else [], NINE, SIX)
    for window in windows:
        waits.opened(window, ["general"], NINE)
    return waits


def busy(*windows: int, lunch: bool = False) -> Model:
    waits = office(*windows, lunch=lunch)
    for window in windows:
        waits.issued(window, "general", NINE)
        waits.called(window, "general", window, NINE)
    return waits.model("general", NINE)


def test_whoever_comes_to_an_idle_window_is_called_now() -> None:
    assert estimate(office(1).model("general", NINE), {}, NINE).word == "now"
    assert estimate(busy(1), {}, NINE).word == "minutes"
    # A window may be idle because its clerk looks something up: those who wait are called first.
    assert estimate(office(1).model("general", NINE), {"general": 1}, NINE).word == "minutes"
    waits = office(1, 2)
    waits.issued(1, "general", NINE)
    assert estimate(waits.model("general", NINE), {"general": 1}, NINE).word == "now"
    assert estimate(waits.model("general", NINE + 3), {"general": 1}, NINE + 3).word == "minutes"


def test_a_wait_grows_with_the_tickets_ahead_and_shrinks_with_the_windows() -> None:
    by_number = [estimate(busy(1, 2), {"general": n}, NINE).minutes for n in range(20)]
    assert by_number == sorted(by_number)
    assert len(set(by_number)) == 20
    one, three = (estimate(busy(*windows), {"general": 12}, NINE).minutes for windows in ((1,), (1, 2, 3)))
    assert 2 < one / three < 4


def test_the_range_holds_the_estimate() -> None:
    for n in (0, 1, 5, 30):
        said = estimate(busy(1, 2), {"general": n}, NINE)
        assert said.low < said.minutes < said.high
        assert said.provisional


def test_a_group_takes_longer_than_one_person_and_less_than_as_many_single_ones() -> None:
    assert kind_of("apply") == kind_of("apply", 1) == "apply"
    assert kind_of("apply", 3) == kind_of("apply", 4) == "apply*3"
    model = busy(1)
    one, group, four = (
        estimate(model, ahead, NINE).minutes for ahead in ({"general": 1}, {kind_of("general", 4): 1}, {"general": 4})
    )
    assert one < group < four


def test_nobody_is_called_in_a_closure() -> None:
    model = busy(1, lunch=True)
    before = estimate(model, {"general": 9}, NOON - 30)
    assert before.word == "after_closure"
    assert before.low > 30 + 60 - 1
    assert before.resumes == ONE
    during = estimate(replace(model, serving=[]), {"general": 1}, NOON + 20)
    assert during.word == "after_closure"
    assert during.low >= 40


def test_a_call_that_may_come_before_a_closure_or_after_it_says_when_that_is_over() -> None:
    said = estimate(busy(1, lunch=True), {"general": 1}, NOON - 20)
    assert said.word == "minutes"
    assert said.low < 20 < said.high
    assert said.high > 20 + 60
    assert said.resumes == ONE
    assert estimate(busy(1, lunch=True), {"general": 1}, NINE).resumes is None


def test_where_nobody_ever_sat_nothing_can_be_said() -> None:
    said = estimate(office().model("general", NINE), {}, NINE)
    assert said.word == "unknown"
    assert said.wait() is None


def test_minutes_are_whole_below_thirty_and_fives_above() -> None:
    plain = {"resumes": None, "served_today": None}
    assert Estimate(12.4, 8.9, 18.2).wait() == Wait(minutes=12, low=8, high=19, **plain)
    assert Estimate(43.0, 29.4, 61.0).wait() == Wait(minutes=45, low=29, high=65, **plain)
    assert Estimate(0.0, 0.0, 0.0, "now").wait() == Wait(minutes=0, low=0, high=0, word="now", **plain)


def test_a_chance_of_being_served_today_is_said_in_steps_unless_it_is_nearly_sure() -> None:
    estimated = Estimate(50.0, 40.0, 70.0, resumes=ONE)
    said = [(wait := estimated.wait(chance)) and wait.served_today for chance in (None, 0.96, 0.83, 0.474, 0.0)]
    assert said == [None, None, 0.85, 0.45, 0.0]
    assert [wait.resumes for wait in (estimated.wait(),) if wait] == ["13:00"]


def test_whoever_comes_late_to_a_long_line_is_hardly_served_today() -> None:
    model = busy(1)
    chances = [served_today(model, {"general": n}, SIX - 60) for n in (0, 5, 10, 40)]
    assert all(chance is not None for chance in chances)
    assert chances == sorted(chances, key=lambda chance: -(chance or 0))
    assert (chances[0] or 0) > 0.95
    assert (chances[-1] or 1) < 0.1
    assert served_today(model, {"general": 0}, SIX) == 0
    assert served_today(replace(model, closes=None), {}, NINE) is None


def outlook(usual: float, now: int, closures: list[tuple[float, float]] | None = None) -> Outlook:
    return Outlook(now, 9, Usual([usual] * 48, 10), 0.0, closures or [])


@pytest.mark.parametrize(("windows", "minutes"), [(1, 40.0), (2, 20.0), (4, 10.0)])
def test_windows_share_the_work(windows: int, minutes: float) -> None:
    assert minutes_for(40.0, 5.0, NINE, outlook(windows, windows)) == pytest.approx(minutes)


def test_capacity_goes_back_to_what_is_usual() -> None:
    usual, fewer, more = (minutes_for(120.0, 0.0, NINE, outlook(2, now)) for now in (2, 1, 3))
    assert more < usual < fewer
    # Not as if one window stayed as it is: the other clerk comes back.
    assert fewer < 0.75 * 120
    assert more > 1.1 * 40


def test_a_closure_is_no_open_time() -> None:
    whole = minutes_for(60.0, 0.0, NOON - 10, outlook(1, 1))
    assert minutes_for(60.0, 0.0, NOON - 10, outlook(1, 1, [(NOON, ONE)])) == pytest.approx(whole)
    # At reopening each window calls somebody at once.
    assert minutes_for(12.0, 6.0, NOON + 10, outlook(2, 0, [(NOON, ONE)])) == 0


def test_half_hours_in_which_nobody_is_ever_there_count_as_closures() -> None:
    usual = Usual()
    day = [1.0 if 18 <= slot < 36 and slot not in (24, 25) else 0.0 for slot in range(48)]
    for n in range(6):
        assert bool(usual.closures()) == (n >= 5)
        usual.learn(day)
    assert usual.closures() == [(720.0, 750.0), (750.0, 780.0)]
