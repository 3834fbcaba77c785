"""The fold: an office's state, made of the events of its log.

Folding a whole log, or one from the beginning of a day on, gives what the store holds of the office: tickets, windows,
counters, calls and the board. Only what no event has is missing: kinds of priority, languages, salts of ids, and the
records of Idempotency-Keys.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from service.domain import event as events
from service.domain.board import BoardContent, BoardWindow, Call, Notice
from service.domain.day_state import DayState
from service.domain.event import Event, TicketEvent
from service.domain.facts import CallFacts, LobbyFacts, NoticeFacts, TicketFacts, WindowFacts
from service.domain.hours import KST
from service.domain.lobby import Lobby
from service.domain.office import City, Status
from service.domain.ticket import MOVES, Channel, State

NEWEST_CALLS = 12
"""How many calls a board shows."""

Kept = TypeVar("Kept")


class BrokenLog(Exception):
    """An event can't follow those before it: the log lacks some, or a script is wrong."""


@dataclass
class OfficeState:
    """An office: its business days as far back as the events go, and where it stands."""

    epoch: str
    version: int
    seq: int
    """Of the last call, over all days."""
    day: date
    status: Status | None
    """None if nobody has looked at the office yet."""
    revision: int
    revisions: Mapping[int, City]
    """The city's configurations by their numbers."""
    notices: tuple[NoticeFacts, ...] = ()
    lobby: LobbyFacts | None = None
    """None where the staff never set it."""
    days: dict[date, DayState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.days.setdefault(self.day, DayState())

    @property
    def today(self) -> DayState:
        """The office's present business day."""
        return self.days[self.day]

    def board(self, office: str) -> BoardContent:
        """The office's board, by the city's configuration of its revision. The office must have a status."""
        assert self.status
        city, today = self.revisions[self.revision], self.today
        known = city.office(office)
        return BoardContent(
            office=office,
            epoch=self.epoch,
            version=self.version,
            day=self.day,
            status=self.status,
            counters=[
                today.counter(counter.id).on_board(counter, self.status, city.rules.priority_in_a_row)
                for counter in known.counters
            ],
            windows=[
                BoardWindow(id=window.id, state=at.state, counter=at.counter, number=at.number)
                for window in known.windows
                for at in [today.windows.get(window.id, WindowFacts())]
            ],
            calls=[
                Call(**{**call.model_dump(), "at": datetime.fromtimestamp(call.at // 1000, KST)})
                for call in today.calls
            ],
            notices=[Notice.of(**notice.model_dump()) for notice in self.notices],
            lobby=Lobby.of(self.lobby),
            revision=self.revision,
        )


def fold(log: Iterable[Event], revisions: Mapping[int, City]) -> OfficeState:
    """The state after these events of one office. `revisions` has the city's configurations that they name.

    The first event must be the office's bootstrap, its taking over, or the end of a day. Raises BrokenLog.
    """
    state: OfficeState | None = None
    for event in log:
        state = _begin(event, revisions) if state is None else apply(state, event)
    if state is None:
        raise BrokenLog("there are no events")
    return state


def _begin(event: Event, revisions: Mapping[int, City]) -> OfficeState:
    match event:
        case events.Bootstrap():
            state = _state_of(event, revisions, event.seq, event.day)
        case events.EndOfDay():
            state = _state_of(event, revisions, event.seq, event.next_day, event.status)
            state.notices, state.lobby = event.notices, event.lobby
        case events.TakeOver():
            state = _state_of(event, revisions, event.seq, event.day, event.status)
            state.days[event.day] = DayState(
                tickets={ticket.number: ticket for ticket in event.tickets},
                windows=dict(event.windows),
                calls=list(event.calls),
                issued=dict(event.issued),
                called=dict(event.called),
                online=dict(event.online),
                streak=dict(event.streak),
                paused=set(event.paused),
            )
        case _:
            raise BrokenLog(f"a fold can't begin with {event.kind}")
    return state


def _state_of(
    event: Event, revisions: Mapping[int, City], seq: int, day: date, status: Status | None = None
) -> OfficeState:
    return OfficeState(event.epoch, event.version, seq, day, status, event.revision, revisions)


def apply(state: OfficeState, event: Event) -> OfficeState:
    """The state after one more event, which is `state` itself, changed. Raises BrokenLog."""
    if event.day != state.day or (event.epoch != state.epoch and not isinstance(event, events.Failover)):
        raise BrokenLog(f"{event.kind} is of {event.epoch} on {event.day}, after {state.epoch} on {state.day}")
    if event.version - state.version not in (0, 1):
        raise BrokenLog(f"{event.kind} is of version {event.version}, after {state.version}")
    before, state.version, state.revision = state.revision, event.version, event.revision
    today = state.today
    match event:
        case events.Open():
            at = today.windows.get(event.window, WindowFacts())
            doing = "serving" if at.number else "idle"
            today.windows[event.window] = at.model_copy(update={"state": doing, "counters": event.counters})
        case events.Close():
            at = today.windows.get(event.window, WindowFacts())
            today.windows[event.window] = WindowFacts(last=at.last)
        case events.Pause(only_online=True):
            today.paused_online.add(event.counter)
        case events.Resume(only_online=True):
            today.paused_online.discard(event.counter)
        case events.Pause():
            today.paused.add(event.counter)
            _put(today.paused_for, event.counter, event.reason)
        case events.Resume():
            today.paused.discard(event.counter)
            _put(today.paused_for, event.counter, None)
        case events.Limit():
            _put(today.left, event.counter, event.left)
        case events.Notices():
            state.notices = event.notices
        case events.Lobby():
            state.lobby = event.lobby
        case events.Revise():
            if event.before != before:
                raise BrokenLog(f"revision {event.revision} follows {event.before}, after {before}")
        case events.Status():
            state.status = event.status
        case events.Failover():
            state.epoch = event.epoch
            today.issued.update({counter: number for counter, (_, number) in event.issued.items()})
        case events.EndOfDay():
            for number, ticket in today.tickets.items():
                today.tickets[number] = ticket.model_copy(update={"confirmed": False, "arrive_by": None})
            state.day = event.next_day
            state.days[state.day] = DayState()
        case events.Bootstrap() | events.TakeOver():
            raise BrokenLog(f"{event.kind} comes after other events")
        case _:
            _apply_to_ticket(state, event)
    return state


def _put(kept: dict[str, Kept], counter: str, value: Kept | None) -> None:
    """Keeps what is said of a counter; None: nothing any more."""
    kept.pop(counter, None)
    if value is not None:
        kept[counter] = value


def _apply_to_ticket(state: OfficeState, event: TicketEvent) -> None:
    today, ticket = state.today, event.ticket
    before = today.tickets.get(ticket.number)
    _check(event, before)
    match event:
        case events.Issue():
            today.issued[ticket.counter] = ticket.number
            if ticket.counter in today.left:
                today.left[ticket.counter] -= 1
            if ticket.channel == Channel.ONLINE:
                today.online[ticket.counter] = today.online.get(ticket.counter, 0) + 1
            else:
                minute = event.at // 60_000
                today.walk_ins = today.walk_ins + 1 if today.minute == minute else 1
                today.minute = minute
        case events.Call():
            id, window = _window_of(today, event, occupant=None)
            if event.in_turn:
                _count_streak(today, ticket, window)
            today.called[ticket.counter] = ticket.number
            _put_on_board(state, event, id, again=False)
            serving = {"state": "serving", "number": ticket.number, "counter": ticket.counter}
            today.windows[id] = window.model_copy(update=serving)
        case events.Recall():
            id, _ = _window_of(today, event, occupant=ticket.number)
            _put_on_board(state, event, id, again=True)
        case events.Finish() | events.Hold() | events.NoShow() | events.Transfer():
            id, window = _window_of(today, event, occupant=ticket.number)
            idle = {"state": "idle", "number": None, "counter": None, "last": ticket.number}
            today.windows[id] = window.model_copy(update=idle)
    today.tickets[ticket.number] = ticket


def _check(event: TicketEvent, before: TicketFacts | None) -> None:
    """Raises BrokenLog unless the event can follow the ticket's state before it."""
    if isinstance(event, events.Issue):
        if before is not None:
            raise BrokenLog(f"{event.ticket.number} was issued twice on {event.day}")
        return
    starts = (State.WAITING,) if isinstance(event, events.Pass) else MOVES[event.kind][0]
    if before is None or before.state not in starts:
        raise BrokenLog(f"{event.kind} of {event.ticket.number} after it was {before and before.state}")


def _window_of(today: DayState, event: TicketEvent, *, occupant: int | None) -> tuple[int, WindowFacts]:
    """The window of the event's ticket. Raises BrokenLog unless it is open, with this number there, or nobody."""
    id, number = event.ticket.window, event.ticket.number
    window = today.windows.get(id, WindowFacts()) if id is not None else WindowFacts()
    if id is None or window.state == "closed" or window.number != occupant:
        raise BrokenLog(f"{event.kind} of {number} at window {id}, which was {window.state} with {window.number}")
    return id, window


def _count_streak(today: DayState, ticket: TicketFacts, window: WindowFacts) -> None:
    """A call in turn counts at every counter that the window serves. Those in front count nowhere."""
    for counter in window.counters:
        if ticket.lane == "priority":
            today.streak[counter] = today.streak.get(counter, 0) + 1
        elif ticket.lane == "normal":
            today.streak.pop(counter, None)


def _put_on_board(state: OfficeState, event: events.Call | events.Recall, window: int, *, again: bool) -> None:
    ticket = event.ticket
    state.seq = event.seq
    state.today.calls.append(
        CallFacts(
            seq=event.seq,
            number=ticket.number,
            counter=ticket.counter,
            window=window,
            at=event.at,
            again=again,
        )
    )
    del state.today.calls[:-NEWEST_CALLS]
