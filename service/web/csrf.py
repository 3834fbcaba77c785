"""Protection against cross-site request forgery: whether a page of this service sent a request, or another site's.

A page of any site can make a browser send requests here. Three things protect a signed-in clerk: the session's cookie
is SameSite=Strict; it is accepted only if the headers prove that a page of this service sent the request; and staff
calls are refused from pages of other sites, and with the content types that need no preflight request.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from service.domain.request_errors import CrossSite, FormRefused

SAME_ORIGIN = "same-origin"
"""What browsers send as Sec-Fetch-Site with the requests of a page to its own origin."""

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
"""Content types that a page may send to any site without a preflight request."""

USUAL_PORTS = {"http": 80, "https": 443}


class CsrfProtection:
    """Compares a request's Origin and Sec-Fetch-Site with the origins that this service's own pages have."""

    def __init__(self, public_url: str | None, *, demo: bool) -> None:
        """In a demo, the origin that a request's Host header names counts too. Otherwise the header is not used."""
        self._public = origin_of(public_url) if public_url else None
        self._demo = demo

    def is_from_own_page(self, connection: HTTPConnection) -> bool:
        """Whether the browser says that a page of this service sent this.

        Browsers send Origin with every WebSocket and every request that changes something, and Sec-Fetch-Site with
        every request over HTTPS or to loopback, but not with WebSockets.
        """
        origin = connection.headers.get("origin")
        site = connection.headers.get("sec-fetch-site")
        own = self._own(connection)
        if origin is None or not own:
            return site == SAME_ORIGIN
        return origin in own and site in (None, SAME_ORIGIN)

    def _own(self, connection: HTTPConnection) -> set[str]:
        own = {self._public} if self._public else set()
        if self._demo:
            scheme = connection.scope["scheme"].replace("ws", "http")
            own.add(f"{scheme}://{connection.headers.get('host', '').lower()}")
        return own


@lru_cache(100)
def origin_of(url: str) -> str:
    """The origin of a URL, as browsers write it. Raises ValueError for a port that is none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, USUAL_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


async def refuse_cross_site(connection: HTTPConnection) -> None:
    """Checks a request to a route that takes a session, or gives one. Raises CrossSite, FormRefused."""
    if connection.headers.get("sec-fetch-site", SAME_ORIGIN) not in (SAME_ORIGIN, "none"):
        raise CrossSite
    if connection.headers.get("content-type", "").partition(";")[0].strip().lower() in FORMS:
        raise FormRefused
