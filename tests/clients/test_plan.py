"""How a recording is interpreted, checked with a queue of a few lines, for made-up days and all recorded ones."""

import csv
import gzip
from collections import Counter, deque
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.python.replay.plan import Reason, Step, plan
from clients.python.replay.recording import RecordingError, Row, read
from tests.recordings import RECORDINGS, needs_recordings


def day(*moments: tuple[int, int], windows: int = 2) -> list[Row]:
    """(called, waiting) every five minutes from 8:00."""
    return [Row(f"{8 + i // 12:02}:{i % 12 * 5:02}", *moment, windows) for i, moment in enumerate(moments)]


def play(steps: list[Step]) -> list[tuple[int, int]]:
    """(ticket called last, tickets waiting) of a real queue after each step."""
    line: deque[int] = deque()
    given = called = 0
    shown = []
    for step in steps:
        for _ in range(step.arrivals):
            given += 1
            line.append(given)
        for ticket in step.leaving:
            line.remove(ticket)
        for _ in range(step.calls):
            called = line.popleft()
        shown.append((called, len(line)))
    return shown


def check(rows: list[Row]) -> list[Step]:
    """The plan of `rows`, which a queue that follows it must fit."""
    steps = plan(rows)
    assert [step.row for step in steps] == rows
    for step, (called, waiting) in zip(steps, play(steps), strict=True):
        assert step.called in (None, called), step
        assert step.waiting in (None, waiting), step
        assert step.waiting in (None, step.row.waiting)
        assert (step.called is None or step.waiting is None) == (step.reason is not None)
    return steps


def test_people_come_and_are_called() -> None:
    steps = check(day((0, 0), (0, 3), (2, 4), (6, 0), (6, 0)))
    assert [(step.arrivals, step.calls, step.called) for step in steps] == [
        (0, 0, 0),
        (3, 0, 0),
        (3, 2, 2),
        (0, 4, 6),
        (0, 0, 6),
    ]
    assert not any(step.reason or step.leaving for step in steps)


def test_a_day_that_has_begun() -> None:
    first, _ = check(day((7, 2), (9, 0)))
    assert (first.arrivals, first.calls, first.called, first.reason) == (9, 7, 7, None)


def test_who_leaves_is_last_in_line_and_not_called_later() -> None:
    steps = check(day((0, 4), (0, 3), (2, 1), (4, 0)))
    assert steps[1].leaving == (3,)
    assert not any(step.reason for step in steps)
    assert [step.arrivals for step in steps] == [4, 0, 0, 0]


def test_a_number_given_after_one_left_is_a_new_one() -> None:
    steps = check(day((0, 3), (0, 2), (0, 4), (5, 0)))
    assert steps[1].leaving == (3,)
    assert [step.arrivals for step in steps] == [3, 0, 2, 0]
    assert (steps[3].calls, steps[3].called) == (4, 5)


def test_nobody_leaves_who_is_called_later() -> None:
    steps = check(day((5, 2), (5, 1), (6, 1), (7, 0)))
    assert [step.reason for step in steps] == [None, Reason.OVERTAKEN, None, None]
    assert (steps[1].leaving, steps[1].called, steps[1].waiting) == ((), 5, None)


def test_a_number_that_goes_back_is_not_compared() -> None:
    steps = check(day((5, 1), (3, 1), (6, 0)))
    assert [step.reason for step in steps] == [None, Reason.WENT_BACK, None]
    assert (steps[1].moves, steps[1].called, steps[1].waiting) == (0, None, None)
    assert (steps[2].arrivals, steps[2].calls, steps[2].called) == (0, 1, 6)


def test_numbers_that_nobody_held_are_not_played() -> None:
    steps = check(day((0, 3), (501, 2), (503, 2)))
    assert [step.reason for step in steps] == [None, Reason.SKIPPED, None]
    assert (steps[1].arrivals, steps[1].calls, steps[1].called, steps[1].waiting) == (0, 1, None, 2)
    assert (steps[2].arrivals, steps[2].calls, steps[2].called) == (2, 2, 3)


