"""The real service for tests: in this process with a clock that can be moved, or as a process of its own."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from service.app import create_app, seoul_time
from service.net.listener import listening_socket
from service.server import server_config
from service.settings import Settings

ROOT = Path(__file__).parents[1]
A_CENTURY = 100 * 365 * 86400.0
"""Seconds: the tolerance of a service whose clock a test moves by days."""
DEVICE = {"Authorization": "Bearer demo-device"}
SECRET = "a secret of the tests, 32 letters or more"
"""The secret of services that are no demo."""


def _to_ten(now: datetime) -> timedelta:
    return now.replace(hour=10, minute=0, second=0, microsecond=0) - now


TEN_O_CLOCK = _to_ten(seoul_time())
"""From Seoul's time to ten in the morning when this process began."""


@dataclass
class MovableClock:
    """A clock that shows ten in the morning when the tests begin, plus what a test has moved it by.

    So no test meets the end of a day that it did not move to, at whatever hour it is run.
    """

    ahead: timedelta = TEN_O_CLOCK
    """From Seoul's time."""

    def __call__(self) -> datetime:
        return seoul_time() + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)

    def set(self, to: datetime) -> None:
        self.ahead = to - seoul_time()


def machine_clock() -> MovableClock:
    """A clock that shows the machine's time, for tests that compare with what else goes by that."""
    return MovableClock(timedelta())


