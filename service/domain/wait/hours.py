"""Clock time and open time: the same day with and without its closures.

All moments of this package are minutes of the business day, as `at` says them: 9.5 hours after midnight are 570.0.
"""

from collections.abc import Iterable, Sequence

from service.domain.hours import KST

Closure = tuple[float, float]
"""From when until when nobody is called."""

MINUTE = 60_000
_AHEAD_OF_UTC = int(KST.utcoffset(None).total_seconds() * 1000)
_DAY = 24 * 60 * MINUTE


def at(milliseconds: int) -> float:
    """The minute of the Korean day of a moment in epoch milliseconds."""
    return (milliseconds + _AHEAD_OF_UTC) % _DAY / MINUTE


def joined(closures: Iterable[Closure]) -> list[Closure]:
    """The same closures in order, those that meet made one."""
    found: list[Closure] = []
    for since, until in sorted(closures):
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return found


def closure_at(closures: Sequence[Closure], minute: float) -> Closure | None:
    """The closure that is on at that minute."""
    return next((closure for closure in closures if closure[0] <= minute < closure[1]), None)


def next_closure(closures: Sequence[Closure], minute: float) -> Closure | None:
    """The first closure that begins after that minute."""
    return min((closure for closure in closures if closure[0] > minute), default=None)


def open_minutes(closures: Sequence[Closure], begin: float, end: float) -> float:
    """The minutes from `begin` to `end` that are in no closure."""
    closed = sum(max(0.0, min(end, until) - max(begin, since)) for since, until in closures)
    return max(0.0, end - begin - closed)


def clock_minutes(closures: Sequence[Closure], begin: float, minutes: float) -> float:
    """How long after `begin` so many open minutes are over: the opposite of `open_minutes`."""
    end = begin + minutes
    for since, until in sorted(closures):
        if until > begin and since <= end:
            end += until - max(begin, since)
    return end - begin
