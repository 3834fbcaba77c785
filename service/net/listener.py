"""The socket that the service listens on."""

import socket

VANISHED_AFTER_MS = 10_000
"""A peer that acknowledges nothing for so long counts as gone."""

SEND_BUFFER = 65_536
"""Bytes that the kernel may hold for one connection: a dozen boards, not the megabytes it would grow to."""

RECEIVE_BUFFER = 65_536
"""Bytes received on one connection that the kernel may hold, and so the most that one read gives: four large
requests."""

BACKLOG = 4096
"""Connections that may wait to be accepted: all clients may reconnect at once after a restart."""

TCP_USER_TIMEOUT = 18
"""Of tcp(7), Linux."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound, listening TCP socket; connections inherit its limits. Raises OSError for an address it can't have."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        listening.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, VANISHED_AFTER_MS)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening
