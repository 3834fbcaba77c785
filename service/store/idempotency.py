"""Idempotency: a request with an Idempotency-Key, as lua/lib/idempotency.lua knows it again."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple


class IdempotentRequest(NamedTuple):
    """A request that has an Idempotency-Key. Both fields are empty for one that has none."""

    name: str = ""
    """Of the operation, who asks, and the key."""
    fingerprint: str = ""
    """Of what it asks for. The same name with another fingerprint is a mistake of the client."""


NO_KEY = IdempotentRequest()


def idempotent_request(key: str | None, operation: str, whose: object, *, asks: Sequence[object]) -> IdempotentRequest:
    """The request with this key for an operation. `whose` is a caller or a window, `asks` what it asks for."""
    return IdempotentRequest(f"{operation}:{_digest(whose, key)}", _digest(*asks)) if key else NO_KEY


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]
