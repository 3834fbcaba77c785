"""Hostile or broken peers are limited and refused with a reason, and nobody else is affected."""

import asyncio
import json
from contextlib import AsyncExitStack, suppress

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from service.live.connection_limiter import ConnectionLimiter
from tests.support import Running, running


async def raw(service: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = service.url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def problem(reader: asyncio.StreamReader) -> dict[str, object]:
    """The problem document that comes before the end of the connection."""
    answer = await asyncio.wait_for(reader.read(), 10)
    head, body = answer.split(b"\r\n\r\n", 1)
    assert b"application/problem+json" in head
    found: dict[str, object] = json.loads(body)
    return found


async def test_a_flood_of_headers(service: Running) -> None:
    reader, writer = await raw(service)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
    for n in range(300):
        writer.write(b"X-%d: %s\r\n" % (n, b"x" * 100))
    assert (await problem(reader))["code"] == "head_too_large"
    writer.close()
    assert (await service.http.get("/health/live")).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HT",
        b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
    ],
    ids=["half a head", "half a body"],
)
async def test_a_request_that_does_not_come(store_url: str, sent: bytes) -> None:
    async with running(store_url, request_seconds=0.3, first_byte_seconds=0.3) as service:
        reader, writer = await raw(service)
        writer.write(sent)
        assert (await problem(reader))["code"] == "request_too_slow"
        writer.close()


async def test_a_connection_that_is_never_used_is_closed_without_an_answer(store_url: str) -> None:
    async with running(store_url, first_byte_seconds=0.1) as service:
        reader, writer = await raw(service)
        async with asyncio.timeout(30):
            assert await reader.read() == b""
        writer.close()


async def test_a_client_that_hangs_up_in_its_body_is_no_error_of_ours(
    service: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for path in ("/api/v1/offices/passport/counters/apply/tickets", "/api/v1/session"):
        _, writer = await raw(service)
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
        writer.write(head.encode() + b"{")
        # What was sent before this request is read before its answer comes.
        await service.http.get("/health/live")
        writer.close()
    async with asyncio.timeout(5):
        while sum(record.message == "request" for record in caplog.records) < 2:
            await asyncio.sleep(0.01)
    assert "unexpected" not in caplog.text
    assert (await service.http.board("passport"))["counters"][0]["issued"] is None


async def test_a_connection_that_is_reused_has_its_time_again(store_url: str) -> None:
    async with running(store_url, request_seconds=1) as service, asyncio.timeout(30):
        opened = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < opened + 2:
            assert (await service.http.get("/health/live")).status_code == 200


async def test_a_thousand_idle_connections_leave_room_for_others(service: Running) -> None:
    idle = [await raw(service) for _ in range(1000)]
    assert (await service.http.take("passport", "apply"))["number"] == 101
    for _, writer in idle:
        writer.close()


async def test_a_thousand_idle_sockets_leave_room_for_others(service: Running) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(300):
            await stack.enter_async_context(connect(f"{service.live}/live?office=passport"))
        assert (await service.http.take("passport", "apply"))["number"] == 101


@pytest.mark.parametrize("message", [b"\x00" * 100_000, "x" * 100_000])
async def test_an_enormous_message_is_not_read(service: Running, message: bytes | str) -> None:
    async with connect(f"{service.live}/live?office=passport") as socket:
        # It may be closed while we still write.
        with suppress(ConnectionClosed):
            await socket.send(message)
        await asyncio.wait_for(socket.wait_closed(), 5)
        assert socket.close_code in (1009, 1006)
    assert (await service.http.get("/health/live")).status_code == 200


async def test_one_address_has_so_many_places(store_url: str) -> None:
    async with running(store_url, sockets_per_address=3) as service, AsyncExitStack() as stack:
        path, of = f"{service.live}/live?office=passport", {"X-Forwarded-For": "203.0.113.7"}
        held = [await stack.enter_async_context(connect(path, additional_headers=of)) for _ in range(3)]
        async with connect(path, additional_headers=of) as refused:
            await asyncio.wait_for(refused.wait_closed(), 5)
            assert refused.close_code == 4029
        other = {"X-Forwarded-For": "203.0.113.8"}
        await stack.enter_async_context(connect(path, additional_headers=other))
        await held[0].close()
        again = await stack.enter_async_context(connect(path, additional_headers=of))
        assert json.loads(await asyncio.wait_for(again.recv(), 5))["type"] == "board"


def test_the_limiter_forgets_an_address_without_connections() -> None:
    limiter = ConnectionLimiter(1)
    first, second = limiter.acquire("203.0.113.7"), limiter.acquire("203.0.113.7")
    limiter.release("203.0.113.7")
    assert (first, second) == (True, False)
    assert not limiter._open
