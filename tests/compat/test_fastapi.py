"""The contract of service/compat/fastapi.py with the installed FastAPI."""

import inspect
from importlib import import_module, metadata
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from service.compat.fastapi import NEVER_SENT, VALIDATION_ERROR, declaration, is_included, path_template, route_tags

MEND = f"fastapi {metadata.version('fastapi')}: mend service/compat/fastapi.py: "
PRIVATE = {
    "fastapi._compat": ["ModelField", "field_annotation_is_sequence", "get_missing_field_error"],
    "fastapi.datastructures": ["DefaultPlaceholder"],
    "fastapi.dependencies.models": [
        "Dependant",
        "_is_async_gen_callable",
        "_is_coroutine_callable",
        "_is_gen_callable",
    ],
    "fastapi.dependencies.utils": ["_get_param_aliases", "_get_param_model"],
    "fastapi.routing": ["_get_scope_effective_route_context"],
}
OF_A_DEPENDANT = [
    *("call", "name", "use_cache", "dependencies", "concurrency", "own_oauth_scopes"),
    *("path_params", "query_params", "header_params", "cookie_params", "body_params"),
    *("request_param_name", "http_connection_param_name", "response_param_name", "websocket_param_name"),
    *("background_tasks_param_name", "security_scopes_param_name"),
]
OF_A_ROUTE = [
    *("dependant", "endpoint", "body_field", "response_model", "status_code", "methods", "path", "path_format", "tags"),
    *("is_sse_stream", "is_json_stream", "strict_content_type", "_embed_body_fields", "max_body_size"),
    "response_model_by_alias",
    *("response_model_include", "response_model_exclude", "response_model_exclude_unset"),
    *("response_model_exclude_defaults", "response_model_exclude_none"),
]


class Wanted(BaseModel):
    number: int


def sub(connection: HTTPConnection, page: Annotated[int, Query(ge=1)] = 1) -> int:
    return page


async def endpoint(
    window: Annotated[int, Path()],
    request: Request,
    response: Response,
    page: Annotated[int, Depends(sub)],
    again: Annotated[int, Depends(sub, use_cache=False)],
    wanted: Annotated[Wanted, Body()],
    if_none_match: Annotated[str | None, Header()] = None,
    lang: Annotated[str, Cookie()] = "ko",
) -> None: ...


def route() -> APIRoute:
    return APIRoute("/windows/{window}", endpoint, methods=["POST"])


@pytest.mark.parametrize(("module", "name"), [(m, name) for m, names in PRIVATE.items() for name in names])
def test_a_private_name_is_there(module: str, name: str) -> None:
    assert hasattr(import_module(module), name), f"{MEND}{module}.{name} is gone"


@pytest.mark.parametrize("name", OF_A_DEPENDANT)
def test_a_dependant_has_the_attribute(name: str) -> None:
    assert hasattr(route().dependant, name), f"{MEND}Dependant.{name} is gone"


@pytest.mark.parametrize("name", OF_A_ROUTE)
def test_a_route_has_the_attribute(name: str) -> None:
    assert hasattr(route(), name), f"{MEND}APIRoute.{name} is gone"


def test_a_route_is_asked_to_handle_a_request() -> None:
    assert list(inspect.signature(APIRoute.handle).parameters) == ["self", "scope", "receive", "send"], (
        f"{MEND}APIRoute.handle is called differently, and service/web/direct_route.py replaces it"
    )


def test_a_declaration_is_read_whole() -> None:
    found = declaration(route())
    assert (found.call, found.is_async, found.name) == (endpoint, True, None), f"{MEND}the root is not the endpoint"
    assert (found.request_names, found.response_name) == (("request",), "response"), f"{MEND}requests and responses"
    assert [(p.name, p.source, p.alias) for p in found.parameters] == [
        ("window", "path", "window"),
        ("if_none_match", "header", "if-none-match"),
        ("lang", "cookie", "lang"),
        ("wanted", "body", "wanted"),
    ], f"{MEND}parameters, or their order"
    assert [p.default and p.default() for p in found.parameters] == [None, None, "ko", None], f"{MEND}defaults"
    assert [p.default is None for p in found.parameters] == [True, False, False, True], f"{MEND}what is required"
    shared, own = found.dependencies
    assert (shared.call, shared.name, shared.is_shared, shared.is_async) == (sub, "page", True, False), (
        f"{MEND}dependencies"
    )
    assert (own.name, own.is_shared) == ("again", False), f"{MEND}use_cache"
    assert shared.request_names == ("connection",), f"{MEND}HTTPConnection"


def test_a_parameter_is_validated() -> None:
    window, header, _, wanted = declaration(route()).parameters
    assert header.validate is None, f"{MEND}a parameter that may be any text"
    assert window.validate
    assert wanted.validate
    assert window.validate("3") == (3, []), f"{MEND}ModelField.validate of a good value"
    value, (error,) = window.validate("x")
    assert (value, error["loc"], error["type"]) == (None, ("path", "window"), "int_parsing"), f"{MEND}of a bad value"
    assert wanted.validate({"number": 1}) == (Wanted(number=1), []), f"{MEND}ModelField.validate of a body"
    _, (error,) = wanted.validate({})
    assert error["loc"] == ("body", "number"), f"{MEND}the place of an error in a body"
    missing = wanted.missing()
    assert (missing["loc"], missing["msg"]) == (("body",), "Field required"), f"{MEND}get_missing_field_error"


async def seen_by(app: FastAPI, path: str) -> dict[str, Any]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        found: dict[str, Any] = (await client.get(path)).json()
        return found


async def test_a_matched_route_is_in_the_scope() -> None:
    async def look(id: str, request: Request) -> dict[str, Any]:
        scope = request.scope
        return {"path": path_template(scope), "tags": list(route_tags(scope)), "included": is_included(scope)}

    router = APIRouter()
    router.get("/tickets/{id}", tags=["public"])(look)
    app = FastAPI()
    app.router.routes.extend(router.routes)
    app.include_router(router, prefix="/more")
    expected = {"path": "/tickets/{id}", "tags": ["public"], "included": False}
    assert await seen_by(app, "/tickets/7") == expected, f"{MEND}scope['route']"
    assert (await seen_by(app, "/more/tickets/7"))["included"], f"{MEND}_get_scope_effective_route_context"
    assert path_template({"type": "http"}) is None


def test_a_description_has_fastapis_own_names() -> None:
    app = FastAPI()
    app.router.routes.append(route())
    described = app.openapi()
    for name in NEVER_SENT:
        assert name in described["components"]["schemas"], f"{MEND}the schema {name} has another name"
    told = described["paths"]["/windows/{window}"]["post"]["responses"]["422"]["description"]
    assert told == VALIDATION_ERROR, f"{MEND}the 422 response is described differently"
