"""The HTTP protocol of a connection, with the limits that uvicorn lacks.

uvicorn limits neither the bytes of a request's head, nor the time that a request may take to arrive, nor the requests
that a peer sends without waiting for answers (HTTP pipelining). Here each of them is limited.
"""

import asyncio
from dataclasses import dataclass

from service.compat.uvicorn import Exchange, HttpProtocol, abandon
from service.domain.errors import SunbeonError
from service.domain.request_errors import HeadTooLarge, MalformedRequest, RequestTooSlow
from service.live.push_socket import upgrade
from service.net.connection_table import ConnectionTable
from service.net.transport import pause_reading
from service.web.raw_response import raw_response

CLOSING_SECONDS = 2.0
"""How long a refused peer may take to read the refusal, before its connection is closed."""

SLICE = 4096
"""Bytes that the parser gets at once, at most."""

BLANK_LINE = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """The limits of each connection of the process; `limits` in the lifespan's state."""

    connections: ConnectionTable
    first_byte_seconds: float
    head_bytes: int
    """Limit of a request's head, and of what follows it except a body that is read: trailers, framing of chunks."""
    request_seconds: float
    """From a request's first byte to its last."""


class LimitedHttpProtocol(HttpProtocol):
    """uvicorn's protocol with limits, which hands a connection over to `live/push_socket.py` for a WebSocket.

    The parser gets slices that end where a message does, so that at most one request waits behind the one that is
    being answered. What came after it stays in `_unfed`, and reading is paused until the wait is over.
    """

    _limits: HttpLimits
    _idle = True
    """Whether it waits for a request."""
    _timer: asyncio.TimerHandle | None = None
    _unfed = b""
    _in_head = True
    """Whether what comes next belongs to a head: false from its end to the end of its body."""
    _overhead = 0
    """Bytes so far of this head, or of what follows it except a body that is read."""
    _body = 0
    """Bytes of this body so far."""
    _declared = -1
    """The declared length of this body; 0 for one in chunks, -1 until it is looked up."""
    _answering: Exchange | None = None
    """The request that the next one waited for; it may be answered by now."""
    _held = False
    """Whether reading is paused until the request that waits has its turn."""
    _ended = False
    """Nothing more is parsed."""
    _refusal: SunbeonError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._limits = self.lifespan_state["limits"]
        refusal = self._limits.connections.add(transport, self.client[0] if self.client else None)
        if refusal:
            self._refuse(refusal)
        else:
            self._timer = self.loop.call_later(self._limits.first_byte_seconds, self._close_unused)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._limits.connections.remove(self.transport)
        self.forget_waiting_requests()
        if self._answering:
            abandon(self._answering)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._ended:
            pause_reading(self.transport, self.loop)
            return
        if self._idle:
            self._idle = False
            self._stop_timer()
            self._limits.connections.mark_busy(self.transport)
        if not (self._in_head and self._fed_at_once(data)):
            self._unfed += data
            self._feed()

    def _fed_at_once(self, data: bytes) -> bool:
        """Parses a small request that comes in one piece, as most do. Returns False for anything that needs slicing."""
        size = len(data)
        head = data.find(BLANK_LINE) + len(BLANK_LINE)
        if size > SLICE or head < len(BLANK_LINE) or self._overhead or self._unfed or self.has_waiting_request:
            return False
        if head < size and (data[-1] in BLANK_LINE or data.find(BLANK_LINE, head) >= 0):
            return False
        super().data_received(data)
        # The data had one head, and its message may have ended. What isn't its body is framing, or the next head.
        self._overhead = size - head - self._body
        if self._overhead or not self._in_head or self.has_waiting_request:
            self._watch()
        return True

    def _feed(self) -> None:
        """Parses what came, up to a request that has to wait for its turn."""
        data, at, limit = self._unfed, 0, self._limits.head_bytes
        while at < len(data) and not self.has_waiting_request and not self._ended:
            end = self._slice_end(data, at)
            if end == at:
                break
            self._overhead += end - at
            if not self._in_head or self._overhead <= limit:
                super().data_received(data[at:end])
            if self._overhead > limit:
                self._refuse(HeadTooLarge(f"Send at most {limit} bytes before the body."))
            at = end
        self._unfed = b"" if self._ended else data[at:]
        self._watch()

    def _slice_end(self, data: bytes, at: int) -> int:
        """Where the slice of `data` that begins at `at` ends: at the latest where its message may end."""
        if not self._in_head:
            if self._declared < 0:
                self._declared = int(dict(self.headers).get(b"content-length", 0))
            if self._declared:
                return min(len(data), at + SLICE, at + self._declared - self._body)
        blank = data.find(BLANK_LINE, at, at + SLICE)
        if blank >= 0:
            return blank + len(BLANK_LINE)
        end = min(len(data), at + SLICE)
        # What may be the beginning of a blank line waits for the rest of it.
        last = data[max(at, end - len(BLANK_LINE) + 1) : end]
        return end - len(last) + len(last.rstrip(BLANK_LINE))

    def on_headers_complete(self) -> None:
        earlier = self.cycle
        super().on_headers_complete()
        self._in_head, self._overhead, self._body, self._declared = False, 0, 0, -1
        if self.has_waiting_request:
            self._answering = earlier

    def on_chunk_header(self) -> None:
        # The request gets a list of its own. Otherwise trailers, which proxies don't check, would be added to its
        # headers.
        self.headers = self.headers.copy()

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        if self.is_answering:
            self._overhead -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self._overhead > self._limits.head_bytes:
            return
        super().on_message_complete()
        self._in_head, self._overhead = True, 0
        self._stop_timer()

    def on_response_complete(self) -> None:
        if self._held:
            self._held = False
            self.transport.resume_reading()
        super().on_response_complete()
        if self.transport.is_closing():
            self._ended = True
        elif self._refusal:
            self._close_with(self._refusal)
        elif self._unfed:
            self._feed()
        else:
            self._watch()

    def _watch(self) -> None:
        """Resumes or pauses reading and sets the timers, depending on the state of the next request."""
        if self._ended:
            return
        if self.has_waiting_request:
            self._stop_timer()
            self.hold_reading()
            self._held = True
        elif self._unfed or self._overhead or not self._in_head:
            self._start_timer()
        elif self.cycle and not self.is_answering:
            self._idle = True
            self._limits.connections.mark_idle(self.transport)
            # uvicorn starts it when a request is answered, and stops it when the rest of its body comes later.
            self.start_keep_alive_timer()

    def _start_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self._limits.request_seconds, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _close_unused(self) -> None:
        """Closes a connection on which nothing came, without an answer.

        Browsers open connections ahead of need. A browser that sends its first request just then would take a 408 for
        the answer to it, and show a page without its script; after a silent end it asks again.
        """
        self.transport.close()

    def _too_slow(self) -> None:
        self._refuse(RequestTooSlow())

    def refuse_malformed(self) -> None:
        self._refuse(MalformedRequest())

    def accept_websocket(self) -> None:
        if self.is_answering:
            self._refuse(MalformedRequest("Wait for the answer to an earlier request before you ask to upgrade."))
            return
        try:
            upgrade(self)
            self._ended = True
        except SunbeonError as refusal:
            self._refuse(refusal)

    def check_upgrade(self, *, is_websocket: bool) -> None:
        """Raises MalformedRequest for an upgrade to another protocol by a request with a body.

        The parser would take such a body for another request. Then one request for a proxy would be two for this
        service (request smuggling).
        """
        given = dict(self.headers)
        if not is_websocket and (b"transfer-encoding" in given or int(given.get(b"content-length", 0)) > 0):
            raise MalformedRequest

    def _refuse(self, error: SunbeonError) -> None:
        """Refuses the request that is being received, once the requests before it are answered."""
        self._stop_timer()
        self._ended, self._refusal = True, error
        if not self._in_head or not self.is_answering:
            self._close_with(error)

    def _close_with(self, error: SunbeonError) -> None:
        """Answers with the refusal, unless another answer is under way, and closes the connection."""
        self.stop_keep_alive_timer()
        if self.transport.is_closing():
            return
        if self._in_head or not self.has_begun_to_answer:
            self.transport.write(raw_response(error))
        if self.cycle:
            abandon(self.cycle)
        # What still comes is read and dropped: closing a connection with unread bytes would reset it, and the peer
        # might not get the answer.
        self.transport.write_eof()
        self._limits.connections.mark_closing(self.transport)
        self.loop.call_later(CLOSING_SECONDS, self.transport.abort)
