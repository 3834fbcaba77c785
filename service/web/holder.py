"""What holders and kiosks do: take a number, look at it, arrive, give it up."""

from typing import Annotated

from fastapi import APIRouter, Body, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from service.domain.conflicts import (
    CounterFull,
    CounterPaused,
    LimitReached,
    MoveNotAllowed,
    NumbersUsedUp,
    OfficeClosed,
    OnlineQuotaUsedUp,
)
from service.domain.errors import (
    Forbidden,
    IdempotencyKeyReused,
    Invalid,
    NotOnline,
    TooManyTickets,
    Unauthenticated,
    UnknownCounter,
    UnknownOffice,
    UnknownTicket,
    WeakIdempotencyKey,
)
from service.domain.request_errors import BodyTooLarge
from service.domain.staff import HOLDER, Permission
from service.domain.ticket import Channel, Priority, Ticket
from service.web.access import Caller, access
from service.web.auth import AskingDevice, actor_at, check, find_staff
from service.web.context import API, InContext, TheCounter, TheOffice, address_of
from service.web.direct_route import DirectRoute, json_response
from service.web.problems import documented, header

router = APIRouter(prefix=API, tags=["tickets"], route_class=DirectRoute)

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        description="Random, a UUID say. Repeat it with the same request when the answer was lost.",
    ),
]


STRONG_KEY = 22
"""Characters of an Idempotency-Key that can't be guessed: 128 random bits in base64url."""


class TicketRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channel: Channel = Channel.WALK_IN
    priority: Priority = Field(
        default=Priority.NONE,
        description="Claimed online, it counts once the kiosk or the staff confirm it at arrival.",
    )
    people: int = Field(default=1, ge=1, le=9, strict=True, description="How many people it stands for.")
    lang: str = Field(
        default="ko",
        pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        description="The holder's language, a BCP 47 tag.",
    )


class ArriveRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    priority: Priority | None = Field(
        default=None, description="From the kiosk or the staff: confirms that this counts, `none` that nothing does."
    )


@router.post(
    "/offices/{office}/counters/{counter}/tickets",
    status_code=201,
    response_model=Ticket,
    responses={
        **documented(
            UnknownOffice,
            UnknownCounter,
            Unauthenticated,
            Forbidden,
            NotOnline,
            OfficeClosed,
            CounterPaused,
            CounterFull,
            NumbersUsedUp,
            LimitReached,
            OnlineQuotaUsedUp,
            TooManyTickets,
            IdempotencyKeyReused,
            WeakIdempotencyKey,
            Invalid,
            BodyTooLarge,
        ),
        201: {
            "description": "The ticket; for a repeated Idempotency-Key the one of the first time.",
            "headers": {"Location": header("Where the ticket is from now on.")},
        },
    },
    openapi_extra=access(Caller.ANONYMOUS, permission=Permission.ISSUE_TICKETS),
)
async def issue(
    office: TheOffice,
    counter: TheCounter,
    device: AskingDevice,
    context: InContext,
    request: Request,
    wanted: Annotated[TicketRequest | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """A number: for a kiosk (`walk_in`), or for anyone where the counter gives them `online`."""
    wanted = wanted or TicketRequest()
    if device:
        check(device, Permission.ISSUE_TICKETS, office.id)
    if wanted.channel is Channel.WALK_IN and device is None:
        raise Unauthenticated("Walk-in numbers are given by the office's kiosk: send its device key.")
    if wanted.channel is Channel.ONLINE and not counter.online:
        raise NotOnline
    if device is None and idempotency_key and len(idempotency_key) < STRONG_KEY:
        raise WeakIdempotencyKey
    ticket = await context.tickets.issue(
        office,
        counter,
        wanted.channel,
        wanted.priority,
        wanted.lang,
        people=wanted.people,
        by=device.actor if device else HOLDER,
        key=idempotency_key,
        # A kiosk's online numbers are its office's doing.
        address="" if device else address_of(request.scope, context),
    )
    return json_response(ticket, 201, {"Location": f"{API}/tickets/{ticket.id}"})


@router.get("/tickets/{id}", responses=documented(UnknownTicket), openapi_extra=access(Caller.HOLDER))
async def ticket(id: str, context: InContext) -> Ticket:
    """The ticket as it stands."""
    return await context.tickets.find(id)


@router.post(
    "/tickets/{id}/arrive",
    responses=documented(UnknownTicket, MoveNotAllowed, Unauthenticated, Forbidden, Invalid, BodyTooLarge),
    openapi_extra=access(Caller.HOLDER, permission=Permission.CONFIRM_ARRIVAL),
)
async def arrive(
    id: str, context: InContext, request: Request, wanted: Annotated[ArriveRequest | None, Body()] = None
) -> Ticket:
    """Its holder is in the office. Again: the same. The kiosk and the staff may confirm a priority with it."""
    found = await context.tickets.find(id)
    confirmed = wanted.priority if wanted else None
    actor = await actor_at(request, context, Permission.CONFIRM_ARRIVAL, found.office)
    if actor is None and confirmed is not None:
        raise Forbidden("A priority is confirmed at the office, by the kiosk or the staff.")
    return await context.tickets.arrive(found, confirmed, by=actor or HOLDER)


@router.delete(
    "/tickets/{id}", responses=documented(UnknownTicket, MoveNotAllowed), openapi_extra=access(Caller.HOLDER)
)
async def cancel(id: str, context: InContext, request: Request) -> Ticket:
    """Gives the place up. Again: the same."""
    found = await context.tickets.find(id)
    staff = await find_staff(request, context)
    return await context.tickets.cancel(found, by=staff.actor if staff else HOLDER)
