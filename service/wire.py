"""Writing to a socket without waiting for the end of the event loop's turn."""

import asyncio
import os


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
