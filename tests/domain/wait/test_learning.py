"""The fold learns how long tickets take, when windows are open and how wrong it was; and what to leave out."""

import math
from random import Random

import pytest

from service.domain.wait import estimate
from service.domain.wait.city import City, merged
from service.domain.wait.estimation import expect
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.model import Model
from service.domain.wait.spread import CitySpread, Ranks
from service.domain.wait.state import dump, load

NINE = 540.0


def opened(windows: int = 1, counters: tuple[str, ...] = ("general",)) -> OfficeWaits:
    waits = OfficeWaits({window: list(counters) for window in range(1, windows + 1)})
    begin(waits)
    return waits


def begin(waits: OfficeWaits) -> None:
    waits.begin_day([], NINE, 1080.0)
    for window, counters in waits.windows.items():
        waits.opened(window, counters, NINE)


def serve(waits: OfficeWaits, minutes: list[float], at: float = NINE, first: int = 1) -> float:
    """A line that stands from the beginning is served at window 1; when the last one is done."""
    line = len(minutes)
    for place in range(line):
        waits.issued(first + place, "general", at, {"general": place})
    for place, lasts in enumerate(minutes):
        waits.called(first + place, "general", 1, at)
        at += lasts
    waits.freed(1, at)
    return at


def test_a_counter_learns_how_long_its_tickets_take() -> None:
    waits = opened()
    before = waits.model("general", NINE).typical
    serve(waits, [3.0] * 60)
    assert waits.model("general", 720.0).typical == pytest.approx(3.0, abs=0.6)
    assert before > 6


def test_groups_of_people_have_a_mean_of_their_own() -> None:
    waits = opened()
    at = NINE
    for number in range(40):
        waits.issued(number, "general", at)
        waits.called(number, "general", 1, at, people=1 if number % 2 else 4)
        at += 3.0 if number % 2 else 12.0
    waits.freed(1, at)
    minutes = waits.model("general", at).minutes
    assert minutes["general"] < 5
    assert minutes["general*3"] > 9


def test_a_forgotten_finish_is_marked_and_left_out() -> None:
    waits = opened()
    at = serve(waits, [4.0] * 30)
    before = waits.model("general", at).typical
    waits.issued(99, "general", at)
    waits.called(99, "general", 1, at)
    assert waits.forgotten(at + 20) == []
    assert waits.forgotten(at + 70) == [1]
    # The window does no work until somebody finishes the ticket.
    assert waits.model("general", at + 70).outlook.windows == 0
    waits.freed(1, at + 70)
    assert waits.model("general", at + 70).typical == before
    assert waits.forgotten(at + 71) == []


def test_tickets_that_do_take_long_are_learnt_all_the_same() -> None:
    waits = opened()
    at = serve(waits, [4.0] * 10)
    serve(waits, [60.0] * 8, at, first=100)
    assert waits.model("general", at).typical > 10


def test_a_day_on_which_the_display_froze_is_left_out() -> None:
    waits = opened()
    at = serve(waits, [5.0] * 20)
    learnt = dump_learnt(waits)
    # Twenty wait at an open window, and nobody is called for three hours; then all of them at once.
    for place in range(20):
        waits.issued(100 + place, "general", at, {"general": place})
    for place in range(20):
        waits.called(100 + place, "general", 1, at + 180)
    assert waits.today["general"].left_out
    waits.end_day()
    after = dump_learnt(waits)
    assert after["usual"] == learnt["usual"] == 0
    assert after["typical"] == learnt["typical"]
    assert after["scores"] < learnt["scores"]
    # The next day is learnt again.
    begin(waits)
    serve(waits, [5.0] * 10)
    waits.end_day()
    assert waits.learnt["general"].usual.days == 1


def dump_learnt(waits: OfficeWaits) -> dict[str, float]:
    learnt = waits.learnt["general"]
    assert learnt.typical is not None
    return {
        "usual": learnt.usual.days,
        "typical": learnt.typical.value,
        "scores": sum(learnt.ranks.counts),
    }


