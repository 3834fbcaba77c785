"""HTML pages as they are served.

A page is served as written, except for three marks: `<!--head-->` becomes what every page's head links to, and what the
page needs to know of the service; `<!--brand-->` becomes the icon and the name; `<!--demo-->` becomes a demo's banner.
"""

from starlette.responses import HTMLResponse, Response

from service.domain.errors import UnknownOffice
from service.web.browser_files import ROOT
from service.web.context import Context
from service.web.languages import languages

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


def page(file: str, context: Context, framed_by: str = "'self'") -> HTMLResponse:
    """A page; `framed_by` is the value of its policy's `frame-ancestors`."""
    return html_response(html_of(file, context), framed_by)


def html_of(file: str, context: Context) -> str:
    """The text of a page, its marks replaced."""
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


def html_response(html: str, framed_by: str = "'self'") -> HTMLResponse:
    """`framed_by`: as of `page`."""
    policy = CONTENT_SECURITY_POLICY.format(framed_by=framed_by)
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-cache"})


def _read(file: str) -> str:
    return (ROOT / file).read_text("utf-8").strip()


def knows(office: str, context: Context) -> bool:
    """Whether the city has the office."""
    return context.city.find(office) is not None


def missing(context: Context) -> Response:
    """The page for an address of an office that there is not."""
    response = page("clients/pages/missing/index.html", context)
    response.status_code = UnknownOffice.status
    return response
