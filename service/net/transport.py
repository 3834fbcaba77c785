"""Transports, beyond what asyncio offers: writing at once, and reading so that no peer takes more than its share."""

import asyncio
import os

PAUSE_SECONDS = 0.01
"""How long a connection whose bytes are only dropped is left unread, each time that something comes."""


def write_now(transport: asyncio.WriteTransport, fd: int, data: bytes) -> None:
    """Hands `data` to the kernel, and to the transport of the socket `fd` what the kernel doesn't take at once.

    uvloop keeps what is written until its turn ends, which is long when the turn has many to answer. Not for TLS, where
    only the transport knows what to send. Raises OSError for a connection that has ended.
    """
    if transport.is_closing():
        # Its number may be another connection's by now.
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

    uvloop would otherwise read up to 32 times from one connection, 8 MB, before others have their turn.
    """
    transport.pause_reading()
    # Neither complains of a connection that has ended meanwhile.
    loop.call_later(PAUSE_SECONDS, transport.resume_reading)
