"""For those who run the service: liveness, readiness and metrics."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest, multiprocess, values
from prometheus_client import REGISTRY as PROCESS_REGISTRY
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from service.domain.errors import ClockOff, CredentialsUnknown, StoreNotReady, StoreUnavailable
from service.domain.screen import CONDITIONS, condition
from service.web.access import Caller, access
from service.web.context import Context, InContext
from service.web.direct_route import DirectRoute
from service.web.problems import documented

router = APIRouter(tags=["operations"], route_class=DirectRoute)


class Health(BaseModel):
    status: str


@router.get("/health/live", openapi_extra=access(Caller.ANYONE))
async def live() -> Health:
    """The process answers."""
    return Health(status="live")


@router.get(
    "/health/ready",
    responses=documented(StoreNotReady, ClockOff, CredentialsUnknown),
    openapi_extra=access(Caller.ANYONE),
)
async def ready(context: InContext) -> Health:
    """The store answers, is this city's, and has the same time; and accounts and devices were read, if they can be."""
    await context.relay.check()
    if not context.credentials.have_begun:
        raise CredentialsUnknown
    return Health(status="ready")


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    openapi_extra=access(Caller.ANYONE),
)
async def metrics(context: InContext) -> Response:
    """Prometheus metrics, of all workers together."""
    of_screens = await _of_screens(context)
    return Response(await run_in_threadpool(_of_processes) + of_screens, media_type=CONTENT_TYPE_LATEST)


def _of_processes() -> bytes:
    registry = PROCESS_REGISTRY
    if values.ValueClass is not values.MutexValue:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


async def _of_screens(context: Context) -> bytes:
    """The lobby screens, which the store knows and no process does; nothing while the store is away."""
    now = context.clock.now()
    try:
        of_offices = await context.screens.of_all([office.id for office in context.city.offices], now)
    except StoreUnavailable:
        return b""
    registry = CollectorRegistry()
    screens = Gauge("sunbeon_screens", "Lobby screens, by condition.", ["office", "condition"], registry=registry)
    for office, found in of_offices.items():
        for state in CONDITIONS:
            screens.labels(office, state).set(0)
        for heard in found.values():
            screens.labels(office, condition(heard, now)).inc()
    return generate_latest(registry)
