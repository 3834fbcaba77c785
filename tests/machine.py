"""The machine that tests run on: free ports, processes, waiting for other processes, and network namespaces."""

import random
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from tests import network_lock

Found = TypeVar("Found")

PORTS = range(10_000, 32_000)
"""Below those that Linux gives to outgoing connections, which could take a port before its server listens."""


class NotHereError(Exception):
    """The trial isn't possible on this machine, or at this hour."""


def free_port() -> int:
    """A port on which nothing listens."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def processes_in(folder: Path) -> dict[int, str]:
    """Pid -> program of every process that works in this folder or below it."""
    found = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(folder.resolve()):
                found[int(entry.name)] = (entry / "exe").readlink().name
    return found


def store_processes(folder: Path) -> list[int]:
    """Pids of the store servers whose data folder this is."""
    found = [pid for pid, program in processes_in(folder).items() if program == "valkey-server"]
    # A fork that rewrites the append-only file is a child of the server.
    return sorted(pid for pid in found if parent_of(pid) not in found)


def parent_of(pid: int) -> int:
    """0 where there is no such process."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def workers_of(pid: int) -> list[int]:
    """The processes in which uvicorn's workers serve; multiprocessing's helper is none of them."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def wait_for(look: Callable[[], Found | None], within: float = 20) -> Found:
    """Waits until `look` finds something, and returns that."""
    until = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < until, f"waited {within} s in vain"
        time.sleep(0.02)
    return found


class Network:
    """Namespaces on a bridge: `hosts`, `prefix(i)`, `cut_off(i)`, `mend(i)`. Raises NotHereError."""

    def __init__(self, nodes: int) -> None:
        self._bridge, self._spaces = "", list[str]()
        try:
            self._make(nodes)
        except (OSError, subprocess.CalledProcessError) as error:
            self.close()
            raise NotHereError("network namespaces are not permitted here") from error

    def _make(self, nodes: int) -> None:
        with network_lock.changing():
            run, self._bridge = _new_bridge()
            self.hosts = [f"10.231.{run}.{i + 1}" for i in range(nodes)]
            self._spaces = [f"{self._bridge}-{i}" for i in range(nodes)]
            _ip("addr", "add", f"10.231.{run}.254/24", "dev", self._bridge)
            _ip("link", "set", self._bridge, "up")
            for i, space in enumerate(self._spaces):
                _ip("netns", "add", space)
                _ip("link", "add", f"{space}v", "type", "veth", "peer", "name", "eth0", "netns", space)
                _ip("link", "set", f"{space}v", "master", self._bridge, "up")
                _ip("-n", space, "addr", "add", f"{self.hosts[i]}/24", "dev", "eth0")
                _ip("-n", space, "link", "set", "lo", "up")
                _ip("-n", space, "link", "set", "eth0", "up")

    def prefix(self, node: int) -> tuple[str, ...]:
        """The prefix of a command that runs in the node's namespace."""
        return ("ip", "netns", "exec", self._spaces[node])

    def cut_off(self, node: int) -> None:
        """Cuts the node off from the other nodes, not from clients."""
        self._routes("add", node)

    def mend(self, node: int) -> None:
        self._routes("del", node)

    def close(self) -> None:
        with network_lock.changing():
            for space in self._spaces:
                with suppress(OSError, subprocess.CalledProcessError):
                    _ip("netns", "del", space)
            with suppress(OSError, subprocess.CalledProcessError):
                _ip("link", "del", self._bridge)

    def _routes(self, change: str, node: int) -> None:
        for other, host in enumerate(self.hosts):
            if other != node:
                _ip("-n", self._spaces[node], "route", change, "blackhole", f"{host}/32")


def _new_bridge() -> tuple[int, str]:
    """A number and a name that no other network of this machine has. Raises CalledProcessError."""
    while True:
        run = random.SystemRandom().randrange(250)
        try:
            _ip("link", "add", f"sbf{run}", "type", "bridge")
        except subprocess.CalledProcessError as error:
            if b"File exists" not in error.stderr:
                raise
        else:
            return run, f"sbf{run}"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
