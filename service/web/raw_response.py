"""A problem document as the bytes of an HTTP/1.1 response, for where there is no request to answer."""

import json
from http import HTTPStatus

from service.domain.errors import SunbeonError

HEADERS = {
    "content-type": "application/problem+json",
    "connection": "close",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


def raw_response(error: SunbeonError) -> bytes:
    """The whole response, after which the connection is closed."""
    body = json.dumps(error.problem()).encode()
    headers = {**HEADERS, "content-length": str(len(body)), **error.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n{lines}\r\n".encode() + body
