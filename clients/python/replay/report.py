"""The result of a replay, as text for people."""

from collections.abc import Iterator, Sequence

from .plan import Reason
from .player import Compared


def disagreement(row: Compared) -> str:
    """A line that compares the recording with the board, in the office's numbers."""
    step, board = row.step, row.board
    called = "any number" if step.called is None else row.called or 0
    waiting = "any number" if step.waiting is None else step.waiting + row.others
    recorded = f"recorded: called {called}, waiting {waiting}"
    return f"{step.row.time}  {recorded}; board: called {board.called or 0}, waiting {board.waiting}"


class Summary:
    """A replay's rows, counted."""

    def __init__(self, rows: Sequence[Compared]) -> None:
        self.disagreeing = [row for row in rows if not row.agrees]
        self.agreeing = [row for row in rows if row.agrees and not row.reason]
        self.incomparable = [row for row in rows if row.agrees and row.reason]

    @property
    def sound(self) -> bool:
        """Whether every row that can be compared agrees, and there is at least one."""
        return bool(self.agreeing) and not self.disagreeing

    def lines(self) -> Iterator[str]:
        """How many rows agree, and which can't be compared and why; numbers as recorded."""
        rows = [*self.agreeing, *self.disagreeing, *self.incomparable]
        comparable = len(rows) - len(self.incomparable)
        yield (
            f"{len(rows)} rows: {len(self.agreeing)} of {comparable} that can be compared agree, "
            f"{len(self.disagreeing)} disagree, {len(self.incomparable)} can't be compared"
        )
        given, called, left = (
            sum(row.step.arrivals for row in rows),
            sum(row.step.calls for row in rows),
            sum(len(row.step.leaving) for row in rows),
        )
        yield f"played: {given} numbers given, {called} called, {left} cancelled"
        if drops := [row for row in self.agreeing if row.step.leaving]:
            times = ", ".join(row.step.row.time for row in drops)
            yield f"{len(drops)} agree after people left uncalled, played as cancelled tickets: {times}"
        for reason in Reason:
            found = [row for row in self.incomparable if row.reason is reason]
            yield f"not compared: {len(found)} · {reason}"
            for row in found:
                now, before = row.step.row, row.step.before
                was = f", before it {before.called} and {before.waiting}" if before else ""
                yield f"  {now.time}  called {now.called}, waiting {now.waiting}{was}"
