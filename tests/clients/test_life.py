"""A demo's life at the real service, with a faster clock. Tests wait for facts, however long they take."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clients.python import Clerk, Client, Session
from clients.python.life.clock import Clock
from clients.python.life.memory import Memory
from clients.python.life.office import NotADemo, OfficeLife
from clients.python.life.town import Town
from service.identity.devices import hash_key
from tests.clients.wire import wire
from tests.support import SECRET, Desk, Running, running

FAST = 300.0
"""A quarter of an hour passes in three seconds."""

LIFE = "/api/v1/demo/life"


@pytest.fixture
async def demo(store_url: str) -> AsyncIterator[Running]:
    """A demo whose life is allowed, but not started."""
    async with running(store_url, demo_life=True) as service:
        yield service


@asynccontextmanager
async def living(
    url: str, *offices: str, memory: Memory | None = None, speed: float = FAST
) -> AsyncIterator[asyncio.Task[None]]:
    """Simulated people in these offices."""
    async with Client(url, deadline=1) as client:
        town = Town(client, Clock(speed), memory or Memory(None), seed="test", offices=offices)
        life = asyncio.create_task(town.run())
        try:
            yield life
        finally:
            life.cancel()
            with suppress(asyncio.CancelledError):
                await life


async def until(true: Callable[[], Awaitable[Any]]) -> Any:
    """Waits until `true` returns something true, and returns that."""
    for _ in range(4000):
        if found := await true():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it never happened")


def states(board: dict[str, Any]) -> dict[int, str]:
    return {window["id"]: window["state"] for window in board["windows"]}


def issued(board: dict[str, Any]) -> list[int]:
    return [counter["issued"] for counter in board["counters"] if counter["issued"]]


async def busy(service: Running, office: str) -> bool:
    return bool((await service.http.board(office))["calls"])


async def calls_after(service: Running, office: str, seq: int) -> list[dict[str, Any]]:
    """The last calls; waits until there are so many."""
    calls: list[dict[str, Any]] = (await service.http.board(office))["calls"]
    return calls if calls and calls[-1]["seq"] >= seq else []


async def last_call(service: Running, office: str) -> int:
    """How many there were."""
    calls: list[dict[str, Any]] = (await service.http.board(office))["calls"]
    return int(calls[-1]["seq"]) if calls else 0


async def state_of(service: Running, ticket: dict[str, Any]) -> str:
    return str((await service.http.ticket(ticket["id"]))["state"])


async def empty(service: Running, office: str, but: dict[str, Any] | None = None) -> bool:
    """Whether nobody waits, except this ticket's holder, and every window is closed."""
    board = await service.http.board(office)
    mine = 1 if but and await state_of(service, but) == "waiting" else 0
    return set(states(board).values()) == {"closed"} and sum(c["waiting"] for c in board["counters"]) == mine


async def test_people_come_and_are_served_and_a_window_is_left_free(demo: Running) -> None:
    free: set[str] = set()

    async def lively() -> bool:
        board = await demo.http.board("howon1")
        free.add(states(board)[1])
        return len(board["calls"]) == 12 and all(counter["issued"] for counter in board["counters"])

    async with living(demo.url, "howon1"):
        await until(lively)
    assert free == {"closed"}
    elsewhere = await demo.http.board("howon2")
    assert not issued(elsewhere)
    assert set(states(elsewhere).values()) == {"closed"}


async def test_every_office_has_people_at_once(demo: Running) -> None:
    offices = [office["id"] for office in (await demo.http.get("/api/v1/offices")).json()["offices"]]

    async def lively() -> bool:
        boards = [await demo.http.board(office) for office in offices]
        # One or the other clerk may be on a break just now.
        return all(issued(board) for board in boards) and sum(bool(board["calls"]) for board in boards) >= 12

    # The clock has a real office's pace: what happens in the first seconds does not depend on it.
    async with living(demo.url, speed=1):
        await until(lively)


async def test_a_visitor_is_called_in_turn_and_served(demo: Running) -> None:
    async def over() -> dict[str, Any] | None:
        ticket = await demo.http.ticket(mine["id"])
        return ticket if ticket["state"] not in ("waiting", "called") else None

    async with living(demo.url, "howon1"):
        await until(lambda: busy(demo, "howon1"))
        mine = await demo.http.take("howon1", "general")
        ticket = await until(over)
    assert (ticket["state"], ticket["recalls"]) == ("served", 1)
    assert ticket["window"] in (2, 3)


