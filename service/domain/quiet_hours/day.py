"""How long people waited in each half-hour of one day, told from its finished tickets. Pure functions.

Moments are epoch milliseconds, and a half-hour is numbered from midnight: 18 begins at 09:00. The wait of a half-hour
is the mean of those walk-ins who took a number in it and were called. Those who left or were never called have no known
wait, and holders of online tickets came when they liked: neither count.

A half-hour in which nobody took a number counts as a wait of 0 only if somebody who came would have been called at
once. No event says that a window was idle, so it is told from what the window did: no walk-in was waiting in the middle
of the half-hour, and a window had nobody then, although it finished with somebody at most NEAR minutes before the
half-hour and called somebody at most NEAR minutes after it, without a lunch between. Any other empty half-hour is
unknown.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from service.domain.hours import Day
from service.domain.ticket import Channel
from service.domain.wait.hours import MINUTE, at

HALF_HOUR = 30
"""Minutes."""

NEAR = 60
"""Minutes from a window's last ticket, and until its next one, within which it is taken for open between the two."""


@dataclass(frozen=True, slots=True)
class FinishedTicket:
    """A row of the history, as far as waits are told from it."""

    counter: str
    channel: str
    issued_at: int
    first_called_at: int | None
    called_at: int | None
    finished_at: int | None
    window: int | None
    """The one that it was called to last."""


@dataclass(frozen=True, slots=True)
class _Visit:
    """From when until when a ticket was at a window, in minutes of the day."""

    begin: float
    end: float


def open_half_hours(day: Day) -> list[int]:
    """Those in which the office is open for a minute at least."""
    begin, end = _minutes(day.hours.open), _minutes(day.hours.close)
    away = (_minutes(day.lunch.open), _minutes(day.lunch.close)) if day.lunch else (0, 0)
    return [
        half_hour
        for half_hour in range(begin // HALF_HOUR, -(-end // HALF_HOUR))
        if not (away[0] <= half_hour * HALF_HOUR and (half_hour + 1) * HALF_HOUR <= away[1])
    ]


def half_hour_waits(tickets: Iterable[FinishedTicket], day: Day, counter: str | None = None) -> dict[int, float]:
    """The mean wait in minutes of each half-hour of which it is known; of one counter, or of the whole office."""
    of_office = list(tickets)
    mine = [ticket for ticket in of_office if counter is None or ticket.counter == counter]
    walk_ins = [ticket for ticket in mine if ticket.channel == Channel.WALK_IN]
    taken: dict[int, list[float]] = defaultdict(list)
    for ticket in walk_ins:
        known = taken[int(at(ticket.issued_at)) // HALF_HOUR]
        if ticket.first_called_at is not None:
            known.append((ticket.first_called_at - ticket.issued_at) / MINUTE)
    windows = {ticket.window for ticket in mine if ticket.window is not None}
    visits = [_visits(of_office, window) for window in sorted(windows)]
    found: dict[int, float] = {}
    for half_hour in open_half_hours(day):
        if known := taken.get(half_hour, []):
            found[half_hour] = sum(known) / len(known)
        elif half_hour not in taken and _is_idle(half_hour, walk_ins, visits, day):
            found[half_hour] = 0.0
    return found


def clock(half_hour: int) -> time:
    """When it begins."""
    return time(*divmod(half_hour * HALF_HOUR, 60))


def _is_idle(half_hour: int, walk_ins: Sequence[FinishedTicket], visits: Sequence[list[_Visit]], day: Day) -> bool:
    begin = half_hour * HALF_HOUR
    middle, end = begin + HALF_HOUR / 2, begin + HALF_HOUR
    for ticket in walk_ins:
        left = ticket.first_called_at or ticket.finished_at
        if at(ticket.issued_at) <= middle and (left is None or left < ticket.issued_at or at(left) > middle):
            return False
    for at_window in visits:
        before = max((visit.end for visit in at_window if visit.begin <= middle), default=None)
        after = min((visit.begin for visit in at_window if visit.begin > middle), default=None)
        if before is None or after is None or before > middle:
            continue
        lunch = day.lunch is not None and before <= _minutes(day.lunch.open) < after
        if before >= begin - NEAR and after <= end + NEAR and not lunch:
            return True
    return False


def _visits(tickets: Iterable[FinishedTicket], window: int) -> list[_Visit]:
    return [
        _Visit(at(ticket.called_at), at(ticket.called_at) + (ticket.finished_at - ticket.called_at) / MINUTE)
        for ticket in tickets
        if ticket.window == window and ticket.called_at is not None and ticket.finished_at is not None
    ]


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
