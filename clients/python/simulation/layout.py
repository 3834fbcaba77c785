"""What a day is drawn for: an office's counters and windows."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..models import Office


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

    def staffed(self) -> "Layout":
        """The windows of simulated clerks, and the counters that these serve: nobody comes to others."""
        free = self.left_free()
        windows = {id: counters for id, counters in self.windows.items() if id != free}
        served = {counter for counters in windows.values() for counter in counters}
        return Layout(self.id, {id: online for id, online in self.counters.items() if id in served}, windows)
