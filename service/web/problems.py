"""Every error as an RFC 9457 problem document, and what the API's description says of them."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from service.compat.fastapi import path_template
from service.domain.errors import Invalid, NotFound, StoreUnavailable, SunbeonError
from service.domain.request_errors import BodyTooLarge

logger = logging.getLogger(__name__)


class Problem(BaseModel):
    """RFC 9457 problem details. Some codes bring further members, such as `window` or `errors`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str = Field(description="What to do, in a sentence.")
    code: str = Field(description="Stable; what a program decides on.")


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


def respond(error: SunbeonError) -> ProblemResponse:
    """The response for a refusal."""
    return ProblemResponse(error.problem(), error.status, {**error.headers, "X-Problem-Code": error.code})


def documented(*errors: type[SunbeonError]) -> dict[int | str, dict[str, Any]]:
    """A route's description of its refusals. Every route also has that of an unreachable store."""
    by_status: dict[int, set[str]] = {}
    all_errors: tuple[type[SunbeonError], ...] = (*errors, StoreUnavailable)
    for error in all_errors:
        by_status.setdefault(error.status, set()).add(error.code)
    return {
        status: {
            "description": "Problem: " + ", ".join(f"`{code}`" for code in sorted(codes)),
            "content": {
                ProblemResponse.media_type: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in sorted(codes)},
                }
            },
        }
        for status, codes in by_status.items()
    }


def header(text: str) -> dict[str, Any]:
    """What a route's description says of a response header that is always there."""
    return {"description": text, "required": True, "schema": {"type": "string"}}


def _without_slash(request: Request) -> RedirectResponse | None:
    """A redirect to the same path without the slash at its end; None if it has none. The target is relative, so that it
    cannot lead to another site."""
    path: str = request.scope["path"]
    if request.method not in ("GET", "HEAD") or path == "/" or not path.endswith("/"):
        return None
    return RedirectResponse(f"/{quote(path.strip('/'))}", 308)


def install(app: FastAPI, refused: Callable[[Scope, SunbeonError], None] = lambda scope, error: None) -> None:
    """Makes `app` answer every error with a problem document. `refused` is told of each refusal."""

    @app.exception_handler(SunbeonError)
    async def answer_refusal(request: Request, error: SunbeonError) -> ProblemResponse:
        refused(request.scope, error)
        return respond(error)

    @app.exception_handler(RedisError)
    async def store_away(request: Request, error: RedisError) -> ProblemResponse:
        return respond(StoreUnavailable())

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> ProblemResponse:
        # Names the place and the mistake, but not the input, which may be a password.
        errors = [{"at": ".".join(map(str, e["loc"])), "problem": e["msg"]} for e in error.errors()]
        return respond(Invalid(errors=errors))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == NotFound.status:
            return _without_slash(request) or respond(NotFound())
        if error.status_code == BodyTooLarge.status:
            return respond(BodyTooLarge(error.detail))
        if error.status_code == 400:
            # A body that isn't even text; FastAPI finds the rest itself.
            return respond(Invalid(errors=[{"at": "body", "problem": error.detail}]))
        title = str(error.detail)
        code = title.lower().replace(" ", "_")
        problem = {
            "type": f"urn:problem-type:sunbeon:{code}",
            "title": title,
            "status": error.status_code,
            "detail": "See /docs for what can be asked here.",
            "code": code,
        }
        headers = {**(error.headers or {}), "X-Problem-Code": code}
        described = app.openapi()["paths"].get(path_template(request.scope), {})
        if error.status_code == 405 and described:
            # Starlette names the methods of one route, and a path may have several.
            headers["Allow"] = ", ".join(sorted(method.upper() for method in described))
        return ProblemResponse(problem, error.status_code, headers)
