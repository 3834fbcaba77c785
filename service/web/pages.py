"""The pages, and the files they are made of, from `clients/` and `display/`.

A page is served as written, except for three marks: `<!--head-->` becomes what every page's head links to, and what the
page needs to know of the service; `<!--brand-->` becomes the icon and the name; `<!--demo-->` becomes a demo's banner.
"""

import asyncio
import json
import os
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import segno
from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from service.domain.errors import NotFound, UnknownOffice
from service.web.browser_files import ROOT, SERVED
from service.web.context import Context, InContext
from service.web.display_files import PAGE, SHELL, display_build, service_worker

LANGUAGES = ROOT / "clients/lib/lang"

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors {framed_by}; object-src 'none'"
)

NO_SITE = "'none'"
"""Pages with keys and passwords may not be framed: another site could cover their buttons (clickjacking)."""

DEMO_BANNER = (
    '<aside class="demo-banner"><span lang="ko">데모입니다. 실제 번호표가 아닙니다.</span> '
    '<span lang="en">Demo: numbers are not real.</span>{life}</aside>'
)

DEMO_LIFE = ' <demo-life hidden></demo-life><script type="module" src="/static/clients/lib/demo-life.js"></script>'

OFFICE_SCREENS = ("display", "kiosk")
COMMON_SCREENS = ("/", "/booking", "/console", "/docs")

router = APIRouter(include_in_schema=False)


class Files(StaticFiles):
    """The files that pages are made of. Other origins may read them, and browsers revalidate them at each use.

    The pages themselves are served only at their own addresses, with a Content-Security-Policy.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        if Path(path).suffix not in SERVED:
            path = "not-served"
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


class WidgetLanguages(Files):
    """A language's file with nothing but the keys in `clients/widget/keys.json`.

    The widget is on pages of other sites, which should not have to load the texts of all our pages.
    """

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        part = _widget_part(Path(full_path))
        headers = {"ETag": f'"{sha256(part).hexdigest()[:32]}"'}
        response = Response(part, status_code, headers, "application/json")
        unchanged = self.is_not_modified(response.headers, Headers(scope=scope))
        return NotModifiedResponse(response.headers) if unchanged else response


def _widget_part(language_file: Path) -> bytes:
    words = json.loads(language_file.read_bytes())
    keys = json.loads((ROOT / "clients/widget/keys.json").read_bytes())
    return json.dumps({key: words[key] for key in keys}, ensure_ascii=False).encode()


def mounts() -> list[Mount]:
    """`/static/clients`, in it the widget's languages; `/static/display`; Swagger UI's own files for `/docs`."""
    swagger = find_spec("fastapi_offline")
    assert swagger
    assert swagger.origin
    return [
        Mount("/static/clients/widget/lang", WidgetLanguages(directory=LANGUAGES)),
        Mount("/static/clients", Files(directory=ROOT / "clients")),
        Mount("/static/display", Files(directory=ROOT / "display")),
        Mount("/static/swagger", Files(directory=Path(swagger.origin).parent / "static")),
    ]


def languages() -> list[str]:
    """Korean, English, then every other language that has a file."""
    found = sorted(file.stem for file in LANGUAGES.glob("*.json"))
    return sorted(found, key=lambda language: {"ko": 0, "en": 1}.get(language, 2))


def _page(file: str, context: InContext, framed_by: str = "'self'") -> HTMLResponse:
    """A page; `framed_by` is the value of its policy's `frame-ancestors`."""
    return _html_response(_html(file, context), framed_by)


def _html(file: str, context: Context) -> str:
    head = _read("clients/lib/head.html") + f'<meta name="languages" content="{" ".join(languages())}">'
    head += f'<meta name="arrival-minutes" content="{context.city.rules.arrival_minutes}">'
    banner = ""
    if context.settings.demo:
        head += '<meta name="demo" content="1">'
        banner = DEMO_BANNER.format(life=DEMO_LIFE if context.settings.demo_life else "")
    html = _read(file)
    for mark, text in {"head": head, "brand": _read("clients/lib/brand.html"), "demo": banner}.items():
        html = html.replace(f"<!--{mark}-->", text)
    return html


