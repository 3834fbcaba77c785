"""The board (대기현황): everything a screen shows of one office at one moment. No personal data, ever."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from service.domain.facts import TextFacts
from service.domain.freshness import WithFreshness
from service.domain.hours import KST
from service.domain.line import Line
from service.domain.lobby import Lobby
from service.domain.office import Counter, Status
from service.domain.ticket import Channel, Priority, State, Ticket
from service.domain.wait import Wait

Ticketing = Literal["open", "paused", "full", "closed"]
OnlineTicketing = Literal["open", "paused", "closed"]
WindowState = Literal["closed", "idle", "serving"]


class _Frozen(BaseModel):
    # What has a default is in every answer all the same.
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class PauseReason(_Frozen):
    """Why a counter is paused, as the staff say it to people."""

    ko: str
    en: str


class BoardCounter(_Frozen):
    id: str
    waiting: int = Field(description="Who would be called before someone who takes a ticket now.")
    called: int | None = Field(description="The number called last, null before the first call of the day.")
    issued: int | None = Field(description="The number given last, null before the first ticket of the day.")
    ticketing: Ticketing
    paused_for: PauseReason | None = Field(
        description="Why it is paused; null where it isn't, or where nobody said why."
    )
    left: int | None = Field(
        description="How many numbers it still gives today, online ones included, where the staff set a limit; null "
        "where they did not. At 0 `ticketing` is `full`."
    )
    online: OnlineTicketing | None = Field(description="Whether it gives numbers online; null where it never does.")
    wait: Wait | None = Field(description="What a ticket taken now would wait; null where it can't honestly be said.")


def no_wait(_counter: str, _ahead: int) -> None:
    """The wait at a counter where none can be said."""


class CounterState(NamedTuple):
    """What an office knows of a counter."""

    line: Line
    called: int | None
    issued: int | None
    paused: bool
    paused_online: bool
    paused_for: TextFacts | None
    left: int | None
    """As the staff's limit says, whatever numbers its band still has."""
    walk_ins_waiting: int

    def on_board(
        self, counter: Counter, status: Status, in_a_row: int, wait_of: Callable[[str, int], Wait | None] = no_wait
    ) -> BoardCounter:
        """What a board shows of it. `in_a_row`: how many priority tickets are called before a normal one. `wait_of`
        estimates the wait at a counter for somebody with so many of its tickets ahead."""
        ticketing = self._ticketing(counter, status)
        reason = self.paused_for if ticketing == "paused" else None
        return BoardCounter(
            id=counter.id,
            waiting=(waiting := self.line.before_newcomer(in_a_row)),
            called=self.called,
            issued=self.issued,
            ticketing=ticketing,
            paused_for=PauseReason(**reason.model_dump()) if reason else None,
            left=None if self.left is None else min(self.left, self._numbers_left(counter)),
            online=self._online(status) if counter.online else None,
            wait=wait_of(counter.id, waiting),
        )

    def _online(self, status: Status) -> OnlineTicketing:
        if status in ("closed", "holiday"):
            return "closed"
        return "paused" if self.paused or self.paused_online else "open"

    def _numbers_left(self, counter: Counter) -> int:
        """How many numbers its band has."""
        first, last = counter.numbers
        return max(0, last - max(self.issued or 0, first - 1))

    def _ticketing(self, counter: Counter, status: Status) -> Ticketing:
        """Whether the counter gives numbers to walk-ins."""
        if status in ("closed", "holiday"):
            return "closed"
        if self.paused:
            return "paused"
        used_up = self.left == 0 or self._numbers_left(counter) == 0
        return "full" if used_up or (counter.max_waiting and self.walk_ins_waiting >= counter.max_waiting) else "open"


class BoardWindow(_Frozen):
    id: int
    state: WindowState
    counter: str | None = Field(description="The counter of the ticket at the window.")
    number: int | None = Field(description="The number at the window.")


class Call(_Frozen):
    seq: int = Field(description="Counts the office's calls; a screen announces each once.")
    number: int
    counter: str
    window: int
    at: datetime
    again: bool = Field(description="A recall.")


class WaitsKey(NamedTuple):
    """What the waits of a board are made of."""

    version: str = ""
    """Of the models that they are estimated with; "" for none."""
    minute: int = 0
    """In which they were estimated, in minutes since the epoch; 0 where none are said."""


