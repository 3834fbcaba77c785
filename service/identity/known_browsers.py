"""Known browsers: those that a user has signed in with before (OWASP: "device cookies").

Guesses of strangers delay the sign-ins of unknown browsers, but must not delay a clerk at the desk where that clerk
signs in every morning. So each sign-in leaves a token in the browser: a nonce, sealed for this user. It survives
signing out. It gives no access: it only says under which name the browser's attempts are counted.
"""

import secrets
from datetime import timedelta

from service.store.seal import Seal

KEPT_FOR = timedelta(days=180)
"""Longer than anyone is away; a browser that is not used for so long is as good as another."""


class KnownBrowsers:
    """Makes tokens, and reads them."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def nonce(self, user: str, token: str) -> str | None:
        """The nonce of a token that was made for this user; None for any other text. Raises StoreNotReady."""
        nonce, _, sealed = token.partition(".")
        right = self._seal.of("known browser", user, nonce)
        return nonce if secrets.compare_digest(sealed.encode(), right.encode()) else None

    def new_token(self, user: str) -> str:
        """A token for a browser that this user has signed in with. Raises StoreNotReady."""
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{self._seal.of('known browser', user, nonce)}"
