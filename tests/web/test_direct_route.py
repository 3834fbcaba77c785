"""DirectRoute compared with FastAPI's own route: the same declarations and requests give the same answers."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from threading import get_ident
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, BackgroundTasks, Body, Cookie, Depends, FastAPI, Header, Query, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer, SecurityScopes
from pydantic import BaseModel, ConfigDict
from starlette.requests import ClientDisconnect, HTTPConnection

from service.domain.errors import Unauthenticated
from service.web import problems
from service.web.direct_route import DirectRoute

JSON = {"Content-Type": "application/json"}
called: list[str] = []
"""The dependencies that the last request called, in order."""


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int
    note: str = "none"


class Told(BaseModel):
    said: str


class ToldMore(Told):
    secret: str


async def _context(connection: HTTPConnection) -> str:
    called.append("context")
    return connection.headers.get("x-context", "plain")


Context = Annotated[str, Depends(_context)]


def _office(office: str, context: Context) -> str:
    called.append("office")
    return f"{office} in {context}"


Office = Annotated[str, Depends(_office)]


async def _window(window: int, office: Office) -> int:
    called.append("window")
    return window


async def _staff(context: Context, authorization: Annotated[str | None, Header()] = None) -> str:
    called.append("staff")
    if authorization is None:
        raise Unauthenticated
    return authorization


@dataclass
class Press:
    office: Office
    window: Annotated[int, Depends(_window)]
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=3)] = None


async def press(press: Annotated[Press, Depends()], context: Context, wanted: Wanted) -> Told:
    """Everything at once: a class, functions of both kinds, a number in the path, a header and a body."""
    return Told(said=f"{press} {context} {wanted}")


async def look(
    request: Request, office: Office, page: Annotated[int, Query(ge=1)] = 1, lang: Annotated[str, Cookie()] = "ko"
) -> Told:
    return Told(said=f"{request.url.path} {office} {page} {lang}")


async def maybe(wanted: Annotated[Wanted | None, Body()] = None) -> Told:
    return Told(said=f"{wanted}")


def give(response: Response) -> Told:
    response.set_cookie("given", "yes")
    response.status_code = 202
    return ToldMore(said="given", secret="not for you")


async def leave(response: Response) -> None:
    response.delete_cookie("given")


def app_of(route_class: type[APIRoute]) -> FastAPI:
    router = APIRouter(route_class=route_class)
    router.post("/{office}/{window}/press", status_code=201)(press)
    router.post("/{office}/{window}/staff", dependencies=[Depends(_staff)])(press)
    router.get("/{office}/look")(look)
    router.put("/maybe")(maybe)
    router.get("/give")(give)
    router.delete("/give", status_code=204, response_class=Response)(leave)
    app = FastAPI()
    app.router.routes.extend(router.routes)
    problems.install(app)
    return app


async def ask(route_class: type[APIRoute], method: str, path: str, **more: Any) -> httpx.Response:
    called.clear()
    transport = httpx.ASGITransport(app_of(route_class))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        return await client.request(method, path, **more)


GOOD = [
    ("POST", "/a/3/press", {"json": {"number": 7}}),
    ("POST", "/a/3/press", {"json": {"number": "7"}, "headers": {"Idempotency-Key": "abc", "X-Context": "c"}}),
    ("POST", "/a/3/press", {"content": b'{"number": 1}', "headers": {"Content-Type": "application/merge-patch+json"}}),
    ("POST", "/a/3/staff", {"json": {"number": 7}, "headers": {"Authorization": "me"}}),
    ("POST", "/a/3/press", {"json": {"number": 7}, "headers": [("Idempotency-Key", "abc"), ("idempotency-key", "d")]}),
    ("GET", "/a/look", {}),
    ("GET", "/a/look?page=2&page=3", {"headers": {"Cookie": "lang=en"}}),
    ("GET", "/%EA%B3%A0/look", {}),
    ("PUT", "/maybe", {}),
    ("PUT", "/maybe", {"json": None}),
    ("PUT", "/maybe", {"content": b"null", "headers": JSON}),
    ("PUT", "/maybe", {"json": {"number": 1, "note": "n"}}),
    ("GET", "/give", {}),
    ("DELETE", "/give", {}),
]
BAD = [
    ("POST", "/a/x/press", {"json": {"number": 7}}),
    ("POST", "/a/3/press", {}),
    ("POST", "/a/3/press", {"json": []}),
    ("POST", "/a/3/press", {"json": {"number": 7, "more": 1}}),
    ("POST", "/a/x/press", {"json": {"number": "x"}, "headers": {"Idempotency-Key": "a"}}),
    ("POST", "/a/x/staff", {"json": {"number": "x"}}),
    ("POST", "/a/x/staff", {"json": {"number": "x"}, "headers": {"Authorization": "me"}}),
    ("POST", "/a/3/staff", {"content": b"number=7", "headers": {"Content-Type": "text/plain"}}),
    ("GET", "/a/look?page=0", {}),
    ("GET", "/a/look?page=", {}),
    ("PUT", "/maybe", {"json": {"number": None}}),
    ("HEAD", "/a/look", {}),
    ("POST", "/a/look", {}),
    ("GET", "/nowhere", {}),
]


@pytest.mark.parametrize(("method", "path", "more"), GOOD + BAD, ids=lambda part: str(part)[:40])
async def test_it_answers_as_fastapi_does(method: str, path: str, more: dict[str, Any]) -> None:
    theirs = await ask(APIRoute, method, path, **more)
    theirs_called = [*called]
    ours = await ask(DirectRoute, method, path, **more)
    assert (ours.status_code, ours.text) == (theirs.status_code, theirs.text)
    assert ours.headers.multi_items() == theirs.headers.multi_items()
    assert called == theirs_called


@pytest.mark.parametrize(("method", "path", "more"), GOOD, ids=lambda part: str(part)[:40])
async def test_the_good_requests_are_good(method: str, path: str, more: dict[str, Any]) -> None:
    assert (await ask(DirectRoute, method, path, **more)).is_success


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"{", "application/json"), (b"\xff", "application/json"), (b"{}", "text/html"), (b"{}", "")],
)
async def test_a_body_that_is_no_json_is_told_so_where_fastapi_says_something_else(body: bytes, kind: str) -> None:
    request = ("PUT", "/maybe")
    theirs = await ask(APIRoute, *request, content=body, headers={"Content-Type": kind})
    ours = await ask(DirectRoute, *request, content=body, headers={"Content-Type": kind})
    assert ours.status_code == theirs.status_code == 422
    assert ours.json()["code"] == theirs.json()["code"] == "invalid_request"
    assert ours.json()["errors"] == [{"at": "body", "problem": "Send JSON, as application/json"}]


async def test_a_dependency_is_called_once_a_request() -> None:
    await ask(DirectRoute, "POST", "/a/3/press", json={"number": 7})
    assert called == ["context", "office", "window"]


async def test_a_dependency_that_is_used_twice_reports_its_errors_once() -> None:
    async def page(page: int) -> int:
        return page

    async def endpoint(one: Annotated[int, Depends(page)], two: Annotated[int, Depends(page)]) -> Told:
        return Told(said=f"{one} {two}")

    for route_class, times in ((APIRoute, 2), (DirectRoute, 1)):
        app = FastAPI()
        app.router.routes.append(route_class("/", endpoint, methods=["GET"]))
        problems.install(app)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            errors = (await client.get("/?page=x")).json()["errors"]
        assert [error["at"] for error in errors] == ["query.page"] * times


async def test_a_dependency_without_a_cache_is_called_each_time() -> None:
    calls: list[int] = []

    async def count() -> int:
        calls.append(1)
        return len(calls)

    async def endpoint(
        a: Annotated[int, Depends(count)],
        b: Annotated[int, Depends(count, use_cache=False)],
        c: Annotated[int, Depends(count)],
    ) -> Told:
        return Told(said=f"{a} {b} {c}")

    said = []
    for route_class in (APIRoute, DirectRoute):
        calls.clear()
        said.append(await answer_of(route_class, endpoint))
    assert said == [Told(said="1 2 1")] * 2


async def test_a_refusal_of_a_dependency_comes_before_mistakes_in_what_was_sent() -> None:
    answer = await ask(DirectRoute, "POST", "/a/x/staff", json={"number": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    answer = await ask(DirectRoute, "POST", "/a/x/staff", json={"number": "x"}, headers={"Authorization": "me"})
    assert [error["at"] for error in answer.json()["errors"]] == ["path.window", "body.number"]


async def test_a_function_runs_in_a_thread_and_a_class_does_not() -> None:
    def where() -> int:
        return get_ident()

    class Here:
        def __init__(self) -> None:
            self.thread = get_ident()

    async def endpoint(there: Annotated[int, Depends(where)], here: Annotated[Here, Depends()]) -> Told:
        return Told(said=f"{there != get_ident()} {here.thread == get_ident()}")

    assert await answer_of(DirectRoute, endpoint) == Told(said="True True")


async def test_what_a_subclass_has_more_is_not_sent() -> None:
    assert (await ask(DirectRoute, "GET", "/give")).json() == {"said": "given"}


async def test_another_model_than_the_declared_one_is_a_mistake() -> None:
    async def endpoint() -> Told:
        return Wanted(number=1)  # type: ignore[return-value]

    with pytest.raises(TypeError, match="declares another model"):
        await answer_of(DirectRoute, endpoint)


async def test_a_client_that_hangs_up_while_it_sends_is_no_bad_request() -> None:
    async def hangs_up() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    route = DirectRoute("/", maybe, methods=["PUT"])
    with pytest.raises(ClientDisconnect):
        await route.handle({"type": "http", "method": "PUT", "headers": []}, hangs_up, send)


async def test_dependencies_of_an_included_router_are_kept() -> None:
    router = APIRouter(route_class=DirectRoute)
    router.get("/{office}/look")(look)
    app = FastAPI()
    problems.install(app)
    app.include_router(router, dependencies=[Depends(_staff)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        assert (await client.get("/a/look")).status_code == 401
        assert (await client.get("/a/look", headers={"Authorization": "me"})).status_code == 200


async def with_a_yield() -> AsyncIterator[int]:
    yield 1


def refused_yield(it: Annotated[int, Depends(with_a_yield)]) -> Told: ...
def refused_scopes(it: SecurityScopes) -> Told: ...
def refused_scheme(it: Annotated[Any, Depends(HTTPBearer())]) -> Told: ...
def refused_tasks(it: BackgroundTasks) -> Told: ...
def refused_model(it: Annotated[Wanted, Query()]) -> Told: ...
def refused_list(it: Annotated[list[str], Query()]) -> Told: ...
def refused_bodies(it: Wanted, other: Wanted) -> Told: ...
def refused_embedding(it: Annotated[Wanted, Body(embed=True)]) -> Told: ...
def refused_answer() -> dict[str, str]: ...


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        (refused_yield, "a generator"),
        (refused_scopes, "SecurityScopes"),
        (refused_scheme, "a security scheme"),
        (refused_tasks, "BackgroundTasks"),
        (refused_model, "a model of parameters, as it"),
        (refused_list, "may come more than once, as it"),
        (refused_bodies, "more than one body"),
        (refused_embedding, "an embedded one"),
        (refused_answer, "answers are models or Responses"),
    ],
)
def test_what_the_plan_cannot_do_is_refused_when_it_is_declared(endpoint: Callable[..., Any], why: str) -> None:
    with pytest.raises(TypeError, match=f"^/here: .*{why}"):
        DirectRoute("/here", endpoint, methods=["POST"])


@pytest.mark.parametrize("option", [{"response_model_exclude_none": True}, {"max_body_size": 10}])
def test_an_option_that_it_does_not_know_is_refused(option: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"use fastapi\.routing\.APIRoute"):
        DirectRoute("/here", maybe, methods=["PUT"], **option)


async def answer_of(route_class: type[APIRoute], endpoint: Callable[..., Any]) -> Told:
    """What a GET of the endpoint is answered."""
    app = FastAPI()
    app.router.routes.append(route_class("/", endpoint, methods=["GET"]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        return Told.model_validate((await client.get("/")).json())