def test_a_number_that_stands_still_because_nobody_waits_is_no_frozen_display() -> None:
    waits = opened()
    at = serve(waits, [5.0] * 5)
    serve(waits, [5.0] * 5, at + 240, first=100)
    assert not waits.today["general"].left_out
    # Nor if the only one who waits has not arrived.
    waits.issued(200, "general", at + 300, here=False)
    waits.called(200, "general", 1, at + 500)
    assert not waits.today["general"].left_out


def test_usual_windows_are_learnt_day_by_day() -> None:
    waits = opened(2)
    for _ in range(3):
        begin(waits)
        waits.closed(2, 720.0)
        waits.opened(2, ["general"], 780.0)
        waits.gone(0, 1080.0)
        waits.end_day()
    usual = waits.learnt["general"].usual
    assert usual.days == 3
    assert [usual.at(minute) for minute in (600.0, 730.0, 800.0)] == [2.0, 1.0, 2.0]


def test_a_window_of_two_counters_works_for_both() -> None:
    waits = OfficeWaits({1: ["general", "seal"], 2: ["general"]})
    begin(waits)
    model = waits.model("general", NINE)
    assert model.shares == {"general": 1.0, "seal": 1.0}
    assert waits.model("seal", NINE).shares == {"general": 0.5, "seal": 1.0}
    waits.closed(2, NINE)
    assert waits.model("seal", NINE).shares["general"] == 1.0
    alone, beside = (
        estimate(waits.model("seal", NINE), ahead, NINE) for ahead in ({"seal": 2}, {"seal": 2, "general": 4})
    )
    assert alone.minutes < beside.minutes


def noisy(waits: OfficeWaits, days: int, longer: float, draw: Random) -> None:
    for _ in range(days):
        begin(waits)
        at = NINE
        for number in range(0, 60, 6):
            at = serve(waits, [longer * draw.expovariate(1 / 5.0) for _ in range(6)], at, number)
        waits.end_day()


def test_ranges_hold_eight_of_ten_calls() -> None:
    draw = Random(5)
    waits = opened()
    noisy(waits, 15, 1.0, draw)
    held = total = 0
    for _ in range(25):
        begin(waits)
        at = NINE
        for number in range(0, 60, 6):
            said = []
            for place in range(6):
                waits.issued(number + place, "general", at, {"general": place})
                said.append((at, estimate(waits.model("general", at), {"general": place}, at)))
            for place in range(6):
                waits.called(number + place, "general", 1, at)
                begun, estimated = said[place]
                if place:
                    held += estimated.low <= at - begun <= estimated.high
                    total += 1
                at += draw.expovariate(1 / 5.0)
            waits.freed(1, at)
        waits.end_day()
    assert 0.74 < held / total < 0.86


def test_the_same_events_give_the_same_state_which_is_json() -> None:
    first, second = opened(), opened()
    for waits in (first, second):
        serve(waits, [3.0, 5.0, 8.0] * 5)
    assert dump(first) == dump(second)
    again = load(OfficeWaits, dump(first))
    assert again == first
    for waits in (first, again):
        serve(waits, [4.0] * 5, 700.0, first=100)
        waits.end_day()
    assert dump(again) == dump(first)
    model = first.model("general", 900.0)
    assert load(Model, dump(model)) == model
    assert load(City, dump(first.own)) == first.own


def test_what_is_learnt_of_a_ticket_is_what_was_said_before_it_was_taken() -> None:
    waits = opened()
    at = serve(waits, [4.0] * 20)
    waits.issued(98, "general", at)
    waits.called(98, "general", 1, at)
    said = expect(waits.model("general", at + 1), {}, at + 1)
    waits.issued(99, "general", at + 1, {})
    assert waits.taken[99].expected == [(at + 1, said)]


