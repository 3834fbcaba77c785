"""Replays an office's log through the rules, in one pass.

Written from the rules and not from the scripts. An impossible entry is reported and still applied, so that one mistake
doesn't hide the next.
"""

from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from service.domain.line import Line

Kind = Literal["lost", "twice", "two windows", "order", "gone", "repeated", "board", "projected"]


@dataclass(frozen=True)
class Violation:
    kind: Kind
    office: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.office}: {self.text}"


@dataclass(frozen=True)
class Entry:
    """One event of the log; `number`, `window` are 0 where it has none."""

    move: str
    version: int
    number: int = 0
    counter: str = ""
    lane: str = ""
    window: int = 0


@dataclass
class Seat:
    """A ticket in the replay."""

    place: int
    counter: str
    lane: str
    arrived: bool
    state: str = "waiting"
    passed_over: bool = False
    window: int = 0


@dataclass
class Rules:
    """Facts that the log doesn't have."""

    windows: dict[int, tuple[str, ...]]
    in_a_row: int
    online: set[int] = field(default_factory=set)
    """Numbers taken at home: not arrived until they say so, or are called by their number."""
    chosen: set[tuple[int, int]] = field(default_factory=set)
    """(window, number) that a clerk called by its number; all other calls must be in turn."""


AT_WINDOW = {"finish": "served", "hold": "held", "no_show": "no_show", "transfer": "waiting", "recall": "called"}
NEUTRAL = {"open", "close", "pause", "resume", "limit", "status", "notices", "lobby", "revise", "bootstrap"}
NEUTRAL |= {"end_of_day"}


