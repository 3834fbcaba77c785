"""Transports, beyond what asyncio offers: writing at once, and reading so that no peer takes more than its share."""

import asyncio
import os

PAUSE_SECONDS = 0.01
"""How long a connection whose bytes are only dropped is left unread, each time that something comes."""


def write_now(transport: asyncio.WriteTransport, fd: int, data: bytes) -> None:
    """Writes `data` to the socket `fd` at once. What the kernel doesn't take is given to its transport.

    uvloop buffers writes until the turn of the event loop ends, which takes long when many requests are answered in it.
    Not for TLS, where only the transport can encrypt. Raises OSError for a connection that has ended.
    """
    if transport.is_closing():
        # The descriptor may belong to another connection by now.
        raise ConnectionResetError
    if transport.get_write_buffer_size():
        transport.write(data)
        return
    try:
        sent = os.write(fd, data)
    except BlockingIOError:
        sent = 0
    if sent < len(data):
        transport.write(data[sent:])


def pause_reading(transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
    """Pauses reading for a moment: for a connection whose bytes are only dropped, however fast they come.

    Otherwise uvloop would read up to 32 times from one connection, 8 MB, before it serves others.
    """
    transport.pause_reading()
    # Neither call raises for a connection that has ended meanwhile.
    loop.call_later(PAUSE_SECONDS, transport.resume_reading)
