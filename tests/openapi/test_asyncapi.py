"""openapi/asyncapi.yaml: valid, what the code says, and what the sockets really send."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from websockets.asyncio.client import connect

from openapi import describe
from service.domain.board import OfState
from service.live.close_codes import TABLE
from service.web.cookies import COOKIE
from service.web.sockets import ACCESS
from tests.openapi.schemas import closed
from tests.support import ROOT, Running

FILE = ROOT / "openapi/asyncapi.yaml"
OFFICIAL = ROOT / "node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"

REASON = {"ko": "점심 교대", "en": "Lunch shift"}
BOARD = """
    type office epoch version at fresh_at stale day status
    counters id waiting called issued ticketing paused_for ko en left online
    wait minutes low high word resumes provisional served_today
    windows state counter number
    calls seq window again
    notices until
    lobby languages voice volume quiet_hours qr nearby
    revision
"""
"""Every member name that a board may have, at whatever depth. None tells of a person, and what is added must not."""


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def schema_of(described: dict[str, Any], message: str) -> dict[str, Any]:
    """The schema of a message; a member that isn't described is an error."""
    payload = described["components"]["messages"][message]["payload"]
    return {**payload, "components": {"schemas": closed(described["components"]["schemas"])}}


def member_names(described: dict[str, Any], schema: Any) -> Iterator[str]:
    """Names of all members that JSON of this schema may have, at any depth."""
    if isinstance(schema, list):
        for part in schema:
            yield from member_names(described, part)
    elif isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from member_names(described, list(schema.get("properties", {}).values()))
        for keyword in ("items", "anyOf", "oneOf", "allOf", "additionalProperties", "patternProperties"):
            yield from member_names(described, schema.get(keyword))
        if "$ref" in schema:
            yield from member_names(described, described["components"]["schemas"][schema["$ref"].split("/")[-1]])


