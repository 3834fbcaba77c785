"""Nearby: the offices that give one service, best first.

It reads only what this process has already, and so costs no read of the store. A position in the query is somebody's:
it is rounded, used for this answer, and kept nowhere. Log lines and metrics name the route without its query.
"""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, RootModel

from service.domain.board import BoardCounter
from service.domain.errors import Invalid, UnknownCounter
from service.domain.hours import KST, korean
from service.domain.nearby import Candidate, distance, rank, rounded
from service.domain.office import Location, Office
from service.domain.wait import Wait
from service.web.access import Caller, access
from service.web.context import API, Context, InContext
from service.web.direct_route import DirectRoute, json_response
from service.web.problems import documented
from service.web.request_middleware import PUBLIC

router = APIRouter(prefix=API, tags=[PUBLIC], route_class=DirectRoute)

NOT_KEPT = {"Cache-Control": "no-store"}
"""An answer tells where somebody is."""


class NearbyOffice(BaseModel):
    """An office in its place among those that give the service."""

    office: str
    wait: Wait | None = Field(
        description="Of a ticket taken now; null where it can't honestly be said, and where no number is given now."
    )
    distance_m: int | None = Field(
        description="Metres as the crow flies, in steps of 50; null without a position, and where the office's place "
        "isn't known."
    )
    clearly_better: bool = Field(
        description="It is quicker than every office after it, the way included: by 5 minutes or more, and in 9 of 10 "
        "cases, as the ranges say. Where it is false, the difference to the next office is too small to matter."
    )


class Nearby(RootModel[list[NearbyOffice]]):
    """Offices, best first."""


Latitude = Annotated[
    float | None,
    Query(ge=-90, le=90, description="Where the asker is, in degrees, with `lon`. Without them only waits count."),
]
Longitude = Annotated[float | None, Query(ge=-180, le=180)]


@router.get(
    "/nearby",
    response_model=Nearby,
    responses=documented(UnknownCounter, Invalid),
    openapi_extra=access(Caller.ANYONE),
)
async def nearby(
    counter: Annotated[str, Query(description="A counter's id, such as `move-in`.", max_length=64)],
    context: InContext,
    lat: Latitude = None,
    lon: Longitude = None,
) -> Response:
    """The offices that have this counter, best first: by the wait there and the way.

    Those whose wait is not known come after the others, and those that give no numbers now are last.
    """
    if (lat is None) != (lon is None):
        missing = "lat" if lat is None else "lon"
        problem = "Send both lat and lon, or neither of them"
        raise Invalid(errors=[{"at": f"query.{missing}", "problem": problem}])
    offices = [office for office in context.city.offices if any(one.id == counter for one in office.counters)]
    if not offices:
        raise UnknownCounter("No office has this counter. GET /api/v1/offices lists each office's counters.")
    position = None if lat is None or lon is None else rounded(Location(lat=lat, lon=lon))
    now = korean(context.clock.now())
    ranked = rank(
        [_candidate(office, counter, position, now, context) for office in offices],
        now.hour * 60 + now.minute,
        with_ways=position is not None,
    )
    answer = [
        NearbyOffice(
            office=one.candidate.office,
            wait=one.candidate.wait,
            distance_m=one.candidate.distance,
            clearly_better=one.clearly_better,
        )
        for one in ranked
    ]
    return json_response(Nearby(answer), headers=NOT_KEPT)


def _candidate(office: Office, counter: str, position: Location | None, now: datetime, context: Context) -> Candidate:
    far = distance(position, office.location) if position and office.location else None
    closes_in = _closes_in(office, now, context)
    if context.clock.status(office) not in ("open", "lunch"):
        return Candidate(office.id, gives=False, distance=far)
    state = _newest(office, counter, context)
    if state is None:
        return Candidate(office.id, gives=True, distance=far, closes_in=closes_in)
    gives = state.ticketing == "open"
    return Candidate(office.id, gives, state.wait if gives else None, far, closes_in)


def _newest(office: Office, counter: str, context: Context) -> BoardCounter | None:
    """The counter as this process knows it; None where it doesn't, or where what it knows is old."""
    board, topics = context.board_cache.newest(office.id), context.hub.offices.get(office.id)
    if board is None or topics is None or topics.freshness.is_stale or board.day != context.clock.today():
        return None
    return next((state for state in board.counters if state.id == counter), None)


def _closes_in(office: Office, now: datetime, context: Context) -> float | None:
    """Minutes until the office closes for today; None in a demo, whose offices are open at any hour."""
    day = None if context.clock.always_open else context.city.day(office, now.date())
    if day is None:
        return None
    left: timedelta = datetime.combine(now.date(), day.hours.close, KST) - now
    return left.total_seconds() / 60
