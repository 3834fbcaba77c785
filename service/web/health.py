"""For those who run the service: liveness, readiness and metrics."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess, values
from prometheus_client import REGISTRY as PROCESS_REGISTRY
from pydantic import BaseModel

from service.domain.errors import ClockOff, CredentialsUnknown, StoreNotReady
from service.web.access import Caller, access
from service.web.context import InContext
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
def metrics() -> Response:
    """Prometheus metrics, of all workers together."""
    registry = PROCESS_REGISTRY
    if values.ValueClass is not values.MutexValue:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
