"""An upgrade in the middle of a day: this version takes over a store that an earlier one wrote, with people waiting.

`landed/` holds the append-only files that the service of commit 70db18d and its embedded Valkey wrote with a stopped
clock, and `landed/facts.json` holds what that service answered at the last moment. Then sessions, counts of sign-ins
and the logs of offices that nobody used were removed, the earlier day's keys were given until the year 2100 (most would
be gone eight days after they were made), and the files were rewritten as plain text.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect

from service.database.engine import Database, sqlite_url
from service.database.tables import days
from service.domain.event import parse
from service.domain.fold import fold
from service.store.driver.bundled_server import BundledServer
from service.store.keys import Keys
from tests.store import facts
from tests.store.folded import cities, held_by_fold, held_by_store, meta_of_fold, meta_of_store
from tests.support import DEVICE, Desk, Http, Running, StoppedClock, running

LANDED = Path(__file__).parent / "landed"
FACTS: dict[str, Any] = json.loads((LANDED / "facts.json").read_text())
OFFICES: dict[str, dict[str, Any]] = FACTS["offices"]
MOMENT = datetime.fromisoformat(FACTS["moment"])
TAKEN_OVER = MOMENT + timedelta(minutes=1)
MORNING = MOMENT.replace(hour=8) + timedelta(days=1)
WORDING = {"title", "detail"}
"""Members of a refusal that are for people to read, and may be put in other words."""

NIGHT = {"waiting": "expired", "held": "expired", "called": "served"}
"""What becomes of a ticket's state when its day is closed. A ticket that was passed over lapses before that."""


@asynccontextmanager
async def upgraded(folder: Path, at: datetime = TAKEN_OVER) -> AsyncIterator[Running]:
    """This version's service on a copy of the files."""
    shutil.copytree(LANDED / "appendonlydir", folder / "store" / "appendonlydir")
    store = BundledServer(folder / "store")
    clock = StoppedClock()
    clock.set(at)
    try:
        store.start()
        async with running(store.url, clock, namespace="sunbeon") as service:
            yield service
    finally:
        store.stop()


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Running]:
    """The service a minute after the upgrade."""
    async with upgraded(tmp_path) as started:
        yield started


def lost(answer: Any, facts: Any, where: str = "") -> Iterator[str]:
    """One line for each fact that the answer doesn't give. It may have further members, and a higher version."""
    if isinstance(answer, dict) and isinstance(facts, dict):
        for name, fact in facts.items():
            found = answer.get(name, "nothing")
            if name == "version" and isinstance(found, int) and found >= fact:
                continue
            if name not in WORDING:
                yield from lost(found, fact, f"{where} {name}")
    elif isinstance(answer, list) and isinstance(facts, list) and len(answer) == len(facts):
        for place, (found, fact) in enumerate(zip(answer, facts, strict=True)):
            yield from lost(found, fact, f"{where} [{place}]")
    elif answer != facts:
        yield f"{where.strip()}: is {answer}, was {facts}"


async def lost_tickets(http: Http, tickets: list[dict[str, Any]]) -> list[str]:
    return [line for ticket in tickets for line in lost(await http.ticket(ticket["id"]), ticket, str(ticket["number"]))]


async def lost_boards(http: Http) -> list[str]:
    return [line for office, facts in OFFICES.items() for line in lost(await http.board(office), facts["board"])]


def tickets(**members: Any) -> list[dict[str, Any]]:
    """The tickets of the day of the upgrade that had these members then."""
    return [ticket for ticket in FACTS["tickets"] if all(ticket[name] == value for name, value in members.items())]


def numbers(found: list[dict[str, Any]]) -> list[int]:
    return [ticket["number"] for ticket in found]


@asynccontextmanager
async def staff_view(service: Running, office: str, staff: dict[str, str]) -> AsyncIterator[ClientConnection]:
    async with connect(f"{service.live}/offices/{office}/desk/live", additional_headers=staff) as socket:
        yield socket


async def received(socket: ClientConnection) -> dict[str, Any]:
    """The next staff view; a store that can't be read sends none."""
    view: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 10))
    return view


async def line_at(service: Running, office: str, window: int) -> list[int]:
    """Whom this window calls, as the staff see it now."""
    async with staff_view(service, office, await service.http.sign_in(f"clerk-{office}")) as socket:
        return lines(await received(socket))[window]


def lines(view: dict[str, Any]) -> dict[int, list[int]]:
    return {window["id"]: window["line"] for window in view["windows"]}


async def test_the_boards_are_as_before(service: Running) -> None:
    assert await lost_boards(service.http) == []


