"""An office's past days, played from its history: its waits are learnt again where their own state was lost.

The history has tickets and no windows. A window was open from the first call to it until its last ticket had left, but
for the times in which somebody waited who was called to it only later: then its clerk was away.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from service.domain.hours import KST
from service.domain.wait.city import City
from service.domain.wait.hours import MINUTE
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.log import OfficeFold, Plan

LAST_MINUTE = 24 * 60
"""What was due at the end of the day closed it: nobody was served then."""

AWAY_MS = 180_000
"""A clerk who calls nobody for so long, though somebody waits, is away."""


class PastTicket(NamedTuple):
    """A row of the history. Moments are epoch milliseconds."""

    number: int
    counter: str
    people: int
    walk_in: bool
    windows: Sequence[int]
    """Those that it was called to, in order."""
    issued_at: int
    first_called_at: int | None
    finished_at: int | None


class _Step(NamedTuple):
    """Something that happened. At the same moment, a window closes before others open, and people leave before others
    come."""

    moment: int
    order: int
    do: Callable[[OfficeWaits, float], object]


def replay(fold: OfficeFold, day: date, plan: Plan, tickets: Sequence[PastTicket]) -> None:
    """Plays one more day."""
    fold.begin(day, plan, City())
    begin = datetime.combine(day, time(), KST).timestamp() * 1000
    steps = [*_at_windows(plan, tickets), *(step for ticket in tickets for step in _of_ticket(ticket))]
    for step in sorted(steps, key=lambda step: step[:2]):
        if (minute := (step.moment - begin) / MINUTE) < LAST_MINUTE:
            step.do(fold.waits, minute)
    fold.waits.take_scores()
    fold.end()


def _of_ticket(ticket: PastTicket) -> Iterator[_Step]:
    number, counter, people = ticket.number, ticket.counter, ticket.people

    def comes(waits: OfficeWaits, minute: float) -> None:
        ahead = waits.ahead(counter) if ticket.walk_in else None
        waits.issued(number, counter, minute, ahead, here=ticket.walk_in, people=people)

    yield _Step(ticket.issued_at, 4, comes)
    if ticket.first_called_at is None or not ticket.windows:
        if ticket.finished_at is not None:
            yield _Step(ticket.finished_at, 5, lambda waits, minute: waits.gone(number, minute))
        return
    window = ticket.windows[0]
    yield _Step(ticket.first_called_at, 6, lambda waits, minute: waits.called(number, counter, window, minute, people))
    if len(ticket.windows) > 1 or ticket.finished_at is None:
        # It was called again later: how long it was at the window at first, nobody knows.
        yield _Step(ticket.first_called_at, 7, lambda waits, minute: waits.freed(window, minute, learn=False))
    else:
        yield _Step(ticket.finished_at, 1, lambda waits, minute: _leaves(waits, number, window, minute))


def _leaves(waits: OfficeWaits, number: int, window: int, minute: float) -> None:
    """Unless somebody else was called to the window at the same moment."""
    if (desk := waits.desks.get(window)) and desk.number == number:
        waits.freed(window, minute)


def _at_windows(plan: Plan, tickets: Sequence[PastTicket]) -> Iterator[_Step]:
    """When windows opened and closed, as far as tickets say so."""
    calls: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for ticket in tickets:
        if ticket.first_called_at is not None and ticket.windows:
            alone = len(ticket.windows) == 1 and ticket.finished_at is not None
            left_at = ticket.finished_at if alone and ticket.finished_at else ticket.first_called_at
            calls[ticket.windows[0]].append((ticket.first_called_at, left_at, ticket.issued_at))
    for window, of_window in calls.items():
        opens = partial(_open, window, plan.windows.get(window, []))
        closes = partial(_close, window)
        of_window.sort()
        yield _Step(of_window[0][0], 3, opens)
        for (_, left_at, _), (called_at, _, issued_at) in pairwise(of_window):
            if called_at - max(left_at, issued_at) > AWAY_MS:
                yield _Step(max(left_at, issued_at), 2, closes)
                yield _Step(called_at, 3, opens)
        yield _Step(of_window[-1][1], 8, closes)


def _open(window: int, counters: list[str], waits: OfficeWaits, minute: float) -> None:
    waits.opened(window, counters, minute)


def _close(window: int, waits: OfficeWaits, minute: float) -> None:
    waits.closed(window, minute)
