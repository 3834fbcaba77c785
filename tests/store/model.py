"""The rules of one office's queue, as a model of lists and dicts that the store must agree with.

Written from the rules and not from the scripts. A move returns the `Ticket`, the `Window` or the pair of the answer,
or raises `Refused`; facts.py has what clients see of it.

Where the rules leave a choice, the model follows the store: priority calls in a row are counted at every counter that
the window serves, and who came late doesn't count; who was passed over takes up no room at a counter with
`max_waiting`; a transfer and a call by number go to any counter and window; the moment of `arrive_by` is too late;
Idempotency-Keys are of the day.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

from service.domain.board import Notice, PauseReason
from service.domain.lobby import Lobby
from service.domain.office import City, Counter, Office
from tests.store.room import Room, Ticket
from tests.store.town import ONLINE_SHARE

IN_THE_QUEUE = {"waiting", "held"}
Answer = TypeVar("Answer")

MAY_BE_CALLED = {"waiting", "held", "no_show"}


class Refused(Exception):
    """The rules don't allow it; `about` is what the answer has beside the code."""

    def __init__(self, code: str, about: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.about = about


@dataclass(eq=False)
class Window:
    id: int
    serves: list[str] = field(default_factory=list)
    """None of them: it is closed."""
    number: int | None = None
    last_number: int | None = None
    """Who left it last."""


class Model:
    """One office, from `now` on."""

    def __init__(self, city: City, office: Office, now: datetime) -> None:
        self.city = city
        self.office = office
        self.now = now
        self.days: dict[date, dict[int, Ticket]] = {}
        """Every ticket there ever was."""
        self.calls_ever = 0
        self.notices: list[Notice] = []
        self.lobby: Lobby | None = None
        """None until the staff set it."""
        self._begin_day()

    def _begin_day(self) -> None:
        self.room = Room([counter.id for counter in self.office.counters], self.city.rules.priority_in_a_row)
        self.tickets = self.days[self.day] = self.room.tickets
        self.windows = {window.id: Window(window.id) for window in self.office.windows}
        self.issued: dict[str, int] = {}
        self.called: dict[str, int] = {}
        self.paused: set[str] = set()
        self.paused_online: set[str] = set()
        self.paused_for: dict[str, PauseReason] = {}
        self.left: dict[str, int] = {}
        """How many numbers a counter still gives, where the staff said so."""
        self.calls: list[dict[str, Any]] = []
        self.answered: dict[Any, Any] = {}
        """What each request with an Idempotency-Key asked for, and its answer or Refused."""

    @property
    def day(self) -> date:
        return self.now.date()

    def move_clock(self, to: datetime) -> None:
        """Makes the changes that depend on the time only: late holders become no-shows, and the day ends."""
        ends, self.now = self.day, to
        for ticket in self.tickets.values():
            if ticket.arrive_by and ticket.arrive_by <= to:
                ticket.become("no_show")
        if self.day != ends:
            for ticket in self.tickets.values():
                if ticket.state in IN_THE_QUEUE:
                    ticket.become("expired")
                elif ticket.state == "called":
                    ticket.become("served")
                ticket.priority, ticket.confirmed = "none", False
            self._begin_day()

    def once(self, key: str | None, what: Any, asks: Any, do: Callable[[], Answer]) -> Answer:
        """What `do` returns or raises; with a key that was used before, what it returned or raised then."""
        if (what, key) in self.answered:
            earlier, answer = self.answered[what, key]
            if earlier != asks:
                raise Refused("idempotency_key_reused")
            if isinstance(answer, Refused):
                raise answer
            return cast(Answer, answer)
        try:
            answer = do()
        except Refused as refusal:
            # Who was refused a number may ask for it again.
            if key and what[0] != "issue":
                self.answered[what, key] = asks, refusal
            raise
        if key:
            self.answered[what, key] = asks, answer
        return answer

    # Holders and kiosks.

    def issue(self, counter: Counter, channel: str, priority: str, people: int, caller: str, key: str | None) -> Ticket:
        asks = counter.id, channel, priority, people
        return self.once(key, ("issue", caller), asks, lambda: self._issue(counter, channel, priority, people))

    def _issue(self, counter: Counter, channel: str, priority: str, people: int) -> Ticket:
        if self.ticketing(counter) == "closed":
            raise Refused("office_closed")
        if counter.id in self.paused or (channel == "online" and counter.id in self.paused_online):
            raise Refused("counter_paused")
        if self.left.get(counter.id) == 0:
            raise Refused("limit_reached")
        if self.crowded(counter, channel):
            raise Refused("counter_full")
        if self.issued.get(counter.id) == counter.numbers[1]:
            raise Refused("numbers_used_up")
        first, last = counter.numbers
        issued_online = [
            t for t in self.tickets.values() if t.channel == "online" and t.issued_at_counter == counter.id
        ]
        if channel == "online" and len(issued_online) >= int((last - first + 1) * ONLINE_SHARE):
            raise Refused("online_quota_used_up")
        number = self.issued.get(counter.id, counter.numbers[0] - 1) + 1
        came = channel == "walk_in"
        ticket = Ticket(
            number=number,
            counter=counter.id,
            channel=channel,
            priority=priority,
            people=people,
            day=self.day,
            place=len(self.tickets),
            issued_at=self.now,
            issued_at_counter=counter.id,
            arrived=came,
            confirmed=came and priority != "none",
        )
        self.issued[counter.id] = number
        if counter.id in self.left:
            self.left[counter.id] -= 1
        self.tickets[number] = ticket
        return ticket

    def arrive(self, day: date, number: int, confirmed: str | None) -> Ticket:
        ticket = self.days[day][number]
        says = ticket.priority if confirmed is None else confirmed
        counts = ticket.confirmed if confirmed is None else confirmed != "none"
        if ticket.arrived and (says, counts) == (ticket.priority, ticket.confirmed):
            return ticket
        if ticket.state != "waiting":
            raise Refused("move_not_allowed", ticket.state)
        ticket.priority, ticket.confirmed = says, counts
        ticket.arrived = True
        ticket.came_late = ticket.came_late or ticket.turn_passed
        ticket.arrive_by = ticket.left_by = None
        return ticket

    def cancel(self, day: date, number: int) -> Ticket:
        ticket = self.days[day][number]
        if ticket.state not in {*IN_THE_QUEUE, "cancelled"}:
            raise Refused("move_not_allowed", ticket.state)
        ticket.become("cancelled")
        return ticket

    # Clerks.

    def next(self, id: int, finished: int | None, key: str | None) -> tuple[Ticket | None, Ticket | None]:
        return self.once(key, ("next", id), finished, lambda: self._next(id, finished))

    def _next(self, id: int, finished: int | None) -> tuple[Ticket | None, Ticket | None]:
        window = self.windows[id]
        self._check_open(window)
        if window.number != finished:
            raise Refused("window_changed", window)
        served = self._leave(window, "finish", "served") if window.number else None
        absent: list[Ticket] = []
        while (called := self.room.whose_turn(window.serves, absent)) and not called.arrived:
            absent.append(called)
        if absent:
            # The turn of the first has come; the others stay where they are.
            absent[0].arrive_by = self.now + timedelta(minutes=self.city.rules.arrival_minutes)
        if called:
            self.room.count_turn(called, window.serves)
            self._call(called, window)
        return served, called

    def call(self, id: int, number: int, key: str | None) -> Ticket:
        return self.once(key, ("call", id), number, lambda: self._call_chosen(id, number))

    def _call_chosen(self, id: int, number: int) -> Ticket:
        window = self.windows[id]
        self._check_open(window)
        if number not in self.tickets:
            raise Refused("unknown_ticket")
        ticket = self.tickets[number]
        if window.number == number:
            return ticket
        if window.number:
            raise Refused("window_busy")
        if ticket.state not in MAY_BE_CALLED:
            raise Refused("move_not_allowed", ticket.state)
        return self._call(ticket, window)

    def recall(self, id: int, number: int | None, key: str | None) -> Ticket:
        return self.once(key, ("recall", id), number, lambda: self._recall(id, number))

    def _recall(self, id: int, number: int | None) -> Ticket:
        window = self.windows[id]
        self._check_open(window)
        ticket = self._believed(window, number)
        ticket.recalls += 1
        self._announce(ticket, again=True)
        return ticket

    def leave_window(self, move: str, id: int, number: int | None, key: str | None) -> Ticket:
        """`finish`, `hold` or `no_show`."""
        state = {"finish": "served", "hold": "held", "no_show": "no_show"}[move]
        return self.once(key, (move, id), number, lambda: self._settle(move, state, id, number))

    def transfer(self, id: int, number: int | None, counter: str, key: str | None) -> Ticket:
        return self.once(key, ("transfer", id), (number, counter), lambda: self._transfer(id, number, counter))

    def _transfer(self, id: int, number: int | None, counter: str) -> Ticket:
        ticket = self._settle(f"transfer to {counter}", "waiting", id, number)
        ticket.counter = counter
        return ticket

    def _settle(self, move: str, state: str, id: int, number: int | None) -> Ticket:
        window = self.windows[id]
        if window.number and number in (None, window.number):
            return self._leave(window, move, state)
        # A repetition after a lost answer: it is done already, whatever is at the window now.
        asked = self.tickets.get(number or window.last_number or 0)
        if asked and asked.left_by == (move, id):
            return asked
        self._check_open(window)
        return self._believed(window, number)

    def _leave(self, window: Window, move: str, state: str) -> Ticket:
        ticket = self.tickets[window.number or 0]
        ticket.become(state)
        ticket.left_by = move, window.id
        window.last_number, window.number = window.number, None
        return ticket

    def _check_open(self, window: Window) -> None:
        if not window.serves:
            raise Refused("window_closed")

    def _believed(self, window: Window, number: int | None) -> Ticket:
        """The ticket at an open window, if it is the one that the clerk names; they need not name one."""
        if number not in (None, window.number):
            raise Refused("window_changed", window)
        if window.number is None:
            raise Refused("window_empty")
        return self.tickets[window.number]

    def _call(self, ticket: Ticket, window: Window) -> Ticket:
        ticket.become("called")
        ticket.arrived = True
        ticket.called_at = self.now
        ticket.window = window.id
        window.number = ticket.number
        self.called[ticket.counter] = ticket.number
        self._announce(ticket, again=False)
        return ticket

    def _announce(self, ticket: Ticket, *, again: bool) -> None:
        self.calls_ever += 1
        self.calls.append(
            {
                "seq": self.calls_ever,
                "number": ticket.number,
                "counter": ticket.counter,
                "window": ticket.window,
                "at": self.now,
                "again": again,
            }
        )

    def open(self, id: int, counters: list[str], key: str | None) -> Window:
        return self.once(key, ("open", id), counters, lambda: self._serve(id, counters))

    def close(self, id: int, key: str | None) -> Window:
        return self.once(key, ("close", id), None, lambda: self._close(id))

    def _close(self, id: int) -> Window:
        if self.windows[id].number:
            raise Refused("window_busy")
        return self._serve(id, [])

    def _serve(self, id: int, counters: list[str]) -> Window:
        self.windows[id].serves = counters
        return self.windows[id]

    def pause(
        self, counter: Counter, paused: bool, only_online: bool, reason: PauseReason | None, key: str | None
    ) -> Counter:
        asks = paused, only_online, reason
        return self.once(key, ("pause", counter.id), asks, lambda: self._pause(counter, paused, only_online, reason))

    def _pause(self, counter: Counter, paused: bool, only_online: bool, reason: PauseReason | None) -> Counter:
        those = self.paused_online if only_online else self.paused
        (those.add if paused else those.discard)(counter.id)
        if not only_online:
            self.paused_for.pop(counter.id, None)
        if reason:
            self.paused_for[counter.id] = reason
        return counter

    def limit(self, counter: Counter, more: int | None, key: str | None) -> Counter:
        return self.once(key, ("limit", counter.id), more, lambda: self._limit(counter, more))

    def _limit(self, counter: Counter, more: int | None) -> Counter:
        self.left.pop(counter.id, None)
        if more is not None:
            self.left[counter.id] = more
        return counter

    def set_lobby(self, lobby: Lobby) -> Lobby:
        self.lobby = lobby
        return lobby

    def set_notices(self, notices: list[Notice]) -> list[Notice]:
        self.notices = notices
        return self.standing_notices()

    def standing_notices(self) -> list[Notice]:
        """The lines whose time is not over."""
        return [notice for notice in self.notices if notice.until is None or notice.until > self.now]

    # What a counter offers.

    def crowded(self, counter: Counter, channel: str) -> bool:
        """Whether as many of the channel wait as may. Those whose turn has passed don't take up room."""
        waiting = [t for lane in self.room.lanes([counter.id]) for t in lane if t.channel == channel]
        return counter.max_waiting is not None and len(waiting) >= counter.max_waiting

    def ticketing(self, counter: Counter) -> str:
        if self.city.status(self.office, self.now) in ("closed", "holiday"):
            return "closed"
        if counter.id in self.paused:
            return "paused"
        no_numbers = self.issued.get(counter.id) == counter.numbers[1] or self.left.get(counter.id) == 0
        return "full" if no_numbers or self.crowded(counter, "walk_in") else "open"

    def left_today(self, counter: Counter) -> int | None:
        """How many numbers it still gives, where the staff said so."""
        first, last = counter.numbers
        in_band = last - self.issued.get(counter.id, first - 1)
        return min(self.left[counter.id], in_band) if counter.id in self.left else None

    def online(self, counter: Counter) -> str | None:
        """Whether it gives numbers online; None where it never does."""
        if not counter.online or self.ticketing(counter) == "closed":
            return "closed" if counter.online else None
        return "paused" if counter.id in self.paused | self.paused_online else "open"