@pytest.mark.parametrize("office", OFFICES)
async def test_the_staff_view_is_as_before(service: Running, office: str) -> None:
    staff = await service.http.sign_in(f"clerk-{office}")
    async with staff_view(service, office, staff) as socket:
        assert list(lost(await received(socket), OFFICES[office]["desk"])) == []


async def test_the_tickets_are_as_before(service: Running) -> None:
    assert await lost_tickets(service.http, FACTS["tickets"]) == []


async def test_the_links_of_the_earlier_day_answer_as_before(service: Running) -> None:
    assert {ticket["state"] for ticket in FACTS["earlier_tickets"]} == {"served", "no_show", "expired", "cancelled"}
    assert await lost_tickets(service.http, FACTS["earlier_tickets"]) == []


async def test_a_repeated_request_is_answered_as_before_and_changes_nothing(service: Running) -> None:
    staff = {office: await service.http.sign_in(f"clerk-{office}") for office in OFFICES}
    for request in FACTS["requests"]:
        answer = await ask(service.http, staff, request)
        assert answer.status_code == request["status"], answer.text
        assert list(lost(answer.json(), request["answer"], request["path"])) == []
    assert await lost_boards(service.http) == []
    assert await lost_tickets(service.http, FACTS["tickets"]) == []


async def ask(http: Http, staff: dict[str, dict[str, str]], request: dict[str, Any]) -> httpx.Response:
    """Sends the request again, as whoever sent it then."""
    office = request["path"].split("/")[4]
    sender = {"kiosk": DEVICE, "clerk": staff[office], "anyone": {}}[request["by"]]
    return await http.post(request["path"], json=request["body"], headers={**sender, **request["headers"]})


@pytest.mark.parametrize("office", OFFICES)
async def test_each_counter_gives_the_number_after_its_last(service: Running, office: str) -> None:
    staff = await service.http.sign_in(f"clerk-{office}")
    for counter in OFFICES[office]["board"]["counters"]:
        path = f"/api/v1/offices/{office}/counters/{counter['id']}"
        if counter["ticketing"] == "paused":
            refused = await service.http.post(f"{path}/tickets", headers=DEVICE)
            assert (refused.status_code, refused.json()["code"]) == (409, "counter_paused")
            assert (await service.http.post(f"{path}/resume", headers=staff)).status_code == 200
        assert (await service.http.take(office, counter["id"]))["number"] == counter["issued"] + 1


@pytest.mark.parametrize("office", OFFICES)
async def test_next_calls_whom_the_staff_view_says(service: Running, office: str) -> None:
    """Every window in turn, until nobody is left who is in the office."""
    staff = await service.http.sign_in(f"clerk-{office}")
    desks = [
        Desk(service.http, staff, office, window["id"], window["number"])
        for window in OFFICES[office]["board"]["windows"]
        if window["state"] != "closed"
    ]
    called = []
    async with staff_view(service, office, staff) as socket:
        view = await received(socket)
        while any(lines(view).values()):
            for desk in desks:
                foreseen = next(iter(lines(view)[desk.window]), None)
                assert await desk.next() == foreseen
                called.append(foreseen)
                version = (await service.http.board(office))["version"]
                while view["version"] < version:
                    view = await received(socket)
    here = numbers(tickets(office=office, state="waiting", arrived=True))
    assert sorted(filter(None, called)) == sorted(here)


@pytest.mark.parametrize("state", ["held", "no_show"])
async def test_who_was_parked_can_be_called_back(service: Running, state: str) -> None:
    parked = tickets(office="passport", state=state)
    assert parked
    idle = Desk(service.http, await service.http.sign_in("clerk-passport"), "passport", 4)
    for ticket in parked:
        answer = await idle.post("call", {"number": ticket["number"]})
        assert (answer.status_code, answer.json()["state"]) == (200, "called")
        answer = await idle.post("finish", {"number": ticket["number"]})
        assert (answer.status_code, answer.json()["state"]) == (200, "served")


async def test_an_online_ticket_can_arrive(service: Running) -> None:
    before = await line_at(service, "passport", 1)
    (passed,) = tickets(state="waiting", turn_passed=True)
    claims, claims_nothing = tickets(state="waiting", arrived=False, turn_passed=False)
    assert (claims["priority"], claims["priority_confirmed"], claims_nothing["priority"]) == ("infant", False, "none")

    for ticket, confirms in ((passed, None), (claims, claims["priority"]), (claims_nothing, None)):
        body, headers = ({"priority": confirms}, DEVICE) if confirms else (None, {})
        answer = await service.http.post(f"/api/v1/tickets/{ticket['id']}/arrive", json=body, headers=headers)
        arrived = answer.json()
        assert (answer.status_code, arrived["state"], arrived["arrived"]) == (200, "waiting", True)
        assert (arrived["priority_confirmed"], arrived["arrive_by"]) == (confirms is not None, None)

    after = await line_at(service, "passport", 1)
    assert set(after) == {*before, *numbers([passed, claims, claims_nothing])}
    # The oldest of those whose turn came before they did.
    assert after[0] == passed["number"]
    assert after.index(claims["number"]) < after.index(claims_nothing["number"])
    for place, number in enumerate(after):
        (ticket,) = tickets(office="passport", number=number)
        assert (await service.http.ticket(ticket["id"]))["ahead"] == place


