"""What anyone may read: the offices and their boards."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field

from service.domain.board import Board
from service.domain.errors import Unavailable, UnknownOffice
from service.domain.fields import Name
from service.domain.hours import HoursToday
from service.domain.office import Kind, Location, Office, Status
from service.web.access import Caller, access
from service.web.conditional import has_current
from service.web.context import API, Context, InContext, TheOffice
from service.web.direct_route import DirectRoute, json_response
from service.web.problems import documented, header
from service.web.request_middleware import PUBLIC

router = APIRouter(prefix=API, tags=[PUBLIC], route_class=DirectRoute)


class CounterInfo(BaseModel):
    id: str
    name: Name
    online: bool = Field(description="Gives numbers online.")
    numbers: tuple[int, int] = Field(description="First and last number of its band.")


class WindowInfo(BaseModel):
    id: int
    counters: list[str]


class OfficeInfo(BaseModel):
    """An office as it is now, and whether it is open."""

    model_config = ConfigDict(title="Office")

    id: str
    kind: Kind
    name: Name
    address: str | None = Field(description="Null where it isn't known; so for phone and location.")
    phone: str | None
    location: Location | None
    status: Status
    hours: HoursToday | None = Field(description="Today's; null when closed all day.")
    opens_at: datetime | None = Field(
        description="When it opens next, after its lunch say; null while it is open, and where no day of the next "
        "weeks is known on which it opens."
    )
    counters: list[CounterInfo]
    windows: list[WindowInfo]
    revision: int = Field(
        description="Of the city's configuration that is in force here. Boards say it too: when it is another one, "
        "read the offices again."
    )


class Offices(BaseModel):
    offices: list[OfficeInfo]


def _describe(office: Office, context: Context) -> OfficeInfo:
    status, now = context.clock.status(office), context.clock.now()
    return OfficeInfo(
        id=office.id,
        kind=office.kind,
        name=office.name,
        address=office.address,
        phone=office.phone,
        location=office.location,
        status=status,
        hours=context.city.hours_today(office, now),
        opens_at=None if status == "open" else context.city.opens_at(office, now),
        counters=[CounterInfo(id=c.id, name=c.name, online=c.online, numbers=c.numbers) for c in office.counters],
        windows=[WindowInfo(id=w.id, counters=list(w.counters)) for w in office.windows],
        revision=office.revision,
    )


@router.get("/offices", response_model=Offices, openapi_extra=access(Caller.ANYONE))
async def offices(context: InContext) -> Response:
    """All offices of the city."""
    described = Offices(offices=[_describe(office, context) for office in context.city.offices])
    return json_response(described, headers={"Cache-Control": "no-cache"})


@router.get(
    "/offices/{office}/board",
    response_model=Board,
    responses={
        **documented(UnknownOffice),
        200: {"headers": {"ETag": header("Names this board's content, for If-None-Match.")}},
        304: {
            "description": "The board that If-None-Match names is current.",
            "headers": {"ETag": header("The same again.")},
        },
    },
    openapi_extra=access(Caller.ANYONE),
)
async def board(
    office: TheOffice, context: InContext, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """Everything a screen shows of one office now. While the store is away, the last board, marked `stale`."""
    headers = {"Cache-Control": "public, max-age=0, s-maxage=1"}
    try:
        current = await context.boards.current(office)
    except Unavailable:
        current = context.board_cache.stale(office, context.settings.stale_board_seconds)
        headers["Age"] = str(current.age)
        headers["Warning"] = '110 - "Response is Stale"'
    headers["ETag"] = current.etag
    if has_current(if_none_match, current.etag):
        return Response(status_code=304, headers=headers)
    return Response(current.body, headers=headers, media_type="application/json")
