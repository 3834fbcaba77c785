"""The API's description: OpenAPI for the calls, and the frames' schemas for openapi/asyncapi.yaml."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.responses import FileResponse

from service.compat.fastapi import NEVER_SENT, VALIDATION_ERROR
from service.domain.board import Board, StaffView
from service.domain.conflicts import Conflict
from service.domain.errors import SunbeonError, TooMany, Unavailable
from service.domain.request_errors import (
    BodyTooLarge,
    ConnectionsFull,
    HeadTooLarge,
    MalformedRequest,
    RequestTooSlow,
    TooManyConnections,
)
from service.domain.ticket import Ticket, TicketFrame
from service.web.access import access
from service.web.auth import Requirement
from service.web.browser_files import ROOT
from service.web.context import API
from service.web.cookies import COOKIE, DEMO_COOKIE
from service.web.direct_route import DirectRoute
from service.web.problems import Problem, documented, header

SUMMARY = """The live queue of a city's civil offices.

Times are RFC 3339 with +09:00. Answers may get further members in time: ignore those that you don't know.

Every call may be repeated when its answer was lost. Where a second one would count (a number taken, a next, a recall),
send an `Idempotency-Key` and repeat it: the first answer comes again.

Each operation says in `x-callers` who may use it: `anyone`; `anonymous`, who shows nothing; the ticket's `holder`, who
knows its id; a `kiosk` or a `screen`, by its device key; a `clerk`, `manager` or `admin`, by their session. Devices,
clerks and managers may do so at their own office, an admin at every one. `x-permission` is what these need for it.

Boards and tickets are also pushed, whole, on WebSockets: [asyncapi.yaml](/api/v1/asyncapi.yaml) describes them.

Errors are RFC 9457 problem documents. Decide on `code`; show `title` and `detail` to people:

"""

TAGS = {
    "public": "What anyone may read.",
    "tickets": "For holders and kiosks. A ticket's id is a capability: who has it, holds the ticket.",
    "screens": "For lobby screens, by their device key, and for the staff who look after them.",
    "clerk": "For the staff of the office: a session of `POST /api/v1/session`, as a bearer token or as its cookie.",
    "session": "Who asks: staff and devices.",
    "operations": "For those who run the service.",
}

SECURITY_SCHEMES = {
    "device": {"type": "http", "scheme": "bearer", "description": "The key of a kiosk or a screen."},
    "token": {"type": "http", "scheme": "bearer", "description": "The token of `POST /api/v1/session`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The cookie of `POST /api/v1/session`; it counts only from the service's own pages. In a demo, "
        f"which is plain HTTP, its name is `{DEMO_COOKIE}`.",
    },
}

PARAMETERS = {
    "office": ("An office's id.", "passport"),
    "counter": ("The id of one of the office's counters.", "apply"),
    "window": ("The number of one of the office's windows.", 1),
    "screen": ("The name that the screen's browser keeps.", "hall"),
    "file": ("A clip's name in its URL.", "5f0c3f1bb8a14f5f8f4b8f2e.wav"),
    "id": ("The ticket's id.", "passport.261123.101.q83vEjRWeJC6r0VniaC8Eg"),
}
"""What each path parameter is, and an example."""

ANYWHERE = (
    SunbeonError,
    MalformedRequest,
    RequestTooSlow,
    BodyTooLarge,
    TooManyConnections,
    HeadTooLarge,
    ConnectionsFull,
)
"""Responses that any request may get."""

_HEADERS = {
    "401": ("WWW-Authenticate", "How to prove who asks."),
    "429": ("Retry-After", "Seconds to wait before the next try."),
    "503": ("Retry-After", "Seconds to wait before the next try."),
}


def install(app: FastAPI) -> None:
    """Makes `app.openapi()` the description that the repository keeps, and serves that of the sockets beside it."""

    def openapi() -> dict[str, Any]:
        app.openapi_schema = app.openapi_schema or _describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]

    @app.get(f"{API}/asyncapi.yaml", include_in_schema=False)
    def asyncapi() -> FileResponse:
        return FileResponse(ROOT / "openapi/asyncapi.yaml", media_type="application/yaml")


def frame_schemas() -> dict[str, Any]:
    """JSON Schemas, by name, of all that the sockets send; `Board` and `Ticket` are the calls' own."""
    models = (Board, Ticket, TicketFrame, StaffView)
    template = "#/components/schemas/{model}"
    _, schemas = models_json_schema([(model, "serialization") for model in models], ref_template=template)
    definitions: dict[str, Any] = schemas["$defs"]
    return definitions


def _describe(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version="1",
        description=SUMMARY + _codes(),
        routes=app.routes,
        servers=[{"url": "/"}],
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
    )
    schemas = schema["components"]["schemas"]
    for never_sent in NEVER_SENT:
        schemas.pop(never_sent, None)
    schemas["Problem"] = Problem.model_json_schema()
    schema["components"]["examples"] = {error.code: {"value": error().problem()} for error in _sent()}
    schema["components"]["securitySchemes"] = SECURITY_SCHEMES
    for path in schema["paths"].values():
        for operation in path.values():
            _complete(operation)
    for route in app.routes:
        if isinstance(route, DirectRoute) and route.include_in_schema:
            for requirement in route.calls_of(Requirement):
                for method in route.methods or ():
                    operation = schema["paths"][route.path_format][method.lower()]
                    operation.update(access(permission=requirement.permission))
    return schema


def _complete(operation: dict[str, Any]) -> None:
    """Adds what is true of every operation, so that no route has to declare it."""
    # FastAPI's summary is the function's name: short and unique, so it names the operation.
    operation["operationId"] = operation["summary"].replace(" ", "_").lower()
    operation["summary"], _, rest = operation.pop("description").partition(". ")
    operation["summary"] = operation["summary"].rstrip(".").replace("`", "")
    if rest:
        operation["description"] = rest
    for parameter in operation.get("parameters", []):
        _complete_parameter(parameter)
    responses = operation["responses"]
    if responses.get("422", {}).get("description") == VALIDATION_ERROR:
        # FastAPI's own, where the route names no `Invalid`: every text is valid there.
        del responses["422"]
    for status, response in documented(*ANYWHERE).items():
        responses.setdefault(str(status), response)
    for status, (name, text) in _HEADERS.items():
        if status in responses:
            responses[status] = {**responses[status], "headers": {name: header(text)}}
    operation["responses"] = dict(sorted(responses.items()))


def _complete_parameter(parameter: dict[str, Any]) -> None:
    if parameter["in"] == "path":
        parameter["description"], parameter["example"] = PARAMETERS[parameter["name"]]
    if parameter["in"] == "header":
        parameter["name"] = parameter["schema"]["title"]
    # Pydantic's `X | None`: one that isn't given is absent, there is no null outside of a body.
    kind, *_ = parameter["schema"].pop("anyOf", [{}])
    parameter["schema"].update(kind)


def _sent() -> list[type[SunbeonError]]:
    """Every problem, sorted by status and code, so that the order of imports doesn't matter."""

    def tree(error: type[SunbeonError]) -> Iterator[type[SunbeonError]]:
        yield error
        for child in error.__subclasses__():
            yield from tree(child)

    sent = [error for error in tree(SunbeonError) if error not in (Conflict, TooMany, Unavailable)]
    return sorted(sent, key=lambda error: (error.status, error.code))


def _codes() -> str:
    """Every problem code as a table in Markdown."""
    rows = [f"| {error.status} | `{error.code}` | {error.title} |" for error in _sent()]
    return "\n".join(["| status | code | title |", "| --- | --- | --- |", *rows]) + "\n"
