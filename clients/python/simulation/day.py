"""A day of an office."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .people import Person


@dataclass(frozen=True, slots=True)
class Shift:
    """A clerk sits at a window from `opens` until `closes`, seconds of the day."""

    window: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Day:
    """`people` in the order in which they take their numbers; `windows`: those that are staffed, and their counters."""

    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    windows: Mapping[int, tuple[str, ...]]
    pace: Mapping[int, float] = field(default_factory=dict)
    """How much longer than others the clerks of some windows take, as a factor."""
