"""Quiet hours: how long people usually wait at an office, for anyone who can choose when to come."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from service.domain.errors import HistoryUnavailable, UnknownCounter, UnknownOffice
from service.domain.quiet_hours.answer import QuietHours
from service.web.access import Caller, access
from service.web.conditional import has_current
from service.web.context import API, InContext, TheOffice
from service.web.direct_route import DirectRoute
from service.web.problems import documented, header
from service.web.request_middleware import PUBLIC

router = APIRouter(prefix=API, tags=[PUBLIC], route_class=DirectRoute)


@router.get(
    "/offices/{office}/quiet-hours",
    response_model=QuietHours,
    responses={
        **documented(UnknownOffice, UnknownCounter, HistoryUnavailable),
        200: {"headers": {"ETag": header("Names this answer's content, for If-None-Match.")}},
        304: {
            "description": "The answer that If-None-Match names is current.",
            "headers": {"ETag": header("The same again.")},
        },
    },
    openapi_extra=access(Caller.ANYONE),
)
async def quiet_hours(
    office: TheOffice,
    context: InContext,
    counter: Annotated[str | None, Query(description="One of the office's counters; all of them without it.")] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """How long people usually wait, by weekday and half-hour. Past days are read anew every few minutes."""
    found = await context.quiet_hours.read(office, None if counter is None else office.counter(counter))
    body = found.model_dump_json(by_alias=True).encode()
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": "no-cache", "ETag": etag}
    if has_current(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
