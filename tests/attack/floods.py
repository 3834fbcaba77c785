"""Floods: one peer sends as fast as it can on plain sockets, for a given time."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

EMPTY_PONG = b"\x8a\x80\0\0\0\0"
"""A masked WebSocket frame of 6 bytes."""

SHORT_TEXT = b"\x81\x81\0\0\0\0x"
"""A masked text frame of one letter."""

LIVE = "/api/v1/live?office=passport"


def connection(url: str, path: str = "") -> socket.socket:
    """A TCP connection to the service at `url`; with a `path`, the WebSocket handshake is done."""
    place = urlsplit(url)
    opened = socket.create_connection((place.hostname, place.port), timeout=10)
    if path:
        opened.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        opened.recv(65_536)
    return opened


def flood(url: str, piece: bytes, seconds: float, path: str = "", first: bytes = b"") -> int:
    """Sends `first` and then `piece` repeatedly on one connection, and reconnects when it is closed. Returns bytes
    sent."""
    block, sent, until = piece * (256_000 // len(piece)), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError), connection(url, path) as peer:
            peer.settimeout(1)
            peer.sendall(first)
            while time.monotonic() < until:
                sent += peer.send(block)
    return sent


@contextmanager
def idle_connections(url: str, count: int) -> Iterator[list[socket.socket]]:
    """Opens this many connections, one after another, which send nothing."""
    opened = [connection(url) for _ in range(count)]
    try:
        yield opened
    finally:
        for one in opened:
            one.close()
