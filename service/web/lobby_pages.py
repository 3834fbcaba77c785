"""The lobby board of an office, the signs of its windows, and what a screen needs to start without network."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from service.web.context import Context, InContext
from service.web.display_files import PAGE, SHELL, display_build, service_worker
from service.web.markup import html_of, html_response, knows, missing
from service.web.qr_codes import qr_response

router = APIRouter(include_in_schema=False)


def build_of_display(context: Context) -> str:
    """The build of the lobby board that is served now."""
    return display_build(html_of(PAGE, context))


@router.get("/display/service-worker.js")
def display_worker(context: InContext) -> Response:
    """What keeps a lobby board's files for a start without network. It is for the pages below its own address."""
    worker = service_worker(build_of_display(context))
    # The policy of its own file holds for what a worker fetches.
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'; connect-src 'self'"}
    return Response(worker, headers=headers, media_type="text/javascript")


@router.get("/display/build.json")
def display_build_now(context: InContext) -> Response:
    """`{"build"}` as it is now: lobby boards compare it with theirs."""
    return JSONResponse({"build": build_of_display(context)}, headers={"Cache-Control": "no-store"})


@router.get(SHELL)
def display_shell(context: InContext) -> Response:
    """The lobby board of no office, for the service worker."""
    return _display(context)


@router.get("/display/{office}")
def display(office: str, context: InContext) -> Response:
    return _display(context) if knows(office, context) else missing(context)


def _display(context: Context) -> Response:
    html = html_of(PAGE, context)
    return html_response(html.replace("<!--build-->", f'<meta name="build" content="{display_build(html)}">'))


@router.get("/display/{office}/qr.svg")
async def follow_qr(office: str, request: Request, context: InContext) -> Response:
    """The address of the office on the city page as a QR code, for those who would follow the queue on their phone."""
    return await qr_response(f"/#office-{context.city.office(office).id}", request, context)


@router.get("/display/{office}/{window}")
def window_sign(office: str, window: int, context: InContext) -> Response:
    """The sign of one window."""
    known = knows(office, context) and any(one.id == window for one in context.city.office(office).windows)
    return _display(context) if known else missing(context)