@pytest.mark.parametrize(("called", "reason"), [(40, None), (41, Reason.SKIPPED)])
def test_faster_than_anyone_can_be_called(called: int, reason: Reason | None) -> None:
    """Five minutes, two windows, every fifteen seconds."""
    assert check(day((0, 0), (called, 0)))[1].reason is reason


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=40))
def test_whatever_is_recorded_can_be_played(moments: list[tuple[int, int]]) -> None:
    check(day(*moments, windows=0))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=40))
def test_a_queue_that_numbers_one_by_one_is_compared_everywhere(moves: list[tuple[int, int]]) -> None:
    came = called = 0
    moments = []
    for arrivals, calls in moves:
        came += arrivals
        called = min(came, called + calls)
        moments.append((called, came - called))
    steps = check(day(*moments))
    assert all(step.called == step.row.called and step.waiting == step.row.waiting for step in steps)
    assert not any(step.leaving for step in steps)


@needs_recordings
def test_all_recorded_days() -> None:
    days: dict[tuple[str, ...], list[Row]] = {}
    with gzip.open(RECORDINGS, "rt") as file:
        for record in csv.DictReader(file):
            row = Row(record["time"], int(record["called"]), int(record["waiting"]), int(record["windows"]))
            days.setdefault((record["office"], record["queue"], record["date"]), []).append(row)
    reasons = Counter(step.reason for rows in days.values() for step in check(rows))
    assert reasons[None] / reasons.total() > 0.998


@needs_recordings
def test_the_passport_day_can_be_compared_everywhere() -> None:
    recording = read(RECORDINGS, "UD_Bemowo/551", "2020-01-13")
    steps = check(list(recording.rows))
    assert "Paszporty" in recording.name
    assert len(steps) == 127
    assert not any(step.reason or step.leaving for step in steps)
    assert sum(step.calls for step in steps) == 147


HEAD = "office,queue,queue_name,date,time,called,waiting,windows,published_minutes\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "O,1,N,2020-01-13,08:00,1,x,1,0\n", "line 2 is no row"),
        (HEAD + "O,1,N,2020-01-13,08:00,1,-1,1,0\n", "line 2 is no row"),
        (HEAD + "O,1,N,2020-01-13,soon,1,1,1,0\n", "line 2 is no row"),
        (HEAD + "O,1,N,2020-01-13,08:00\n", "line 2 is no row"),
        (HEAD + "O,1,N,2020-01-13,08:05,0,0,1,0\nO,1,N,2020-01-13,08:00,0,0,1,0\n", "line 3: 08:00 comes after 08:05"),
        (HEAD + "O,2,N,2020-01-13,08:00,0,0,1,0\n", "no queue O/1: there are O/2"),
        (HEAD + "O,1,N,2020-01-12,08:00,0,0,1,0\n", "not recorded on 2020-01-13, but on 2020-01-12"),
        ("office,queue\n", "has no column called"),
        ("", "has no column"),
    ],
)
def test_a_recording_that_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "day.csv.gz"
    file.write_bytes(gzip.compress(text.encode()))
    with pytest.raises(RecordingError, match=message):
        read(file, "O/1", "2020-01-13")


@pytest.mark.parametrize(
    "data",
    [b"plain text", gzip.compress(b"x" * 99_999)[:-20], gzip.compress(b"\xff\xfe")],
    # gzip writes the time, and all processes of a run must give a test the same name.
    ids=["not packed", "cut off", "no text"],
)
def test_a_file_that_is_no_recording(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "day.csv.gz"
    file.write_bytes(data)
    with pytest.raises(RecordingError):
        read(file, "O/1", "2020-01-13")
    with pytest.raises(RecordingError, match="can't be read"):
        read(tmp_path / "absent", "O/1", "2020-01-13")
