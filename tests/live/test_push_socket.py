"""The live sockets, with real clients over real connections."""

import asyncio
import json
import socket
from contextlib import AsyncExitStack
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support import Running, running


async def frame(connection: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await asyncio.wait_for(connection.recv(), 5))
    return found


async def until(connection: ClientConnection, wanted: Any) -> dict[str, Any]:
    """Reads frames until one is as wanted. A busy machine sends more than the changes: what is known is said again
    when it becomes stale and when it is fresh again."""
    while True:
        found = await frame(connection)
        if wanted(found):
            return found


async def close_code(url: str, **kwargs: Any) -> int:
    async with connect(url, **kwargs) as connection:
        await asyncio.wait_for(connection.wait_closed(), 5)
    assert connection.close_code
    return connection.close_code


def ageless(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if name not in ("at", "fresh_at", "stale")}


async def test_a_board_at_once_and_on_each_change(service: Running) -> None:
    async with connect(f"{service.live}/live?office=passport") as screen:
        first = await frame(screen)
        assert first["type"] == "board"
        await service.http.take("passport", "apply")
        second = await until(screen, lambda f: f["version"] > first["version"])
        assert second["epoch"] == first["epoch"]
        assert second["counters"][0]["waiting"] == 1
        assert ageless(second) == ageless(await service.http.board("passport"))


async def test_every_office_where_none_is_named(service: Running) -> None:
    async with connect(f"{service.live}/live") as screen:
        offices: set[str] = set()
        while len(offices) < 16:
            offices.add((await frame(screen))["office"])


async def test_only_the_named_offices(service: Running) -> None:
    async with connect(f"{service.live}/live?office=passport&office=howon1&office=passport") as screen:
        await service.http.take("jangam", "general")
        await service.http.take("passport", "apply")
        await service.http.take("howon1", "general")
        waiting: dict[str, int] = {}
        while waiting.get("passport") != 1 or waiting.get("howon1") != 1:
            seen = await frame(screen)
            waiting[seen["office"]] = seen["counters"][0]["waiting"]
    assert waiting.keys() == {"passport", "howon1"}


async def test_a_burst_is_coalesced_and_ends_on_the_last_version(service: Running) -> None:
    async with connect(f"{service.live}/live?office=passport") as screen:
        await frame(screen)
        await asyncio.gather(*(service.http.take("passport", "apply") for _ in range(100)))
        last, frames = {}, 0
        while last.get("counters", [{}])[0].get("issued") != 200:
            last, frames = await frame(screen), frames + 1
        assert frames < 50


async def test_two_services_on_one_store_show_the_same(store_url: str) -> None:
    async with (
        running(store_url, namespace="two-services") as one,
        running(store_url, namespace="two-services") as two,
        connect(f"{one.live}/live?office=passport") as first,
        connect(f"{two.live}/live?office=passport") as second,
    ):
        await one.http.take("passport", "apply")
        seen = [await until(screen, lambda f: f["counters"][0]["waiting"] == 1) for screen in (first, second)]
        assert ageless(seen[0]) == ageless(seen[1])


async def test_a_ticket_follows_its_holders_place(service: Running) -> None:
    ahead = await service.http.take("passport", "apply")
    mine = await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    async with connect(f"{service.live}/tickets/{mine['id']}/live") as phone:
        first = await frame(phone)
        # Its wait is estimated a moment after it was issued.
        assert ageless(first) | {"wait": None} == {"type": "ticket", **mine, "wait": None}
        await desk.next()
        assert (await until(phone, lambda f: f["ahead"] != 1))["ahead"] == 0
        await desk.next()
        called = await until(phone, lambda f: f["state"] != "waiting")
        assert (called["state"], called["window"]) == ("called", 1)
        await desk.post("recall")
        assert (await until(phone, lambda f: f["recalls"]))["recalls"] == 1
        await desk.next()
        assert (await until(phone, lambda f: f["state"] != "called"))["state"] == "served"
    assert ahead["number"] == 101


async def test_many_holders_of_one_office(service: Running) -> None:
    tickets = [await service.http.take("passport", "apply") for _ in range(30)]
    desk = await service.desk("passport", 1)
    async with AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(connect(f"{service.live}/tickets/{t['id']}/live")) for t in tickets]
        for _ in range(3):
            await desk.next()
        places = [await until(phone, lambda f, i=i: f["ahead"] == i - 3) for i, phone in enumerate(phones) if i > 3]
        assert len(places) == 26


