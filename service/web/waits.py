"""How near the waits were that the service has said."""

from fastapi import APIRouter, Response

from service.domain.errors import HistoryUnavailable
from service.reports.wait_quality import WaitQuality
from service.web.access import Caller, access
from service.web.context import API, InContext
from service.web.direct_route import DirectRoute, json_response
from service.web.problems import documented
from service.web.request_middleware import PUBLIC

router = APIRouter(prefix=API, tags=[PUBLIC], route_class=DirectRoute)


@router.get(
    "/waits/quality",
    response_model=WaitQuality,
    responses=documented(HistoryUnavailable),
    openapi_extra=access(Caller.ANYONE),
)
async def quality(context: InContext) -> Response:
    """How near the waits of the last 30 days were to what was said when a number was taken. Read every few minutes."""
    return json_response(context.wait_quality.current(), headers={"Cache-Control": "public, max-age=60"})
