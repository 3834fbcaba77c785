"""Routes that FastAPI describes and does not run.

FastAPI works out anew for each request how to call an endpoint, which takes half of the time of a ticket. A
`DirectRoute` works it out once, when it is declared: it flattens the tree of dependencies to a plan, a list of calls in
which each callable occurs once, after those that it depends on. An answer is the same as FastAPI's, with three
exceptions: a body that isn't JSON gets a sentence of ours, a dependency that is used twice reports its errors once, and
a client that hangs up in the middle of its body is no bad request.

A route may declare parameters of the path, the query, headers and cookies, one model as its JSON body, the request, a
response for headers to add, and dependencies that declare the same. Anything else that FastAPI offers raises TypeError
when it is declared.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter
from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from service.compat.fastapi import Dependency, Error, Parameter, declaration, is_included
from service.domain.conflicts import RevisionChanged

ABSENT = object()
"""A body of no bytes, and the result of a call whose parameters had errors."""

NOT_JSON = object()
"""A body whose Content-Type is not JSON's."""

BODY_ERROR: Error = {"type": "json_invalid", "loc": ("body",), "msg": "Send JSON, as application/json"}

REQUEST, RESPONSE = 0, 1
"""Where a request's list of results holds the request itself, and the response for headers to add."""

TRIES = 5
"""How often a request is tried while edits of the city come in between."""

Take = Callable[[Request, Any, list[Error]], Any]
"""Returns a parameter's value, from the request and its parsed body. If it is invalid, adds to the errors and returns
ABSENT."""


Call = TypeVar("Call")


class DirectRoute(APIRoute):
    """`APIRouter(route_class=DirectRoute)`. Raises TypeError for a declaration that it can't run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plan = _plan(declaration(self))
        self._takes_body = self.body_field is not None
        self._takes_response = any(at == RESPONSE for step in self._plan for _, at in step.given)
        model = self.response_model
        if model is not None and not (inspect.isclass(model) and issubclass(model, BaseModel)):
            raise TypeError(f"{self.path}: answers are models or Responses, not {model!r}")
        # The declared model decides: further fields of a subclass are not sent.
        self._to_json = TypeAdapter(model).dump_json if model else None

    def calls_of(self, kind: type[Call]) -> list[Call]:
        """The dependencies that are objects of this class."""
        return [step.call for step in self._plan if isinstance(step.call, kind)]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_included(scope) or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
        else:
            request = Request(scope, receive, send)
            body = await _json_body(request) if self._takes_body else ABSENT
            response = await self._respond(request, body)
            await response(scope, receive, send)

    async def _respond(self, request: Request, body: Any) -> Response:
        """The response, under the revision of the city that is in force. Raises what `_run` raises."""
        for _ in range(TRIES - 1):
            try:
                return await self._run(request, body)
            except RevisionChanged:
                # The office, counter or window of this request was found under another revision.
                continue
        return await self._run(request, body)

    async def _run(self, request: Request, body: Any) -> Response:
        """Runs the plan, whose last step is the endpoint. Raises RequestValidationError, and what it calls raises."""
        given = _given_response() if self._takes_response else None
        results: list[Any] = [request, given]
        errors: list[Error] = []
        for step in self._plan:
            arguments: dict[str, Any] = {}
            for name, at in step.given:
                arguments[name] = results[at]
            for name, take in step.parameters:
                arguments[name] = take(request, body, errors)
            if errors:
                if step.is_endpoint:
                    raise RequestValidationError(errors)
                if ABSENT in arguments.values() or any(results[at] is ABSENT for at in step.needed):
                    results.append(ABSENT)
                    continue
            if step.is_async:
                results.append(await step.call(**arguments))
            elif step.may_block:
                results.append(await run_in_threadpool(step.call, **arguments))
            else:
                results.append(step.call(**arguments))
        return self._as_response(results[-1], given)

    def _as_response(self, result: Any, given: Response | None) -> Response:
        """What the endpoint returned, with the status and the headers that were given to it."""
        if isinstance(result, Response):
            return result
        status = (given and given.status_code) or self.status_code or 200
        if self._to_json is None:
            if result is not None or status != 204:
                raise TypeError(f"{self.path}: returned {type(result).__name__}, and declares nothing that is sent")
            response = Response(status_code=status)
        elif isinstance(result, self.response_model):
            response = Response(self._to_json(result, by_alias=True), status, media_type="application/json")
        else:
            raise TypeError(f"{self.path}: returned {type(result).__name__}, and declares another model")
        if given:
            response.raw_headers.extend(given.raw_headers)
        return response


@dataclass(frozen=True, slots=True)
class _Step:
    """One call of the plan. Each request has a list of results: the request, the given response, one for each step."""

    call: Callable[..., Any]
    given: tuple[tuple[str, int], ...]
    """Keyword arguments, and the index of the result that each one gets."""
    parameters: tuple[tuple[str, Take], ...]
    """Keyword arguments, and the function that reads each one from the request."""
    needed: tuple[int, ...]
    """Indexes of the results that it needs: without one of them it isn't called."""
    is_async: bool
    may_block: bool
    """Whether it runs in a thread. Plain functions do; classes don't, since they only make an object."""
    is_endpoint: bool


