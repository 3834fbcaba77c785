"""What an office holds of one business day, as far as events say it."""

from collections import Counter
from dataclasses import dataclass, field

from service.domain.board import CounterState
from service.domain.facts import CallFacts, Lane, TextFacts, TicketFacts, WindowFacts
from service.domain.line import Line
from service.domain.ticket import Channel, State


@dataclass
class DayState:
    """One business day of an office."""

    tickets: dict[int, TicketFacts] = field(default_factory=dict)
    windows: dict[int, WindowFacts] = field(default_factory=dict)
    calls: list[CallFacts] = field(default_factory=list)
    issued: dict[str, int] = field(default_factory=dict)
    """The last number of each counter."""
    called: dict[str, int] = field(default_factory=dict)
    """The number that was called last."""
    online: dict[str, int] = field(default_factory=dict)
    """How many numbers were given online."""
    streak: dict[str, int] = field(default_factory=dict)
    """How many priority calls in a row there have been."""
    paused: set[str] = field(default_factory=set)
    """The counters that give no numbers."""
    paused_online: set[str] = field(default_factory=set)
    """Those that give none online."""
    paused_for: dict[str, TextFacts] = field(default_factory=dict)
    """Why counters give no numbers, where the staff said so."""
    left: dict[str, int] = field(default_factory=dict)
    """How many numbers counters still give, where the staff set a limit."""
    minute: int | None = None
    """The last minute in which a kiosk gave a number, in minutes since the epoch, and how many it gave then."""
    walk_ins: int = 0

    def in_line(self) -> list[TicketFacts]:
        """The tickets in the lanes: those that wait and were not passed over."""
        return [t for t in self.tickets.values() if t.state == State.WAITING and t.arrive_by is None]

    def lane(self, name: Lane) -> list[tuple[str, int, int]]:
        """Counter, seniority and number of each ticket in a lane, in its order."""
        return sorted((t.counter, t.order, t.number) for t in self.in_line() if t.lane == name)

    def passed(self) -> dict[int, int]:
        """The passed-over tickets: number -> by when they must have arrived."""
        return {t.number: t.arrive_by for t in self.tickets.values() if t.arrive_by is not None}

    def parked(self, state: State) -> dict[int, int]:
        """The held tickets, or the no-shows: number -> seniority."""
        return {t.number: t.order for t in self.tickets.values() if t.state == state}

    def waiting(self, counter: str) -> Counter[Channel]:
        """How many are in the line of a counter, by channel."""
        return Counter(t.channel for t in self.in_line() if t.counter == counter)

    def away(self, counter: str) -> int:
        """How many of those in the line of a counter have not arrived."""
        return sum(not t.arrived for t in self.in_line() if t.counter == counter)

    def counter(self, id: str) -> CounterState:
        """What the day's board says of a counter."""
        here = Counter(t.lane for t in self.in_line() if t.counter == id)
        return CounterState(
            line=Line(here["front"], here["priority"], here["normal"], self.streak.get(id, 0)),
            called=self.called.get(id),
            issued=self.issued.get(id),
            paused=id in self.paused,
            paused_online=id in self.paused_online,
            paused_for=self.paused_for.get(id),
            left=self.left.get(id),
            walk_ins_waiting=self.waiting(id)[Channel.WALK_IN],
        )
