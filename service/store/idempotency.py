"""Idempotency: the identity of a request with an Idempotency-Key, for lua/lib/idempotency.lua."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple


class IdempotentRequest(NamedTuple):
    """A request with an Idempotency-Key. Both fields are empty for a request without one."""

    name: str = ""
    """Made of the operation, the caller and the key."""
    fingerprint: str = ""
    """Hash of what the request asks for. The same name with another fingerprint is refused."""


NO_KEY = IdempotentRequest()


def idempotent_request(key: str | None, operation: str, whose: object, *, asks: Sequence[object]) -> IdempotentRequest:
    """The request with this key for an operation. `whose` is a caller or a window, `asks` what it asks for."""
    return IdempotentRequest(f"{operation}:{_digest(whose, key)}", _digest(*asks)) if key else NO_KEY


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]