def _html_response(html: str, framed_by: str = "'self'") -> HTMLResponse:
    policy = CONTENT_SECURITY_POLICY.format(framed_by=framed_by)
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-cache"})


def _read(file: str) -> str:
    return (ROOT / file).read_text("utf-8").strip()


@router.get("/")
def city(context: InContext) -> Response:
    return _page("clients/pages/city/index.html", context)


@router.get("/booking")
def booking(context: InContext) -> Response:
    return _page("clients/pages/booking/index.html", context)


@router.get("/t/{id}")
def ticket(id: str, context: InContext) -> Response:
    return _page("clients/pages/ticket/index.html", context)


@router.get("/t/{id}/qr.svg")
async def ticket_qr(id: str, request: Request, context: InContext) -> Response:
    """The ticket page's address as a QR code. Only for tickets there are: it isn't a QR service for others."""
    found = await context.tickets.find(id)
    return await _qr_response(f"/t/{found.id}", request, context)


async def _qr_response(path: str, request: Request, context: Context) -> Response:
    base = context.settings.public_url or (context.settings.demo and str(request.base_url))
    if not base:
        raise NotFound("SUNBEON_PUBLIC_URL isn't set, so the page's address isn't known.")
    # In a thread: this takes some milliseconds, in which other requests are served.
    svg = await asyncio.to_thread(_qr_code, base.rstrip("/") + path)
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


@lru_cache(1000)
def _qr_code(text: str) -> str:
    svg = segno.make(text, error="m").svg_inline(scale=8, border=2, dark="#000", light="#fff", omitsize=True)
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


@router.get("/console")
def console(context: InContext) -> Response:
    return _page("clients/pages/console/index.html", context, NO_SITE)


def build_of_display(context: Context) -> str:
    """The build of the lobby board that is served now."""
    return display_build(_html(PAGE, context))


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
    return _display(context) if _knows(office, context) else _missing(context)


def _display(context: Context) -> Response:
    html = _html(PAGE, context)
    return _html_response(html.replace("<!--build-->", f'<meta name="build" content="{display_build(html)}">'))


@router.get("/display/{office}/qr.svg")
async def follow_qr(office: str, request: Request, context: InContext) -> Response:
    """The address of the office on the city page as a QR code, for those who would follow the queue on their phone."""
    return await _qr_response(f"/#office-{context.city.office(office).id}", request, context)


@router.get("/display/{office}/{window}")
def window_sign(office: str, window: int, context: InContext) -> Response:
    """The sign of one window."""
    known = _knows(office, context) and any(one.id == window for one in context.city.office(office).windows)
    return _display(context) if known else _missing(context)


@router.get("/kiosk/{office}")
def kiosk(office: str, context: InContext) -> Response:
    return _page("clients/pages/kiosk/index.html", context, NO_SITE) if _knows(office, context) else _missing(context)


@router.get("/display")
@router.get("/kiosk")
def which_office(context: InContext) -> Response:
    """The offices that have such a screen."""
    return _page("clients/pages/missing/index.html", context)


def _knows(office: str, context: Context) -> bool:
    return context.city.find(office) is not None


def _missing(context: Context) -> Response:
    response = _page("clients/pages/missing/index.html", context)
    response.status_code = UnknownOffice.status
    return response


@router.get("/start")
def start(context: InContext) -> Response:
    """The addresses of all screens, for the people who install them."""
    return _page("clients/pages/start/index.html", context)


@router.get("/start/qr.svg")
async def screen_qr(path: str, request: Request, context: InContext) -> Response:
    """The address of a screen as a QR code. Only for screens there are: it isn't a QR service for others."""
    screen, _, office = path.removeprefix("/").partition("/")
    if path not in COMMON_SCREENS and not (screen in OFFICE_SCREENS and _knows(office, context)):
        raise NotFound("There is no such screen.")
    return await _qr_response(path, request, context)


@router.get("/docs")
def docs(context: InContext) -> Response:
    response = _page("clients/pages/docs/index.html", context)
    # Swagger UI writes style attributes.
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    return response


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    files = Files(directory=ROOT / "clients/widget")
    return await files.get_response("widget.js", request.scope)
