"""The pages: addresses, and the files of `clients/` that they are."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.domain.errors import NotFound
from service.web.browser_files import ROOT
from service.web.context import InContext
from service.web.markup import NO_SITE, knows, missing, page
from service.web.qr_codes import qr_response
from service.web.static_files import Files

OFFICE_SCREENS = ("display", "kiosk")
COMMON_SCREENS = ("/", "/booking", "/console", "/docs")

router = APIRouter(include_in_schema=False)


@router.get("/")
def city(context: InContext) -> Response:
    return page("clients/pages/city/index.html", context)


@router.get("/booking")
def booking(context: InContext) -> Response:
    return page("clients/pages/booking/index.html", context)


@router.get("/t/{id}")
def ticket(id: str, context: InContext) -> Response:
    return page("clients/pages/ticket/index.html", context)


@router.get("/t/{id}/qr.svg")
async def ticket_qr(id: str, request: Request, context: InContext) -> Response:
    """The ticket page's address as a QR code. Only for tickets there are: it isn't a QR service for others."""
    found = await context.tickets.find(id)
    return await qr_response(f"/t/{found.id}", request, context)


@router.get("/console")
def console(context: InContext) -> Response:
    return page("clients/pages/console/index.html", context, NO_SITE)


@router.get("/kiosk/{office}")
def kiosk(office: str, context: InContext) -> Response:
    return page("clients/pages/kiosk/index.html", context, NO_SITE) if knows(office, context) else missing(context)


@router.get("/display")
@router.get("/kiosk")
def which_office(context: InContext) -> Response:
    """The offices that have such a screen."""
    return page("clients/pages/missing/index.html", context)


@router.get("/start")
def start(context: InContext) -> Response:
    """The addresses of all screens, for the people who install them."""
    return page("clients/pages/start/index.html", context)


@router.get("/start/qr.svg")
async def screen_qr(path: str, request: Request, context: InContext) -> Response:
    """The address of a screen as a QR code. Only for screens there are: it isn't a QR service for others."""
    screen, _, office = path.removeprefix("/").partition("/")
    if path not in COMMON_SCREENS and not (screen in OFFICE_SCREENS and knows(office, context)):
        raise NotFound("There is no such screen.")
    return await qr_response(path, request, context)


@router.get("/docs")
def docs(context: InContext) -> Response:
    response = page("clients/pages/docs/index.html", context)
    # Swagger UI writes style attributes.
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    return response


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    files = Files(directory=ROOT / "clients/widget")
    return await files.get_response("widget.js", request.scope)
