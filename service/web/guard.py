"""What a connection may do before it is a request: so many bytes of head, so much time in all; and where it goes.

uvicorn has no limit for either, and a peer that sends a byte a minute would hold its connection for ever.
"""

import asyncio
import json

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.domain.errors import HeadTooLarge, RequestTooSlow, SunbeonError
from service.live.socket import upgrade

REASONS = {408: b"Request Timeout", 431: b"Request Header Fields Too Large"}

TURNING_AWAY_SECONDS = 2.0
"""How long a peer that is turned away may take to read why."""


class GuardedHttp(HttpToolsProtocol):
    """uvicorn's protocol with limits, and our own WebSockets. Limits are the class's: one setting for a process."""

    head_bytes = 16_384
    request_seconds = 20.0

    _timer: asyncio.TimerHandle | None = None
    _head = 0
    """Bytes of the head that is being received; -1 while a body is."""
    _turned_away = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._timer = self.loop.call_later(self.request_seconds, self._turn_away, RequestTooSlow())

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._turned_away:
            return
        if self._head >= 0:
            self._head += len(data)
        if self._timer is None:
            self._timer = self.loop.call_later(self.request_seconds, self._turn_away, RequestTooSlow())
        super().data_received(data)
        if self._head > self.head_bytes:
            self._turn_away(HeadTooLarge(f"Send at most {self.head_bytes} bytes before the body."))

    def on_headers_complete(self) -> None:
        self._head = -1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head = 0
        self._stop_timer()
        super().on_message_complete()

    def _should_upgrade_to_ws(self) -> bool:
        return True

    def handle_websocket_upgrade(self) -> None:
        self._stop_timer()
        upgrade(self)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _turn_away(self, error: SunbeonError) -> None:
        self._stop_timer()
        if self.transport.is_closing():
            return
        self._turned_away = True
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            body = json.dumps(error.problem()).encode()
            self.transport.write(
                b"HTTP/1.1 %d %s\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\n"
                b"connection: close\r\n\r\n%s" % (error.status, REASONS[error.status], len(body), body)
            )
        # What still comes is read and dropped: closing with bytes unread would reset the connection under the answer.
        self.transport.write_eof()
        self.loop.call_later(TURNING_AWAY_SECONDS, self.transport.abort)
