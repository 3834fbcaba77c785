"""A drawn day: the same for the same seed, and similar to a real office's day."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.python.replay import made_up
from clients.python.replay.plan import plan
from clients.python.replay.recording import Recording, read
from clients.python.simulation.course import Event, Kind, course, standing
from clients.python.simulation.day import Day, draw_day
from clients.python.simulation.draw import Draw
from clients.python.simulation.layout import Layout, capacity
from clients.python.simulation.people import CLOSES, OPENS, Habits

PASSPORT = Layout(
    "passport",
    {"apply": True, "pickup": False},
    {1: ("apply",), 2: ("apply",), 3: ("apply",), 4: ("apply", "pickup"), 5: ("pickup",)},
)
SEEDS = range(20)
FIRST_PEOPLE = [(32513, "pickup", 67), (32547, "pickup", 175), (32550, "pickup", 110)]
RUSH_HOURS = (("10:00", "12:00"), ("14:00", "16:00"))


def day(seed: int | str = 1, layout: Layout = PASSPORT, habits: Habits | None = None) -> Day:
    return draw_day(layout, layout.staffed(), seed, habits or Habits())


def test_the_same_seed_gives_the_same_day() -> None:
    assert day(1) == day(1)
    assert list(course(day(1))) == list(course(day(1)))
    assert day(1) != day(2)
    # Written down, so that a difference of another machine or Python is noticed.
    assert [(p.at, p.counter, p.service) for p in day(1).people[:3]] == FIRST_PEOPLE


def test_draws_are_as_often_as_they_say() -> None:
    draw = Draw("often")
    assert 0.28 < sum(draw.chance(0.3) for _ in range(5000)) / 5000 < 0.32
    assert 57 < sum(draw.interval(60) for _ in range(5000)) / 5000 < 63
    picked = Counter(draw.pick({"a": 3, "b": 1}) for _ in range(5000))
    assert 0.72 < picked["a"] / 5000 < 0.78
    assert all(2 <= draw.between(2, 3) < 3 for _ in range(100))


def test_a_day_has_two_rush_hours() -> None:
    by_half_hour = Counter(person.at // 1800 for seed in SEEDS for person in day(seed).people)
    rush = [by_half_hour[hour] for hour in (20, 21, 22, 28, 29)]
    calm = [by_half_hour[hour] for hour in (18, 25, 34, 35)]
    assert min(rush) > 1.3 * max(calm)


def test_a_passport_office_has_some_hundred_people_a_day() -> None:
    assert all(300 < len(day(seed).people) < 500 for seed in SEEDS)


def test_people_are_of_many_kinds() -> None:
    people = [person for seed in SEEDS for person in day(seed).people]
    apply = [person for person in people if person.counter == "apply"]
    online = [person for person in apply if person.channel == "online"]
    assert all(OPENS < person.at < CLOSES and person.service > 0 for person in people)
    assert {person.channel for person in people if person.counter == "pickup"} == {"walk_in"}
    assert 0.3 < len(online) / len(apply) < 0.4
    assert 0.08 < sum(person.arrives is None for person in online) / len(online) < 0.16
    assert all(person.arrives == person.at for person in people if person.channel == "walk_in")
    assert any(person.arrives and person.arrives - person.at > 1500 for person in online)
    assert 0.05 < sum(person.priority != "none" for person in people) / len(people) < 0.11
    assert {person.answers for person in people} == {None, 0, 1}
    assert 0.02 < sum(person.answers is None for person in people) / len(people) < 0.04
    assert any(person.gives_up for person in people)


def test_windows_open_and_close_and_most_are_staffed() -> None:
    for seed in SEEDS:
        shifts = {id: [s for s in day(seed).shifts if s.window == id] for id in PASSPORT.staffed()}
        for of_window in shifts.values():
            assert len(of_window) > 2
            assert OPENS <= of_window[0].opens < OPENS + 300
            assert of_window[-1].closes > CLOSES
            assert all(was.closes < becomes.opens for was, becomes in pairwise(of_window))
        for moment in range(OPENS + 300, CLOSES, 300):
            away = [id for id, of_window in shifts.items() if not any(s.opens <= moment < s.closes for s in of_window)]
            assert len(away) <= 2


@pytest.mark.parametrize(
    ("windows", "free"),
    [
        ({1: ("a",), 2: ("a",), 3: ("b",)}, 1),
        ({1: ("b",), 2: ("a",), 3: ("a",)}, 2),
        ({1: ("a", "b"), 2: ("a",), 3: ("b",)}, 1),
        ({1: ("a",), 2: ("b",)}, 1),
        ({7: ("a",)}, 7),
    ],
)
def test_one_window_is_left_free(windows: dict[int, tuple[str, ...]], free: int) -> None:
    layout = Layout("office", {"a": False, "b": False}, windows)
    assert layout.left_free() == free
    assert layout.staffed().keys() == windows.keys() - {free}


def test_nobody_comes_to_a_counter_that_nobody_serves() -> None:
    layout = Layout("office", {"a": False, "b": False}, {1: ("a",), 2: ("b",)})
    assert {person.counter for person in day(1, layout).people} == {"b"}
    alone = Layout("office", {"a": False}, {1: ("a",)})
    assert day(1, alone) == Day((), (), {})


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    counters = draw(st.lists(st.sampled_from(["general", "seal", "tax", "new"]), min_size=1, max_size=4, unique=True))
    serves = st.lists(st.sampled_from(counters), min_size=1, max_size=3, unique=True).map(tuple)
    windows = draw(st.lists(serves, min_size=1, max_size=12))
    return Layout("office", {id: draw(st.booleans()) for id in counters}, dict(enumerate(windows, 1)))


@settings(max_examples=30, deadline=None)
@given(layouts(), st.integers(0, 1000))
def test_a_course_keeps_the_rules_of_a_line(layout: Layout, seed: int) -> None:
    of = draw_day(layout, layout.windows, seed)
    came: set[int] = set()
    waiting: set[int] = set()
    at: dict[int, int | None] = {}
    time = 0
    for event in course(of):
        assert event.at >= time
        time = event.at
        match event:
            case Event(kind=Kind.CAME, person=int(person)):
                assert person not in came
                came.add(person)
                waiting.add(person)
            case Event(kind=Kind.CALLED, person=int(person), window=int(window)):
                assert at[window] is None
                assert of.people[person].counter in layout.windows[window]
                assert of.people[person].arrives is not None
                waiting.remove(person)
                at[window] = person
            case Event(kind=Kind.DONE, person=int(person), window=int(window)):
                assert at[window] == person
                at[window] = None
            case Event(kind=Kind.GAVE_UP, person=int(person)):
                waiting.remove(person)
            case Event(kind=Kind.OPENED, window=int(window)):
                assert window not in at
                at[window] = None
            case Event(kind=Kind.CLOSED, window=int(window)):
                assert at.pop(window) is None
    assert came == set(range(len(of.people)))
    assert not at


def test_whoever_stands_there_has_come_and_is_not_done() -> None:
    of = day(3)
    for moment in range(OPENS, CLOSES, 600):
        there = standing(of, moment)
        events = [event for event in course(of) if event.at <= moment]
        done = {event.person for event in events if event.kind in (Kind.DONE, Kind.GAVE_UP)}
        assert sorted(there, key=of.people.index) == [
            person for number, person in enumerate(of.people) if person.at <= moment and number not in done
        ]


def test_a_line_forms_in_the_rush_hour_and_is_gone_by_evening() -> None:
    lines = [[len(standing(day(seed), hour * 3600)) for hour in (9, 11, 18)] for seed in SEEDS]
    morning, rush, evening = (sum(of_hour) / len(SEEDS) for of_hour in zip(*lines, strict=True))
    assert morning < 2
    assert rush > 7
    assert evening < rush


def test_capacity_is_shared_equally_among_a_window_s_counters() -> None:
    assert capacity({1: ("general",), 2: ("general", "tax")}) == {
        "general": pytest.approx(1 / 3.5 + 0.5 / 3.5),
        "tax": pytest.approx(0.5 / 6),
    }


def recorded() -> Recording:
    return read(made_up.FILE, made_up.QUEUE, made_up.DATE)


def test_the_recording_is_what_is_drawn(tmp_path: Path) -> None:
    written = tmp_path / "again.csv.gz"
    made_up.write(written)
    assert read(written, made_up.QUEUE, made_up.DATE) == recorded()
    assert made_up.FILE.stat().st_size < 4096


def test_the_recording_is_a_whole_day_that_can_be_compared_everywhere() -> None:
    rows = recorded().rows
    steps = plan(rows)
    assert not any(step.reason or step.leaving for step in steps)
    assert rows[0].time == "09:00"
    assert (rows[0].called, rows[0].waiting, rows[-1].waiting) == (0, 0, 0)
    assert 150 < rows[-1].called == sum(step.calls for step in steps) < 260
    assert {row.windows for row in rows} == {0, 2, 3}
    rush = [max(row.waiting for row in rows if begin <= row.time < end) for begin, end in RUSH_HOURS]
    lunch = min(row.waiting for row in rows if "12:00" <= row.time < "14:00")
    assert min(rush) > lunch + 5
