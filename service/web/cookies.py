"""The cookies: a session's token, and the token of a browser that its user has signed in with before.

Outside of a demo their names begin with `__Host-`: browsers accept such a cookie from HTTPS only, and for this host
only. A demo is plain HTTP on loopback.
"""

import hashlib
from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from service.identity.known_browsers import KEPT_FOR, KnownBrowsers
from service.settings import Settings

COOKIE = "__Host-sunbeon_session"
"""Holds the session's token."""

DEMO_COOKIE = "sunbeon_session"
"""The name of that cookie in a demo."""


def session_cookie(connection: HTTPConnection, settings: Settings) -> str | None:
    """The session's token that the browser sends."""
    return connection.cookies.get(_session_name(settings))


def set_session_cookie(response: Response, token: str, lifetime: timedelta, settings: Settings) -> None:
    """Sets the cookie with the session's token."""
    _set(response, _session_name(settings), token, lifetime, settings)


def delete_session_cookie(response: Response, settings: Settings) -> None:
    """Deletes the cookie with the session's token."""
    response.delete_cookie(_session_name(settings), httponly=True, samesite="strict", secure=not settings.demo)


def known_browser(connection: HTTPConnection, user: str, browsers: KnownBrowsers, settings: Settings) -> str | None:
    """The browser's nonce, if this user has signed in with it. Raises StoreNotReady."""
    return browsers.nonce(user, connection.cookies.get(_browser_name(user, settings), ""))


def remember_browser(response: Response, user: str, browsers: KnownBrowsers, settings: Settings) -> None:
    """Sets the cookie that makes the browser a known one of the user. Raises StoreNotReady."""
    _set(response, _browser_name(user, settings), browsers.new_token(user), KEPT_FOR, settings)


def _session_name(settings: Settings) -> str:
    return DEMO_COOKIE if settings.demo else COOKIE


def _browser_name(user: str, settings: Settings) -> str:
    """The name of the cookie of one user. Each has one of their own, since several clerks may share a PC."""
    prefix = "" if settings.demo else "__Host-"
    return f"{prefix}sunbeon_known_{hashlib.sha256(user.encode()).hexdigest()[:8]}"


def _set(response: Response, name: str, value: str, lifetime: timedelta, settings: Settings) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=not settings.demo,
    )
