"""The connection table: how many connections are accepted, of whom, and which one is evicted for another."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from service.net import connection_table as module
from service.net.connection_table import MAX_REJECTED, ConnectionTable
from service.net.listener import listening_socket
from service.web.http_protocol import LimitedHttpProtocol
from tests.attack.floods import idle_connections
from tests.support import Running, running, service_process
from tests.web.test_hostile import problem, raw
from tests.web.test_http_protocol import LIVE, answer, held_up, routes

BOARD = "/api/v1/offices/passport/board"


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the address that new connections seem to come from, since this machine's own has no limit."""
    address = "127.0.0.1"

    def comes_from(told: str) -> None:
        nonlocal address
        address = told

    monkeypatch.setattr("uvicorn.protocols.http.httptools_impl.get_remote_addr", lambda _: (address, 1))
    return comes_from


@asynccontextmanager
async def small(store_url: str, **limits: Any) -> AsyncIterator[tuple[Running, ConnectionTable]]:
    """A service with few connections. In the end, all of them must be free again."""
    found: list[ConnectionTable] = []
    made = LimitedHttpProtocol.connection_made

    def connection_made(protocol: LimitedHttpProtocol, transport: asyncio.Transport) -> None:
        made(protocol, transport)
        found.append(protocol._limits.connections)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LimitedHttpProtocol, "connection_made", connection_made)
        async with running(store_url, **limits) as service, held_up(service):
            _, writer = await raw(service)
            while not found:
                await asyncio.sleep(0.01)
            writer.close()
            await empty(found[0])
            yield service, found[0]
            await empty(found[0])


async def empty(connections: ConnectionTable) -> None:
    """Waits until no connection is open or remembered."""
    async with asyncio.timeout(10):
        while connections._held or connections._evictable or connections._by_address or connections._rejected:
            await asyncio.sleep(0.01)


async def holds(connections: ConnectionTable, held: int, spare: int) -> None:
    """Waits until so many are open, and so many of them idle."""
    async with asyncio.timeout(10):
        while (len(connections._held), len(connections._evictable)) != (held, spare):
            await asyncio.sleep(0.01)


