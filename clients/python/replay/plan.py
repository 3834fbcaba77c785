"""What must have happened between the rows of a recording, and what of each row can be compared.

A queue gives its numbers one by one, so called + waiting is the number given last: where it grows, people came, and
where the number called grows, everyone up to it was called. Three things don't fit, and each is told apart:

- called + waiting falls: people left without being called. Their tickets are cancelled; the recording doesn't say
  whose, so it is the last in line, but never a number that is called later. The row is compared. Where all who could
  have left are called later, fewer waited than had numbers, and the row's waiting can't be compared.
- the number called goes back: it was a recall, or the display began again. Nothing is done and nothing compared.
- the number called goes ahead faster than anyone can be called: numbers that nobody held, as of a queue that begins
  its day at 501. Only as many are called as the waiting count asks for. The row's number can't be compared; from the
  next on, numbers are counted from there.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from .recording import Row

CALLS_PER_MINUTE = 4
"""More at one window can't be people called: that is one every 15 seconds."""


class Reason(StrEnum):
    """Why a row can't be compared, in whole or in part."""

    WENT_BACK = "recalls: the number called went back"
    SKIPPED = "skipped numbers: the number called went ahead faster than anyone can be called"
    OVERTAKEN = "fewer waited than held numbers that are called later"
    NOT_ALONE = "somebody else took, held or called numbers in the office"


@dataclass(frozen=True, slots=True)
class Step:
    """What leads to a row, in this order, and what the board must show then.

    Tickets are counted from 1 in the order in which the replay takes them. `called` is the ticket that is called last,
    0 before the first call; `called` and `waiting` are None where the row has nothing to say about them: `reason` why.
    """

    row: Row
    before: Row | None
    arrivals: int = 0
    leaving: tuple[int, ...] = ()
    calls: int = 0
    called: int | None = None
    waiting: int | None = None
    reason: Reason | None = None

    @property
    def moves(self) -> int:
        """How many requests it takes."""
        return self.arrivals + len(self.leaving) + self.calls


def plan(rows: Sequence[Row]) -> list[Step]:
    """One step a row."""
    line, steps, before = _Line(), [], None
    for index, row in enumerate(rows):
        if row.called < line.called:
            step = Step(row, before, reason=Reason.WENT_BACK)
        elif before and line.due(row.called) > _most_calls(before, row):
            step = line.skip(row, before)
        else:
            step = line.follow(row, before, later={other.called for other in rows[index + 1 :]})
        steps.append(step)
        before = row
    return steps


def _most_calls(before: Row, row: Row) -> int:
    return (row.minute - before.minute) * max(before.windows, row.windows, 1) * CALLS_PER_MINUTE


@dataclass(slots=True)
class _Line:
    """The people who wait: recorded number -> ticket, in order."""

    waiting: dict[int, int] = field(default_factory=dict)
    tickets: int = 0
    given: int = 0
    """The recorded number given last."""
    called: int = 0
    """The recorded number called last."""
    called_ticket: int = 0

    def due(self, number: int) -> int:
        """How many are called until `number` is."""
        return sum(n <= number for n in self.waiting) + max(0, number - self.given)

    def follow(self, row: Row, before: Row | None, later: AbstractSet[int]) -> Step:
        """The step to a row where numbers were called one by one; `later` are the numbers that are called after it."""
        behind = [n for n in self.waiting if n > row.called]
        came = max(0, row.called - self.given) + row.waiting - len(behind)
        self._give(came)
        gone = list(islice((n for n in reversed(behind) if n not in later), max(0, -came)))
        leaving = tuple(self.waiting.pop(n) for n in gone)
        calls = self._call(self.due(row.called))
        self.called = row.called
        overtaken = len(leaving) < -came
        return Step(
            row,
            before,
            arrivals=max(0, came),
            leaving=leaving,
            calls=calls,
            called=self.called_ticket,
            waiting=None if overtaken else row.waiting,
            reason=Reason.OVERTAKEN if overtaken else None,
        )

    def skip(self, row: Row, before: Row) -> Step:
        """The step to a row before which numbers were skipped. As few as possible are called; the last is the row's."""
        arrivals = max(0, row.waiting + 1 - len(self.waiting))
        self._give(arrivals)
        calls = self._call(len(self.waiting) - row.waiting)
        self.called = row.called
        self.waiting = {row.called + place: ticket for place, ticket in enumerate(self.waiting.values(), 1)}
        self.given = row.called + len(self.waiting)
        return Step(row, before, arrivals=arrivals, calls=calls, waiting=row.waiting, reason=Reason.SKIPPED)

    def _give(self, count: int) -> None:
        for _ in range(count):
            self.given += 1
            self.tickets += 1
            self.waiting[self.given] = self.tickets

    def _call(self, count: int) -> int:
        for number in list(islice(self.waiting, count)):
            self.called_ticket = self.waiting.pop(number)
        return count
