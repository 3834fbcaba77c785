"""The live sockets. Each reads only to notice its end; frames reach it through the hub.

A refusal is a close code after the handshake: a browser can't see why a handshake failed.
"""

from contextlib import ExitStack
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket
from redis.exceptions import RedisError

from service.domain.errors import Unavailable, UnknownOffice, UnknownTicket
from service.live.closes import AWAY, FORBIDDEN, TOO_MANY, UNAUTHENTICATED, UNKNOWN, Close
from service.live.hub import Listener
from service.live.socket import EXTENSION
from service.web.auth import find_staff, may_work_in
from service.web.context import API, InContext

router = APIRouter(prefix=API)


async def _refuse(socket: WebSocket, close: Close) -> None:
    await socket.close(close.code, close.reason)


async def _until_it_ends(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


def _address(socket: WebSocket) -> str:
    return socket.client.host if socket.client else ""


def _listener(socket: WebSocket) -> Listener:
    pushes: Listener = socket.scope["extensions"][EXTENSION]
    return pushes


@router.websocket("/live")
async def live(socket: WebSocket, context: InContext, office: Annotated[list[str] | None, Query()] = None) -> None:
    """Boards of the named offices, all where none is named."""
    await socket.accept()
    topics = context.hub.offices
    wanted = dict.fromkeys(office) if office else topics
    if any(id not in topics for id in wanted):
        await _refuse(socket, UNKNOWN)
        return
    with ExitStack() as stack:
        if not stack.enter_context(context.places.place(_address(socket))):
            await _refuse(socket, TOO_MANY)
            return
        for id in wanted:
            stack.enter_context(topics[id].board.listening(_listener(socket)))
        await _until_it_ends(socket)


@router.websocket("/offices/{office}/desk/live")
async def desk(socket: WebSocket, office: str, context: InContext) -> None:
    """All that the office's staff work with."""
    await socket.accept()
    try:
        staff = await find_staff(socket, context)
    except RedisError:
        await _refuse(socket, AWAY)
        return
    if staff is None:
        await _refuse(socket, UNAUTHENTICATED)
        return
    try:
        known = context.city.office(office)
    except UnknownOffice:
        await _refuse(socket, UNKNOWN)
        return
    if not may_work_in(staff, known):
        await _refuse(socket, FORBIDDEN)
        return
    with context.hub.offices[office].listening_to_desk(_listener(socket)):
        context.relay.ring(office)
        await _until_it_ends(socket)


@router.websocket("/tickets/{id}/live")
async def ticket(socket: WebSocket, id: str, context: InContext) -> None:
    """One ticket, for its holder."""
    await socket.accept()
    try:
        found = await context.store.ticket(id)
    except UnknownTicket:
        await _refuse(socket, UNKNOWN)
        return
    except Unavailable:
        await _refuse(socket, AWAY)
        return
    topics = context.hub.offices[found.office]
    with context.places.place(_address(socket)) as free:
        if not free:
            await _refuse(socket, TOO_MANY)
            return
        with topics.listening_to_ticket((found.day, found.number), _listener(socket)):
            context.relay.ring(found.office)
            await _until_it_ends(socket)
