"""Facts of an office's tickets, windows, calls and texts, as events have them. Moments are epoch milliseconds."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.domain.ticket import Channel, State

Lane = Literal["front", "priority", "normal"]


class Facts(BaseModel):
    # A member that nobody declared might be one that must not be kept.
    model_config = ConfigDict(frozen=True, extra="forbid")


class TicketFacts(Facts):
    """A ticket, without what must not be kept."""

    number: int
    counter: str
    channel: Channel
    people: int
    state: State
    lane: Lane
    order: int
    """Its seniority in the office: lower numbers were issued earlier."""
    arrived: bool
    confirmed: bool
    """Its priority counts; without one, false."""
    issued_at: int
    first_called_at: int | None = None
    called_at: int | None = None
    window: int | None = None
    """The window that it was last called to."""
    windows: tuple[int, ...] = ()
    """Every window that it was called to, in order; a recall is no call."""
    recalls: int
    arrive_by: int | None = None
    """Until when it keeps its place, once its turn has passed."""
    last_move: str | None = None


class WindowFacts(Facts):
    """A window."""

    state: Literal["closed", "idle", "serving"] = "closed"
    counters: tuple[str, ...] = ()
    number: int | None = None
    counter: str | None = None
    last: int | None = None
    """The number that left it last."""


class CallFacts(Facts):
    """An entry of the board's calls."""

    seq: int
    number: int
    counter: str
    window: int
    at: int
    again: bool


class TextFacts(Facts):
    """A text for people, such as why a counter is paused."""

    ko: str
    en: str


class LobbyFacts(Facts):
    """How the screens of an office speak and show, as `domain.lobby.Lobby` says it. A list that is empty is absent."""

    languages: tuple[str, ...]
    voice: tuple[str, ...] = ()
    volume: int
    quiet_hours: tuple[tuple[str, str], ...] = ()
    qr: bool
    nearby: bool = True
    """Settings that were made before there was a choice don't say it."""


class NoticeFacts(Facts):
    """A line on the office's screens."""

    ko: str
    en: str
    until: int | None = None
    """When it goes; None: when the staff take it down."""
