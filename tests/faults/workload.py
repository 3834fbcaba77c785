"""The workload: kiosks, online applicants, clerks and boards. Each repeats a request until it is answered."""

import asyncio
import json
import random
import time
import uuid
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import websockets

from tests.faults import town
from tests.faults.history import DONE, UNKNOWN_STATUS, Recorder
from tests.faults.wire import LostError, Wire

HEALED_WITHIN = 7.0
"""Seconds. Boards are re-read every 5 s, in case a signal was lost."""

PATIENCE = 60.0
"""Seconds after the end of the run in which requests are still repeated."""


@dataclass(frozen=True)
class Load:
    """How busy the morning is."""

    tickets_a_second: float = 250
    kiosks: int = 3
    """Of each office."""
    holders: int = 2
    """People at home, of each office."""
    offices: int = len(town.OFFICES)
    think: float = 0.3
    """Seconds that a clerk takes, on average."""
    times: int = 1
    """How often each request is sent at once, each until it is answered."""


@dataclass(frozen=True)
class Place:
    """The service's addresses and credentials."""

    addresses: list[tuple[str, int]]
    device: str
    user: str
    password: str


class Workload:
    """`async with running(...)`: runs until the end of the block, then everyone finishes their requests."""

    def __init__(self, place: Place, load: Load, recorder: Recorder) -> None:
        self.recorder = recorder
        self._place = place
        self._load = load
        self._token = ""
        self._stopping = asyncio.Event()
        self._wires: list[Wire] = []
        self._seen: dict[tuple[str, str], dict[str, Any]] = {}
        """The last board of each listener and office."""

    # Asking.

    def wire(self) -> Wire:
        wire = Wire(self._place.addresses, first=len(self._wires))
        self._wires.append(wire)
        return wire

    async def sign_in(self) -> None:
        """Every clerk works on one sign-in: a password takes the service 50 ms."""
        wire, body = self.wire(), {"user": self._place.user, "password": self._place.password}
        for _ in range(100):
            with suppress(LostError):
                status, answer = await wire.ask("POST", "/api/v1/session", body)
                if status in DONE:
                    self._token = answer["token"]
                    return
            await asyncio.sleep(0.2)
        raise AssertionError("nobody can sign in")

    async def ask(
        self, wires: list[Wire], kind: str, office: str, path: str, body: Any, **args: Any
    ) -> tuple[int, dict[str, Any]]:
        """Repeats the request until it is answered. Returns the first answer, or (0, {}) after the end."""
        op = self.recorder.operation()
        if "key" in args:
            args["key"] = str(uuid.uuid4())
        answers = await asyncio.gather(*(self._ask(wire, op, kind, office, path, body, args) for wire in wires))
        return answers[0]

    async def _ask(
        self, wire: Wire, op: int, kind: str, office: str, path: str, body: Any, args: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        at_the_end = 0.0
        while at_the_end < PATIENCE:
            headers = {"Idempotency-Key": args["key"]} if "key" in args else {}
            if kind == "issue":
                headers |= {"Authorization": f"Bearer {self._place.device}"} if args["channel"] == "walk_in" else {}
            elif kind not in ("arrive", "cancel"):
                headers["Authorization"] = f"Bearer {self._token}"
            sent = self.recorder.invoke(op, kind, office, args)
            try:
                status, answer = await wire.ask("DELETE" if kind == "cancel" else "POST", path, body, headers)
            except LostError as lost:
                self.recorder.unknown(op, sent, str(lost))
            else:
                if status == 401 and kind != "issue":
                    # A session may be lost in a failover, since sign-ins are not guaranteed.
                    await self.sign_in()
                    continue
                self.recorder.answer(op, sent, status, brief(answer))
                if status not in UNKNOWN_STATUS:
                    return status, answer
            pause = random.uniform(0.05, 0.25)
            await asyncio.sleep(pause)
            at_the_end += pause if self._stopping.is_set() else 0
        return 0, {}

    async def rest(self, seconds: float) -> None:
        """Waits so many seconds, or until the run is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    # Who asks.

    async def kiosk(self, office: str) -> None:
        """A kiosk: takes numbers at its share of the rate, and faster when it is behind."""
        wires = [self.wire() for _ in range(self._load.times)]
        every = self._load.kiosks * self._load.offices / self._load.tickets_a_second
        loop = asyncio.get_running_loop()
        due = loop.time() + random.uniform(0, every)
        while not self._stopping.is_set():
            await self.rest(max(0.0, due - loop.time()))
            due = max(due + every, loop.time() - 1)
            counter = random.choice(["a", "a", "b"])
            wanted = {"channel": "walk_in", "priority": random.choice(["none", "none", "none", "elderly"])}
            path = f"/api/v1/offices/{office}/counters/{counter}/tickets"
            await self.ask(wires, "issue", office, path, wanted, key="", counter=counter, channel="walk_in")

    async def holder(self, office: str) -> None:
        """An online applicant: takes numbers, then arrives, cancels, or does neither."""
        wires = [self.wire() for _ in range(self._load.times)]
        path = f"/api/v1/offices/{office}/counters/{town.ONLINE}/tickets"
        while not self._stopping.is_set():
            await self.rest(random.uniform(0, 2))
            counter, wanted = town.ONLINE, {"channel": "online"}
            _, ticket = await self.ask(wires, "issue", office, path, wanted, key="", counter=counter, channel="online")
            if "id" not in ticket:
                continue
            await self.rest(random.uniform(0, 1))
            does = random.choices(["arrive", "cancel", None], [6, 2, 2])[0]
            about = f"/api/v1/tickets/{ticket['id']}"
            if does == "arrive":
                await self.ask(wires, "arrive", office, about + "/arrive", None, id=ticket["id"])
            elif does == "cancel":
                await self.ask(wires, "cancel", office, about, None, id=ticket["id"])

    async def clerk(self, office: str, window: int) -> None:
        """A clerk at a window, who knows only the last answer."""
        wires = [self.wire() for _ in range(self._load.times)]
        base = f"/api/v1/offices/{office}/windows/{window}/"
        here: int | None = None
        aside: list[int] = []

        async def press(move: str, body: dict[str, Any], **args: Any) -> tuple[int, dict[str, Any]]:
            return await self.ask(wires, move, office, base + move, body, key="", window=window, **args)

        served = list(town.WINDOWS[window])
        await press("open", {"counters": served})
        while not self._stopping.is_set():
            await self.rest(random.expovariate(1 / self._load.think))
            move = "next"
            if here is None and aside and random.random() < 0.3:
                move = "call"
            elif here is not None:
                moves = ["next", "finish", "hold", "no-show", "transfer", "recall"]
                move = random.choices(moves, [70, 4, 6, 5, 6, 9])[0]
            if move == "next":
                status, answer = await press(move, {"finished": here}, finished=here)
                if status in DONE:
                    here = answer["called"] and answer["called"]["number"]
            elif move == "call":
                number = aside.pop(0)
                status, answer = await press(move, {"number": number}, number=number)
                here = number if status in DONE else here
            elif move == "recall":
                status, answer = await press(move, {"number": here}, number=here)
            else:
                body = {"number": here}
                if move == "transfer":
                    body |= {"counter": random.choice(town.COUNTERS)}
                status, answer = await press(move, body, number=here, counter=body.get("counter"))
                if status in DONE:
                    if move in ("hold", "no-show"):
                        aside.append(here or 0)
                    here = None
            if status == 409:
                if "window" in answer:
                    here = answer["window"]["number"]
                elif answer["code"] == "window_empty" or answer["code"] == "window_busy":
                    here = None
                elif answer["code"] == "window_closed":
                    await press("open", {"counters": served})

    async def listener(self, name: str, address: tuple[str, int]) -> None:
        """A lobby board that records every frame of every office, and reconnects whenever it is cut off."""
        named = "&".join(f"office={office}" for office in town.OFFICES[: self._load.offices])
        while True:
            with suppress(OSError, websockets.WebSocketException, TimeoutError):
                async with websockets.connect(
                    f"ws://{address[0]}:{address[1]}/api/v1/live?{named}",
                    open_timeout=2,
                    ping_interval=2,
                    ping_timeout=2,
                ) as frames:
                    async for frame in frames:
                        board = brief_board(json.loads(frame))
                        self._seen[name, board["office"]] = board
                        self.recorder.frame(name, board)
            await asyncio.sleep(random.uniform(0.1, 0.5))

    async def boards_settle(self) -> None:
        """Waits until every listener shows the service's state, but no longer than a lost signal may take."""
        wire, until = self.wire(), time.monotonic() + HEALED_WITHIN
        for office in town.OFFICES[: self._load.offices]:
            settled = False
            while not settled and time.monotonic() < until:
                with suppress(LostError):
                    status, board = await wire.ask("GET", f"/api/v1/offices/{office}/board")
                    shown = [seen for (_, of), seen in self._seen.items() if of == office]
                    settled = status == 200 and bool(shown) and all(seen == brief_board(board) for seen in shown)
                await asyncio.sleep(0.05)

    # All of them.

    @asynccontextmanager
    async def running(self, listen: list[tuple[str, int]]) -> AsyncIterator[None]:
        """Runs everyone; two listeners at each of these addresses stay until nothing changes any more."""
        await self.sign_in()
        listeners = [
            asyncio.create_task(self.listener(f"{port}{which}", (host, port)))
            for host, port in listen
            for which in "ab"
        ]
        everyone: list[Coroutine[Any, Any, None]] = []
        for office in town.OFFICES[: self._load.offices]:
            everyone += [self.kiosk(office) for _ in range(self._load.kiosks)]
            everyone += [self.holder(office) for _ in range(self._load.holders)]
            everyone += [self.clerk(office, window) for window in [*town.WINDOWS, town.CONTESTED]]
        working = asyncio.gather(*everyone)
        try:
            yield
            self._stopping.set()
            await working
            await self.boards_settle()
        finally:
            working.cancel()
            for task in listeners:
                task.cancel()
            await asyncio.gather(working, *listeners, return_exceptions=True)
            for wire in self._wires:
                wire.close()


def brief(answer: dict[str, Any]) -> dict[str, Any]:
    """What the checker needs of an answer."""
    told = {name: answer[name] for name in ("id", "number", "state", "window", "code") if name in answer}
    for name in ("finished", "called"):
        if name in answer:
            told[name] = answer[name] and answer[name]["number"]
    return told


def brief_board(board: dict[str, Any]) -> dict[str, Any]:
    """What the checker needs of a board."""
    return {
        "office": board["office"],
        "epoch": board["epoch"],
        "version": board["version"],
        "counters": {c["id"]: [c["waiting"], c["called"], c["issued"]] for c in board["counters"]},
        "windows": {str(w["id"]): w["number"] for w in board["windows"]},
    }