def test_it_is_valid(described: dict[str, Any]) -> None:
    Draft7Validator(json.loads(OFFICIAL.read_text("utf-8"))).validate(described)
    for name, schema in described["components"]["schemas"].items():
        Draft7Validator.check_schema(schema)
        Draft202012Validator.check_schema(schema)
        assert schema.get("title", name) == name


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    def references(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            if "$ref" in part:
                yield part["$ref"]
            for inner in part.values():
                yield from references(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from references(inner)

    for reference in references(described):
        found = described
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_it_is_what_the_code_says() -> None:
    text = FILE.read_text("utf-8")
    assert text == describe.asyncapi(text), "run scripts/describe"


def test_boards_and_tickets_are_the_calls_own(described: dict[str, Any]) -> None:
    calls = json.loads((ROOT / "openapi/openapi.json").read_text("utf-8"))["components"]["schemas"]
    sockets = described["components"]["schemas"]
    assert {"Board", "Ticket"} <= calls.keys() & sockets.keys()
    window = {
        name: known for name, known in calls["MovedWindow"]["properties"].items() if name not in OfState.model_fields
    }
    assert window.items() <= sockets["StaffWindow"]["properties"].items()
    assert {name: sockets[name] for name in calls.keys() & sockets.keys()} == {
        name: calls[name] for name in calls.keys() & sockets.keys()
    }


def test_the_close_codes_are_the_table_of_the_code(described: dict[str, Any]) -> None:
    assert described["x-close-codes"] == [
        {"code": close.code, "reason": close.reason, "comeBack": close.come_back} for close in TABLE
    ]


def test_every_socket_is_described_with_who_may_open_it(described: dict[str, Any]) -> None:
    prefix = described["servers"]["service"]["pathname"]
    said = {}
    for operation in described["operations"].values():
        address = described["channels"][operation["channel"]["$ref"].rsplit("/", 1)[1]]["address"]
        access = {name: operation[name] for name in ("x-callers", "x-permission") if name in operation}
        if "security" in operation:
            access["security"] = [{scheme["$ref"].rsplit("/", 1)[1]: []} for scheme in operation["security"]]
        said[prefix + address] = access
    assert said == ACCESS


async def test_the_channels_are_the_services_sockets(described: dict[str, Any], service: Running) -> None:
    prefix = described["servers"]["service"]["pathname"]
    assert described["components"]["securitySchemes"]["session"]["name"] == COOKIE
    for channel in described["channels"].values():
        path = channel["address"].format(id="nobody", office="passport")
        async with connect(service.url.replace("http", "ws", 1) + prefix + path) as socket:
            assert socket.response
            assert socket.response.status_code == 101


def test_a_board_has_no_personal_data(described: dict[str, Any]) -> None:
    assert set(member_names(described, described["components"]["schemas"]["Board"])) == set(BOARD.split())


async def test_real_frames_are_as_described(described: dict[str, Any], service: Running) -> None:
    """A morning at the passport office, with every socket listening: each frame of it is as described."""
    http, apply = service.http, ("passport", "apply")
    walk_in = await http.take(*apply)
    online = await http.take(*apply, channel="online", lang="en")
    staff = await http.sign_in("clerk-passport")
    frames: dict[str, list[dict[str, Any]]] = {"board": [], "ticket": [], "desk": []}

    async def listen(path: str, **kwargs: Any) -> None:
        async with connect(f"{service.live}{path}", **kwargs) as socket:
            async for text in socket:
                frame = json.loads(text)
                frames[frame["type"]].append(frame)

    async def seen(kind: str, **wanted: Any) -> None:
        """Waits for a frame with these members; of a desk's or board's windows and tickets too."""

        def matches(part: Any) -> bool:
            if isinstance(part, list):
                return any(map(matches, part))
            if not isinstance(part, dict):
                return False
            return all(part.get(name) == value for name, value in wanted.items()) or any(map(matches, part.values()))

        async with asyncio.timeout(10):
            while not any(map(matches, frames[kind])):
                await asyncio.sleep(0.01)

    listening = [
        asyncio.create_task(listen("/live")),
        asyncio.create_task(listen(f"/tickets/{walk_in['id']}/live")),
        asyncio.create_task(listen(f"/tickets/{online['id']}/live")),
        asyncio.create_task(listen("/offices/passport/desk/live", additional_headers=staff)),
    ]
    await seen("ticket", number=walk_in["number"], ahead=0)
    await seen("ticket", number=online["number"], ahead=1)
    await seen("desk", number=online["number"], channel="online", state="waiting")
    urgent = await http.take(*apply, priority="pregnant")
    await seen("desk", number=urgent["number"], priority="pregnant")
    desk = await service.desk("passport", 4, "apply", "pickup")
    await seen("board", id=4, state="idle")
    assert await desk.next() == urgent["number"]
    await seen("board", id=4, state="serving", number=urgent["number"])
    await desk.post("recall")
    await seen("board", number=urgent["number"], again=True)
    await desk.post("hold")
    await seen("desk", number=urgent["number"], state="held")
    desk.at_window = None
    assert await desk.next() == walk_in["number"]
    await seen("ticket", number=walk_in["number"], state="called", window=4)
    await desk.post("transfer", {"counter": "pickup"})
    await seen("ticket", number=walk_in["number"], counter="pickup", state="waiting")
    desk.at_window = None
    assert await desk.next() == walk_in["number"]
    await desk.post("no-show")
    await seen("ticket", number=walk_in["number"], state="no_show")
    desk.at_window = None
    assert await desk.next() is None
    await seen("ticket", number=online["number"], turn_passed=True)
    await http.post(f"/api/v1/tickets/{online['id']}/arrive")
    await seen("ticket", number=online["number"], arrived=True)
    assert await desk.next() == online["number"]
    await seen("desk", number=online["number"], state="called", window=4)
    await desk.post("finish")
    await seen("ticket", number=online["number"], state="served")
    await http.post("/api/v1/offices/passport/counters/apply/pause", json={"reason": REASON}, headers=staff)
    await seen("board", id="apply", ticketing="paused", paused_for=REASON)
    await http.post("/api/v1/offices/passport/counters/apply/limit", json={"more": 10}, headers=staff)
    await seen("board", id="apply", left=10)
    await desk.post("close")
    await seen("board", id=4, state="closed")
    service.clock.move(days=1)
    await http.board("passport")
    await seen("board", day=str(service.clock().date()))
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)

    for kind, of_kind in frames.items():
        validator = Draft202012Validator(schema_of(described, kind), format_checker=FormatChecker())
        for frame in of_kind:
            validator.validate(frame)
    assert min(map(len, frames.values())) >= 8


def test_an_undescribed_member_would_be_found(described: dict[str, Any]) -> None:
    validator = Draft202012Validator(schema_of(described, "board"))
    board = {
        **dict.fromkeys(("office", "epoch", "at", "fresh_at", "day"), "x"),
        "stale": False,
        "windows": [],
        "calls": [],
        "type": "board",
        "version": 1,
        "status": "open",
        "counters": [
            {
                "id": "a",
                "waiting": 0,
                "called": 1,
                "issued": 1,
                "ticketing": "open",
                **dict.fromkeys(("paused_for", "left", "online", "wait")),
            }
        ],
        "notices": [],
        "lobby": {
            "languages": ["ko"],
            "voice": [],
            "volume": 0,
            "quiet_hours": [["12:00", "13:00"]],
            "qr": True,
            "nearby": True,
        },
        "revision": 1,
    }
    assert validator.is_valid(board)
    assert not validator.is_valid({**board, "phone": "010"})
    assert not validator.is_valid({**board, "counters": [{**board["counters"][0], "name": "Kim"}]})
    assert not validator.is_valid({name: value for name, value in board.items() if name != "type"})
