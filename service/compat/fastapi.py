"""FastAPI's undocumented parts: what a route declares, and which route a request matched.

FastAPI keeps a declaration as a tree of `Dependant`s, which it interprets anew for each request. `declaration` reads
that tree once and gives it out in plain types, so that `web/direct_route.py` depends on no name of FastAPI's that may
change.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Literal, cast

from fastapi import params
from fastapi._compat import ModelField, field_annotation_is_sequence, get_missing_field_error
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import (
    Dependant,
    _is_async_gen_callable,
    _is_coroutine_callable,
    _is_gen_callable,
)
from fastapi.dependencies.utils import _get_param_aliases, _get_param_model
from fastapi.routing import APIRoute, _get_scope_effective_route_context
from fastapi.security.base import SecurityBase
from starlette.types import Scope

NEVER_SENT = ("HTTPValidationError", "ValidationError")
"""Names of the schemas that FastAPI adds to a description for its own validation errors."""

VALIDATION_ERROR = "Validation Error"
"""The description of the 422 response that FastAPI adds to every operation that validates something."""

Source = Literal["path", "query", "header", "cookie", "body"]
Error = dict[str, Any]
"""One validation error: `loc`, `msg`, `type`, and more."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of a request. The JSON body is one too; its alias is not used."""

    name: str
    """The keyword argument."""
    source: Source
    alias: str
    """The name in the request."""
    default: Callable[[], Any] | None
    """Makes the value of an absent parameter; None where it is required."""
    missing: Callable[[], Error]
    """The error of an absent, required parameter."""
    validate: Callable[[Any], tuple[Any, list[Error]]] | None
    """Returns the value and no errors, or None and the errors. None where any text is valid."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A callable, and where each of its keyword arguments comes from."""

    call: Callable[..., Any]
    is_async: bool
    name: str | None
    """The keyword argument of the callable that depends on it; None where only its errors matter."""
    is_shared: bool
    """Whether a request may use the result of an earlier call (`use_cache`)."""
    dependencies: tuple["Dependency", ...]
    parameters: tuple[Parameter, ...]
    """In the order in which FastAPI reports their errors."""
    request_names: tuple[str, ...]
    """The keyword arguments that get the request."""
    response_name: str | None
    """The keyword argument that gets a response whose headers and status are added to the answer."""


def declaration(route: APIRoute) -> Dependency:
    """The tree of the route's dependencies, its endpoint at the root.

    Raises TypeError for a declaration that only FastAPI's own handler can run, naming the part in question.
    """
    for refused, what in _of_route(route):
        if refused:
            raise TypeError(f"{route.path}: {what}: use fastapi.routing.APIRoute for this route")
    return _dependency(route.dependant, route.path)


def is_included(scope: Scope) -> bool:
    """Whether the request came through `include_router`, which adds dependencies that the route doesn't know of."""
    return _get_scope_effective_route_context(scope) is not None


def path_template(scope: Scope) -> str | None:
    """The template of the route that took the request, such as `/tickets/{id}`; None where no route did."""
    route = scope.get("route")
    return getattr(route, "path_format", None) or getattr(route, "path", None)


def route_tags(scope: Scope) -> Sequence[str]:
    """The tags of the route that took the request."""
    return getattr(scope.get("route"), "tags", ())


def _of_route(route: APIRoute) -> Iterator[tuple[object, str]]:
    yield route.is_sse_stream or route.is_json_stream, "streams"
    yield route.max_body_size is not None, "a body limit of the route's own"
    yield route._embed_body_fields, "more than one body parameter, or an embedded one"
    strict = route.strict_content_type
    yield not (strict.value if isinstance(strict, DefaultPlaceholder) else strict), "strict_content_type=False"
    for option in ("include", "exclude", "exclude_unset", "exclude_defaults", "exclude_none"):
        yield getattr(route, f"response_model_{option}"), f"response_model_{option}"
    yield not route.response_model_by_alias, "response_model_by_alias=False"


def _dependency(dependant: Dependant, path: str) -> Dependency:
    assert dependant.call is not None
    for refused, what in _of_dependant(dependant):
        if refused:
            name = getattr(dependant.call, "__name__", dependant.call)
            raise TypeError(f"{path}: {what}, of {name}: use fastapi.routing.APIRoute for this route")
    fields = (
        *dependant.path_params,
        *dependant.query_params,
        *dependant.header_params,
        *dependant.cookie_params,
        *dependant.body_params,
    )
    connections = (dependant.http_connection_param_name, dependant.request_param_name)
    return Dependency(
        call=dependant.call,
        is_async=_is_coroutine_callable(dependant.call),
        name=dependant.name,
        is_shared=dependant.use_cache,
        dependencies=tuple(_dependency(each, path) for each in dependant.dependencies),
        parameters=tuple(_parameter(field, path) for field in fields),
        request_names=tuple(filter(None, connections)),
        response_name=dependant.response_param_name,
    )


def _of_dependant(dependant: Dependant) -> Iterator[tuple[object, str]]:
    call = dependant.call
    yield _is_gen_callable(call) or _is_async_gen_callable(call), "a generator (yield)"
    yield isinstance(call, SecurityBase) or dependant.own_oauth_scopes, "a security scheme or scopes"
    yield dependant.security_scopes_param_name, "SecurityScopes"
    yield dependant.background_tasks_param_name, "BackgroundTasks"
    yield dependant.websocket_param_name, "a WebSocket"
    yield dependant.concurrency, "a limit on a dependency's concurrency"


def _parameter(field: ModelField, path: str) -> Parameter:
    info = field.field_info
    for refused, what in _of_field(field):
        if refused:
            raise TypeError(f"{path}: {what}, as {field.name}: use fastapi.routing.APIRoute for this route")
    source: Source = "body" if isinstance(info, params.Body) else cast(params.Param, info).in_.value
    alias = field.name if source == "body" else _get_param_aliases(field)[0][1]
    at = ("body",) if source == "body" else (source, alias)
    return Parameter(
        name=field.name,
        source=source,
        alias=alias,
        default=None if info.is_required() else _default(field),
        missing=partial(get_missing_field_error, at),
        validate=None if _takes_any_text(field) else partial(field.validate, loc=at),
    )


def _of_field(field: ModelField) -> Iterator[tuple[object, str]]:
    info = field.field_info
    yield isinstance(info, params.Form), "a form or a file"
    yield info.validate_default, "a default that is validated"
    if not isinstance(info, params.Body):
        yield _get_param_model(field), "a model of parameters"
        yield field_annotation_is_sequence(info.annotation), "a parameter that may come more than once"
        yield len(_get_param_aliases(field)) > 1, "a parameter with several names"


def _default(field: ModelField) -> Callable[[], Any]:
    """Makes the value of an absent parameter; an immutable value is made once."""
    value = field.get_default()
    if value is None or isinstance(value, str | int | float | Enum):
        return lambda: value
    return lambda: deepcopy(field.get_default())


def _takes_any_text(field: ModelField) -> bool:
    """Whether validation is needless: outside of its body, a request has only texts."""
    info = field.field_info
    return not isinstance(info, params.Body) and info.annotation in (str, str | None) and not info.metadata
