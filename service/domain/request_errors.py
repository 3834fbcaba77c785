"""Requests that are refused whatever they ask for: for their HTTP, size, pace or origin.

SunbeonError
  MalformedRequest (400)
  Forbidden (403)
    CrossSite
  RequestTooSlow (408)
  BodyTooLarge (413)
  FormRefused (415)
  UpgradeRequired (426)
  TooMany (429)
    TooManyConnections
  HeadTooLarge (431)
  Unavailable (503)
    ConnectionsFull
"""

from typing import Any

from service.domain.errors import Forbidden, SunbeonError, TooMany, Unavailable


class CrossSite(Forbidden):
    code = "cross_site"
    title = "Another site's page asks"
    detail = "Staff calls are for the service's own pages, and for programs, which send no Sec-Fetch-Site."


class MalformedRequest(SunbeonError):
    status = 400
    code = "malformed_request"
    title = "This is no valid HTTP request"
    detail = "Nothing on this connection is read any more: connect again."


class UpgradeRequired(SunbeonError):
    status = 426
    code = "upgrade_required"
    title = "This version of the WebSocket protocol isn't spoken here"
    detail = "Use version 13, RFC 6455."

    @property
    def headers(self) -> dict[str, str]:
        return {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}


class BodyTooLarge(SunbeonError):
    status = 413
    code = "body_too_large"
    title = "The request body is too large"


class FormRefused(SunbeonError):
    """A page of any site can send a form here without a preflight request, but not JSON."""

    status = 415
    code = "unsupported_media_type"
    title = "A form is not taken here"
    detail = "Send the body as JSON, with Content-Type: application/json; without a body send no Content-Type."


class HeadTooLarge(SunbeonError):
    status = 431
    code = "head_too_large"
    title = "The request's headers are too large"


class RequestTooSlow(SunbeonError):
    status = 408
    code = "request_too_slow"
    title = "The request did not arrive in time"
    detail = "Send the whole request at once."


class TooManyConnections(TooMany):
    code = "too_many_connections"
    title = "Too many connections from this address"
    detail = "Close some, or use them for more than one request, then try again."

    def __init__(self, detail: str | None = None, *, retry_after: float = 5, **extra: Any) -> None:
        super().__init__(detail, retry_after=retry_after, **extra)


class ConnectionsFull(Unavailable):
    code = "connections_full"
    title = "More are connected than there is room for"
    detail = "Try again in a few seconds."