async def begun(service: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection with a request in progress."""
    reader, writer = await raw(service)
    writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
    assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5) == b"HTTP/1.1 100 Continue\r\n\r\n"
    return reader, writer


async def refused(service: Running) -> tuple[bytes, dict[str, object]]:
    """The head and the problem that a new connection is given without asking."""
    reader, writer = await raw(service)
    said = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    head, _, body = said.partition(b"\r\n\r\n")
    return head.lower(), json.loads(body)


async def test_the_longest_idle_connection_makes_room(store_url: str) -> None:
    async with small(store_url, connections=3) as (service, connections):
        peers = [await raw(service) for _ in range(3)]
        await holds(connections, 3, 3)
        # The first has sent a request since, so the second is the one that has been idle longest.
        peers[0][1].write(LIVE)
        assert (await answer(peers[0][0]))[0] == 200
        assert (await service.http.get("/health/live")).status_code == 200
        assert await asyncio.wait_for(peers[1][0].read(), 5) == b""
        peers[0][1].write(LIVE)
        assert (await answer(peers[0][0]))[0] == 200
        # A kept-alive connection ends as well, at its timeout.
        more = [await raw(service) for _ in range(3)]
        for reader, writer in more:
            writer.write(LIVE)
            assert (await answer(reader))[0] == 200
        assert await asyncio.wait_for(peers[2][0].read(), 5) == b""
        assert await asyncio.wait_for(peers[0][0].read(), 5) == b""
        for _, writer in peers + more:
            writer.close()
        await service.http.aclose()


async def test_nothing_under_way_makes_room(store_url: str) -> None:
    async with small(store_url, connections=3) as (service, connections), AsyncExitStack() as stack:
        path = f"{service.live}/live?office=passport"
        screen = await stack.enter_async_context(connect(path))
        asking, writer = await begun(service)
        half, half_writer = await raw(service)
        half_writer.write(b"GET /health/live HT")
        await holds(connections, 3, 0)
        head, told = await refused(service)
        assert head.startswith(b"http/1.1 503 ")
        assert b"\r\nretry-after: " in head
        assert (told["code"], told["status"]) == ("connections_full", 503)
        with pytest.raises(InvalidStatus) as raised:
            await connect(path).__aenter__()
        assert raised.value.response.status_code == 503
        # All three continue.
        assert json.loads(await screen.recv())["type"] == "board"
        writer.write(b"x")
        assert await answer(asking) == (200, b":x")
        half_writer.write(LIVE.removeprefix(b"GET /health/live HT"))
        assert (await answer(half))[0] == 200
        # Both are idle now, and one is evicted.
        async with connect(path) as second:
            assert json.loads(await second.recv())["type"] == "board"
        writer.close()
        half_writer.close()


async def test_an_answer_that_is_still_going_out_is_not_cut_off(store_url: str) -> None:
    size = 5_000_000

    async def big(request: Request) -> Response:
        return Response(b"x" * size)

    async with small(store_url, connections=1) as (service, _), AsyncExitStack() as stack:
        stack.enter_context(routes(service, Route("/big", big)))
        reader, writer = await raw(service)
        writer.write(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(reader.readexactly(1), 5)
        assert (await refused(service))[1]["code"] == "connections_full"
        status, body = await answer(reader)
        assert (status, len(body)) == (200, size)
        writer.close()


async def test_an_address_has_so_many_connections(store_url: str, peer: Callable[[str], None]) -> None:
    async with small(store_url, connections_per_address=2) as (service, _):
        peer("203.0.113.7")
        busy = [await begun(service) for _ in range(2)]
        head, told = await refused(service)
        assert head.startswith(b"http/1.1 429 ")
        assert b"\r\nretry-after: 5" in head
        assert told["code"] == "too_many_connections"
        # Another address, and a proxy on this machine, have their own.
        for other in ("203.0.113.8", "127.0.0.1", "127.0.0.1", "127.0.0.1"):
            peer(other)
            busy.append(await begun(service))
        # Once one of them is idle, it makes room for another of the same address, and for no other.
        busy[0][1].write(b"x")
        busy[2][1].write(b"x")
        assert await answer(busy[0][0]) == (200, b":x")
        assert await answer(busy[2][0]) == (200, b":x")
        peer("203.0.113.7")
        busy.append(await begun(service))
        assert await asyncio.wait_for(busy[0][0].read(), 5) == b""
        busy[2][1].write(LIVE)
        assert (await answer(busy[2][0]))[0] == 200
        for _, writer in busy:
            writer.close()


async def test_an_ipv6_network_is_one_address(store_url: str, peer: Callable[[str], None]) -> None:
    async with small(store_url, connections_per_address=2) as (service, _):
        busy = []
        for host in ("2001:db8::1", "2001:db8::2"):
            peer(host)
            busy.append(await begun(service))
        peer("2001:db8::3")
        assert (await refused(service))[1]["code"] == "too_many_connections"
        peer("2001:db8:0:1::1")
        busy.append(await begun(service))
        for _, writer in busy:
            writer.close()


async def test_without_rate_limits_no_address_counts(store_url: str, peer: Callable[[str], None]) -> None:
    async with small(store_url, connections_per_address=1, rate_limits=False) as (service, _):
        peer("203.0.113.7")
        for _, writer in [await begun(service) for _ in range(3)]:
            writer.close()


async def test_sockets_are_connections_too(store_url: str, peer: Callable[[str], None]) -> None:
    async with small(store_url, connections_per_address=2) as (service, _), AsyncExitStack() as stack:
        peer("203.0.113.7")
        path = f"{service.live}/live?office=passport"
        held = [await stack.enter_async_context(connect(path)) for _ in range(2)]
        assert (await refused(service))[1]["code"] == "too_many_connections"
        await held[0].close()
        await stack.enter_async_context(connect(path))


async def test_a_new_connection_has_less_time_than_a_request(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[LimitedHttpProtocol] = []
    made, loop = LimitedHttpProtocol.connection_made, asyncio.get_running_loop()

    def connection_made(protocol: LimitedHttpProtocol, transport: asyncio.Transport) -> None:
        made(protocol, transport)
        found.append(protocol)

    monkeypatch.setattr(LimitedHttpProtocol, "connection_made", connection_made)

    async def timer() -> asyncio.TimerHandle:
        async with asyncio.timeout(5):
            while not (found and found[0]._timer):
                await asyncio.sleep(0.01)
        return found[0]._timer

    reader, writer = await raw(service)
    first = await timer()
    assert first.when() - loop.time() <= 5
    writer.write(LIVE[:1])
    async with asyncio.timeout(5):
        while (second := await timer()) is first:
            await asyncio.sleep(0.01)
    assert first.cancelled()
    assert 10 < second.when() - loop.time() <= 20
    writer.write(LIVE[1:])
    assert (await answer(reader))[0] == 200
    assert not found[0]._timer
    assert found[0].timeout_keep_alive_task
    writer.close()


async def test_a_peer_that_was_told_to_go_is_the_first_to_make_room(store_url: str) -> None:
    async with small(store_url, connections=2) as (service, _):
        told_reader, told = await raw(service)
        idle_reader, idle = await raw(service)
        told.write(b"GARBAGE\r\n\r\n")
        assert (await problem(told_reader))["code"] == "malformed_request"
        # It doesn't close, and the service waits for it a little; but not when another comes.
        third_reader, third = await raw(service)
        for reader, writer in ((third_reader, third), (idle_reader, idle)):
            writer.write(LIVE)
            assert (await answer(reader))[0] == 200
        for writer in (told, idle, third):
            writer.close()


async def test_those_who_are_turned_away_do_not_pile_up(store_url: str) -> None:
    async with small(store_url, connections=1) as (service, connections):
        _, busy = await begun(service)
        most, turned_away = 0, []
        for _ in range(60):
            turned_away.append(await raw(service))
            most = max(most, len(connections._rejected) + len(connections._held))
        assert most <= MAX_REJECTED + 1
        for reader, _ in turned_away:
            assert (await problem(reader))["code"] == "connections_full"
        for _, writer in turned_away:
            writer.close()
        busy.close()


async def test_a_flood_does_not_flood_the_log(
    store_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SUMMARY_SECONDS", 0.5)

    def lines() -> list[Any]:
        return [record for record in caplog.records if record.message == "connections full"]

    async with small(store_url, connections=5) as (service, _):
        began = time.monotonic()
        peers = [await raw(service) for _ in range(105)]
        async with asyncio.timeout(10):
            while sum(line.idle for line in lines()) < 100:
                await asyncio.sleep(0.01)
        assert len(lines()) <= (time.monotonic() - began) / 0.5 + 2
        assert (lines()[0].idle, lines()[0].connections) == (1, 5)
        for _, writer in peers:
            writer.close()


async def test_the_metrics_count_what_is_open(store_url: str) -> None:
    async with small(store_url, connections=4) as (service, connections):

        async def measured(name: str, **labels: str) -> float:
            families = text_string_to_metric_families((await service.http.get("/metrics")).text)
            samples = [sample for family in families for sample in family.samples if sample.name == name]
            return sum(sample.value for sample in samples if sample.labels == labels)

        ended = {"which": "idle", "limit": "total"}
        before = await measured("sunbeon_connections"), await measured("sunbeon_connections_ended_total", **ended)
        async with connect(f"{service.live}/live?office=passport"):
            peers = [await raw(service) for _ in range(5)]
            await holds(connections, 4, 3)
            after = await measured("sunbeon_connections"), await measured("sunbeon_connections_ended_total", **ended)
        # The newcomers ended three of their own kind, and one that asked for the metrics.
        assert after[0] - before[0] == 3
        assert after[1] - before[1] >= 3
        for _, writer in peers:
            writer.close()
        await service.http.aclose()


async def test_a_real_address_counts(store_url: str) -> None:
    """Connects to the machine's own address, if it has one that isn't loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network")
        host = probe.getsockname()[0]
    if host.startswith("127."):
        pytest.skip("this machine has no address but loopback")
    try:
        listening = listening_socket(host, 0)
    except OSError:
        pytest.skip("this machine's address can't be listened on")
    async with running(store_url, connections_per_address=2, listening=listening) as service, held_up(service):
        busy = [await begun(service) for _ in range(2)]
        assert (await refused(service))[1]["code"] == "too_many_connections"
        for _, writer in busy:
            writer.close()


def test_few_descriptors_are_enough_for_newcomers(tmp_path: Path) -> None:
    with service_process(tmp_path, descriptors=256) as service:
        with idle_connections(service.url, 400):
            for _ in range(20):
                assert httpx.get(service.url + BOARD, timeout=10).status_code == 200
            assert len(list(Path(f"/proc/{service.process.pid}/fd").iterdir())) < 256 if service.process else False
        service.stop()
        text = service.output.read_text()
    assert "Traceback" not in text
    said = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    (few,) = [line for line in said if line["message"] == "fewer connections"]
    assert (few["wanted"], few["most"], few["descriptors"]) == (10_000, 176, 256)
    full = [line for line in said if line["message"] == "connections full"]
    assert full[0]["level"] == "WARNING"
    assert full[0]["idle"] == 1
