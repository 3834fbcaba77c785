"""A live WebSocket: from its handshake to its end, an object of a few hundred bytes and nothing else.

A socket has no task, no queue and no timer. A frame is encoded once, and sending it to a socket is one system call;
only what the kernel doesn't take at once is buffered. A client that leaves too much unread is disconnected.

`upgrade` makes one of a connection whose request uvicorn has parsed.
"""

import asyncio
import time
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha1
from itertools import cycle
from typing import Any, Protocol

from websockets.frames import Opcode

from service.compat.uvicorn import HttpProtocol
from service.domain.errors import NotFound
from service.domain.request_errors import MalformedRequest, UpgradeRequired
from service.live.close_codes import GOING_AWAY, NO_PONG, TOO_SLOW, Close
from service.live.hub import AllBoards, Topic
from service.live.websocket_frames import Reader, Violation, close_code, close_frame, encode
from service.net.connection_table import ConnectionTable
from service.net.transport import pause_reading, write_now

PING_SECONDS = 10
"""How often a socket is pinged and its client's allowance renewed, and how long a sign of life may take."""

CLOSING_SECONDS = 5.0
"""How long a peer may take to answer a close frame, and to read what was sent before it."""

VANISHED = 1006
"""The code that stands for a connection that ended without a close frame; never sent."""

PING = encode(b"", Opcode.PING)
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

Scope = dict[str, Any]
Answer = Sequence[Topic | AllBoards] | Close
"""What a socket is to listen to, or why it may not."""
Endpoint = Callable[["PushSocket", Scope], Answer | None]
"""Called with a new socket and its ASGI scope. If it returns None, it calls the socket's `enter` later."""


class Endpoints(Protocol):
    """Where sockets may go. `ended` is told of each that `began`."""

    def find(self, scope: Scope) -> Endpoint | None: ...
    def began(self, socket: "PushSocket") -> None: ...
    def ended(self, socket: "PushSocket") -> None: ...


class Sockets:
    """All live sockets of this process: where they go, and how they are kept alive."""

    def __init__(self, endpoints: Endpoints, connections: ConnectionTable, buffer_limit: int) -> None:
        """`buffer_limit`: unsent bytes that a socket may have."""
        self.endpoints = endpoints
        self.connections = connections
        self.buffer_limit = buffer_limit
        # Each socket is in one of these sets. One set is pinged each second, so that not all are pinged at once.
        self.rounds: list[set[PushSocket]] = [set() for _ in range(PING_SECONDS)]
        self.next_round = cycle(self.rounds).__next__

    async def keep_alive(self) -> None:
        """Pings each socket every `PING_SECONDS`, for ever."""
        while True:
            for sockets in self.rounds:
                await asyncio.sleep(1)
                for socket in list(sockets):
                    socket.ping()


