"""Routes that FastAPI describes and does not run: for what the crowd asks, by the hundred a second.

FastAPI works out how to call an endpoint anew for each request, at half of what a ticket costs in all; a `DirectRoute`
has worked it out before the first. Its endpoint is declared like any other. It may take the Request, strings of the
path, headers, and one model as the JSON body; it names no dependencies, and returns a Response.
"""

from typing import Any

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic_core import from_json
from starlette.requests import Request
from starlette.types import Receive, Scope, Send


class DirectRoute(APIRoute):
    """`APIRouter(route_class=DirectRoute)`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        takes = self.dependant
        assert not [*takes.dependencies, *takes.query_params, *takes.cookie_params]
        assert len(takes.body_params) < 2
        assert all(field.field_info.annotation is str for field in takes.path_params)
        self._headers = [(field.name, field.alias, field) for field in takes.header_params]
        self._body = next(iter(takes.body_params), None)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in (self.methods or ()):
            request = Request(scope, receive)
            response = await self.endpoint(**await self._arguments(request))
            await response(scope, receive, send)
        else:
            await super().handle(scope, receive, send)

    async def _arguments(self, request: Request) -> dict[str, Any]:
        """What the endpoint takes. Raises RequestValidationError."""
        found: dict[str, Any] = {**request.path_params}
        mistakes: list[dict[str, Any]] = []
        if name := self.dependant.request_param_name:
            found[name] = request
        for name, alias, field in self._headers:
            if (value := request.headers.get(alias)) is not None:
                found[name], errors = field.validate(value, {}, loc=("header", alias))
                mistakes += errors
        if self._body and (sent := await request.body()):
            found[self._body.name], errors = self._body.validate(_json(request, sent), {}, loc=("body",))
            mistakes += errors
        if mistakes:
            raise RequestValidationError(mistakes)
        return found


def respond(model: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """`model` as JSON."""
    return Response(model.model_dump_json(), status, headers, media_type="application/json")


def _json(request: Request, body: bytes) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
            return from_json(body)
    except ValueError:
        pass
    raise RequestValidationError([{"loc": ("body",), "msg": "Send JSON, as application/json"}])
