"""A connection's share of the event loop: writing without waiting for the end of its turn, and reading in turn."""

import asyncio
import os

PAUSE_SECONDS = 0.01
"""How long what comes from a peer that is no longer listened to is left unread, time after time."""


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
    """Leaves what comes unread for a moment: for a peer whose bytes are only dropped, however fast it sends.

    uvloop would otherwise read up to 32 times from one connection, 8 MB, before others have their turn.
    """
    transport.pause_reading()
    # Neither complains of a connection that has ended meanwhile.
    loop.call_later(PAUSE_SECONDS, transport.resume_reading)
