"""The parameters of the simulated city, as `parameters.toml` has them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def second(clock: str) -> int:
    """The second of the day of "09:45"."""
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


@dataclass(frozen=True, slots=True)
class Service:
    """What one person takes at a window, in minutes, and its share of a shared window's time."""

    minutes: float
    spread: float
    weight: float


@dataclass(frozen=True, slots=True)
class Arrivals:
    curve: tuple[tuple[int, float], ...]
    load: float
    office_spread: float
    day_spread: float
    weekdays: Mapping[str, float]

    def busy(self, at: float) -> float:
        """The demand at a second of the day, relative to its peak."""
        for (begin, was), (end, becomes) in pairwise(self.curve):
            if begin <= at < end:
                return was + (becomes - was) * (at - begin) / (end - begin)
        return 0.0


@dataclass(frozen=True, slots=True)
class People:
    """Shares of people, 0 to 1."""

    online: float
    late: float
    never_come: float
    priority: float
    absent: float
    slow_to_answer: float
    impatient: float
    groups: Mapping[int, float]
    each_more: float


@dataclass(frozen=True, slots=True)
class Clerks:
    """Times in seconds."""

    pace_spread: float
    office_spread: float
    opens_late: int
    absent: float
    replaced_in: int
    alone_replaced_in: int
    break_seconds: tuple[int, int]
    lunch_seconds: tuple[int, int]
    lunches: tuple[int, ...]
    breaks: tuple[int, ...]
    between: int
    overtime: int
    forgets: float


@dataclass(frozen=True, slots=True)
class Parameters:
    arrivals: Arrivals
    people: People
    clerks: Clerks
    services: Mapping[str, Service]

    def service(self, counter: str) -> Service:
        return self.services.get(counter, self.services["elsewhere"])


@cache
def parameters() -> Parameters:
    """Those of the file."""
    read: dict[str, Any] = tomllib.loads(files(__package__).joinpath("parameters.toml").read_text("utf-8"))
    arrivals, people, clerks = read["arrivals"], read["people"], read["clerks"]
    return Parameters(
        Arrivals(**{**arrivals, "curve": tuple((second(clock), busy) for clock, busy in arrivals["curve"])}),
        People(**{**people, "groups": {int(size): share for size, share in people["groups"].items()}}),
        Clerks(
            pace_spread=clerks["pace_spread"],
            office_spread=clerks["office_spread"],
            opens_late=60 * clerks["opens_late"],
            absent=clerks["absent"],
            replaced_in=60 * clerks["replaced_in"],
            alone_replaced_in=60 * clerks["alone_replaced_in"],
            break_seconds=(60 * clerks["break_minutes"][0], 60 * clerks["break_minutes"][1]),
            lunch_seconds=(60 * clerks["lunch_minutes"][0], 60 * clerks["lunch_minutes"][1]),
            lunches=tuple(map(second, clerks["lunches"])),
            breaks=tuple(map(second, clerks["breaks"])),
            between=60 * clerks["between"],
            overtime=60 * clerks["overtime"],
            forgets=clerks["forgets"],
        ),
        {counter: Service(**service) for counter, service in read["services"].items()},
    )
