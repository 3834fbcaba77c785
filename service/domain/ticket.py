"""A ticket: one person's place in one counter's sequence on one business day.

`MOVES` is the only list of allowed moves; the store's Lua scripts are generated with it, so that they allow exactly
these.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from service.domain.freshness import WithFreshness
from service.domain.wait import Wait


class State(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    HELD = "held"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Channel(StrEnum):
    WALK_IN = "walk_in"
    ONLINE = "online"


class Priority(StrEnum):
    """Who is interleaved (우선배려). Kept only for the day: it says something of the person."""

    NONE = "none"
    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    INFANT = "infant"


MOVES: dict[str, tuple[frozenset[State], State]] = {
    "call": (frozenset({State.WAITING, State.HELD, State.NO_SHOW}), State.CALLED),
    "recall": (frozenset({State.CALLED}), State.CALLED),
    "finish": (frozenset({State.CALLED}), State.SERVED),
    "hold": (frozenset({State.CALLED}), State.HELD),
    "no_show": (frozenset({State.CALLED}), State.NO_SHOW),
    "transfer": (frozenset({State.CALLED}), State.WAITING),
    "arrive": (frozenset({State.WAITING}), State.WAITING),
    "lapse": (frozenset({State.WAITING}), State.NO_SHOW),
    "cancel": (frozenset({State.WAITING, State.HELD}), State.CANCELLED),
    "expire": (frozenset({State.WAITING, State.HELD}), State.EXPIRED),
    "close_out": (frozenset({State.CALLED}), State.SERVED),
}
"""move -> (states it starts from, state it ends in). Any other start is refused with `move_not_allowed`."""


class Ticket(BaseModel):
    """What its holder, and the staff of its office, see of a ticket."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="An unguessable capability: who has it, holds the ticket.")
    office: str
    counter: str
    day: date = Field(description="The business day (Asia/Seoul) that the number belongs to.")
    number: int = Field(description="What is printed and called; unique in its office for the day.")
    state: State
    channel: Channel
    priority: Priority
    people: int = Field(description="How many people it stands for.")
    priority_confirmed: bool = Field(
        description="Its priority counts. One that was claimed online counts once the kiosk or the staff confirm it."
    )
    arrived: bool = Field(description="Its holder is in the office; always true for `walk_in`.")
    ahead: int | None = Field(description="Waiting: how many are called before it. Called: 0. Otherwise null.")
    wait: Wait | None = Field(description="Null where it can't honestly be said.")
    issued_at: datetime
    called_at: datetime | None = Field(description="When it was last called; a recall isn't a call.")
    window: int | None = Field(description="The window that it was last called to.")
    recalls: int = Field(description="How often its holder was called again.")
    turn_passed: bool = Field(description="Its turn came before its holder had arrived; it is called next on arrival.")
    arrive_by: datetime | None = Field(description="Until when it keeps its place, once its turn has passed.")


class TicketContent(Ticket):
    """What a ticket's socket says of it, without how old that is."""

    # What has a default is in every frame all the same.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    type: Literal["ticket"] = "ticket"

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketContent":
        return cls.model_construct(type="ticket", **dict(ticket))


class TicketFrame(TicketContent, WithFreshness):
    """A ticket as its holder's socket sends it."""
