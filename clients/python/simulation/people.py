"""Who comes to an office on a day, and how they behave."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .draw import Draw
from .layout import minutes_for

OPENS, CLOSES = 9 * 3600, 18 * 3600
"""Seconds of the day, as all times here."""

RUSH = (
    (9 * 60, 0.5),
    (9 * 60 + 45, 0.7),
    (10 * 60, 1.0),
    (11 * 60 + 30, 1.0),
    (12 * 60 + 15, 0.5),
    (13 * 60 + 15, 0.6),
    (13 * 60 + 45, 1.0),
    (15 * 60 + 15, 1.0),
    (16 * 60 + 30, 0.6),
    (17 * 60 + 45, 0.2),
    (18 * 60, 0.0),
)
"""Demand by minute of the day, relative to its peak, with linear interpolation: two rush hours."""

LANGUAGES = {"ko": 93.0, "en": 3.0, "zh": 2.0, "vi": 2.0}
PRIORITIES = {"elderly": 6.0, "disabled": 1.5, "pregnant": 1.5, "infant": 1.0}


@dataclass(frozen=True, slots=True)
class Habits:
    """The shares of people who do so, 0 to 1."""

    online: float = 0.35
    """Take their number online, where the counter gives them."""
    never_come: float = 0.12
    """Of those: stay at home."""
    late: float = 0.2
    """Of those: set out too late for their turn."""
    priority: float = 0.08
    slow_to_answer: float = 0.05
    """Come to the window after a recall only."""
    absent: float = 0.03
    """Have left when they are called."""
    impatient: float = 0.02
    """Give their number up after a while."""


AS_THEY_ARE = Habits()


@dataclass(frozen=True, slots=True)
class Person:
    """`at`: takes a number, second of the day. `service`: seconds at the window."""

    at: int
    counter: str
    channel: str
    priority: str
    lang: str
    service: int
    arrives: int | None
    """Is in the office: a walk-in at once, an online holder later, None for one who never comes."""
    answers: int | None
    """Comes to the window after so many recalls; None never."""
    gives_up: int | None
    """Cancels if not called by then; None never."""
    people: int = 1
    """How many the number stands for."""


def busy(second: float) -> float:
    """The demand at a second of the day, relative to its peak: 0 to 1."""
    minute = second / 60
    for (begin, was), (end, becomes) in pairwise(RUSH):
        if begin <= minute < end:
            return was + (becomes - was) * (minute - begin) / (end - begin)
    return 0.0


def people(counter: str, per_minute: float, online: bool, habits: Habits, draw: Draw) -> Iterator[Person]:
    """The people who come to one counter in a day, in order; `per_minute` of them at the peak."""
    at = float(OPENS)
    while per_minute > 0:
        at += draw.interval(60 / per_minute)
        if at >= CLOSES:
            return
        if draw.chance(busy(at)):
            yield _person(counter, int(at), online, habits, draw)


def _person(counter: str, at: int, online: bool, habits: Habits, draw: Draw) -> Person:
    is_online = online and draw.chance(habits.online)
    return Person(
        at=at,
        counter=counter,
        channel="online" if is_online else "walk_in",
        priority=draw.pick(PRIORITIES) if draw.chance(habits.priority) else "none",
        lang=draw.pick(LANGUAGES),
        service=_service(counter, draw),
        arrives=_arrival(at, habits, draw) if is_online else at,
        answers=_answers(habits, draw),
        gives_up=at + int(draw.between(600, 2400)) if draw.chance(habits.impatient) else None,
    )


def _service(counter: str, draw: Draw) -> int:
    # Nobody is done at once, most take about the mean, and a few take three times as long.
    mean = 60 * minutes_for(counter)
    return int(min(3 * mean, mean * 0.4 + draw.interval(mean * 0.6)))


def _arrival(at: int, habits: Habits, draw: Draw) -> int | None:
    if draw.chance(habits.never_come):
        return None
    low, high = (1500, 3000) if draw.chance(habits.late) else (240, 1200)
    return at + int(draw.between(low, high))


def _answers(habits: Habits, draw: Draw) -> int | None:
    if draw.chance(habits.absent):
        return None
    return 1 if draw.chance(habits.slow_to_answer) else 0
