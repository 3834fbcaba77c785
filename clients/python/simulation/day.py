"""A day of an office."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from .draw import Draw
from .layout import Layout, capacity
from .people import AS_THEY_ARE, Habits, Person, people
from .shifts import Shift, shifts

LOAD = 1.0
"""The load in a rush hour, as a share of the windows' capacity. Lines form then, and are gone by evening."""


@dataclass(frozen=True, slots=True)
class Day:
    """`people` in the order in which they take their numbers; `windows`: those that are staffed, and their counters."""

    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    windows: Mapping[int, tuple[str, ...]]
    pace: Mapping[int, float] = field(default_factory=dict)
    """How much longer than others the clerks of some windows take, as a factor."""


def draw_day(
    layout: Layout, windows: Mapping[int, tuple[str, ...]], seed: str | int, habits: Habits = AS_THEY_ARE
) -> Day:
    """A day at these windows of the office. Nobody comes to a counter that none of them serves."""
    coming = [
        person
        for counter, a_minute in capacity(windows).items()
        for person in people(
            counter, LOAD * a_minute, layout.counters[counter], habits, Draw(seed, layout.id, "people", counter)
        )
    ]
    return Day(
        tuple(sorted(coming, key=attrgetter("at"))),
        tuple(shifts(windows, Draw(seed, layout.id, "shifts"))),
        windows,
    )
