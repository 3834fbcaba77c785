"""Events: what happened in an office, one class a kind. The office's log is a stream of them.

An event says all that its readers need, so that most of them need no memory: who did it, when, under which revision of
the city, and the ticket as it was afterwards. What must not outlive the day stays out: the kind of a priority, the
language, and the salt of a ticket's id. `domain/fold.py` makes an office's state of its events again. Events of
no office's queue are in city_event.py.

    _OfficeEvent
      _OfTicket: Issue Arrive Pass Lapse Call Recall Finish Hold NoShow Transfer Cancel Expire CloseOut
      Open Close Pause Resume Limit Status Notices Lobby Revise EndOfDay
      Bootstrap TakeOver Failover

The scripts of store/lua write them (lua/lib/events.lua). Moments are epoch milliseconds.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from service.domain import office
from service.domain.city_event import CityEvent
from service.domain.facts import CallFacts, Facts, LobbyFacts, NoticeFacts, TextFacts, TicketFacts, WindowFacts


class _OfficeEvent(Facts):
    epoch: str
    version: int
    """The office's version after the change; events of one change share it."""
    at: int
    """When it was written. What was due earlier says so in `due`."""
    day: date
    """The business day that it belongs to."""
    revision: int
    """Of the city's configuration."""
    actor: str
    """As `domain.staff.Actor` writes it."""


class _OfTicket(_OfficeEvent):
    ticket: TicketFacts
    """As it was afterwards."""


class Issue(_OfTicket):
    """A number was given."""

    kind: Literal["issue"]


class Arrive(_OfTicket):
    """The holder of an online ticket is here, or a priority was confirmed."""

    kind: Literal["arrive"]


class Pass(_OfTicket):
    """Its turn came before its holder; it is called next if they come before `ticket.arrive_by`."""

    kind: Literal["pass"]
    window: int
    """The one that it would have been called to."""


class Lapse(_OfTicket):
    """Its holder did not come in time."""

    kind: Literal["lapse"]
    due: int


class Call(_OfTicket):
    """It was called to `ticket.window`."""

    kind: Literal["call"]
    seq: int
    in_turn: bool
    """`next` called it; else staff chose it by its number."""


class Recall(_OfTicket):
    """Its holder was called once more."""

    kind: Literal["recall"]
    seq: int


class Finish(_OfTicket):
    """It was served."""

    kind: Literal["finish"]


class Hold(_OfTicket):
    """It was parked."""

    kind: Literal["hold"]


class NoShow(_OfTicket):
    """It was called, and its holder did not come."""

    kind: Literal["no_show"]


class Transfer(_OfTicket):
    """It waits for another counter, `ticket.counter`."""

    kind: Literal["transfer"]
    from_counter: str


class Cancel(_OfTicket):
    """It was given up."""

    kind: Literal["cancel"]


class Expire(_OfTicket):
    """It still waited, or was held, when the day ended."""

    kind: Literal["expire"]
    due: int


class CloseOut(_OfTicket):
    """It was at a window when the day ended, and counts as served."""

    kind: Literal["close_out"]
    due: int


class Open(_OfficeEvent):
    """A clerk sat down, or serves other counters from now on."""

    kind: Literal["open"]
    window: int
    counters: tuple[str, ...]


class Close(_OfficeEvent):
    """A window closed."""

    kind: Literal["close"]
    window: int


class Pause(_OfficeEvent):
    """A counter stopped giving numbers, or stopped for another reason."""

    kind: Literal["pause"]
    counter: str
    only_online: Literal[True] | None = None
    """It still gives numbers to walk-ins."""
    reason: TextFacts | None = None
    """What people are told; None where nobody said why."""


class Resume(_OfficeEvent):
    """A counter gives numbers again."""

    kind: Literal["resume"]
    counter: str
    only_online: Literal[True] | None = None
    """It gives numbers online again; whether walk-ins get numbers is another matter."""


class Limit(_OfficeEvent):
    """The staff said how many numbers a counter still gives on this day."""

    kind: Literal["limit"]
    counter: str
    left: int | None = None
    """Counted down by every number that it gives from now on; None: there is no such limit any more."""


class Status(_OfficeEvent):
    """The office opened, broke for lunch or closed."""

    kind: Literal["status"]
    status: office.Status


class Notices(_OfficeEvent):
    """From now on the office's screens show these lines, and no other ones."""

    kind: Literal["notices"]
    notices: tuple[NoticeFacts, ...] = ()


class Lobby(_OfficeEvent):
    """From now on the office's screens speak and show like this."""

    kind: Literal["lobby"]
    lobby: LobbyFacts


class Revise(_OfficeEvent):
    """Another revision of the city's configuration is in force here: the event's `revision`."""

    kind: Literal["revise"]
    before: int
    """The revision that was; 0 where none was known."""


class EndOfDay(_OfficeEvent):
    """The business day is over. A fold can begin after it."""

    kind: Literal["end_of_day"]
    due: int
    next_day: date
    seq: int
    """Of the last call."""
    status: office.Status | None = None
    """None if nobody has looked at the office yet."""
    tickets: int
    """How many numbers the day's tickets have in the store."""
    issued: dict[str, int]
    """The last number of each counter that gave one."""
    notices: tuple[NoticeFacts, ...] = ()
    """Of the office's screens."""
    lobby: LobbyFacts | None = None
    """How these speak and show; None where the staff never set it."""


class Bootstrap(_OfficeEvent):
    """The office was set up in an empty store, in `epoch`."""

    kind: Literal["bootstrap"]
    generation: str
    """Of the store: one that was lost and set up again has another."""
    seq: int


class TakeOver(_OfficeEvent):
    """A store of an earlier version, whose log can't be folded, goes on from this state."""

    kind: Literal["take_over"]
    seq: int
    status: office.Status | None = None
    tickets: tuple[TicketFacts, ...] = ()
    windows: dict[int, WindowFacts]
    calls: tuple[CallFacts, ...] = ()
    issued: dict[str, int]
    called: dict[str, int]
    online: dict[str, int]
    streak: dict[str, int]
    paused: tuple[str, ...] = ()


class Failover(_OfficeEvent):
    """The store changed and may lack events; numbers go on after every one that somebody may hold."""

    kind: Literal["failover"]
    previous_epoch: str
    last_id: str
    """The stream id of the last event of the epoch before that is in the log; 0-0 if there is none."""
    epochs: int
    """How many failovers there have been."""
    replid: str
    """The server that it is on now."""
    issued: dict[str, tuple[int, int]]
    """For each counter that skipped numbers: the last one in the store, or the one before its band where there is none,
    and the one after which it goes on."""


TicketEvent = (
    Issue | Arrive | Pass | Lapse | Call | Recall | Finish | Hold | NoShow | Transfer | Cancel | Expire | CloseOut
)
Event = (
    TicketEvent
    | Open
    | Close
    | Pause
    | Resume
    | Limit
    | Status
    | Notices
    | Lobby
    | Revise
    | EndOfDay
    | Bootstrap
    | TakeOver
    | Failover
)

_ADAPTER: TypeAdapter[Event | CityEvent] = TypeAdapter(Annotated[Event | CityEvent, Field(discriminator="kind")])


def parse(text: bytes | str) -> Event | CityEvent:
    """The event of a log entry's JSON. Raises pydantic's ValidationError for what is none."""
    return _ADAPTER.validate_json(text)