async def test_a_desk_sees_who_waits(service: Running) -> None:
    staff = await service.http.sign_in("clerk-passport")
    path = f"{service.live}/offices/passport/desk/live"
    async with connect(path, additional_headers=staff) as console:
        assert (await frame(console))["tickets"] == []
        await service.http.take("passport", "apply", priority="pregnant")
        seen = await until(console, lambda f: f["tickets"])
        assert seen["tickets"][0] | {"issued_at": ""} == {
            "number": 101,
            "counter": "apply",
            "state": "waiting",
            "channel": "walk_in",
            "people": 1,
            "priority": "pregnant",
            "priority_confirmed": True,
            "arrived": True,
            "turn_passed": False,
            "arrive_by": None,
            "issued_at": "",
            "called_at": None,
            "window": None,
            "recalls": 0,
        }
        desk = await service.desk("passport", 3)
        await desk.next()
        seen = await until(console, lambda f: f["tickets"] and f["tickets"][0]["state"] == "called")
        assert seen["windows"][2]["ticket"]["number"] == 101
        await desk.post("hold")
        assert (await until(console, lambda f: f["tickets"][0]["state"] == "held"))["windows"][2]["ticket"] is None


async def test_close_codes_of_what_is_refused(service: Running) -> None:
    assert await close_code(f"{service.live}/live?office=atlantis") == 4404
    assert await close_code(f"{service.live}/tickets/x/live") == 4404
    desk = f"{service.live}/offices/passport/desk/live"
    assert await close_code(desk) == 4401
    other = await service.http.sign_in("clerk-howon1")
    assert await close_code(desk, additional_headers=other) == 4403


async def test_a_cookie_counts_only_from_our_own_pages(service: Running) -> None:
    answer = await service.http.post("/api/v1/session", json={"user": "clerk-passport", "password": "sunbeon"})
    cookie = {"Cookie": f"sunbeon_session={answer.json()['token']}"}
    desk = f"{service.live}/offices/passport/desk/live"
    async with connect(desk, additional_headers=cookie, origin=service.url) as console:
        assert (await frame(console))["type"] == "desk"
    assert await close_code(desk, additional_headers=cookie, origin="https://evil.example") == 4401
    assert await close_code(desk, additional_headers=cookie) == 4401
    # The same host by another scheme is another site; behind a proxy with TLS it is our own.
    tls = service.url.replace("http", "https", 1)
    assert await close_code(desk, additional_headers=cookie, origin=tls) == 4401
    behind = {**cookie, "X-Forwarded-Proto": "https"}
    async with connect(desk, additional_headers=behind, origin=tls) as console:
        assert (await frame(console))["type"] == "desk"
    assert await close_code(desk, additional_headers=behind, origin=service.url) == 4401


async def test_what_a_client_says_is_ignored(service: Running) -> None:
    async with connect(f"{service.live}/live?office=passport") as screen:
        await frame(screen)
        for message in ("hello", b"\x00\xff", "{", "{}", "x" * 4000):
            await screen.send(message)
        await service.http.take("passport", "apply")
        await until(screen, lambda f: f["counters"][0]["waiting"] == 1)


async def test_an_over_long_message_closes(service: Running) -> None:
    async with connect(f"{service.live}/live?office=passport") as screen:
        await frame(screen)
        await screen.send("x" * 5000)
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(screen.recv(), 5)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1009


async def test_a_socket_that_stops_reading_is_dropped_and_delays_nobody(store_url: str) -> None:
    async with running(store_url, socket_buffer_bytes=20_000, frame_interval_ms=0) as service:
        host, port = service.url.removeprefix("http://").split(":")
        stalled = socket.create_connection((host, int(port)))
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.sendall(
            f"GET /api/v1/live HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        board = service.app.state.context.hub.offices["passport"].board
        async with connect(f"{service.live}/live?office=passport") as screen:
            while len(board.listeners) < 2:
                await asyncio.sleep(0.01)
            desk = await service.desk("passport", 1)
            await service.http.take("passport", "apply")
            await desk.next()
            for _ in range(2000):
                await desk.post("recall")
                await until(screen, lambda f: f["calls"] and f["calls"][-1]["again"])
                if len(board.listeners) == 1:
                    break
            assert len(board.listeners) == 1
            await desk.post("finish")
            assert (await until(screen, lambda f: f["windows"][0]["state"] == "idle"))["office"] == "passport"
        stalled.close()


async def test_a_peer_that_gives_no_sign_of_life_is_let_go(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.live.push_socket.PING_SECONDS", 1)
    async with running(store_url) as service, connect(f"{service.live}/live?office=passport") as screen:
        host, port = service.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            f"GET /api/v1/live?office=passport HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        # It reads everything, and answers no ping.
        said = await asyncio.wait_for(reader.read(), 10)
        assert said.endswith(b"\x03\xf3no pong in time")
        writer.close()
        await frame(screen)
        await service.http.take("passport", "apply")
        await until(screen, lambda f: f["counters"][0]["waiting"] == 1)
