"""One office of a demo, without any IO: what its simulated people and clerks do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any

from ..client import new_key
from ..models import Board, Pressed, Ticket
from ..simulation.demo import demo_office
from ..simulation.draw import Draw
from ..simulation.layout import Layout
from ..simulation.people import Person
from .moves import Arrive, AtWindow, GiveUp, Move, Take
from .programme import Programme
from .seat import Seat

LONGEST_WAIT = 40.0
"""Minutes. Nobody joins a longer line, so that it doesn't grow all day when its windows were taken over."""

TOO_LATE = 60.0
"""Seconds. People who should have come earlier than that don't come: the machine was asleep."""

AT_FIRST = 0.2
"""Seconds between the people who are there when the life begins: short, but it leaves the service free."""


@dataclass(slots=True)
class Guest:
    """A simulated person who waits. `arrives`: when they come to the office; None if they are there or never come."""

    id: str
    arrives: float | None
    person: Person | None


class Scene:
    """Takes boards and answers, and gives what is to be done. All times are seconds since the epoch."""

    def __init__(self, layout: Layout, seed: str | int) -> None:
        self.on: bool | None = None
        """None until it is known."""
        self._layout = layout
        self._office = demo_office(layout, seed)
        self._programme = Programme(self._office)
        self._draw = Draw(seed, layout.id, "life")
        self._order = count()
        self._board: Board | None = None
        self._begins = False
        """Whether no simulated person is there yet."""
        self._seats: dict[int, Seat] = {}
        self._guests: dict[int, Guest] = {}
        """The people who wait, by number."""
        self._agenda: list[tuple[float, int, Move]] = []
        """A heap of what is to be done at a certain time."""
        self._coming: tuple[float, Take] | None = None
        self._first_calls: set[int] = set()
        """Windows to which nobody was called yet."""
        self._clear()

    def show(self, board: Board, now: float, kept: Mapping[str, Any] | None = None) -> None:
        """The office's newest board. `kept` is looked at with the first: what `kept` gave before a restart."""
        if self._board is None or self._board.day != board.day:
            self._clear()
            if kept and kept["day"] == board.day.isoformat():
                self._restore(kept, now)
        self._board = board
        for window in board.windows:
            if seat := self._seats.get(window.id):
                seat.see(window)

    def turn(self, on: bool) -> None:
        """Starts or stops the life: people come and clerks sit down, or all go home."""
        if on and not self.on:
            self._begins, self._coming = not self._is_there(), None
        self.on = on

    def next(self, now: float) -> tuple[float, Move | None]:
        """What is to be done next and when; None for a time at which to look again."""
        if self._board is None or self.on is None:
            return now + TOO_LATE, None
        if not self.on:
            return self._leaves(now)
        if self._begins:
            self._begin(now)
        dues = [
            (self._programme.next_change(now), None),
            *(seat.due(now, self._programme.staffed(id, now), self._waiting(seat)) for id, seat in self._seats.items()),
            self._next_guest(),
            self._next_person(now),
        ]
        # Nobody takes a number while a clerk who is there has not opened the window yet.
        return min((due for due in dues if due), key=lambda due: (not _opens(due, now), due[0]))

    def begin(self, move: Move) -> None:
        """Notes that the move is being made."""
        match move:
            case AtWindow():
                self._seats[move.window].under_way = move
            case Take() if self._coming and self._coming[1] is move:
                self._coming = None
            case _ if self._agenda and self._agenda[0][-1] is move:
                heappop(self._agenda)

    def again(self, move: Move, now: float) -> None:
        """Notes that the move had no answer, and must be made again."""
        if not isinstance(move, AtWindow):
            self._later(now, move)

    def refused(self, move: Move) -> None:
        """Notes that the service refused the move: a person uses the window, or has moved the ticket."""
        match move:
            case AtWindow():
                self._seats[move.window].lose()
            case Arrive() | GiveUp():
                self._guests.pop(move.number, None)

    def done(self, move: Move, now: float, answer: Ticket | Pressed | None = None) -> None:
        """Notes that the move was made. The answer is the ticket that was taken, or what a press of next did."""
        match move, answer:
            case Take(), Ticket():
                self._took(move.person, answer, now)
            case Arrive(), _:
                if guest := self._guests.get(move.number):
                    guest.arrives = None
            case GiveUp(), _:
                self._guests.pop(move.number, None)
            case AtWindow(), Pressed(called=Ticket() as called):
                self._called(self._seats[move.window], called, now)
            case AtWindow(), _:
                seat = self._seats[move.window]
                seat.done(move, now, self._waiting(seat))

    def id_of(self, number: int) -> str | None:
        """The ticket of a simulated person who waits; None for one who was called."""
        guest = self._guests.get(number)
        return guest.id if guest else None

    def kept(self) -> Mapping[str, Any]:
        """What must survive a restart, as values for JSON."""
        seats = {str(id): kept for id, seat in self._seats.items() if (kept := seat.kept())}
        guests = {str(number): [guest.id, guest.arrives] for number, guest in self._guests.items()}
        return {"day": self._board.day.isoformat() if self._board else "", "seats": seats, "guests": guests}

    def _clear(self) -> None:
        """A business day begins."""
        self._seats = {id: Seat(id, self._office, self._draw) for id in self._programme.windows}
        self._guests, self._agenda, self._coming = {}, [], None
        self._first_calls = set(self._seats)
        self._begins = bool(self.on)

    def _is_there(self) -> bool:
        return bool(self._guests) or any(seat.mine or seat.under_way for seat in self._seats.values())

    def _restore(self, kept: Mapping[str, Any], now: float) -> None:
        for id, seat in self._seats.items():
            if found := kept["seats"].get(str(id)):
                seat.restore(found, now)
        for number, (id, arrives) in kept["guests"].items():
            self._guests[int(number)] = Guest(id, arrives, None)
            if arrives:
                self._later(arrives, Arrive(int(number)))
        if self._is_there():
            self._begins, self._first_calls = False, set()

    def _begin(self, now: float) -> None:
        """Whoever would be there at this time comes at once."""
        self._begins = False
        for place, person in enumerate(self._programme.standing(now)):
            self._later(now + place * AT_FIRST, Take(person, new_key()))

    def _leaves(self, now: float) -> tuple[float, Move | None]:
        self._agenda.clear()
        for number in self._guests:
            return now, GiveUp(number)
        dues = [due for seat in self._seats.values() if (due := seat.leave(now))]
        return min(dues, key=lambda due: due[0], default=(now + TOO_LATE, None))

    def _next_guest(self) -> tuple[float, Move] | None:
        while self._agenda:
            when, _, move = self._agenda[0]
            if isinstance(move, Take) or (not isinstance(move, AtWindow) and move.number in self._guests):
                return when, move
            heappop(self._agenda)
        return None

    def _next_person(self, now: float) -> tuple[float, Move] | None:
        after = max(self._coming[0], now - TOO_LATE) if self._coming else now
        while self._coming is None or self._coming[0] < now - TOO_LATE or self._turns_away(self._coming, now):
            if (found := self._programme.next_person(after)) is None:
                return None
            after, person = found
            self._coming = after, Take(person, new_key())
        return self._coming

    def _turns_away(self, coming: tuple[float, Take], now: float) -> bool:
        """Whether a person at the kiosk sees a line that is too long, or a counter that gives no numbers."""
        when, take = coming
        if when > now:
            return False
        assert self._board
        counter = self._board.counter(take.person.counter)
        staffed = {w.id for w in self._board.windows if w.state != "closed"}
        can_serve = self._office.capacity({id: serves for id, serves in self._layout.windows.items() if id in staffed})
        longest = 2 + LONGEST_WAIT * can_serve.get(counter.id, 0)
        return counter.ticketing != "open" or counter.waiting >= longest

    def _took(self, person: Person, ticket: Ticket, now: float) -> None:
        comes = None
        if person.channel == "online" and person.arrives is not None:
            comes = now + person.arrives - person.at
            self._later(comes, Arrive(ticket.number))
        if person.gives_up is not None:
            self._later(now + person.gives_up - person.at, GiveUp(ticket.number))
        self._guests[ticket.number] = Guest(ticket.id, comes, person)

    def _called(self, seat: Seat, ticket: Ticket, now: float) -> None:
        guest = self._guests.pop(ticket.number, None)
        # People who are at the windows when the life begins have been there for a while.
        share = self._draw.between(0.1, 0.9) if seat.window in self._first_calls else 1.0
        self._first_calls.discard(seat.window)
        seat.called(now, ticket, guest.person if guest else None, known=guest is not None, share=share)

    def _waiting(self, seat: Seat) -> int:
        assert self._board
        return sum(counter.waiting for counter in self._board.counters if counter.id in seat.counters)

    def _later(self, when: float, move: Move) -> None:
        heappush(self._agenda, (when, next(self._order), move))


def _opens(due: tuple[float, Move | None], now: float) -> bool:
    when, move = due
    return when <= now and isinstance(move, AtWindow) and move.what == "open"