class StoppedClock(MovableClock):
    """A clock that only a test moves, for tests that must not depend on the machine's speed."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped = seoul_time()

    def __call__(self) -> datetime:
        return self._stopped + self.ahead

    def set(self, to: datetime) -> None:
        self.ahead = to - self._stopped


class Http(httpx.AsyncClient):
    """A client of a running service, with the few calls that most tests make."""

    async def sign_in(self, user: str, password: str = "sunbeon") -> dict[str, str]:
        """Headers of a signed-in member of staff."""
        answer = await self.post("/api/v1/session", json={"user": user, "password": password})
        answer.raise_for_status()
        self.cookies.clear()
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    async def edit_city(self, edit: Callable[[dict[str, Any]], Any], *, effective: str = "now") -> httpx.Response:
        """An admin's edit of the city's document, and the answer to it."""
        admin = await self.sign_in("admin")
        read = (await self.get("/api/v1/city", headers=admin)).raise_for_status()
        document = read.json()
        edit(document)
        tagged = {**admin, "If-Match": read.headers["etag"]}
        return await self.put(f"/api/v1/city?effective={effective}", json=document, headers=tagged)

    async def take(self, office: str, counter: str, **body: Any) -> dict[str, Any]:
        """A ticket from the office's kiosk, or `channel="online"`."""
        path = f"/api/v1/offices/{office}/counters/{counter}/tickets"
        headers = {} if body.get("channel") == "online" else DEVICE
        answer = await self.post(path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    async def ticket(self, id: str) -> dict[str, Any]:
        answer = await self.get(f"/api/v1/tickets/{id}")
        assert answer.status_code == 200, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    async def board(self, office: str) -> dict[str, Any]:
        answer = await self.get(f"/api/v1/offices/{office}/board")
        assert answer.status_code == 200, answer.text
        board: dict[str, Any] = answer.json()
        return board


@dataclass
class Desk:
    """A clerk at a window, as the API sees one."""

    http: Http
    staff: dict[str, str]
    office: str
    window: int
    at_window: int | None = None

    async def post(self, move: str, body: Any = None, **headers: str) -> httpx.Response:
        path = f"/api/v1/offices/{self.office}/windows/{self.window}/{move}"
        return await self.http.post(path, json=body, headers={**self.staff, **headers})

    async def open(self, *counters: str) -> None:
        answer = await self.post("open", {"counters": list(counters)} if counters else None)
        assert answer.status_code == 200, answer.text

    async def next(self) -> int | None:
        """Presses next; the number that was called."""
        answer = await self.post("next", {"finished": self.at_window})
        assert answer.status_code == 200, answer.text
        called = answer.json()["called"]
        self.at_window = called and called["number"]
        return self.at_window


@dataclass
class Running:
    """A service in this process."""

    url: str
    http: Http
    clock: MovableClock
    app: FastAPI

    @property
    def live(self) -> str:
        """The base URL of its sockets."""
        return self.url.replace("http", "ws", 1) + "/api/v1"

    async def desk(self, office: str, window: int, *counters: str) -> Desk:
        """A signed-in clerk at an open window."""
        desk = Desk(self.http, await self.http.sign_in(f"clerk-{office}"), office, window)
        await desk.open(*counters)
        return desk


def config_of(app: FastAPI) -> uvicorn.Config:
    return server_config(app, app.state.context.settings)


@asynccontextmanager
async def running(
    redis_url: str,
    clock: MovableClock | None = None,
    *,
    wait_ready: bool = True,
    knows_its_url: bool = False,
    listening: socket.socket | None = None,
    **settings: Any,
) -> AsyncIterator[Running]:
    """The service on a store, under a namespace of its own unless `namespace` is given.

    `knows_its_url`: its `public_url` is where it listens, so that its pages work outside a demo too.
    """
    settings.setdefault("namespace", f"t{uuid.uuid4().hex}")
    settings.setdefault("demo_life", False)
    settings.setdefault("demo_past_days", 0)
    settings.setdefault("voice", False)
    folder = tempfile.TemporaryDirectory(prefix="sunbeon-test-")
    settings.setdefault("data_dir", folder.name)
    settings.setdefault("clock_tolerance_seconds", A_CENTURY)
    clock = clock or MovableClock()
    listening = listening or listening_socket("127.0.0.1", 0)
    url = "http://{}:{}".format(*listening.getsockname())
    if knows_its_url:
        settings["public_url"] = url
    app = create_app(Settings(redis_url=redis_url, **settings), clock)
    server = uvicorn.Server(config_of(app))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server._serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    # The service hangs up after 5 idle seconds: a connection must not be used at that very moment.
    async with Http(base_url=url, timeout=60, limits=httpx.Limits(keepalive_expiry=3)) as http:
        context = app.state.context
        while wait_ready and not (context.relay.ready and context.credentials.have_begun):
            await asyncio.sleep(0.01)
        try:
            yield Running(url, http, clock, app)
        finally:
            server.should_exit = True
            await serving
            folder.cleanup()


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """While the process gives no sign of life, and no sign of its end."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


class ServiceProcess:
    """`python -m service` as a process of its own; its output is kept in a file."""

    def __init__(self, folder: Path, descriptors: int | None = None, **environment: str) -> None:
        """`descriptors`: how many it may have, where that isn't as many as this process."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.output = folder / "output.log"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SUNBEON_")}
        self.environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "SUNBEON_PORT": "0",
            "SUNBEON_DATA_DIR": str(folder / "data"),
            # A test has no simulated people and past, and makes no clips.
            "SUNBEON_DEMO_LIFE": "0",
            "SUNBEON_DEMO_PAST_DAYS": "0",
            "SUNBEON_VOICE": "0",
            **environment,
        }
        self.command: tuple[str, ...] = (sys.executable, "-m", "service")
        if descriptors:
            self.command = ("prlimit", f"--nofile={descriptors}:{descriptors}", *self.command)
        self.url = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, within: float = 120) -> "ServiceProcess":
        """Starts it and waits until it is ready."""
        with self.output.open("ab") as out:
            began = out.tell()
            self.process = subprocess.Popen(self.command, cwd=self.folder, env=self.environment, stdout=out, stderr=out)
        until = time.monotonic() + within
        while time.monotonic() < until:
            text = self.output.read_bytes()[began:].decode()
            found = re.search(r"(http://\S+?)/\n", text)
            if found:
                self.url = found[1]
                try:
                    if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == 200:
                        return self
                except httpx.TransportError:
                    pass
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"the service did not get ready:\n{self.output.read_text()}")

    def stop(self, with_signal: int = signal.SIGTERM, within: float = 10) -> int:
        """Ends it, and returns its exit code."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the service did not stop within {within} s") from None

    def store_pid(self) -> int:
        """The embedded store's process."""
        folder = str(Path(self.environment["SUNBEON_DATA_DIR"]) / "store")
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    command = (entry / "cmdline").read_bytes().decode(errors="replace")
                    same = (entry / "cwd").readlink() == Path(folder).resolve()
                except OSError:
                    continue
                if "valkey-server" in command and same:
                    return int(entry.name)
        raise AssertionError(f"no store runs on {folder}")


@contextmanager
def service_process(
    folder: Path, descriptors: int | None = None, *, within: float = 120, **environment: str
) -> Iterator[ServiceProcess]:
    """A running `python -m service`, which is ready within so many seconds."""
    service = ServiceProcess(folder, descriptors, **environment).start(within)
    try:
        yield service
    finally:
        if service.process and service.process.poll() is None:
            service.stop()