async def test_who_was_passed_over_and_does_not_come_in_time_is_a_no_show(service: Running) -> None:
    (passed,) = tickets(state="waiting", turn_passed=True)
    until = datetime.fromisoformat(passed["arrive_by"])
    service.clock.set(until - timedelta(seconds=1))
    assert (await service.http.ticket(passed["id"]))["state"] == "waiting"
    service.clock.move(seconds=2)
    assert (await service.http.ticket(passed["id"]))["state"] == "no_show"


@pytest.mark.parametrize("taken_over_at", [TAKEN_OVER, MORNING], ids=["while it runs", "before it starts"])
async def test_the_next_morning_closes_the_day(tmp_path: Path, taken_over_at: datetime) -> None:
    async with upgraded(tmp_path, taken_over_at) as service:
        service.clock.set(MORNING)
        for office, facts in OFFICES.items():
            before, board = facts["board"], await service.http.board(office)
            assert (board["epoch"], board["day"], board["calls"]) == (before["epoch"], f"{MORNING.date()}", [])
            assert board["version"] > before["version"]
            assert {window["state"] for window in board["windows"]} == {"closed"}
            assert {(c["waiting"], c["called"], c["issued"], c["ticketing"]) for c in board["counters"]} == {
                (0, None, None, "open")
            }
            first = await service.http.take(office, board["counters"][0]["id"])
            assert first["number"] == 101
            desk = await service.desk(office, 1)
            assert await desk.next() == 101
            # Screens announce each call once, over days too.
            (call,) = (await service.http.board(office))["calls"]
            assert call["seq"] == before["calls"][-1]["seq"] + 1
        assert await lost_tickets(service.http, [after_the_night(ticket) for ticket in FACTS["tickets"]]) == []
        assert await lost_tickets(service.http, FACTS["earlier_tickets"]) == []


def after_the_night(ticket: dict[str, Any]) -> dict[str, Any]:
    """The ticket once its day was closed: nothing is open, and nothing is kept that says something of the person."""
    state = "no_show" if ticket["turn_passed"] else NIGHT.get(ticket["state"], ticket["state"])
    wiped = {"priority": "none", "priority_confirmed": False, "turn_passed": False, "arrive_by": None}
    return {**ticket, **wiped, "state": state, "ahead": None}


async def differences(service: Running, office: str) -> list[str]:
    """What the fold of the office's log says otherwise than the store."""
    keys, day = Keys("sunbeon"), service.clock().date()
    async with Redis.from_url(service.app.state.context.settings.redis_url) as redis:
        log = [parse(fields[b"event"]) for _, fields in await redis.xrange(keys.log(office))]
        state = fold(log, await cities(service.app.state.context.editor))
        store = await held_by_store(redis, keys, office, day, is_over=False)
        assert not await redis.exists(keys.earlier_log(office, day))
        lines = list(facts.differences(await meta_of_store(redis, keys, office), meta_of_fold(state)))
    return [*lines, *facts.differences(store, held_by_fold(state.today, is_over=False))]


@pytest.mark.parametrize("office", OFFICES)
async def test_the_log_begins_with_the_office_as_it_is(service: Running, office: str) -> None:
    await service.http.board(office)
    assert await differences(service, office) == []
    desk = await service.desk(office, 1)
    desk.at_window = (await service.http.board(office))["windows"][0]["number"]
    await desk.next()
    assert await differences(service, office) == []


async def test_the_day_of_the_upgrade_adds_up(service: Running) -> None:
    service.clock.set(MORNING)
    for office in OFFICES:
        await service.http.board(office)
    found: dict[str, Any] = {}
    database = Database(sqlite_url(Path(service.app.state.context.settings.data_dir)))
    await database.prepare()
    async with asyncio.timeout(60):
        while found.keys() != OFFICES.keys():
            await asyncio.sleep(0.1)
            async with database.begin(reads_only=True) as connection:
                rows = await connection.execute(select(days).where(days.c.balanced.is_not(None)))
            found = {row.office: row for row in rows}
    await database.aclose()
    assert all(row.balanced for row in found.values()), found
    assert sum(row.issued for row in found.values()) == len(FACTS["tickets"])
