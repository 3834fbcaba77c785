"""Freshness: a frozen store makes every client's facts stale, and they are fresh again when it is back."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support import Http, Running, frozen, service_process

BOARD = "/api/v1/offices/passport/board"


async def heard(socket: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 30))
    return frame


async def heard_that(socket: ClientConnection, stale: bool) -> dict[str, Any]:
    """The next frame that says so."""
    async with asyncio.timeout(60):
        while (frame := await heard(socket))["stale"] is not stale:
            pass
    return frame


def age(facts: dict[str, Any]) -> float:
    return (datetime.fromisoformat(facts["at"]) - datetime.fromisoformat(facts["fresh_at"])).total_seconds()


async def test_a_frozen_store_makes_every_frame_stale_and_then_fresh_again(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        live = service.url.replace("http", "ws", 1) + "/api/v1"
        async with Http(base_url=service.url, timeout=20) as http, AsyncExitStack() as stack:
            ticket = await http.take("passport", "apply")
            staff = await http.sign_in("clerk-passport")
            sockets = [
                await stack.enter_async_context(connect(f"{live}/{path}", additional_headers=staff))
                for path in ("live?office=passport", f"tickets/{ticket['id']}/live", "offices/passport/desk/live")
            ]
            for socket in sockets:
                await heard_that(socket, stale=False)
            known = await http.get(BOARD)
            tagged = {"If-None-Match": known.headers["etag"]}
            with frozen(service.store_pid()):
                for socket in sockets:
                    assert age(await heard_that(socket, stale=True)) >= 2
                # A new client gets the stale mark too, and so does a request with the ETag of the board.
                async with connect(f"{live}/live?office=passport") as newcomer:
                    assert (await heard(newcomer))["stale"]
                answer = await http.get(BOARD, headers=tagged)
                assert (answer.status_code, answer.json()["stale"]) == (200, True)
                assert int(answer.headers["age"]) == age(answer.json()) >= 2
                assert answer.json()["counters"] == known.json()["counters"]
            for socket in sockets:
                assert age(await heard_that(socket, stale=False)) <= 2
            assert (await http.get(BOARD, headers=tagged)).status_code == 304


async def test_a_newcomer_to_a_quiet_office_is_told_that_the_facts_are_fresh(service: Running) -> None:
    first = await service.http.board("passport")
    service.clock.move(minutes=10)
    async with connect(f"{service.live}/live?office=passport") as socket:
        frame = await heard(socket)
    assert datetime.fromisoformat(frame["at"]) > datetime.fromisoformat(first["at"])
    assert (frame["stale"], age(frame) <= 3) == (False, True)


async def test_a_newcomer_makes_nobodys_facts_old(service: Running) -> None:
    context = service.app.state.context
    freshness = context.hub.offices["passport"].freshness
    # Nobody has a frame of this ticket yet: for its holder's sake the office is read again.
    ticket = await service.http.take("passport", "apply")
    while freshness.is_behind:
        await asyncio.sleep(0)
    # As if the office had been read long ago; the answered ping proves that it is still so.
    freshness._read_at -= 60
    while freshness.is_stale:
        await asyncio.sleep(0.01)
    context.relay.read_soon(ticket["office"])
    assert not freshness.is_stale
    context.relay.mark_dirty(ticket["office"])
    assert freshness.is_stale


@pytest.mark.parametrize("path", ["live?office=passport&beat=1", "offices/passport/desk/live?beat=1"])
async def test_a_beat_says_the_same_again(service: Running, path: str) -> None:
    staff = await service.http.sign_in("clerk-passport")
    async with (
        connect(f"{service.live}/{path}", additional_headers=staff) as beating,
        connect(f"{service.live}/live?office=passport") as silent,
    ):
        frames = [await heard(beating) for _ in range(4)]
        await heard(silent)
        assert [frame["version"] for frame in frames[1:]] == [frames[-1]["version"]] * 3
        times = [frame["at"] for frame in frames]
        assert times == sorted(times)
        # A client without a beat gets changes only.
        taken = await service.http.take("passport", "apply")
        issued = None
        while issued is None:
            issued = (await heard(silent))["counters"][0]["issued"]
        assert issued == taken["number"]


@pytest.mark.parametrize("beat", ["0", "61", "1.5", "x", ""])
async def test_a_beat_that_cannot_be_kept_is_refused(service: Running, beat: str) -> None:
    async with connect(f"{service.live}/live?beat={beat}") as socket:
        with pytest.raises(ConnectionClosed):
            await heard(socket)
        assert socket.close_code == 4400


async def test_a_board_that_is_read_says_that_it_is_fresh(service: Running) -> None:
    board = await service.http.board("passport")
    assert (board["stale"], board["fresh_at"]) == (False, board["at"])
