"""The live sockets: who may listen to what. Frames reach them through the hub.

A refusal is a close code after the handshake: a browser can't see why a handshake failed.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache, partial

from prometheus_client import Gauge
from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection

from service.domain.errors import Forbidden, Unauthenticated, Unavailable, UnknownOffice, UnknownTicket
from service.domain.staff import ANONYMOUS, Permission
from service.live.close_codes import AWAY, BAD_QUERY, FORBIDDEN, TOO_MANY, UNAUTHENTICATED, UNKNOWN
from service.live.hub import AllBoards, Topic
from service.live.push_socket import Answer, Endpoint, PushSocket, Scope
from service.web.access import Caller, access
from service.web.auth import check, find_staff, session_token
from service.web.context import API, Context, address_of
from service.web.staff_sockets import StaffSockets

logger = logging.getLogger(__name__)

CHECK_EVERY = 0.5
"""Seconds between checks of the staff's sessions, so that a socket ends within 2 s of them."""

OPEN = Gauge("sunbeon_sockets", "Open WebSockets.", ["route"], multiprocess_mode="livesum")


BEAT = re.compile(r"[1-9]|[1-5]\d|60")

LIVE = f"{API}/live"
TICKET = f"{API}/tickets/{{id}}/live"
DESK = f"{API}/offices/{{office}}/desk/live"

ACCESS = {
    LIVE: access(Caller.ANYONE),
    TICKET: access(Caller.HOLDER),
    DESK: access(permission=Permission.SERVE),
}
"""All sockets, and who may open each. openapi/asyncapi.yaml repeats it, and a test compares the two."""


class Endpoints:
    """Where a socket's path leads."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._staff = StaffSockets(context.sessions, context.credentials)
        # Thousands may reconnect at once with the same few queries, and share the result.
        self._boards = lru_cache(1000)(self._find_boards)
        context.directory.watch(lambda city: self._boards.cache_clear())
        self._tasks: set[asyncio.Task[None]] = set()
        endpoints: dict[str, Endpoint] = {
            LIVE: partial(self._counted, self._live),
            TICKET: partial(self._counted, partial(self._later, self._ticket)),
            DESK: partial(self._of_staff, partial(self._later, self._staff_view)),
        }
        self._routes = [
            (re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template)), template, endpoints[template])
            for template in ACCESS
        ]
        self._open = {template: OPEN.labels(template) for _, template, _ in self._routes}

    async def watch(self) -> None:
        """Closes sockets whose session is no longer valid, for ever."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            try:
                # A store that has lost its data, or isn't this city's, knows no sessions.
                if self._context.relay.ready:
                    await self._staff.check()
            except Unavailable:
                pass
            except Exception:
                logger.exception("unexpected")

    def find(self, scope: Scope) -> Endpoint | None:
        """The endpoint of the scope's path, if there is one."""
        for pattern, template, endpoint in self._routes:
            if found := pattern.fullmatch(scope["path"]):
                scope.update(path_params=found.groupdict(), route=template)
                return partial(self._beating, endpoint) if b"beat" in scope["query_string"] else endpoint
        return None

    def _beating(self, endpoint: Endpoint, socket: PushSocket, scope: Scope) -> Answer | None:
        """An endpoint for clients that may ask for a frame every so many seconds (`beat`)."""
        asked = QueryParams(scope["query_string"]).get("beat")
        if asked is not None:
            if not BEAT.fullmatch(asked):
                return BAD_QUERY
            socket.beat = int(asked)
        return endpoint(socket, scope)

    def began(self, socket: PushSocket) -> None:
        """Counts it."""
        self._open[socket.route].inc()

    def ended(self, socket: PushSocket) -> None:
        """Counts and logs its end."""
        self._open[socket.route].dec()
        self._staff.discard(socket)
        if socket.place:
            self._context.limiter.release(socket.place)
        seconds = round(time.monotonic() - socket.opened_at, 1)
        logger.info("socket", extra={"route": socket.route, "close": socket.code, "seconds": seconds})

    def _counted(self, endpoint: Endpoint, socket: PushSocket, scope: Scope) -> Answer | None:
        """An endpoint whose sockets are limited by address."""
        address = address_of(scope, self._context)
        if not self._context.limiter.acquire(address):
            return TOO_MANY
        socket.place = address
        return endpoint(socket, scope)

    def _of_staff(self, endpoint: Endpoint, socket: PushSocket, scope: Scope) -> Answer | None:
        """An endpoint whose sockets stay open as long as the session is valid."""
        token = session_token(HTTPConnection(scope), self._context)
        if token is None:
            self._context.refusals.count(ANONYMOUS, Unauthenticated.code)
            return UNAUTHENTICATED
        self._staff.add(socket, token)
        return endpoint(socket, scope)

    def _live(self, socket: PushSocket, scope: Scope) -> Answer:
        """Boards of the named offices, all where none is named."""
        return self._boards(scope["query_string"]) or UNKNOWN

    def _find_boards(self, query: bytes) -> Sequence[Topic | AllBoards] | None:
        hub, named = self._context.hub, dict.fromkeys(QueryParams(query).getlist("office"))
        if not named:
            return (hub.all_boards,)
        return tuple(hub.offices[id].board for id in named) if named.keys() <= hub.offices.keys() else None

    async def _staff_view(self, connection: HTTPConnection) -> Answer:
        """All that the office's staff work with."""
        try:
            staff = await find_staff(connection, self._context)
        except Unavailable:
            return AWAY
        if staff is None:
            self._context.refusals.count(ANONYMOUS, Unauthenticated.code)
            return UNAUTHENTICATED
        try:
            office = self._context.city.office(connection.path_params["office"])
        except UnknownOffice:
            return UNKNOWN
        try:
            check(staff, Permission.SERVE, office.id)
        except Forbidden:
            self._context.refusals.count(staff.actor, Forbidden.code)
            return FORBIDDEN
        self._context.relay.read_soon(office.id)
        return [self._context.hub.offices[office.id].staff_view]

    async def _ticket(self, connection: HTTPConnection) -> Answer:
        """One ticket, for its holder."""
        try:
            found = await self._context.tickets.find(connection.path_params["id"])
        except UnknownTicket:
            return UNKNOWN
        except Unavailable:
            return AWAY
        self._context.relay.read_soon(found.office)
        return [self._context.hub.offices[found.office].ticket((found.day, found.number))]

    def _later(self, ask: Callable[[HTTPConnection], Awaitable[Answer]], socket: PushSocket, scope: Scope) -> None:
        """An endpoint that must ask the store first. Its task ends when the socket listens."""

        async def enter() -> None:
            try:
                answer = await ask(HTTPConnection(scope))
            except Exception:
                logger.exception("unexpected")
                answer = AWAY
            socket.enter(answer)

        task = asyncio.create_task(enter())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
