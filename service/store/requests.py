"""Idempotency: what an Idempotency-Key makes of a request."""

import hashlib
from collections.abc import Sequence

from service.store.executor import NO_KEY, Request


def request_of(key: str | None, operation: str, whose: object, *, asks: Sequence[object]) -> Request:
    """The request with this key for an operation. `whose` is a caller or a window, `asks` what it asks for."""
    return Request(f"{operation}:{_digest(whose, key)}", _digest(*asks)) if key else NO_KEY


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]
