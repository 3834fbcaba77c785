"""A WebSocket that can be handed frames without waiting: uvicorn's own, with one method more.

A frame is encoded once and written to each socket's transport as it is: no task, no queue, no copy for a listener.
A socket whose unsent bytes pass the limit doesn't read, and is closed.
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

from service.live.closes import TOO_SLOW, Close

EXTENSION = "sunbeon.push"
"""Where an endpoint finds its `PushSocket`: `scope["extensions"][EXTENSION]`."""

BUFFER_LIMIT = 262_144
"""Unsent bytes that a socket may have; `Settings.socket_buffer_bytes` replaces it at start."""

FLUSH_SECONDS = 5.0
"""How long a closing socket may take for what is still in its buffer."""


def encode(text: str | bytes) -> bytes:
    """A server's text message as the bytes on the wire (RFC 6455, unmasked, one frame)."""
    data = text.encode() if isinstance(text, str) else text
    return bytes(Frame(Opcode.TEXT, data).serialize(mask=False, extensions=[]))


class PushSocket(WebSocketsSansIOProtocol):
    """uvicorn's protocol plus `push`. `buffer_limit` is the class's: one setting for a process."""

    buffer_limit = BUFFER_LIMIT

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    def push(self, frame: bytes) -> None:
        """Writes an encoded frame, or lets go of a socket that doesn't take what it was sent. Never waits."""
        if self.close_sent or not self.handshake_complete or self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() > self.buffer_limit:
            self.let_go(TOO_SLOW)
        else:
            self.transport.write(frame)

    def let_go(self, close: Close) -> None:
        """Closes with a code, without waiting for the peer: what it doesn't take in 5 s is thrown away."""
        self.stop_keepalive()
        self.close_sent = True
        self.conn.send_close(close.code, close.reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()
        self.loop.call_later(FLUSH_SECONDS, self.transport.abort)
