"""A simulated day: the same for the same seed, and similar to a real office's day."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.python.replay import made_up
from clients.python.replay.plan import plan
from clients.python.replay.recording import Recording, read
from clients.python.simulation.city import SimulatedOffice
from clients.python.simulation.course import Event, Kind, course, standing
from clients.python.simulation.day import Day
from clients.python.simulation.demo import demo_office, number_of
from clients.python.simulation.draw import Draw
from clients.python.simulation.layout import Layout
from clients.python.simulation.parameters import WEEKDAYS, parameters
from clients.python.simulation.people import CLOSES, OPENS
from clients.python.simulation.records import LATE, MIDNIGHT, records

PASSPORT = Layout(
    "passport",
    {"apply": True, "pickup": False},
    {1: ("apply",), 2: ("apply",), 3: ("apply",), 4: ("apply", "pickup"), 5: ("pickup",)},
)
NUMBERS = range(20)
RUSH_HOURS = (("10:00", "12:00"), ("14:00", "16:00"))


def day(number: int = 0, layout: Layout = PASSPORT, seed: int = 1) -> Day:
    return demo_office(layout, seed).day(number)


DAYS = [day(number) for number in NUMBERS]


def test_the_same_seed_gives_the_same_day() -> None:
    assert day(1) == DAYS[1]
    assert list(course(day(1))) == list(course(DAYS[1]))
    assert len({day.people for day in [*DAYS, day(1, seed=2)]}) == len(DAYS) + 1


def test_draws_are_as_often_as_they_say() -> None:
    draw = Draw("often")
    # Written down, so that a difference of another machine or Python is noticed.
    assert round(1000 * Draw("first", 1).between(0, 1)) == 378
    assert 0.28 < sum(draw.chance(0.3) for _ in range(5000)) / 5000 < 0.32
    assert 57 < sum(draw.interval(60) for _ in range(5000)) / 5000 < 63
    picked = Counter(draw.pick({"a": 3, "b": 1}) for _ in range(5000))
    assert 0.72 < picked["a"] / 5000 < 0.78
    assert all(2 <= draw.between(2, 3) < 3 for _ in range(100))


def test_people_come_when_the_demand_says() -> None:
    came = Counter(person.at // 3600 for day in DAYS for person in day.people)
    hours = range(OPENS // 3600, CLOSES // 3600)
    busy = {
        hour: sum(parameters().arrivals.busy(hour * 3600 + second) for second in range(0, 3600, 60)) for hour in hours
    }
    for hour in hours:
        assert came[hour] / came.total() == pytest.approx(busy[hour] / sum(busy.values()), rel=0.2, abs=0.02)


def test_a_passport_office_has_some_hundred_people_a_day() -> None:
    assert all(150 < len(day.people) < 600 for day in DAYS)


def test_people_are_of_many_kinds() -> None:
    habits = parameters().people
    people = [person for day in DAYS for person in day.people]
    apply = [person for person in people if person.counter == "apply"]
    online = [person for person in apply if person.channel == "online"]

    def share(some: int, of: int) -> object:
        """About this share."""
        return pytest.approx(some / of, rel=0.5)

    assert all(OPENS <= person.at < CLOSES and person.service > 0 for person in people)
    assert {person.channel for person in people if person.counter == "pickup"} == {"walk_in"}
    assert habits.online == share(len(online), len(apply))
    assert habits.never_come == share(sum(person.arrives is None for person in online), len(online))
    assert all(person.arrives == person.at for person in people if person.channel == "walk_in")
    assert any(person.arrives and person.arrives - person.at > 1500 for person in online)
    assert habits.priority == share(sum(person.priority != "none" for person in people), len(people))
    assert {person.answers for person in people} == {None, 0, 1}
    assert habits.absent == share(sum(person.answers is None for person in people), len(people))
    assert any(person.gives_up for person in people)
    assert {person.people for person in people} == habits.groups.keys()


def test_windows_open_and_close_and_most_are_staffed() -> None:
    away: Counter[int] = Counter()
    for of in DAYS:
        for window in of.windows:
            shifts = [shift for shift in of.shifts if shift.window == window]
            assert shifts
            assert shifts[-1].closes > CLOSES
            assert all(was.closes < becomes.opens for was, becomes in pairwise(shifts))
        for moment in range(OPENS + 300, CLOSES, 300):
            away[len(of.windows) - sum(shift.opens <= moment < shift.closes for shift in of.shifts)] += 1
    assert sum(away[number] for number in (0, 1)) > 0.5 * away.total()


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
    assert layout.staffed().windows.keys() == windows.keys() - {free}


def test_nobody_comes_to_a_counter_that_nobody_serves() -> None:
    layout = Layout("office", {"a": False, "b": False}, {1: ("a",), 2: ("b",)})
    assert {person.counter for person in day(1, layout).people} == {"b"}
    alone = Layout("office", {"a": False}, {1: ("a",)})
    assert day(1, alone) == Day((), (), {})


def test_a_date_has_the_number_of_its_working_day() -> None:
    monday = date(2026, 11, 23)
    assert WEEKDAYS[number_of(monday) % len(WEEKDAYS)] == "mon"
    week = [number_of(monday + timedelta(days=after)) for after in (0, 1, 2, 3, 4, 7, 8)]
    assert [after - before for before, after in pairwise(week)] == [1] * 6


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    counters = draw(st.lists(st.sampled_from(["general", "seal", "tax", "new"]), min_size=1, max_size=4, unique=True))
    serves = st.lists(st.sampled_from(counters), min_size=1, max_size=3, unique=True).map(tuple)
    windows = draw(st.lists(serves, min_size=1, max_size=12))
    served = {counter for of_window in windows for counter in of_window}
    return Layout("office", {id: draw(st.booleans()) for id in served}, dict(enumerate(windows, 1)))


@settings(max_examples=30, deadline=None)
@given(layouts(), st.integers(0, 1000))
def test_a_course_keeps_the_rules_of_a_line(layout: Layout, seed: int) -> None:
    of = SimulatedOffice(layout, None, parameters(), seed).day(seed)
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
    lines = [[len(standing(day, hour)) for hour in (OPENS + 60, 11 * 3600, CLOSES + 1800)] for day in DAYS]
    morning, rush, evening = (sum(of_hour) / len(DAYS) for of_hour in zip(*lines, strict=True))
    assert morning < 3
    assert rush > 6
    assert evening < rush


def test_records_say_what_became_of_each_ticket() -> None:
    for of in DAYS:
        happened = list(course(of))
        called = {event.person: event for event in happened if event.kind is Kind.CALLED}
        done = {event.person: event.at for event in happened if event.kind is Kind.DONE}
        gave_up = {event.person: event.at for event in happened if event.kind is Kind.GAVE_UP}
        found = records(of)
        assert len(found) == len(of.people)
        for number, (record, person) in enumerate(zip(found, of.people, strict=True)):
            assert (record.counter, record.channel, record.people) == (person.counter, person.channel, person.people)
            assert record.issued == person.at < record.finished <= MIDNIGHT
            if number in called:
                assert (record.called, record.window) == (called[number].at, called[number].window)
                assert record.finished == done[number]
                assert record.outcome == ("no_show" if person.answers is None else "served")
            else:
                assert (record.called, record.window, record.recalls) == (None, None, 0)
                if number in gave_up:
                    assert (record.outcome, record.finished) == ("cancelled", gave_up[number])
                else:
                    assert (record.outcome, record.finished == MIDNIGHT) in {("expired", True), ("no_show", False)}
    everybody = [record for day in DAYS for record in records(day)]
    assert {record.outcome for record in everybody} >= {"served", "no_show", "cancelled"}
    assert {record.recalls for record in everybody} == {0, 1, 2}


def test_whoever_never_came_is_a_no_show_some_time_after_their_turn() -> None:
    for of in DAYS:
        found = records(of)
        called = [(number, record) for number, record in enumerate(found) if record.called]
        for number, (record, person) in enumerate(zip(found, of.people, strict=True)):
            if person.arrives is None and record.outcome == "no_show":
                turn = record.finished - LATE
                assert any(other.called == turn and later > number for later, other in called)
                assert turn > record.issued


def recorded() -> Recording:
    return read(made_up.FILE, made_up.QUEUE, made_up.DATE)


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