def _plan(endpoint: Dependency) -> list[_Step]:
    steps: list[_Step] = []
    placed: dict[Callable[..., Any], int] = {}

    def place(dependency: Dependency) -> int:
        """Adds the dependency's step after those that it depends on, and returns the index of its result."""
        if dependency.is_shared and dependency.call in placed and dependency is not endpoint:
            return placed[dependency.call]
        given = [(name, REQUEST) for name in dependency.request_names]
        if dependency.response_name:
            given.append((dependency.response_name, RESPONSE))
        needed = []
        for each in dependency.dependencies:
            needed.append(place(each))
            if each.name is not None:
                given.append((each.name, needed[-1]))
        steps.append(
            _Step(
                call=dependency.call,
                given=tuple(given),
                parameters=tuple((parameter.name, _take(parameter)) for parameter in dependency.parameters),
                needed=tuple(needed),
                is_async=dependency.is_async,
                may_block=not inspect.isclass(dependency.call),
                is_endpoint=dependency is endpoint,
            )
        )
        own = RESPONSE + len(steps)
        placed.setdefault(dependency.call, own)
        return own

    place(endpoint)
    return steps


def _take(parameter: Parameter) -> Take:
    read, default, validate = _reader(parameter), parameter.default, parameter.validate

    def take(request: Request, body: Any, errors: list[Error]) -> Any:
        value = read(request) if read else body
        if value is ABSENT:
            if default:
                return default()
            errors.append(parameter.missing())
        elif value is NOT_JSON:
            errors.append(BODY_ERROR)
        elif validate is None:
            return value
        else:
            valid, found = validate(value)
            if not found:
                return valid
            errors.extend(found)
        return ABSENT

    return take


def _reader(parameter: Parameter) -> Callable[[Request], Any] | None:
    """Reads the text of a parameter, or ABSENT; None for the body."""
    alias, header = parameter.alias, parameter.alias.lower().encode()

    def of_headers(request: Request) -> Any:
        # `request.headers.get` raises and catches an exception for an absent header, and most are absent.
        for name, value in request.scope["headers"]:
            if name == header:
                return value.decode("latin-1")
        return ABSENT

    readers: dict[str, Callable[[Request], Any]] = {
        "path": lambda request: request.path_params[alias],
        "query": lambda request: request.query_params.get(alias, ABSENT),
        "header": of_headers,
        "cookie": lambda request: request.cookies.get(alias, ABSENT),
    }
    return readers.get(parameter.source)


async def _json_body(request: Request) -> Any:
    """The parsed body, ABSENT or NOT_JSON. Raises RequestValidationError for a body that is declared as JSON and is
    not."""
    sent = await request.body()
    if not sent:
        return ABSENT
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        return NOT_JSON
    try:
        return from_json(sent)
    except ValueError:
        raise RequestValidationError([BODY_ERROR]) from None


def _given_response() -> Response:
    """A response for an endpoint to set headers and a status on: it has neither."""
    given = Response()
    del given.headers["content-length"]
    given.status_code = None  # type: ignore[assignment]
    return given


def json_response(model: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """`model` as JSON."""
    return Response(model.model_dump_json(), status, headers, media_type="application/json")
