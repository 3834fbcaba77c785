"""The middleware around every request: a limit on its body, one log line, its metrics, security headers.

A log line and a metric name the route, never the path: a path can hold a ticket's id.
"""

import logging
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.compat.fastapi import path_template, route_tags
from service.domain.errors import SunbeonError
from service.domain.request_errors import BodyTooLarge
from service.web.problems import respond

logger = logging.getLogger("service.request")

REQUESTS = Counter("sunbeon_http_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "sunbeon_http_request_duration_seconds",
    "From a request's head to its answer's end.",
    ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2),
)

PUBLIC = "public"
"""The tag of routes that anyone may read."""

WENT_AWAY = 499
"""The status, as nginx has it, of a client that hung up before its request was complete; never sent."""

HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    # For answers that are no page: they load nothing and can't be framed.
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    # Sessions, tickets and staff views are only for the client that asked, not for shared caches.
    b"cache-control": b"no-store",
}
"""Headers of every answer that doesn't set its own."""

FOR_ALL_ORIGINS = {
    # Pages of any site may show what anyone may read. Cookies are never sent or read across origins.
    b"access-control-allow-origin": b"*",
    b"access-control-expose-headers": b"ETag, Retry-After",
}

PUBLIC_HEADERS = HEADERS | FOR_ALL_ORIGINS


class RequestMiddleware:
    """The outermost middleware, an ASGI application around `app`."""

    def __init__(self, app: ASGIApp, max_body: int, larger: Mapping[tuple[str, str], int]) -> None:
        """`max_body`: the most bytes of a body. `larger`: of calls whose bodies may be larger, by method and path; they
        must not read it before they know that the caller may send it."""
        self.app = app
        self.max_body = max_body
        self.larger = larger
        # Starlette's middleware answers preflight requests; otherwise it would only add two fixed headers.
        self.preflight = CORSMiddleware(
            app, allow_origins=["*"], allow_methods=["GET", "HEAD"], allow_headers=["If-None-Match"]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self._http(self.preflight if scope["method"] == "OPTIONS" else self.app, scope, receive, send)

    async def _http(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status, problem, received = 0, "", 0
        headers = dict(scope["headers"])
        max_body = self.larger.get((scope["method"], scope["path"]), self.max_body)
        too_large = f"Send at most {max_body} bytes."

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > max_body:
                # FastAPI turns any other exception out of a body into a 400 of its own.
                raise HTTPException(BodyTooLarge.status, too_large)
            return message

        async def watched(message: Message) -> None:
            nonlocal status, problem
            if message["type"] == "http.response.start":
                status = message["status"]
                given = dict(message["headers"])
                problem = given.get(b"x-problem-code", b"").decode()
                added = PUBLIC_HEADERS if is_public(scope) else HEADERS
                missing = [(name, value) for name, value in added.items() if name not in given]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        try:
            declared = headers.get(b"content-length", b"0")
            if declared.isdigit() and int(declared) > max_body:
                await respond(BodyTooLarge(too_large))(scope, receive, watched)
            else:
                await app(scope, limited, watched)
        except ClientDisconnect:
            status = status or WENT_AWAY
        except Exception:
            logger.exception("unexpected")
            if not status:
                await respond(SunbeonError())(scope, receive, watched)
        seconds = time.perf_counter() - started
        method, route = scope["method"], route_of(scope)
        count, duration = _metrics(method, route, status)
        count.inc()
        duration.observe(seconds)
        fields: dict[str, Any] = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        if problem:
            fields["code"] = problem
        if traceparent := headers.get(b"traceparent"):
            fields["traceparent"] = traceparent.decode("latin-1")[:55]
        logger.info("request", extra=fields)


@cache
def _metrics(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, status), SECONDS.labels(method, route)


def is_public(scope: Scope) -> bool:
    """Whether the route that took the request is one that anyone may read."""
    return PUBLIC in route_tags(scope)


def route_of(scope: Scope) -> str:
    """The route's template, such as `/api/v1/tickets/{id}`; "unknown" where no route took the request."""
    return path_template(scope) or "unknown"