class BoardKey(NamedTuple):
    """All that a board is made of: boards of one office with equal keys show the same.

    The version counts changes of the notices and of the lobby settings too.
    """

    epoch: str
    version: int
    status: Status
    revision: int
    """Of the city's configuration."""
    waits: WaitsKey


class Notice(_Frozen):
    ko: str
    en: str
    until: datetime | None = Field(description="When it goes; null: when the staff take it down.")

    @classmethod
    def of(cls, ko: str, en: str, until: int | None = None) -> "Notice":
        """The same, with `until` in epoch milliseconds."""
        return cls(ko=ko, en=en, until=None if until is None else datetime.fromtimestamp(until / 1000, KST))


class BoardContent(_Frozen):
    """What a board shows, without how old it is."""

    type: Literal["board"] = "board"
    office: str
    epoch: str = Field(description="Another epoch than the last frame's always wins: the store was rebuilt.")
    version: int = Field(description="Within an epoch, the higher version is the newer board.")
    day: date
    status: Status
    counters: list[BoardCounter]
    windows: list[BoardWindow]
    calls: list[Call] = Field(description="The newest last, at most 12.")
    notices: list[Notice] = Field(description="Lines that the office shows on its screens.")
    lobby: Lobby
    revision: int = Field(
        description="Of the city's configuration. If GET /offices said another one for this office, read it again."
    )

    def key(self, waits: WaitsKey) -> BoardKey:
        """What it is made of, with these waits."""
        return BoardKey(self.epoch, self.version, self.status, self.revision, waits)


class Board(BoardContent, WithFreshness):
    """A board, and how old it is."""


class Window(_Frozen):
    """A window as its clerk sees it."""

    id: int
    state: WindowState
    counters: list[str] = Field(description="What it serves; none while it is closed.")
    counter: str | None = Field(description="The counter of the ticket at the window.")
    number: int | None = Field(description="The number at the window.")
    ticket: Ticket | None


class OfState(_Frozen):
    """The state of the office that an answer is of: a board or staff view of an older one is from before the answer."""

    epoch: str
    version: int


class MovedTicket(Ticket, OfState):
    """A ticket after a clerk's move."""


class MovedWindow(Window, OfState):
    """A window after it was opened or closed."""


class Pressed(OfState):
    """What one press of "next" did."""

    finished: Ticket | None
    called: Ticket | None


class StaffWindow(Window):
    """A window, and whom it calls next."""

    line: list[int] = Field(
        description="Whom `next` calls here, press after press, if nobody comes or leaves: numbers of those who are in "
        "the office, the first of them. Empty while it is closed."
    )
    forgotten: bool = Field(
        description="The ticket has been here for much longer than such tickets take. Nothing is learnt of it, and the "
        "console asks whether it is finished."
    )


class StaffCounter(_Frozen):
    """How many wait at a counter, listed or not."""

    id: str
    here: int = Field(description="They wait in the office.")
    absent: int = Field(description="Their holders have not arrived: `next` steps over them.")


class StaffTicket(_Frozen):
    """A ticket in the staff's list: without the holder's capability."""

    number: int
    counter: str
    state: State
    channel: Channel
    priority: Priority
    people: int = Field(description="How many people it stands for.")
    priority_confirmed: bool
    arrived: bool
    turn_passed: bool
    arrive_by: datetime | None = Field(description="Until when it keeps its place, once its turn has passed.")
    issued_at: datetime
    called_at: datetime | None
    window: int | None
    recalls: int


class StaffViewContent(_Frozen):
    """All that the staff of one office work with, without how old it is."""

    type: Literal["desk"] = "desk"
    office: str
    epoch: str
    version: int
    board: BoardContent
    windows: list[StaffWindow]
    counters: list[StaffCounter]
    held: int = Field(description="How many are held, listed or not.")
    no_shows: int = Field(description="How many are no-shows, listed or not.")
    tickets: list[StaffTicket] = Field(
        description="The called; the first who wait and the first of the absent, by seniority; the first held; the "
        "newest no-shows, the newest first."
    )


class StaffView(StaffViewContent, WithFreshness):
    """All that the staff of one office work with, and how old it is."""
