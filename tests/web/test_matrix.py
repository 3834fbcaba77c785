"""Who may do what: every call and every socket is tried by every kind of caller, against the real service.

Which calls there are, and whom each takes, is read from openapi.json and asyncapi.yaml. From that follows what each
caller must get. `GRANTED` pins the same by hand: a call that does not say whom it takes, or a permission without a row,
fails.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.routing import APIRoute
from redis.asyncio import Redis
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from service.domain.hours import KST
from service.domain.staff import GRANTS, DeviceKind, Permission, Role
from service.identity.devices import hash_key
from service.web.access import Caller
from tests.access import PASSWORD, QUICK
from tests.screens import REPORT
from tests.support import ROOT, SECRET, Running, StoppedClock, running
from tests.voice.recorded import looked, on_the_web, record

HERE, THERE = "passport", "howon1"
PATH = {"office": HERE, "counter": "apply", "window": "1", "screen": "hall", "file": on_the_web()}


@dataclass(frozen=True)
class Someone:
    """A caller: what they are, and at which office."""

    kind: Caller | Role | DeviceKind
    office: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} of {self.office}" if self.office else str(self.kind)

    @property
    def shows(self) -> str | None:
        """The security scheme of what they show."""
        if isinstance(self.kind, Caller):
            return None
        return "token" if isinstance(self.kind, Role) else "device"


ANONYMOUS, HOLDER, ADMIN = Someone(Caller.ANONYMOUS), Someone(Caller.HOLDER), Someone(Role.ADMIN)
CLERKS, MANAGERS, KIOSKS, SCREENS = (
    [Someone(kind, office) for office in (HERE, THERE)]
    for kind in (Role.CLERK, Role.MANAGER, DeviceKind.KIOSK, DeviceKind.SCREEN)
)
EVERYONE = [ANONYMOUS, HOLDER, *KIOSKS, *SCREENS, *CLERKS, *MANAGERS, ADMIN]
STAFF_HERE = {CLERKS[0], MANAGERS[0], ADMIN}
ALL_STAFF = {*CLERKS, *MANAGERS, ADMIN}

GRANTED = {
    Permission.ISSUE_TICKETS: {ANONYMOUS, HOLDER, KIOSKS[0]},
    Permission.CONFIRM_ARRIVAL: {HOLDER, KIOSKS[0], *ALL_STAFF},
    Permission.SERVE: STAFF_HERE,
    Permission.EDIT_NOTICES: STAFF_HERE,
    Permission.REPORT_SCREEN: {SCREENS[0]},
    Permission.TEND_SCREENS: STAFF_HERE,
    Permission.EDIT_CITY: {ADMIN},
}
"""Who gets past the door of a call that needs the permission. A member of another office's staff who knows a ticket's
id is its holder."""

OPEN = {
    ("anyone",): {*EVERYONE},
    ("anyone", "clerk", "manager", "admin"): {*EVERYONE},
    ("holder",): {*EVERYONE} - {ANONYMOUS},
    ("clerk", "manager", "admin"): ALL_STAFF,
    ("kiosk", "screen"): {*KIOSKS, *SCREENS},
}
"""The same of those that need none, by whom they take."""

ALLOWED, UNAUTHENTICATED, FORBIDDEN, UNKNOWN = "allowed", "401", "403", "404"

BODIES: dict[str, Any] = {
    "next": {"finished": None},
    "transfer": {"counter": "pickup"},
    "call": {"number": 101},
    "limit": {"more": 50},
    "set_lobby": {"languages": ["ko"], "voice": ["ko"], "volume": 50, "quiet_hours": [], "qr": True},
    "sign_in": {"user": "admin", "password": PASSWORD},
    "report_screen": REPORT,
    "order_screen": {"order": "identify"},
}
"""Of calls that need one."""


@dataclass
class Operation:
    """A call, or a socket (whose method is empty)."""

    name: str
    method: str
    path: str
    said: dict[str, Any]
    accepted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.accepted = {scheme for requirement in self.said.get("security", []) for scheme in requirement}

    def outcome(self, someone: Someone) -> str:
        """What this caller must get, by what the operation says."""
        callers = self.said["x-callers"]
        if "anyone" in callers:
            return ALLOWED
        if someone == ANONYMOUS and "{id}" in self.path:
            return UNKNOWN
        if someone.shows is None:
            return ALLOWED if {"anonymous", "holder"} & {*callers} else UNAUTHENTICATED
        if someone.shows not in self.accepted:
            # Where no credential is taken, nobody looks at one.
            return UNAUTHENTICATED if self.accepted else ALLOWED
        of_one_office = "{office}" in self.path or "{id}" in self.path
        if someone.kind in callers and (someone.office in (None, HERE) or not of_one_office):
            return ALLOWED
        return ALLOWED if "holder" in callers and someone.shows == "token" else FORBIDDEN

    def allowed(self) -> set[Someone]:
        return {someone for someone in EVERYONE if self.outcome(someone) == ALLOWED}


def calls() -> Iterator[Operation]:
    described = json.loads((ROOT / "openapi/openapi.json").read_text("utf-8"))
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield Operation(operation["operationId"], method.upper(), path, operation)


def sockets() -> Iterator[Operation]:
    described = yaml.safe_load((ROOT / "openapi/asyncapi.yaml").read_text("utf-8"))
    for name, operation in described["operations"].items():
        channel = described["channels"][operation["channel"]["$ref"].rsplit("/", 1)[1]]
        schemes = [{reference["$ref"].rsplit("/", 1)[1]: []} for reference in operation.get("security", [])]
        path = described["servers"]["service"]["pathname"] + channel["address"]
        yield Operation(name, "", path, {**operation, "security": schemes})


OPERATIONS = [*calls(), *sockets()]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_call_takes_whom_its_permission_says(operation: Operation) -> None:
    permission = operation.said.get("x-permission")
    granted = GRANTED[permission] if permission else OPEN[tuple(operation.said["x-callers"])]
    assert operation.allowed() == granted


def test_every_permission_has_a_row() -> None:
    assert GRANTED.keys() == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_the_rows_are_those_of_the_roles(permission: Permission) -> None:
    """At the office, whoever has the permission gets past the door, and of the others only who needs none."""
    has = {someone for someone in EVERYONE if permission in GRANTS.get(someone.kind, ())}  # type: ignore[call-overload]
    assert {someone for someone in has if someone.office in (None, HERE)} <= GRANTED[permission]
    assert all(isinstance(someone.kind, Caller | Role) for someone in GRANTED[permission] - has)


def key_of(someone: Someone) -> str:
    return f"the key of a {someone}"


def access_file(folder: Path) -> Path:
    """All staff and devices of the matrix."""
    lines = []
    for someone in EVERYONE:
        place = f'office = "{someone.office}"' if someone.office else ""
        name = str(someone).replace(" ", "-")
        if isinstance(someone.kind, Role):
            lines.append(f'[staff.{name}]\nrole = "{someone.kind}"\n{place}\npassword = "{QUICK.hash(PASSWORD)}"')
        elif isinstance(someone.kind, DeviceKind):
            key = hash_key(key_of(someone))
            lines.append(f'[devices.{name}]\nkind = "{someone.kind}"\n{place}\nkey = "{key}"')
    file = folder / "access.toml"
    file.write_text("\n".join(lines))
    return file


class Trial:
    """The callers, and the service that they try everything on."""

    def __init__(self, service: Running, redis: Redis) -> None:
        self.service = service
        self._redis = redis
        self._headers: dict[Someone, dict[str, str]] = {}
        self._ticket = ""

    async def begin(self) -> None:
        """All sign in, and a ticket is there for those who know its id."""
        for someone in EVERYONE:
            await self.sign_in(someone)
        kiosk = self._headers[KIOSKS[0]]
        path = f"/api/v1/offices/{HERE}/counters/apply/tickets"
        answer = await self.service.http.post(path, headers=kiosk)
        self._ticket = answer.raise_for_status().json()["id"]

    async def sign_in(self, someone: Someone) -> None:
        self._headers[someone] = {}
        if isinstance(someone.kind, Role):
            self._headers[someone] = await self.service.http.sign_in(str(someone).replace(" ", "-"), PASSWORD)
        elif isinstance(someone.kind, DeviceKind):
            self._headers[someone] = {"Authorization": f"Bearer {key_of(someone)}"}

    async def outcome(self, operation: Operation, someone: Someone) -> str:
        """What the caller gets."""
        # Who is nobody in particular does not know the ticket's id.
        id = "passport.261123.101.made-up" if someone == ANONYMOUS else self._ticket
        path = re.sub(r"{(\w+)}", lambda found: {**PATH, "id": id}[found[1]], operation.path)
        call = self._call if operation.method else self._listen
        before = await self._state()
        found = await call(operation, path, someone)
        if found != ALLOWED:
            assert await self._state() == before, f"{operation.name} changed something for {someone}"
        return found

    async def _call(self, operation: Operation, path: str, someone: Someone) -> str:
        body = BODIES.get(operation.name)
        if operation.name == "issue":
            body = {"channel": "walk_in" if someone.shows else "online"}
        http, headers = self.service.http, self._headers[someone]
        answer = await http.request(operation.method, path, json=body, headers=headers)
        http.cookies.clear()
        if operation.name == "sign_out":
            await self.sign_in(someone)
        codes = {UNAUTHENTICATED: "unauthenticated", FORBIDDEN: "forbidden", UNKNOWN: "unknown_ticket"}
        status = str(answer.status_code)
        if status in codes:
            assert answer.json()["code"] == codes[status], (operation.name, str(someone))
            return status
        assert answer.status_code < 500, (operation.name, str(someone), answer.text)
        return ALLOWED

    async def _listen(self, operation: Operation, path: str, someone: Someone) -> str:
        url = self.service.url.replace("http", "ws", 1) + path
        async with connect(url, additional_headers=self._headers[someone]) as socket:
            try:
                await socket.recv()
            except ConnectionClosed:
                codes = {4401: UNAUTHENTICATED, 4403: FORBIDDEN, 4404: UNKNOWN}
                assert socket.close_code
                return codes[socket.close_code]
            return ALLOWED

    async def _state(self) -> dict[bytes, Any]:
        """All that the store has, but for the log of refusals, the leases of projections and what these learn."""
        namespace = self.service.app.state.context.settings.namespace
        changing = (f"{namespace}:{{*}}:log".encode(), f"{namespace}:{{projections}}".encode())
        found = [key async for key in self._redis.scan_iter(f"{namespace}:*", count=1000)]
        keys = [key for key in found if not key.startswith(changing) and not key.endswith(b":waits")]
        async with self._redis.pipeline(transaction=False) as pipe:
            for key in keys:
                if key.endswith(b":meta"):
                    pipe.hgetall(key)
                else:
                    pipe.dump(key)
            state = dict(zip(keys, await pipe.execute(), strict=True))
        for meta in state.values():
            if isinstance(meta, dict):
                meta.pop(b"waits", None)
        return state


async def test_every_caller_gets_what_the_descriptions_say(store_url: str, tmp_path: Path) -> None:
    clock = StoppedClock()
    clock.set(datetime(2026, 11, 23, 10, 3, tzinfo=KST))
    settings = {"demo": False, "secret": SECRET, "access_file": access_file(tmp_path), "bootstrap_store": True}
    settings["voice_dir"] = record(tmp_path, "ko", "1")
    expected: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], str] = {}
    async with running(store_url, clock, **settings) as service, Redis.from_url(store_url) as redis:
        trial = Trial(service, redis)
        await trial.begin()
        await looked(service)
        for operation in OPERATIONS:
            for someone in EVERYONE:
                cell = (operation.name, str(someone))
                expected[cell] = operation.outcome(someone)
                found[cell] = await trial.outcome(operation, someone)
    assert {cell: got for cell, got in found.items() if got != expected[cell]} == {}
    assert len(found) == len(OPERATIONS) * len(EVERYONE)


async def test_what_is_not_described_only_reads(store_url: str, tmp_path: Path) -> None:
    """So every call that changes something is in the matrix. (A demo has a switch for its simulated people besides.)"""
    settings = {"demo": False, "secret": SECRET, "access_file": access_file(tmp_path), "bootstrap_store": True}
    described = {(operation.method, operation.path) for operation in calls()}
    async with running(store_url, **settings) as service:
        for route in service.app.routes:
            if isinstance(route, Route | APIRoute):
                for method in route.methods or ():
                    assert (method, route.path) in described or method in ("GET", "HEAD"), route.path
        assert {path for _, path in described} <= {getattr(route, "path", "") for route in service.app.routes}