class Replay:
    """`for entry in log: replay.step(entry)`; then `violations`, `tickets`, `tally`."""

    def __init__(self, office: str, rules: Rules) -> None:
        self.violations: list[Violation] = []
        self.tickets: dict[int, Seat] = {}
        self.tally: Counter[str] = Counter()
        """How many tickets are in each state; its total is always how many were issued."""
        self.at_window: dict[int, int] = {}
        self.called: dict[str, int] = {}
        self.issued: dict[str, int | None] = {}
        """The last number of each counter; None after a failover, whose distance the log doesn't tell."""
        self._office = office
        self._rules = rules
        self._lanes: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._highest: dict[str, int] = {}
        self._in_a_row: Counter[str] = Counter()
        self._passed: Entry | None = None
        """The last pass. One press, which is one version, makes one at most."""

    def step(self, entry: Entry) -> None:
        seat = self.tickets.get(entry.number)
        match entry.move:
            case "issue":
                self._issue(entry)
            case "failover":
                self.issued = dict.fromkeys(self.issued)
            case move if move in NEUTRAL:
                pass
            case _ if seat is None:
                self._tell("gone", f"{entry.move} of {entry.number}, which was never issued")
            case "pass":
                self._pass(entry, seat)
            case "arrive":
                self._expect(seat.state == "waiting" and not seat.arrived, "gone", entry, seat)
                seat.arrived = True
                if seat.passed_over:
                    seat.passed_over, seat.lane = False, "front"
                    self._join(entry.number, seat)
            case "call":
                self._call(entry, seat)
            case "cancel":
                self._expect(seat.state in ("waiting", "held"), "gone", entry, seat)
                self._become(entry.number, seat, "cancelled")
            case "lapse":
                self._expect(seat.state == "waiting" and seat.passed_over, "gone", entry, seat)
                self._become(entry.number, seat, "no_show")
            case move if move in AT_WINDOW:
                self._at_window(entry, seat)
            case unknown:
                self._tell("gone", f"the log says {unknown!r}, and the rules know no such move")
        if self.tally.total() != len(self.tickets):
            self._tell("gone", f"{len(self.tickets)} were issued, and {dict(self.tally)} are left")

    def line(self, counter: str) -> Line:
        """The tickets that wait at the counter."""
        front, priority, normal = (
            len(self._lanes.get((counter, lane), ())) for lane in ("front", "priority", "normal")
        )
        return Line(front, priority, normal, self._in_a_row[counter])

    def _issue(self, entry: Entry) -> None:
        number, counter = entry.number, entry.counter
        if number <= self._highest.get(counter, 0):
            self._tell("twice", f"{number} was issued after {self._highest[counter]}")
        self._highest[counter] = max(number, self._highest.get(counter, 0))
        self.issued[counter] = number
        if earlier := self.tickets.get(number):
            self._leave(number, earlier)
            self.tally[earlier.state] -= 1
        seat = Seat(len(self.tickets), counter, entry.lane, number not in self._rules.online)
        self.tickets[number] = seat
        self.tally["waiting"] += 1
        self._join(number, seat)

    def _pass(self, entry: Entry, seat: Seat) -> None:
        turn = self._whose_turn(entry.window)
        if turn != entry.number or seat.arrived:
            self._tell("order", f"{entry.number} was passed over at window {entry.window}, and it was {turn}'s turn")
        if self._has_passed(entry):
            self._tell("order", f"{entry.number} was the second that one press at window {entry.window} passed over")
        self._passed = entry
        self._leave(entry.number, seat)
        seat.passed_over = True

    def _call(self, entry: Entry, seat: Seat) -> None:
        number, window = entry.number, entry.window
        if seat.state == "called":
            self._tell("two windows", f"{number} was called to window {window} while at window {seat.window}")
        elif there := self.at_window.get(window):
            self._tell("two windows", f"{number} was called to window {window}, where {there} is")
        else:
            self._expect(seat.state in ("waiting", "held", "no_show"), "gone", entry, seat)
        turn = self._whose_turn(window, there=self._has_passed(entry))
        if turn == number and seat.arrived:
            self._count(window, seat.lane)
        elif (window, number) not in self._rules.chosen:
            self._tell("order", f"{number} ({seat.state}) was called to window {window}, and it was {turn}'s turn")
        seat.arrived, seat.passed_over = True, False
        self._become(number, seat, "called")
        seat.window = window
        self.at_window[window] = number
        self.called[seat.counter] = number

    def _at_window(self, entry: Entry, seat: Seat) -> None:
        here = seat.state == "called" and self.at_window.get(entry.window) == entry.number
        self._expect(here, "gone", entry, seat)
        if entry.move == "recall":
            return
        self.at_window.pop(entry.window, None)
        self._become(entry.number, seat, AT_WINDOW[entry.move])
        if entry.move == "transfer":
            seat.counter, seat.lane = entry.counter, entry.lane
            self._join(entry.number, seat)

    def _has_passed(self, entry: Entry) -> bool:
        """Whether the press of this entry has passed over a ticket. It then skips all others whose holders are
        absent."""
        passed = self._passed
        return passed is not None and (passed.version, passed.window) == (entry.version, entry.window)

    def _whose_turn(self, window: int, *, there: bool = False) -> int:
        """The number that is next at this window, of those who are present or of all; 0 for nobody."""
        served = self._rules.windows[window]
        first = {lane: self._first(served, lane, there) for lane in ("front", "priority", "normal")}
        if first["front"]:
            return first["front"][1]
        enough = max(self._in_a_row[counter] for counter in served) >= self._rules.in_a_row
        turn = first["normal"] if first["normal"] and (enough or not first["priority"]) else first["priority"]
        return turn[1] if turn else 0

    def _first(self, counters: tuple[str, ...], lane: str, there: bool) -> tuple[int, int] | None:
        lines = (self._lanes.get((counter, lane), ()) for counter in counters)
        firsts = (next((seat for seat in line if not there or self.tickets[seat[1]].arrived), None) for line in lines)
        return min(filter(None, firsts), default=None)

    def _count(self, window: int, lane: str) -> None:
        for counter in self._rules.windows[window]:
            if lane == "priority":
                self._in_a_row[counter] += 1
            elif lane == "normal":
                self._in_a_row[counter] = 0

    def _become(self, number: int, seat: Seat, state: str) -> None:
        if seat.state == "waiting":
            self._leave(number, seat)
        self.tally[seat.state] -= 1
        self.tally[state] += 1
        seat.state = state

    def _join(self, number: int, seat: Seat) -> None:
        insort(self._lanes.setdefault((seat.counter, seat.lane), []), (seat.place, number))

    def _leave(self, number: int, seat: Seat) -> None:
        line = self._lanes.get((seat.counter, seat.lane), [])
        at = bisect_left(line, (seat.place, number))
        if at < len(line) and line[at] == (seat.place, number):
            del line[at]

    def _expect(self, true: bool, kind: Kind, entry: Entry, seat: Seat) -> None:
        if not true:
            self._tell(kind, f"{entry.move} of {entry.number} at window {entry.window}, which is {seat.state}")

    def _tell(self, kind: Kind, text: str) -> None:
        self.violations.append(Violation(kind, self._office, text))
