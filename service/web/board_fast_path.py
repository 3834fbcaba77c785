"""A fast path for the one call that a crowd makes: GET of a board, answered before FastAPI looks for its route.

FastAPI's middleware, its search for the route and the route's arguments cost more than the board itself. Everything but
a plain GET of a known office's board, and so every refusal of one, goes the way of all other calls.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from service.domain.errors import SunbeonError
from service.domain.office import Office
from service.web.context import API, Context
from service.web.problems import respond
from service.web.public import board, router

PREFIX, SUFFIX = f"{API}/offices/", "/board"

ROUTE = next(route for route in router.routes if getattr(route, "endpoint", None) is board)
"""The board's own route: it describes the call, and takes what is left to FastAPI."""


class BoardFastPath:
    """An ASGI middleware inside of RequestMiddleware, which logs and counts its answers as those of the board's
    route."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        office = self._office(scope) if scope.get("method") == "GET" else None
        if office is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = ROUTE
        given = next((value for name, value in scope["headers"] if name == b"if-none-match"), None)
        try:
            response = await board(office, self._context, given and given.decode("latin-1"))
        except SunbeonError as refusal:
            response = respond(refusal)
        await response(scope, receive, send)

    def _office(self, scope: Scope) -> Office | None:
        """The office whose board is asked for; None for any other path."""
        path: str = scope["path"]
        if path.startswith(PREFIX) and path.endswith(SUFFIX):
            return self._context.city.find(path[len(PREFIX) : -len(SUFFIX)])
        return None
