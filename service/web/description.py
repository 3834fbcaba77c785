"""openapi/openapi.json, written from the code."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.domain.errors import SunbeonError
from service.web.auth import COOKIE
from service.web.problems import Problem, documented

SUMMARY = """The live queue of a city's civil offices.

Times are RFC 3339 with +09:00. Errors are RFC 9457 problem documents; decide on `code`. Every POST may be repeated:
see each call for how. Boards and tickets are also pushed: openapi/asyncapi.yaml describes the sockets.
"""


def install(app: FastAPI) -> None:
    """Makes `app.openapi()` the description that the repository keeps."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        schema = get_openapi(title=app.title, version="1", description=SUMMARY, routes=app.routes)
        schemas = schema["components"]["schemas"]
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        schemas["Problem"] = Problem.model_json_schema()
        schema["components"]["securitySchemes"] = {
            "device": {"type": "http", "scheme": "bearer", "description": "A kiosk's device key."},
            "token": {"type": "http", "scheme": "bearer", "description": "The token of POST /session."},
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        }
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"].update(
                    {str(s): d for s, d in documented(SunbeonError).items() if str(s) not in operation["responses"]}
                )
                if operation["tags"] == ["clerk"]:
                    operation["security"] = [{"token": []}, {"session": []}]
        app.openapi_schema = schema
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