async def test_a_window_that_a_person_opened_is_left_alone(demo: Running) -> None:
    desk = await demo.desk("howon1", 4, "general")
    mine, calls = set[int](), dict[int, dict[str, Any]]()

    async def working() -> bool:
        """The person works as well, until the others have called many."""
        mine.add(await desk.next() or 0)
        calls.update({call["seq"]: call for call in (await demo.http.board("howon1"))["calls"]})
        return sum(call["window"] != 4 for call in calls.values()) > 8

    async with living(demo.url, "howon1"):
        await until(working)
        at_theirs = {(call["number"], call["counter"]) for call in calls.values() if call["window"] == 4}
        assert at_theirs == {(number, "general") for number in mine - {0}}
        # The person closed the window, and it stays closed, because it is theirs for the day.
        await desk.post("finish")
        assert (await desk.post("close")).status_code == 200
        last = await last_call(demo, "howon1")
        await until(lambda: calls_after(demo, "howon1", last + 4))
        assert states(await demo.http.board("howon1"))[4] == "closed"


async def test_a_window_that_a_person_takes_over_is_theirs(demo: Running) -> None:
    async def taken_over() -> Desk | None:
        board = await demo.http.board("howon1")
        serving = next((w for w in board["windows"] if w["state"] == "serving" and w["counter"] == "general"), None)
        if serving is None:
            return None
        desk = Desk(demo.http, staff, "howon1", serving["id"], serving["number"])
        answer = await desk.post("next", {"finished": serving["number"]})
        called = answer.json()["called"] if answer.status_code == 200 else None
        desk.at_window = called and called["number"]
        return desk if desk.at_window else None

    async with living(demo.url, "howon1"):
        await until(lambda: busy(demo, "howon1"))
        staff = await demo.http.sign_in("clerk-howon1")
        desk = await until(taken_over)
        last = await last_call(demo, "howon1")
        await until(lambda: calls_after(demo, "howon1", last + 6))
        board = await demo.http.board("howon1")
        assert {w["id"]: w["number"] for w in board["windows"]}[desk.window] == desk.at_window


async def test_online_holders_arrive(demo: Running) -> None:
    staff = await demo.http.sign_in("clerk-passport")
    session = Session(user="", role="", office=None, token=staff["Authorization"].removeprefix("Bearer "))
    seen: set[tuple[str, bool]] = set()
    async with living(demo.url, "passport"), Client(demo.url) as client:
        async for desk in Clerk(client, session, "passport").watch():
            seen |= {(ticket.channel, ticket.arrived) for ticket in desk.tickets}
            if {("online", True), ("online", False)} <= seen:
                break
    assert ("walk_in", False) not in seen


async def test_the_switch_sends_everyone_home_and_has_them_back(demo: Running) -> None:
    mine = await demo.http.take("howon1", "welfare")
    async with living(demo.url, "howon1", "howon2"):
        await until(lambda: busy(demo, "howon1"))
        await until(lambda: busy(demo, "howon2"))
        await demo.http.put(LIFE, json={"on": False})
        await until(lambda: empty(demo, "howon1", but=mine))
        await until(lambda: empty(demo, "howon2"))
        seq = await last_call(demo, "howon1")
        await demo.http.put(LIFE, json={"on": True})
        await until(lambda: calls_after(demo, "howon1", seq + 5))


async def test_one_office_can_be_had_for_oneself(demo: Running) -> None:
    async with living(demo.url, "howon1", "howon2"):
        await until(lambda: busy(demo, "howon1"))
        await demo.http.put(f"{LIFE}/pauses/howon1", json={"seconds": 600})
        await until(lambda: empty(demo, "howon1"))
        seq = await last_call(demo, "howon2")
        await until(lambda: calls_after(demo, "howon2", seq + 4))
        assert await empty(demo, "howon1")
        seq = await last_call(demo, "howon1")
        await demo.http.put(f"{LIFE}/pauses/howon1", json={"seconds": 0})
        await until(lambda: calls_after(demo, "howon1", seq + 4))


