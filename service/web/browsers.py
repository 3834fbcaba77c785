"""Browsers that have signed in before, known by a cookie (OWASP: "device cookies").

Guesses of strangers delay the sign-ins of unknown browsers; they must not keep a clerk out at the desk where that clerk
signs in every morning. So each sign-in leaves a cookie with a nonce, sealed for this user. It survives signing out. It
opens nothing by itself: it only says under which name the browser's attempts are counted.
"""

import hashlib
import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from service.store.seal import Seal

KEPT_FOR = timedelta(days=180)
"""Longer than anyone is away; a browser that is not used for so long is as good as another."""


class KnownBrowsers:
    """One cookie for each user: several clerks share a PC, and none pushes out another's."""

    def __init__(self, seal: Seal, *, demo: bool) -> None:
        self._seal = seal
        self._demo = demo

    def find(self, request: Request, user: str) -> str | None:
        """The browser's nonce, if this user has signed in with it. Raises StoreNotReady."""
        nonce, _, sealed = request.cookies.get(self._name(user), "").partition(".")
        right = self._seal.of("known browser", user, nonce)
        return nonce if secrets.compare_digest(sealed.encode(), right.encode()) else None

    def remember(self, response: Response, user: str) -> None:
        """Has the browser known from now on. Raises StoreNotReady."""
        nonce = secrets.token_urlsafe(16)
        response.set_cookie(
            self._name(user),
            f"{nonce}.{self._seal.of('known browser', user, nonce)}",
            max_age=int(KEPT_FOR.total_seconds()),
            httponly=True,
            samesite="strict",
            # A demo is plain HTTP on loopback.
            secure=not self._demo,
        )

    def _name(self, user: str) -> str:
        prefix = "" if self._demo else "__Host-"
        return f"{prefix}sunbeon_known_{hashlib.sha256(user.encode()).hexdigest()[:8]}"
