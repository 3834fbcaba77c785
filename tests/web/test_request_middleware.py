"""The middleware around every request, on an application of its own."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import REGISTRY
from starlette.types import Message

from service.web import problems
from service.web.request_middleware import HEADERS, RequestMiddleware

MOST = 100
"""Bytes of a body."""


def application() -> FastAPI:
    router = APIRouter()

    @router.get("/tickets/{id}")
    async def ticket(id: str) -> Response:
        return Response(id)

    @router.get("/boards/{id}", tags=["public"])
    async def board(id: str) -> Response:
        return Response(id, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "mine"})

    @router.post("/echo")
    async def echo(request: Request) -> Response:
        return Response(await request.body())

    @router.get("/broken")
    async def broken() -> Response:
        raise RuntimeError("a secret")

    app = FastAPI()
    app.router.routes.extend(router.routes)
    problems.install(app)
    app.add_middleware(RequestMiddleware, max_body=MOST, larger={})
    return app


async def ask(method: str, path: str, **more: Any) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application()), base_url="http://x") as client:
        return await client.request(method, path, **more)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The fields of each request's line."""
    names = ("method", "route", "status", "ms", "code", "traceparent")
    return [
        {name: vars(record)[name] for name in names if name in vars(record)}
        for record in caplog.records
        if record.name == "service.request" and record.message == "request"
    ]


def counted(method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("sunbeon_http_requests_total", labels) or 0


@pytest.fixture(autouse=True)
def _log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "service.request")


async def test_a_body_that_declares_too_much_is_refused_unread() -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError
        yield b""

    answer = await ask("POST", "/echo", content=unread(), headers={"Content-Length": str(MOST + 1)})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_streamed_body_is_refused_when_it_has_become_too_large() -> None:
    async def stream(size: int) -> AsyncIterator[bytes]:
        for _ in range(size):
            yield b"x"

    assert (await ask("POST", "/echo", content=stream(MOST))).content == b"x" * MOST
    answer = await ask("POST", "/echo", content=stream(MOST + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_request_is_one_log_line_that_names_the_route(caplog: pytest.LogCaptureFixture) -> None:
    await ask("GET", "/tickets/secret?and=more", headers={"Traceparent": "00-" + "a" * 60})
    (line,) = lines(caplog)
    assert line.pop("ms") >= 0
    assert line == {
        "method": "GET",
        "route": "/tickets/{id}",
        "status": 200,
        "traceparent": "00-" + "a" * 52,
    }
    assert "secret" not in caplog.text


async def test_a_refusal_is_logged_with_its_code(caplog: pytest.LogCaptureFixture) -> None:
    await ask("GET", "/nowhere/secret")
    (line,) = lines(caplog)
    assert (line["route"], line["status"], line["code"]) == ("unknown", 404, "not_found")


async def test_metrics_are_by_route_and_not_by_path() -> None:
    before = counted("GET", "/tickets/{id}", 200)
    for id in ("one", "two"):
        await ask("GET", f"/tickets/{id}")
    assert counted("GET", "/tickets/{id}", 200) == before + 2
    routes = {
        sample.labels["route"]
        for family in REGISTRY.collect()
        for sample in family.samples
        if family.name.startswith("sunbeon_http_request")
    }
    assert not any("one" in route or "two" in route for route in routes)


async def test_headers_are_added_and_none_is_overwritten() -> None:
    ours = {name.decode(): value.decode() for name, value in HEADERS.items()}
    private = (await ask("GET", "/tickets/1")).headers
    assert ours.items() <= dict(private).items()
    assert "access-control-allow-origin" not in private
    public = (await ask("GET", "/boards/1")).headers
    assert (public["cache-control"], public["x-content-type-options"]) == ("no-cache", "mine")
    assert public.get_list("cache-control") == ["no-cache"]
    assert public["referrer-policy"] == ours["referrer-policy"]
    assert public["access-control-allow-origin"] == "*"


async def test_a_browser_that_asks_before_it_asks_is_answered() -> None:
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    answer = await ask("OPTIONS", "/boards/1", headers=asked)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


async def test_a_client_that_hangs_up_is_noted_as_499(caplog: pytest.LogCaptureFixture) -> None:
    async def hangs_up() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    before = counted("POST", "/echo", 499)
    scope = {"type": "http", "method": "POST", "path": "/echo", "headers": [], "query_string": b""}
    await application()(scope, hangs_up, send)
    (line,) = lines(caplog)
    assert (line["route"], line["status"]) == ("/echo", 499)
    assert counted("POST", "/echo", 499) == before + 1


async def test_an_unexpected_exception_is_a_problem_that_says_nothing_of_it(caplog: pytest.LogCaptureFixture) -> None:
    answer = await ask("GET", "/broken")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "internal_error"
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "RuntimeError: a secret" in caplog.text
    assert [line["status"] for line in lines(caplog)] == [500]


async def test_an_exception_after_the_head_of_an_answer_sends_no_second_one(caplog: pytest.LogCaptureFixture) -> None:
    async def half(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    sent: list[str] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    await RequestMiddleware(half, max_body=MOST, larger={})(
        {"type": "http", "method": "GET", "path": "/", "headers": []}, receive, send
    )
    assert sent == ["http.response.start"]
    assert [line["status"] for line in lines(caplog)] == [200]