def test_a_city_is_the_sum_of_its_offices() -> None:
    offices = [opened(), opened()]
    for office, lasts in zip(offices, (4.0, 9.0), strict=True):
        serve(office, [lasts] * 30)
    whole, (one, other) = merged(office.own for office in offices), [office.own for office in offices]
    assert whole.spread.scores == one.spread.scores + other.spread.scores == 58
    assert whole.ridge.products == pytest.approx(
        [a + b for a, b in zip(one.ridge.products, other.ridge.products, strict=True)]
    )
    assert whole.contest.n == one.contest.n + other.contest.n
    assert whole.minutes["general"].n == 60
    assert whole.minutes["general"].value == pytest.approx(
        (one.minutes["general"].value + other.minutes["general"].value) / 2
    )
    # An office that has seen nothing leans on it.
    new = opened()
    new.join(whole)
    assert new.model("general", NINE).typical == pytest.approx(whole.minutes["general"].value)


def test_offices_learn_from_each_other_from_one_day_to_the_next() -> None:
    office, other = opened(), opened()
    serve(other, [9.0] * 50)
    city = merged([office.own, other.own])
    before = dump(city)
    office.join(city)
    begin(office)
    assert office.city is city
    serve(office, [4.0] * 50)
    # What an office learns is its own until tomorrow.
    assert city.spread.scores == load(City, before).spread.scores
    assert office.own.spread.scores > 40
    # A city that knows hardly anything is no help: on the first day, an office leans on itself.
    other.join(City())
    assert other.city is other.own


def test_ranks_and_ratios_are_opposites() -> None:
    draw, spread, ranks = Random(3), CitySpread(), Ranks()
    for _ in range(400):
        spread.learn(2, 3, draw.gauss(0.1, 0.4))
        ranks.learn(draw.random() ** 2)
    for share in (0.1, 0.33, 0.5, 0.9):
        assert spread.rank(2, 3, spread.ratio(2, 3, share)) == pytest.approx(share)
        assert ranks.own_rank(ranks.city_rank(share)) == pytest.approx(share)
    assert spread.ratio(2, 3, 0.5) == pytest.approx(0.1, abs=0.1)
    assert ranks.city_rank(0.5) < 0.4


def test_what_is_always_wrong_is_corrected() -> None:
    """Every fourth minute of a clerk goes to something that nobody sees: calls come later than the work lets expect."""
    waits = opened()
    draw = Random(11)
    errors = []
    for _ in range(12):
        begin(waits)
        at, number, wrong = NINE, 0, []
        while at < 1000:
            for place in range(8):
                waits.issued(number + place, "general", at, {"general": place})
            begun, said = at, [expect(waits.model("general", at), {"general": n}, at).minutes for n in range(8)]
            for place in range(8):
                waits.called(number + place, "general", 1, at)
                wrong.append(abs(said[place] - (at - begun)))
                at += draw.uniform(3, 5)
                waits.freed(1, at)
                at += 4.0
            number += 8
        waits.end_day()
        errors.append(sum(wrong) / len(wrong))
    assert errors[-1] < 0.5 * errors[0]
    assert math.isfinite(errors[-1])


def test_whoever_takes_over_in_the_middle_of_a_day_says_the_same() -> None:
    city = City()
    waits = opened()
    waits.join(city)
    at = serve(waits, [3.0, 5.0, 8.0, 2.0] * 9)
    other = load(OfficeWaits, dump(waits))
    other.join(load(City, dump(city)))
    for place in range(60):
        for each in (waits, other):
            each.issued(100 + place, "general", at, {"general": 0})
            each.called(100 + place, "general", 1, at + 1)
        at += 4
        said = [estimate(each.model("general", at), {"general": 7}, at) for each in (waits, other)]
        assert said[0] == said[1]
    assert dump(other) == dump(waits)
    assert b"contest" in dump(waits)
