"""A real PostgreSQL server for tests and benches: `with PostgresServer() as server:`, or the fixture `postgres`.

The cluster is in a folder of its own, below Python's folder for temporary files, which another disk can be with TMPDIR.
Nothing is left of it afterwards, even if the test run is killed.
"""

import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

OWNER = "postgres"
"""The database's superuser. Where tests run as root, also the system's user that the server runs as."""


class PostgresServer:
    """One cluster on a port of 127.0.0.1, synced to disk as in production.

    `start()`, `new_database()`, `frozen()`, `stop()`, `kill()`; `start()` again continues with the same data and on the
    same port. The methods block, also the event loop.
    """

    def __init__(self, **settings: str) -> None:
        """Makes the cluster. `settings` are settings of postgresql.conf; all others are as PostgreSQL has them."""
        programs = find_programs()
        self.port = _port_that_stays_free()
        self.folder = Path(tempfile.mkdtemp(prefix="sunbeon-postgres-"))
        self._data = self.folder / "data"
        self._log = self.folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = itertools.count(1)
        # What the user has set for other servers, PGPORT for example, isn't for this one.
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self._guard = subprocess.Popen(
            [sys.executable, "-I", __file__, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            # Each process of the server has this in its command line: see processes_of.
            "cluster_name": self.folder.name,
            **settings,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._command = [f"{programs}/postgres", "-D", str(self._data), *options]
        self._createdb = [f"{programs}/createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", OWNER]
        # PostgreSQL refuses to run as root.
        self._user = OWNER if os.geteuid() == 0 else None
        try:
            if self._user:
                shutil.chown(self.folder, self._user, self._user)
            # --no-sync is for these first files only; the server itself syncs. Without a locale, the cluster is the
            # same on every machine.
            initdb = [f"{programs}/initdb", "-D", str(self._data), "-U", OWNER, "--auth=trust", "--no-sync"]
            code = self._popen([*initdb, "--encoding=UTF8", "--no-locale"]).wait()
            assert code == 0, f"initdb failed:\n{self._output()}"
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "PostgresServer":
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start(self, within: float = 60) -> None:
        """Starts the server and waits until it answers, after a kill until it has recovered its data."""
        assert not self._process, "the server runs already"
        self._process = self._popen(self._command)
        until = time.monotonic() + within
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise AssertionError(f"PostgreSQL does not start:\n{self._output()}")
            time.sleep(0.02)

    def stop(self, within: float = 60) -> None:
        """Shuts the server down as an administrator does. Its clients lose their connections, its data stay."""
        assert self._process, "the server does not run"
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"PostgreSQL did not stop within {within} s:\n{self._output()}") from None
        self._process = None

    def kill(self) -> None:
        """Kills all processes of the server at the same moment: none of them sees another one's end.

        This is no power cut: what a process has given to the kernel to write is written.
        """
        assert self._process, "the server does not run"
        self._halt()
        for pid in self._processes():
            _send(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        # The next server would take one that still ends for one that still runs.
        while self._processes():
            time.sleep(0.001)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """While no process of the server gives a sign of life. The kernel still accepts connections for it."""
        self._halt()
        try:
            yield
        finally:
            for pid in self._processes():
                _send(pid, signal.SIGCONT)

    def new_database(self) -> str:
        """Makes an empty database, and returns its URL for SQLAlchemy."""
        name = f"test{next(self._databases)}"
        command = [*self._createdb, name]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return f"postgresql+asyncpg://{OWNER}@127.0.0.1:{self.port}/{name}"

    def close(self) -> None:
        """Ends the server, and removes its data."""
        assert self._guard.stdin
        self._guard.stdin.close()
        self._guard.wait()
        if self._process:
            # Nothing runs any more, unless the guard was killed.
            self.kill()

    def _popen(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                # A Ctrl-C at the terminal is for the test run, which then ends the server.
                start_new_session=True,
            )

    def _is_ready(self) -> bool:
        """The server writes that it accepts connections into the file's eighth line, where pg_ctl reads it too."""
        assert self._process
        with suppress(FileNotFoundError):
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            # After a kill, the file of the server before is still there.
            return lines[:1] == [str(self._process.pid)] and [line.strip() for line in lines[7:8]] == ["ready"]
        return False

    def _output(self) -> str:
        return self._log.read_text(errors="replace")

    def _processes(self) -> list[int]:
        return processes_of(self.folder)

    def _halt(self) -> None:
        """Stops all processes, and waits until they have stopped."""
        assert self._process, "the server does not run"
        # All others are children of this one: when it has stopped, no further ones are started.
        if self._process.poll() is None:
            _halt([self._process.pid])
        _halt(self._processes())


def find_programs() -> Path:
    """The folder of PostgreSQL's programs, of the newest version where Debian has several."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(debian, key=lambda file: [int(part) for part in file.parts[-3].split(".")], default=None)
    found = newest or shutil.which("postgres")
    if not found:
        raise FileNotFoundError("no PostgreSQL server: run scripts/install dev")
    return Path(found).parent


def processes_of(folder: Path) -> list[int]:
    """Pids of the server whose cluster is in this folder; also initdb, while it makes the cluster.

    Every process has the folder's name in its command line: the first one, and its children before they rename
    themselves, as their data folder; renamed ones as the cluster's name. Unlike a process's working folder, root can
    read that in every container. A process that has ended has no command line.
    """
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and (entry / "comm").read_text().strip() in ("postgres", "initdb"):
                command = (entry / "cmdline").read_bytes()
                if folder.name.encode() in command:
                    found.append(int(entry.name))
    return found


def _halt(pids: list[int]) -> None:
    for pid in pids:
        _send(pid, signal.SIGSTOP)
    while any(_is_running(pid) for pid in pids):
        time.sleep(0.001)


def _is_running(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "TZX"
    return False


def _send(pid: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, what)


def _port_that_stays_free() -> int:
    """A free port, outside the range from which the kernel gives ports to those who ask for any.

    So it is still free for a server that starts again.
    """
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    # A machine may give out all ports. Then this one is only likely to stay free.
    ports = range(10_000, lowest) or range(10_000, 60_000)
    while True:
        port = random.SystemRandom().choice(ports)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _guard(folder: Path, within: float = 20) -> None:
    """Waits until the one who started this closes standard input or has ended; then ends the server, and removes it."""
    sys.stdin.read()
    until = time.monotonic() + within
    # At SIGQUIT, the server ends at once and gives its shared memory back.
    for what in (signal.SIGQUIT, signal.SIGCONT):
        for pid in processes_of(folder):
            _send(pid, what)
    while pids := processes_of(folder):
        if time.monotonic() > until:
            for pid in pids:
                _send(pid, signal.SIGKILL)
        time.sleep(0.01)
    # A program of initdb's may still be writing.
    while folder.exists() and time.monotonic() < until:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _guard(Path(sys.argv[1]))