class PushSocket(asyncio.Protocol):
    """The socket of one client. It takes frames without waiting, and listens to topics of the hub until it ends."""

    __slots__ = (
        "_fd", "_heard", "_loop", "_open", "_reader", "_round", "_shared", "_topics", "_transport",
        "beat", "code", "connections", "opened_at", "place", "route",
    )  # fmt: skip

    def __init__(self, http: HttpProtocol, scope: Scope) -> None:
        self._shared: Sockets = scope["state"]["sockets"]
        self._transport = http.transport
        self._loop = http.loop
        self._fd: int = http.transport.get_extra_info("socket").fileno()
        self._reader = Reader()
        self._topics: Sequence[Topic | AllBoards] = ()
        self._round = self._shared.next_round()
        self._open = True
        self._heard = True
        self.connections = http.connections
        self.opened_at = time.monotonic()
        self.place = ""
        """The address that it counts under; empty where it isn't counted."""
        self.beat = 0
        """The client is sent a frame at least every so many seconds; 0 where it didn't ask for that."""
        self.route: str = scope["route"]
        """Template of its path, for the log."""
        self.code = VANISHED
        """The close code, ours or the peer's, whichever came first."""
        self._round.add(self)
        self.connections.add(self)  # type: ignore[arg-type]  # uvicorn calls `shutdown` on them
        self._shared.endpoints.began(self)

    def enter(self, answer: Answer, greeting: bytes = b"") -> None:
        """Closes the socket, or sends each topic's last frame at once, and each new one until this socket ends."""
        if not self._open:
            return
        if isinstance(answer, Close):
            self._transport.write(greeting)
            self.leave(answer)
        else:
            self._topics = answer
            self.push(b"".join([greeting, *(topic.join(self, self.beat) for topic in answer)]))

    def push(self, frame: bytes) -> None:
        """Writes an encoded frame, or closes a socket that has too much unsent. Never waits."""
        if self._transport.get_write_buffer_size() > self._shared.buffer_limit:
            self.leave(TOO_SLOW)
            return
        try:
            write_now(self._transport, self._fd, frame)
        except OSError:
            self._transport.abort()

    def ping(self) -> None:
        """Pings the client, or closes a socket whose client has sent nothing since the last ping."""
        if not self._heard:
            self.leave(NO_PONG)
        elif self._open:
            self._heard = False
            self._reader.renew()
            self.push(PING)

    def leave(self, close: Close) -> None:
        """Closes with a code. The connection is aborted if the peer doesn't answer in `CLOSING_SECONDS`."""
        if self._open:
            self._stop(close.code)
            self._transport.write(close_frame(close.code, close.reason))
            # What still comes is read and dropped: closing a connection with unread bytes would reset it, and the peer
            # might not get the close frame.
            self._transport.write_eof()
            self._shared.connections.mark_closing(self._transport)
            self._loop.call_later(CLOSING_SECONDS, self._transport.abort)

    def shutdown(self) -> None:
        """uvicorn stops."""
        self.leave(GOING_AWAY)

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if not self._open:
            pause_reading(self._transport, self._loop)
            return
        try:
            for opcode, payload in self._reader.read(data):
                if opcode is Opcode.PING:
                    self.push(encode(payload, Opcode.PONG))
                elif opcode is Opcode.CLOSE:
                    code = close_code(payload)
                    self._stop(code)
                    self._transport.write(close_frame(code))
                    self._transport.close()
                if not self._open:
                    return
        except Violation as violation:
            self.leave(violation.close)

    def connection_lost(self, error: Exception | None) -> None:
        self._stop(VANISHED)
        self._shared.connections.remove(self._transport)
        self._round.discard(self)
        self.connections.discard(self)
        self._shared.endpoints.ended(self)

    def _stop(self, code: int) -> None:
        """Listens no more."""
        if self._open:
            self._open, self.code = False, code
            for topic in self._topics:
                topic.leave(self)


def upgrade(http: HttpProtocol) -> None:
    """Makes a connection that asked for an upgrade a socket at its endpoint.

    Raises NotFound, MalformedRequest and UpgradeRequired, and has changed nothing then.
    """
    scope: Scope = http.websocket_scope()
    endpoint = scope["state"]["sockets"].endpoints.find(scope)
    if endpoint is None:
        raise NotFound
    greeting = _handshake(scope["method"], http.headers)
    http.let_go()
    socket = PushSocket(http, scope)
    http.transport.set_protocol(socket)
    found = endpoint(socket, scope)
    socket.enter(() if found is None else found, greeting)


def _handshake(method: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The response that accepts the upgrade. (uvicorn has checked `Upgrade: websocket` and `Connection: upgrade`.)"""
    given = dict(headers)
    key = given.get(b"sec-websocket-key", b"")
    with suppress(Base64Error):
        if (
            method == "GET"
            and given.get(b"sec-websocket-version") == b"13"
            and len(b64decode(key, validate=True)) == 16
        ):
            accept = b64encode(sha1(key + GUID).digest())
            return (
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept
            )
    if given.get(b"sec-websocket-version", b"13") != b"13":
        raise UpgradeRequired
    raise MalformedRequest("The WebSocket handshake is not as RFC 6455 says.")
