"""openapi/openapi.json: what the code says, valid, and complete."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from openapi import describe
from tests.openapi.schemas import closed
from tests.past import database_of, day_of, fill, working_days
from tests.screens import REPORT, SCREEN_KEY
from tests.support import DEVICE, ROOT, Running, running
from tests.voice.recorded import looked, on_the_web, record

FILE = ROOT / "openapi/openapi.json"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def operations(description: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_what_the_code_says() -> None:
    assert FILE.read_text("utf-8") == describe.openapi(), "run scripts/describe"


def test_it_is_valid(described: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(described).validate()
    assert described["openapi"].startswith("3.1.")


async def test_the_service_serves_it(service: Running) -> None:
    answer = await service.http.get("/api/v1/openapi.json")
    assert answer.text
    assert answer.json() == json.loads(FILE.read_text("utf-8"))


def test_operations_have_short_names_of_their_own(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(described)]
    assert len(names) == len(set(names))
    assert all(name.replace("_", "").isalpha() for name in names)


def test_refusals_are_problems(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        assert {"500", "503"} <= operation["responses"].keys(), name
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], (name, status)
                assert response["description"].startswith("Problem: `"), (name, status)


def test_every_operation_says_who_may_ask(described: dict[str, Any]) -> None:
    staff = [{"token": []}, {"session": []}]
    asked = {name: operation.get("security", []) for name, operation in operations(described)}
    assert {name: who for name, who in asked.items() if who and who != staff} == {
        "POST /api/v1/offices/{office}/counters/{counter}/tickets": [{"device": []}, {}],
        "POST /api/v1/tickets/{id}/arrive": [{"device": []}, *staff, {}],
        "DELETE /api/v1/session": [*staff, {}],
        "GET /api/v1/device": [{"device": []}],
        "POST /api/v1/offices/{office}/screens/{screen}": [{"device": []}],
        "GET /api/v1/offices/{office}/screens/{screen}/orders": [{"device": []}],
    }
    for name, operation in operations(described):
        must_prove_it = bool(asked[name]) and {} not in asked[name]
        assert not must_prove_it or "401" in operation["responses"], name
        assert operation["x-callers"], name


async def test_real_answers_are_as_described(described: dict[str, Any], store_url: str, tmp_path: Path) -> None:
    async with running(store_url, voice_dir=record(tmp_path, "ko", "1")) as service:
        await looked(service)
        await every_operation(described, service)


async def every_operation(described: dict[str, Any], service: Running) -> None:
    """Every operation once, with success: its answer has what is described, and nothing else."""
    components = {"schemas": closed(described["components"]["schemas"])}
    seen: set[str] = set()

    async def check(answer: httpx.Response) -> None:
        request = answer.request
        name, operation = next(
            (name, operation)
            for name, operation in operations(described)
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", name), f"{request.method} {request.url.path}")
        )
        content = operation["responses"][str(answer.status_code)].get("content", {})
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert kind in content or not (kind or content), name
        if kind == "application/json":
            await answer.aread()
            schema = {**content[kind]["schema"], "components": components}
            Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json())
        seen.add(name)

    http, offices = service.http, "/api/v1/offices"
    http.event_hooks["response"].append(check)
    await http.get(offices)
    await http.get("/api/v1/nearby", params={"counter": "move-in", "lat": 37.7, "lon": 127.0})
    await http.get("/api/v1/device", headers=DEVICE)
    voice = await http.get("/api/v1/voice")
    unchanged = await http.get("/api/v1/voice", headers={"If-None-Match": voice.headers["etag"]})
    assert unchanged.status_code == 304
    await http.get(f"/api/v1/voice/clips/{on_the_web()}")
    desk = await service.desk("passport", 4, "apply", "pickup")
    tickets = [await http.take("passport", "apply") for _ in range(4)]
    called = await desk.next()
    for move, body in (
        ("recall", None),
        ("hold", None),
        ("call", {"number": called}),
        ("no-show", {"number": called}),
        ("call", {"number": called}),
        ("transfer", {"counter": "pickup", "number": called}),
        ("next", {"finished": None}),
        ("finish", None),
        ("next", {"finished": None}),
        ("next", {"finished": tickets[1]["number"]}),
        ("finish", None),
        ("close", None),
    ):
        assert (await desk.post(move, body)).status_code == 200, move
    for move, body in (("pause", {"reason": {"ko": "점검", "en": "Check"}}), ("resume", None), ("limit", {"more": 9})):
        await http.post(f"{offices}/passport/counters/apply/{move}", json=body, headers=desk.staff)
    await http.post(f"/api/v1/tickets/{tickets[3]['id']}/arrive")
    await http.get(f"/api/v1/tickets/{tickets[3]['id']}")
    await http.delete(f"/api/v1/tickets/{tickets[3]['id']}")
    board = await http.get(f"{offices}/passport/board")
    unchanged = await http.get(f"{offices}/passport/board", headers={"If-None-Match": board.headers["etag"]})
    assert unchanged.status_code == 304
    async with database_of(service) as database:
        for day in working_days(service.clock().date(), 25):
            await fill(database, day_of("passport", day, {"09:10": 20, "10:10": 2}))
    await service.app.state.context.wait_quality.look()
    await http.get("/api/v1/waits/quality")
    quiet = await http.get(f"{offices}/passport/quiet-hours")
    unchanged = await http.get(f"{offices}/passport/quiet-hours", headers={"If-None-Match": quiet.headers["etag"]})
    assert unchanged.status_code == 304
    notice = [{"ko": "점심시간 12-13시", "en": "Lunch 12 to 13", "until": None}]
    await http.put(f"{offices}/passport/notices", json=notice, headers=desk.staff)
    lobby = await http.get(f"{offices}/passport/lobby", headers=desk.staff)
    await http.put(f"{offices}/passport/lobby", json=lobby.json(), headers=desk.staff)
    screens = f"{offices}/passport/screens"
    await http.post(f"{screens}/hall", json=REPORT, headers=SCREEN_KEY)
    await http.post(f"{screens}/hall/orders", json={"order": "identify"}, headers=desk.staff)
    await http.get(f"{screens}/hall/orders", headers=SCREEN_KEY)
    await http.get(screens, headers=desk.staff)
    await http.delete(f"{screens}/hall", headers=desk.staff)
    admin = await http.sign_in("admin")
    city = await http.get("/api/v1/city", headers=admin)
    edited = city.json() | {"rules": {"priority_in_a_row": 3}}
    edit = await http.put("/api/v1/city", json=edited, headers=admin | {"If-Match": city.headers["etag"]})
    assert edit.status_code == 200
    await http.get("/api/v1/city/revisions", headers=admin)
    await http.get("/api/v1/session", headers=desk.staff)
    await http.delete("/api/v1/session", headers=desk.staff)
    for path in ("/health/live", "/health/ready", "/metrics"):
        await http.get(path)
    assert seen == {name for name, _ in operations(described)}
