"""The socket that the service listens on, and what connections inherit from it."""

import socket

from service.net.listener import BACKLOG, RECEIVE_BUFFER, SEND_BUFFER, listening_socket
from tests.support import Running, config_of


def test_a_connection_has_its_limits() -> None:
    with listening_socket("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()) as peer:
        accepted, _ = listening.accept()
        with accepted:
            # The kernel takes the double of what it is told, for its own needs.
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == 2 * RECEIVE_BUFFER
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * SEND_BUFFER
            peer.setblocking(False)
            sent = 0
            try:
                while sent < 10_000_000:
                    sent += peer.send(b"x" * 65_536)
            except BlockingIOError:
                pass
            assert len(accepted.recv(10_000_000)) <= 2 * RECEIVE_BUFFER


def test_uvicorn_listens_with_the_same_backlog(service: Running) -> None:
    """It has the socket listen once more, by default with a shorter one."""
    assert config_of(service.app).backlog == BACKLOG
