"""The tickets of an office on one day, and the order of calls."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(eq=False)
class Ticket:
    number: int
    counter: str
    channel: str
    priority: str
    people: int
    day: date
    place: int
    """Its seniority: how many were issued before it on its day."""
    issued_at: datetime
    issued_at_counter: str
    arrived: bool
    confirmed: bool = False
    """Whether its priority is confirmed; one that was claimed online is not at first."""
    state: str = "waiting"
    came_late: bool = False
    """Arrived after its turn had passed: it is called next."""
    arrive_by: datetime | None = None
    called_at: datetime | None = None
    window: int | None = None
    recalls: int = 0
    left_by: tuple[str, int] | None = None
    """The move, and the window, by which it left; None as soon as anything else happens to it."""

    @property
    def goes_first(self) -> bool:
        return self.priority != "none" and self.confirmed

    @property
    def turn_passed(self) -> bool:
        return self.arrive_by is not None

    def become(self, state: str) -> None:
        self.state, self.came_late, self.arrive_by, self.left_by = state, False, None, None


class Room:
    """The tickets of a day, and how many priority calls in a row each counter has seen."""

    def __init__(self, counters: list[str], most_in_a_row: int) -> None:
        self.tickets: dict[int, Ticket] = {}
        """By number, in the order in which they were issued."""
        self.in_a_row = dict.fromkeys(counters, 0)
        self.most_in_a_row = most_in_a_row

    def lanes(self, counters: list[str]) -> tuple[list[Ticket], list[Ticket], list[Ticket]]:
        """Those who came late, those with priority, all others; each in the order of issue."""
        waiting = [
            t for t in self.tickets.values() if t.state == "waiting" and t.counter in counters and not t.turn_passed
        ]
        return (
            [t for t in waiting if t.came_late],
            [t for t in waiting if not t.came_late and t.goes_first],
            [t for t in waiting if not t.came_late and not t.goes_first],
        )

    def calling_order(self, counter: str, newcomer: Ticket | None = None) -> list[Ticket]:
        """The whole line of a counter, in the order of calls if nothing else happens."""
        late, priority, normal = self.lanes([counter])
        if newcomer:
            normal.append(newcomer)
        order, in_a_row = late, self.in_a_row[counter]
        while priority or normal:
            if priority and (not normal or in_a_row < self.most_in_a_row):
                order.append(priority.pop(0))
                in_a_row += 1
            else:
                order.append(normal.pop(0))
                in_a_row = 0
        return order

    def whose_turn(self, counters: list[str], absent: list[Ticket]) -> Ticket | None:
        """The ticket whose turn it is at a window that serves these counters, without the `absent`."""
        late, priority, normal = [[t for t in lane if t not in absent] for lane in self.lanes(counters)]
        in_a_row = max(self.in_a_row[counter] for counter in counters)
        if late:
            return late[0]
        if priority and (not normal or in_a_row < self.most_in_a_row):
            return priority[0]
        return normal[0] if normal else None

    def line(self, counters: list[str]) -> list[Ticket]:
        """Whom a window that serves these counters would call, press after press, if nobody came or left."""
        presses = Room(list(self.in_a_row), self.most_in_a_row)
        presses.tickets, presses.in_a_row = self.tickets, dict(self.in_a_row)
        gone: list[Ticket] = []
        while counters and (ticket := presses.whose_turn(counters, gone)):
            gone.append(ticket)
            if ticket.arrived:
                presses.count_turn(ticket, counters)
        return [ticket for ticket in gone if ticket.arrived]

    def count_turn(self, ticket: Ticket, counters: list[str]) -> None:
        """Counts a call at every counter of the window, except that of a late arrival, whose turn was before."""
        if not ticket.came_late:
            for counter in counters:
                self.in_a_row[counter] = self.in_a_row[counter] + 1 if ticket.goes_first else 0
