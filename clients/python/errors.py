"""What can go wrong between a client and the service.

ClientError
  Problem       the service answered with a refusal (RFC 9457)
  Unreachable   there was no answer in time: what was asked may or may not have been done
  LineClosed    a live line was closed with a code that says not to reconnect
"""

import json
from collections.abc import Mapping
from typing import Any, Self


class ClientError(Exception):
    """Base class of the errors of this module."""

    key: str | None = None
    """The Idempotency-Key of the failed request. Repeat the request with it, and nothing is done twice."""


class Problem(ClientError):
    """A refusal. Decide on `code`; `detail` is a sentence for people."""

    def __init__(self, status: int, code: str, detail: str, retry_after: float | None, data: Mapping[str, Any]) -> None:
        """`retry_after`: seconds, where the service names them. `data`: the whole document, such as its `window`."""
        super().__init__(f"{code} ({status}): {detail}" if detail else f"{code} ({status})")
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.data = data

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], body: bytes) -> Self:
        """The refusal of an HTTP answer. `code` is `http_<status>` where no problem document came, from a proxy say."""
        try:
            data = json.loads(body)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            data = {}
        pause = headers.get("Retry-After", "")
        return cls(
            status=status,
            code=str(data.get("code", f"http_{status}")),
            detail=str(data.get("detail", "")),
            retry_after=float(pause) if pause.isdecimal() else None,
            data=data,
        )


class Unreachable(ClientError):
    """No answer within the deadline."""


class LineClosed(ClientError):
    """`code` and `reason` are the WebSocket's: 4401 sign in, 4403 another office, 4404 no such office or ticket, ..."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{reason or 'closed'} ({code})")
        self.code = code
        self.reason = reason
