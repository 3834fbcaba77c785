"""What a day is drawn for: an office's counters and windows."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..models import Office

MINUTES = {
    "general": 3.5,
    "seal": 4.0,
    "move-in": 7.0,
    "welfare": 11.0,
    "family": 9.0,
    "tax": 6.0,
    "realty": 8.0,
    "apply": 6.0,
    "pickup": 2.5,
}
"""How long one person takes on average, by counter. Rough figures, as clerks tell them."""

MINUTES_ELSEWHERE = 5.0


@dataclass(frozen=True, slots=True)
class Layout:
    """`counters`: whether each gives numbers online. `windows`: the counters that each may serve."""

    id: str
    counters: Mapping[str, bool]
    windows: Mapping[int, tuple[str, ...]]

    @classmethod
    def of(cls, office: Office) -> "Layout":
        """The layout of an office of the service."""
        return cls(
            office.id,
            {counter.id: counter.online for counter in office.counters},
            {window.id: window.counters for window in office.windows},
        )

    def left_free(self) -> int:
        """The window that no simulated clerk takes: the first one whose counters other windows serve too.

        Where every window is the only one for some counter, it is the first of all.
        """
        for id in self.windows:
            others = {counter for other, counters in self.windows.items() if other != id for counter in counters}
            if others >= set(self.windows[id]):
                return id
        return next(iter(self.windows))

    def staffed(self) -> dict[int, tuple[str, ...]]:
        """The windows of simulated clerks."""
        free = self.left_free()
        return {id: counters for id, counters in self.windows.items() if id != free}


def minutes_for(counter: str) -> float:
    """How long one person takes at the counter on average."""
    return MINUTES.get(counter, MINUTES_ELSEWHERE)


def capacity(windows: Mapping[int, tuple[str, ...]]) -> dict[str, float]:
    """How many people a minute each counter can serve, where a window shares its time equally among its counters."""
    people: dict[str, float] = {}
    for counters in windows.values():
        for counter in counters:
            people[counter] = people.get(counter, 0) + 1 / len(counters) / minutes_for(counter)
    return people
