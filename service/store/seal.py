"""Keyed hashes with the service's secret: for keys that don't reveal a person, and cookies that can't be forged."""

import base64
import hashlib
import hmac
import json

from service.domain.errors import StoreNotReady


class Seal:
    """HMAC-SHA-256, cut to 128 bits."""

    def __init__(self) -> None:
        self._keyed: hmac.HMAC | None = None

    def sign_with(self, secret: str) -> None:
        """Hashes are made with this secret from now on."""
        # A derived key, so that no hash made here is ever that of a ticket's id.
        key = hmac.digest(secret.encode(), b"sunbeon seal", "sha256")
        self._keyed = hmac.new(key, digestmod=hashlib.sha256)

    def of(self, purpose: str, *parts: str) -> str:
        """22 characters of base64url. Other parts or another purpose give another hash.

        Raises StoreNotReady until the secret is known.
        """
        if self._keyed is None:
            raise StoreNotReady
        mac = self._keyed.copy()
        mac.update(json.dumps([purpose, *parts]).encode())
        return base64.urlsafe_b64encode(mac.digest()[:16]).decode().rstrip("=")