async def test_after_a_restart_it_goes_on_with_what_is_there(demo: Running, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "life.json"
    at_windows: dict[int, int] = {}
    while len(at_windows) < 2:
        async with living(demo.url, "howon1", memory=Memory(file), speed=5):
            await until(lambda: calls_after(demo, "howon1", 2))
        stopped = await demo.http.board("howon1")
        at_windows = {w["id"]: w["number"] for w in stopped["windows"] if w["number"]}
    assert file.stat().st_mode & 0o777 == 0o600
    # Meanwhile a person works one of its windows.
    theirs, number = at_windows.popitem()
    desk = Desk(demo.http, await demo.http.sign_in("clerk-howon1"), "howon1", theirs, number)
    assert (await desk.post("hold", {"number": number})).status_code == 200

    async def gone_on() -> bool:
        board = await demo.http.board("howon1")
        now = {w["id"]: w["number"] for w in board["windows"]}
        return all(now[window] != before for window, before in at_windows.items())

    async with living(demo.url, "howon1", memory=Memory(file)):
        await until(gone_on)
        last = await last_call(demo, "howon1")
        calls = await until(lambda: calls_after(demo, "howon1", last + 6))
        assert {call["window"] for call in calls if call["seq"] > last} <= {2, 3, 4} - {theirs}
        assert states(await demo.http.board("howon1"))[theirs] == "idle"


async def test_it_follows_the_edits_of_the_city(demo: Running) -> None:
    def take_out(document: dict[str, Any]) -> None:
        kind = document["kinds"]["dong"]
        office = next(office for office in document["offices"] if office["id"] == "howon1")
        office["counters"] = [counter for counter in kind["counters"] if counter["id"] != "welfare"]
        served = [(window, [id for id in window["counters"] if id != "welfare"]) for window in kind["windows"]]
        office["windows"] = [window | {"counters": counters} for window, counters in served if counters]

    def add(document: dict[str, Any]) -> None:
        office = next(office for office in document["offices"] if office["id"] == "howon1")
        document["offices"].append(office | {"id": "new", "name": {"ko": "새 민원실", "en": "New office"}})

    async def taken_out() -> bool:
        return await empty(demo, "howon1") and (await demo.http.edit_city(take_out)).status_code == 200

    async with living(demo.url) as life:
        await until(lambda: busy(demo, "howon1"))
        await demo.http.put(f"{LIFE}/pauses/howon1", json={"seconds": 600})
        await until(taken_out)
        await demo.http.put(f"{LIFE}/pauses/howon1", json={"seconds": 0})
        seq = await last_call(demo, "howon1")
        await until(lambda: calls_after(demo, "howon1", seq + 4))
        (await demo.http.edit_city(add)).raise_for_status()
        await until(lambda: busy(demo, "new"))
        # Its simulated clerks sit at its windows.
        refused = await demo.http.edit_city(lambda document: document["offices"].pop())
        assert refused.status_code == 409
        assert not life.done()


async def test_a_lost_answer_costs_no_window(demo: Running) -> None:
    async with wire(demo.url) as line, living(line.url, "howon1"):
        await until(lambda: calls_after(demo, "howon1", 3))
        for _ in range(4):
            seq = await last_call(demo, "howon1")
            line.lose += 1
            await until(lambda seq=seq: calls_after(demo, "howon1", seq + 4))  # type: ignore[misc]
        # It knows the ticket that was called without an answer, so no window counts as a person's.
        last = await last_call(demo, "howon1")
        windows: set[int] = set()

        async def all_call() -> bool:
            calls = await calls_after(demo, "howon1", last + 1)
            windows.update(call["window"] for call in calls if call["seq"] > last)
            return windows == {2, 3, 4}

        await until(all_call)


async def test_it_waits_for_a_service_that_is_away(demo: Running) -> None:
    async with wire(demo.url) as line, living(line.url, "howon1") as life:
        await until(lambda: calls_after(demo, "howon1", 3))
        line.busy = 1000
        line.cut()
        while line.busy > 990:
            await asyncio.sleep(0.01)
        line.busy = 0
        seq = await last_call(demo, "howon1")
        await until(lambda: calls_after(demo, "howon1", seq + 5))
        assert not life.done()


async def test_it_ends_when_it_is_told_to_though_there_is_news(tmp_path: Path) -> None:
    scene: Any = SimpleNamespace(on=False, next=lambda now: (now + 3600, None), turn=lambda on: None)
    async with Client("http://127.0.0.1:1") as client:
        office = OfficeLife("howon1", scene, client, Clock(), Memory(None), asyncio.Semaphore())
        life = asyncio.create_task(office.run())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        office.turn(True)
        life.cancel()
        async with asyncio.timeout(30):
            await asyncio.gather(life, return_exceptions=True)
    assert life.cancelled()


async def test_it_has_no_life_in_what_is_no_demo(store_url: str, tmp_path: Path) -> None:
    access = tmp_path / "access.toml"
    access.write_text(f'[devices.k]\nkey = "{hash_key("a-kiosk-of-ours")}"\n')
    real: dict[str, Any] = {"demo": False, "secret": SECRET, "access_file": access, "bootstrap_store": True}
    async with running(store_url, **real) as service:
        with pytest.raises(NotADemo, match="no demo"):
            async with living(service.url) as life:
                await life
        assert not issued(await service.http.board("passport"))


async def test_what_it_kept_of_another_day_or_cannot_read_is_nothing(demo: Running, tmp_path: Path) -> None:
    file = tmp_path / "life.json"
    seat = {"lost": True, "mine": False, "number": None, "move": None}
    another_day = {"howon1": {"day": "2020-01-01", "seats": {"2": seat, "3": seat, "4": seat}, "guests": {}}}
    for text in ("{", "[]", '{"howon1": 1}', json.dumps(another_day)):
        file.write_text(text)
        async with living(demo.url, "howon1", memory=Memory(file)):
            seq = await last_call(demo, "howon1")
            await until(lambda seq=seq: calls_after(demo, "howon1", seq + 3))  # type: ignore[misc]
            await demo.http.put(LIFE, json={"on": False})
            await until(lambda: empty(demo, "howon1"))
            await demo.http.put(LIFE, json={"on": True})
