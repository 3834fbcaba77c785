"""When clerks sit at an office's windows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .draw import Draw
from .people import CLOSES, OPENS

BREAKS = (10 * 3600 + 600, 14 * 3600 + 600)
"""When the first clerk's short breaks begin. Each other clerk goes when the one before is back."""

BETWEEN_BREAKS = 900
LUNCH = 11 * 3600 + 1800
BETWEEN_LUNCHES = 2400
LUNCHES = 3
"""How many turns of lunch there are. With more windows, some clerks go together."""

OVERTIME = 2400
"""Whoever waits when the doors close is served all the same."""

WORKS_AT_LEAST = 1200
"""Between two pauses."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A clerk sits at a window from `opens` until `closes`, seconds of the day."""

    window: int
    opens: int
    closes: int


def shifts(windows: Iterable[int], draw: Draw) -> Iterator[Shift]:
    """The shifts of all windows: opening, two short breaks, lunch, closing. Breaks are staggered as far as possible."""
    for place, window in enumerate(windows):
        opens = OPENS + int(draw.between(0, 120))
        for leaves, stays_away in _pauses(place, draw):
            yield Shift(window, opens, leaves)
            opens = leaves + stays_away
        yield Shift(window, opens, CLOSES + OVERTIME)


def _pauses(place: int, draw: Draw) -> Iterator[tuple[int, int]]:
    """(when, how long), in order."""
    morning, afternoon = (begin + place * BETWEEN_BREAKS for begin in BREAKS)
    lunch = LUNCH + place % LUNCHES * BETWEEN_LUNCHES
    pauses = [(morning, 300, 720), (lunch, 2100, 2280), (afternoon, 300, 720)]
    back = OPENS
    for begins, least, most in sorted(pauses):
        begins, stays_away = begins + int(draw.between(0, 120)), int(draw.between(least, most))
        # With many windows, a short break may fall into lunch or the evening. Then it is left out.
        if back + WORKS_AT_LEAST < begins < CLOSES - WORKS_AT_LEAST:
            yield begins, stays_away
            back = begins + stays_away
