"""What a clerk does at a window.

Every call can be repeated: with its Idempotency-Key it is answered as the first time, a refusal too.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypedDict

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel, ConfigDict, Field

from service.domain import office as city
from service.domain.board import MovedTicket, MovedWindow, Pressed
from service.domain.conflicts import MoveNotAllowed, WindowBusy, WindowChanged, WindowClosed, WindowEmpty
from service.domain.errors import (
    Forbidden,
    IdempotencyKeyReused,
    Invalid,
    UnknownCounter,
    UnknownOffice,
    UnknownTicket,
    UnknownWindow,
)
from service.domain.fields import WHOLE
from service.domain.request_errors import BodyTooLarge
from service.domain.staff import Actor, Permission
from service.web.auth import STAFF_ERRORS, require
from service.web.context import API, InContext, TheOffice
from service.web.direct_route import DirectRoute
from service.web.holder import IdempotencyKey
from service.web.problems import documented

router = APIRouter(prefix=API + "/offices/{office}", tags=["clerk"], route_class=DirectRoute)

_ALWAYS = (UnknownOffice, UnknownWindow, *STAFF_ERRORS, Forbidden, Invalid, BodyTooLarge)
_MOVED = (WindowChanged, WindowClosed, WindowEmpty)
_KEYED = (IdempotencyKeyReused,)
_AT_WINDOW = documented(*_ALWAYS, *_KEYED, *_MOVED)


Number = Annotated[int, Field(strict=True, ge=1, le=99_999), WHOLE]
"""A ticket's number."""


TheActor = Annotated[Actor, require(Permission.SERVE)]
"""The member of staff who presses."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NextRequest(_Request):
    finished: Number | None = Field(description="The number that the clerk sees at the window; null for nobody.")


class AtWindowRequest(_Request):
    number: Number | None = Field(
        default=None, description="The number that the clerk sees at the window: another is refused."
    )


class TransferRequest(AtWindowRequest):
    counter: str = Field(max_length=100)


class CallRequest(_Request):
    number: Number


class OpenRequest(_Request):
    counters: list[Annotated[str, Field(max_length=100)]] | None = Field(
        default=None,
        max_length=100,
        description="What the window serves; its counters of the city's file where absent.",
    )


async def _window(window: int, office: TheOffice) -> city.Window:
    return office.window(window)


TheWindow = Annotated[city.Window, Depends(_window)]


@dataclass
class Press:
    """A request at a window: who presses, and the Idempotency-Key."""

    actor: TheActor
    office: TheOffice
    window: TheWindow
    context: InContext
    idempotency_key: IdempotencyKey = None

    @property
    def named(self) -> "_Named":
        """Who presses, and the key, as every method of `Windows` takes them."""
        return {"by": self.actor, "key": self.idempotency_key}


class _Named(TypedDict):
    by: Actor
    key: str | None


ThePress = Annotated[Press, Depends()]
Believed = Annotated[AtWindowRequest | None, Body()]


async def _move(
    move: Callable[..., Awaitable[MovedTicket]], press: Press, wanted: AtWindowRequest | None
) -> MovedTicket:
    return await move(press.office, press.window.id, wanted.number if wanted else None, **press.named)


@router.post("/windows/{window}/next", responses=documented(*_ALWAYS, *_KEYED, WindowChanged, WindowClosed))
async def next(press: ThePress, wanted: NextRequest) -> Pressed:
    """Finishes the ticket at the window and calls the one whose turn it is."""
    return await press.context.windows.next(press.office, press.window.id, wanted.finished, **press.named)


@router.post("/windows/{window}/recall", responses=_AT_WINDOW)
async def recall(press: ThePress, wanted: Believed = None) -> MovedTicket:
    """Calls the holder at the window once more; with the same Idempotency-Key it is the same recall."""
    return await _move(press.context.windows.recall, press, wanted)


@router.post("/windows/{window}/no-show", responses=_AT_WINDOW)
async def no_show(press: ThePress, wanted: Believed = None) -> MovedTicket:
    """The holder did not come. `call` takes the ticket back if they do."""
    return await _move(press.context.windows.no_show, press, wanted)


@router.post("/windows/{window}/hold", responses=_AT_WINDOW)
async def hold(press: ThePress, wanted: Believed = None) -> MovedTicket:
    """Sets the ticket aside. `call` takes it back."""
    return await _move(press.context.windows.hold, press, wanted)


@router.post("/windows/{window}/finish", responses=_AT_WINDOW)
async def finish(press: ThePress, wanted: Believed = None) -> MovedTicket:
    """The ticket at the window is served; nobody is called."""
    return await _move(press.context.windows.finish, press, wanted)


@router.post("/windows/{window}/transfer", responses=documented(*_ALWAYS, *_KEYED, *_MOVED, UnknownCounter))
async def transfer(press: ThePress, wanted: TransferRequest) -> MovedTicket:
    """The ticket waits for another counter, with its number and seniority."""
    return await press.context.windows.transfer(
        press.office,
        press.window.id,
        wanted.number,
        press.office.counter(wanted.counter),
        **press.named,
    )


@router.post(
    "/windows/{window}/call",
    responses=documented(*_ALWAYS, *_KEYED, UnknownTicket, WindowClosed, WindowBusy, MoveNotAllowed),
)
async def call(press: ThePress, wanted: CallRequest) -> MovedTicket:
    """Calls a chosen ticket to the idle window; takes back who was held or didn't show."""
    return await press.context.windows.call(press.office, press.window.id, wanted.number, **press.named)


@router.post("/windows/{window}/open", responses=documented(*_ALWAYS, *_KEYED, UnknownCounter))
async def open(press: ThePress, wanted: Annotated[OpenRequest | None, Body()] = None) -> MovedWindow:
    """A clerk sits down; whoever is at the window stays."""
    named = (wanted.counters if wanted else None) or press.window.counters
    counters = [press.office.counter(id).id for id in dict.fromkeys(named)]
    return await press.context.windows.open(press.office, press.window.id, counters, **press.named)


@router.post("/windows/{window}/close", responses=documented(*_ALWAYS, *_KEYED, WindowBusy))
async def close(press: ThePress) -> MovedWindow:
    """Nobody is called to the window any more."""
    return await press.context.windows.close(press.office, press.window.id, **press.named)
