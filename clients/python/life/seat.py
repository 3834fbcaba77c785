"""A window where a simulated clerk may sit: whether the clerk has it, who is there, and what the clerk does next."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from ..client import new_key
from ..models import Ticket, WindowNow
from ..simulation.city import SimulatedOffice
from ..simulation.course import RECALL_EVERY, RECALLS
from ..simulation.draw import Draw
from ..simulation.people import Person
from .moves import AtWindow

RECALL_VISITOR_AFTER = 60.0
SERVE_VISITOR_FOR = 180.0
"""Seconds. A person who tries the demo can't walk to a window. Their number is recalled once and then served, at least
so long after the call, so that they see it. It never becomes a no-show."""

LOOK_UP = 1.0, 5.0
"""The least and most seconds after which an idle clerk notices that somebody waits."""

TRY_AGAIN = 30.0
"""Seconds until an idle clerk presses again when the people who wait are not in the office yet."""

View = tuple[str, int | None]
"""A window as the board shows it: its state, and the number there."""

CLOSED: View = ("closed", None)
IDLE: View = ("idle", None)


class Seat:
    """A clerk's window, without any IO.

    If the board shows a change that this clerk didn't make, a person made it, and has the window for the day.
    """

    def __init__(self, window: int, office: SimulatedOffice, draw: Draw) -> None:
        self.window = window
        self.counters = office.layout.windows[window]
        self.mine = False
        """The clerk sits there."""
        self.lost = False
        """A person has the window."""
        self.under_way: AtWindow | None = None
        """The move that was begun and has no answer yet. Repeated with its key, it has one effect."""
        self._trail: deque[View] = deque([CLOSED])
        """The states of the window since the board's last frame, the newest last, because frames may be late."""
        self._plan: deque[tuple[float, str]] = deque()
        """What to do with the person at the window, and when."""
        self._draw = draw
        self._minutes = office.minutes
        self._pace = office.pace[window]
        self._looks_at = 0.0
        self._in_vain = 0
        """How many waited when the last press called nobody."""

    @property
    def number(self) -> int | None:
        """Who is at the window."""
        return self._trail[-1][1]

    def see(self, shown: WindowNow) -> None:
        """Takes what the board shows."""
        if self.lost or self.under_way:
            return
        view = (shown.state, shown.number)
        if view not in self._trail:
            self.lose()
        while not self.lost and self._trail[0] != view:
            self._trail.popleft()

    def lose(self) -> None:
        """Leaves the window to a person."""
        self.lost, self.mine, self.under_way = True, False, None

    def due(self, now: float, staffed: bool, waiting: int) -> tuple[float, AtWindow] | None:
        """What is to be done next, and when. `waiting`: how many wait for this window's counters."""
        self._in_vain = min(self._in_vain, waiting)
        if self.lost:
            return None
        if self.under_way:
            return now, self.under_way
        if not self.mine:
            return (now, self._move("open")) if staffed else None
        if self.number is not None:
            when, what = self._plan[0]
            if what == "done":
                what = "next" if staffed else "finish"
            return when, self._move(what)
        if not staffed:
            return now, self._move("close")
        if waiting > self._in_vain:
            return self._looks_at, self._move("next")
        return (self._looks_at + TRY_AGAIN, self._move("next")) if waiting else None

    def leave(self, now: float) -> tuple[float, AtWindow] | None:
        """The next move on the way to an empty and closed window."""
        if self.under_way:
            return now, self.under_way
        if self.lost or not self.mine:
            return None
        return now, self._move("close" if self.number is None else "finish")

    def done(self, move: AtWindow, now: float, waiting: int) -> None:
        """Notes that a move was made that called nobody."""
        self.under_way = None
        self._looks_at = now + self._draw.between(*LOOK_UP)
        match move.what:
            case "recall":
                self._plan.popleft()
            case "close":
                self.mine = False
                self._trail.append(CLOSED)
            case "open":
                self.mine = True
                self._trail.append(IDLE)
            case _:
                self._trail.append(IDLE)
                self._in_vain = waiting if move.what == "next" else 0

    def called(self, now: float, ticket: Ticket, person: Person | None, *, known: bool, share: float = 1.0) -> None:
        """Notes that a press called this ticket: of a simulated `person`, of one `known` from before a restart, or a
        visitor's. They still need this `share` of the usual time.
        """
        self.under_way = None
        self._trail.append(("serving", ticket.number))
        self._in_vain = 0
        service = self._pace * (person.service if person else 60 * self._minutes[ticket.counter])
        if person is None and not known:
            recalls, end, ends = [RECALL_VISITOR_AFTER], "done", max(SERVE_VISITOR_FOR, service)
        elif person and person.answers is None:
            recalls, end, ends = _recalls(RECALLS), "no_show", (RECALLS + 1.0) * RECALL_EVERY
        else:
            recalls = _recalls(person.answers or 0 if person else 0)
            end, ends = "done", share * service + len(recalls) * RECALL_EVERY
        self._plan = deque([*((now + after, "recall") for after in recalls), (now + ends, end)])

    def kept(self) -> Mapping[str, Any] | None:
        """What must survive a restart; None where there is nothing."""
        if not (self.lost or self.mine or self.under_way):
            return None
        move = self.under_way
        return {
            "lost": self.lost,
            "mine": self.mine,
            "number": self.number,
            "move": [move.what, move.number, move.key] if move else None,
        }

    def restore(self, kept: Mapping[str, Any], now: float) -> None:
        """Continues from what was kept. The person at the window still needs a part of the usual time."""
        self.lost, self.mine = bool(kept["lost"]), bool(kept["mine"])
        if self.mine:
            number = kept["number"]
            self._trail = deque([IDLE if number is None else ("serving", int(number))])
            self._plan = deque([(now + self._draw.between(10, 120), "done")])
        if kept["move"]:
            what, number, key = kept["move"]
            self.under_way = AtWindow(self.window, str(what), number, str(key))

    def _move(self, what: str) -> AtWindow:
        return AtWindow(self.window, what, self.number, new_key())


def _recalls(count: int) -> list[float]:
    return [float(turn * RECALL_EVERY) for turn in range(1, count + 1)]
