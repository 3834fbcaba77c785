"""The requests of one connection are limited, answered in order, and kept apart."""

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from service.net.listener import RECEIVE_BUFFER
from service.web.http_protocol import LimitedHttpProtocol
from tests.support import Running, running
from tests.web.test_hostile import problem, raw

LIMIT = 16_384
"""Bytes of the longest head, by default."""

LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def protocols(monkeypatch: pytest.MonkeyPatch) -> list[LimitedHttpProtocol]:
    """The protocols of all connections, the newest last."""
    found: list[LimitedHttpProtocol] = []
    made = LimitedHttpProtocol.connection_made

    def connection_made(protocol: LimitedHttpProtocol, transport: asyncio.Transport) -> None:
        found.append(protocol)
        made(protocol, transport)

    monkeypatch.setattr(LimitedHttpProtocol, "connection_made", connection_made)
    return found


@pytest.fixture
def without_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing unexpected is logged, neither by us nor by uvicorn or asyncio."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(store_url: str) -> AsyncIterator[Running]:
    """One service for all tests with the usual limits."""
    async with running(store_url) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hurried(store_url: str) -> AsyncIterator[Running]:
    """One that waits less than a second for the rest of a request."""
    async with running(store_url, request_seconds=0.3) as started:
        yield started


pytestmark = [pytest.mark.usefixtures("without_errors"), pytest.mark.asyncio(loop_scope="module")]


def head_of(size: int, line: str = "GET /health/live HTTP/1.1", *more: str) -> bytes:
    """A head of exactly so many bytes."""
    begin = "".join(f"{text}\r\n" for text in (line, "Host: x", *more, "X-Long: ")).removesuffix("\r\n").encode()
    return begin + b"x" * (size - len(begin) - 4) + b"\r\n\r\n"


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of the next answer."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    found = re.search(rb"content-length: (\d+)", head.lower())
    assert found, head
    return int(head.split()[1]), await reader.readexactly(int(found[1]))


@asynccontextmanager
async def held_up(service: Running) -> AsyncIterator[asyncio.Event]:
    """`/slow` answers when the event is set; `/echo` says what it was sent."""
    released = asyncio.Event()

    async def slow(request: Request) -> Response:
        await released.wait()
        return PlainTextResponse("slow")

    async def echo(request: Request) -> Response:
        return PlainTextResponse(str(request.url.query).encode() + b":" + await request.body())

    with routes(service, Route("/slow", slow), Route("/echo", echo, methods=["GET", "POST"])):
        yield released
        released.set()


@contextmanager
def routes(service: Running, *more: Route) -> Iterator[None]:
    """The service has these as well."""
    service.app.router.routes[:0] = more
    try:
        yield
    finally:
        for route in more:
            service.app.router.routes.remove(route)


def whole(data: bytes) -> list[bytes]:
    return [data]


def byte_by_byte(data: bytes) -> list[bytes]:
    """The last hundred, where the end of the head is."""
    return [data[:-100], *(bytes([byte]) for byte in data[-100:])]


def in_blank_lines(data: bytes) -> list[bytes]:
    """Cut in the middle of each line's end."""
    return re.split(rb"(?<=\r)", data)


@pytest.mark.parametrize("cut", [whole, byte_by_byte, in_blank_lines])
@pytest.mark.parametrize("before", [b"", LIVE, b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n\r\n\r\n"])
async def test_a_head_at_the_limit_passes_and_one_byte_more_does_not(
    service: Running, before: bytes, cut: object
) -> None:
    assert callable(cut)
    async with held_up(service):
        for size, status in ((LIMIT, 200), (LIMIT + 1, 431), (100_000, 431)):
            reader, writer = await raw(service)
            for piece in cut(before + head_of(size)):
                writer.write(piece)
                await asyncio.sleep(0)
            if before:
                assert (await answer(reader))[0] == 200
            assert (await answer(reader))[0] == status
            writer.close()


CHUNKED = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "headers": (b"GET / HTTP/1.1\r\n", b"X: yyyy\r\n"),
    "one header": (b"GET / HTTP/1.1\r\nX: ", b"y" * 100),
    "a path": (b"GET /", b"y" * 100),
    "blank lines": (b"", b"\r\n\r\n"),
    "trailers": (CHUNKED + b"0\r\n", b"X: yyyy\r\n"),
    "chunk extensions": (CHUNKED + b"1;", b"x=yyyy;"),
    "sizes of chunks": (CHUNKED, b"000000000001\r\nx\r\n"),
}


@pytest.mark.parametrize(("first", "again"), ENDLESS.values(), ids=ENDLESS)
async def test_what_is_no_body_is_limited(service: Running, first: bytes, again: bytes) -> None:
    async with held_up(service):
        reader, writer = await raw(service)
        writer.write(first + again * (100_000 // len(again)))
        assert (await problem(reader))["code"] == "head_too_large"
        writer.close()


async def test_trailers_at_the_limit_pass(service: Running) -> None:
    # From the last chunk's size to the blank line.
    trailers = head_of(LIMIT - len(b"4\r\n\r\n0\r\n"), "X: y")
    async with held_up(service):
        for more, status in ((b"", 200), (b"x", 431)):
            reader, writer = await raw(service)
            writer.write(CHUNKED + b"4\r\nbody\r\n0\r\n" + more + trailers)
            assert (await answer(reader))[0] == status
            writer.close()


async def test_trailers_are_no_headers(service: Running) -> None:
    """A proxy sets X-Forwarded-For in the head, and looks at no trailer."""
    seen: list[list[str]] = []

    async def headers(request: Request) -> Response:
        await request.body()
        seen.append(request.headers.keys())
        return Response(headers={"Content-Length": "0"})

    head = CHUNKED.replace(b"/echo", b"/headers")
    with routes(service, Route("/headers", headers, methods=["POST"])):
        for pieces in (
            [head, b"0\r\nX-Trailer: y\r\n\r\n"],
            [head + b"0\r\nX-Trailer: y\r\nX-More: y", b"\r\n\r\n"],
        ):
            reader, writer = await raw(service)
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.02)
            assert (await answer(reader))[0] == 200
            writer.close()
    assert seen == [["host", "transfer-encoding"]] * 2


def many_requests(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Requests of all kinds, each with the body of its answer."""
    bodies = [b"", b"x", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\r\n\r", b"y" * 5000]
    for n in range(count):
        body, line = bodies[n % len(bodies)], b"POST /echo?%d HTTP/1.1\r\nHost: x\r\n" % n
        if n % 3 == 0:
            yield line.replace(b"POST", b"GET") + b"\r\n", b"%d:" % n
        elif n % 3 == 1:
            yield line + b"Content-Length: %d\r\n\r\n" % len(body) + body, b"%d:" % n + body
        else:
            chunks = b"".join(b"1;a=b\r\n%c\r\n" % byte for byte in body[:100])
            yield line + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nX: y\r\n\r\n", b"%d:" % n + body[:100]


@pytest.mark.parametrize("longest", [1, 3, 1000, 1_000_000])
async def test_a_pipeline_is_answered_in_order_and_to_its_end(service: Running, longest: int) -> None:
    requests = list(many_requests(60))
    stream, dice = b"".join(request for request, _ in requests), random.Random(longest)
    async with held_up(service):
        reader, writer = await raw(service)

        async def send() -> None:
            at = 0
            while at < len(stream):
                size = dice.randint(1, longest)
                writer.write(stream[at : at + size])
                await asyncio.sleep(0)
                at += size

        sending = asyncio.create_task(send())
        for _, expected in requests:
            assert await answer(reader) == (200, expected)
        await sending
        writer.close()


async def test_one_request_waits_behind_another_and_the_rest_is_not_read(
    service: Running, protocols: list[LimitedHttpProtocol]
) -> None:
    async with held_up(service) as released:
        reader, writer = await raw(service)
        many = LIVE * (4_000_000 // len(LIVE))
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + many)
        async with asyncio.timeout(5):
            while not protocols or protocols[-1].transport.is_reading():
                await asyncio.sleep(0.01)
        (protocol,) = protocols
        assert len(protocol.pipeline) == 1
        # The kernel takes the double of what it is told.
        assert 0 < len(protocol._unfed) <= 2 * RECEIVE_BUFFER
        # The application may wait for its client's hang-up, and the pipeline must not grow while it does.
        protocol.flow.resume_reading()
        assert not protocol.transport.is_reading()
        released.set()
        assert await answer(reader) == (200, b"slow")
        for _ in range(100):
            assert (await answer(reader))[0] == 200
            assert len(protocol.pipeline) <= 1
            assert len(protocol._unfed) <= 2 * RECEIVE_BUFFER
        writer.transport.abort()


async def test_a_bad_request_is_refused_after_what_was_asked_before_it(
    service: Running, protocols: list[LimitedHttpProtocol]
) -> None:
    for bad, code in ((b"GARBAGE\r\n\r\n", "malformed_request"), (head_of(LIMIT + 1), "head_too_large")):
        protocols.clear()
        async with held_up(service) as released:
            reader, writer = await raw(service)
            writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            writer.write(bad)
            async with asyncio.timeout(5):
                while not protocols or not protocols[-1]._refusal:
                    await asyncio.sleep(0.01)
            released.set()
            assert await answer(reader) == (200, b"slow")
            assert (await problem(reader))["code"] == code
            writer.close()


HALVES = {
    "a head": b"GET /health/live HT",
    "a body": b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
    "a chunk": CHUNKED + b"9\r\nhalf",
    "a blank line": b"\r\n",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
@pytest.mark.parametrize("together", [True, False], ids=["in one piece", "in two"])
async def test_half_a_request_behind_a_whole_one_has_its_time(hurried: Running, half: bytes, together: bool) -> None:
    async with held_up(hurried):
        reader, writer = await raw(hurried)
        first = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"
        writer.write(first + half if together else first)
        assert await answer(reader) == (200, b":x")
        if not together:
            writer.write(half)
        assert (await problem(reader))["code"] == "request_too_slow"
        writer.close()


async def test_a_body_that_comes_after_its_answer_leaves_no_connection_without_an_end(
    service: Running, protocols: list[LimitedHttpProtocol]
) -> None:
    reader, writer = await raw(service)
    writer.write(b"POST /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n")
    assert (await answer(reader))[0] == 405
    writer.write(b"body")
    (protocol,) = protocols
    async with asyncio.timeout(5):
        while not protocol._in_head:
            await asyncio.sleep(0.01)
    assert protocol.timeout_keep_alive_task
    assert not protocol._timer
    writer.write(LIVE)
    assert (await answer(reader))[0] == 200
    writer.close()


async def test_a_body_that_nobody_reads_is_not_taken_to_its_end(service: Running) -> None:
    reader, writer = await raw(service)
    writer.write(b"POST /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
    assert (await answer(reader))[0] == 413
    writer.write(b"x" * (LIMIT + 1))
    assert await asyncio.wait_for(reader.read(), 10) == b""
    writer.close()


UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
HANDSHAKE = UPGRADE + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
REFUSED = {
    "no HTTP": ("GARBAGE\r\n\r\n", 400, "malformed_request"),
    "a body that is no chunk": (CHUNKED.decode() + "zz\r\n", 400, "malformed_request"),
    "no path": (f"GET /nowhere HTTP/1.1\r\nHost: x\r\n{HANDSHAKE}\r\n", 404, "not_found"),
    "no key": (f"GET /api/v1/live HTTP/1.1\r\nHost: x\r\n{UPGRADE}\r\n", 400, "malformed_request"),
    "no version that is spoken": (
        f"GET /api/v1/live HTTP/1.1\r\nHost: x\r\n{HANDSHAKE.replace('13', '8')}\r\n",
        426,
        "upgrade_required",
    ),
    "no WebSocket's method": (f"POST /api/v1/live HTTP/1.1\r\nHost: x\r\n{HANDSHAKE}\r\n", 400, "malformed_request"),
    "a long head": (head_of(LIMIT + 1).decode(), 431, "head_too_large"),
    "half a head": ("GET / HT", 408, "request_too_slow"),
}


@pytest.mark.parametrize(("sent", "status", "code"), REFUSED.values(), ids=REFUSED)
async def test_every_refusal_is_a_problem_that_no_page_can_use(
    service: Running, hurried: Running, sent: str, status: int, code: str
) -> None:
    async with held_up(service):
        reader, writer = await raw(hurried if status == 408 else service)
        writer.write(sent.encode())
        head, _, body = (await asyncio.wait_for(reader.read(), 10)).partition(b"\r\n\r\n")
        writer.close()
    lines = head.decode().lower().split("\r\n")
    assert lines[0].startswith(f"http/1.1 {status} ")
    assert {
        "content-type: application/problem+json",
        "content-security-policy: default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "connection: close",
        f"content-length: {len(body)}",
    } <= set(lines)
    assert ("sec-websocket-version: 13" in lines) == (status == 426)
    assert json.loads(body)["code"] == code
    assert json.loads(body)["status"] == status


async def test_an_upgrade_waits_for_no_answer(service: Running, protocols: list[LimitedHttpProtocol]) -> None:
    async with held_up(service) as released:
        reader, writer = await raw(service)
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        writer.write(f"GET /api/v1/live HTTP/1.1\r\nHost: x\r\n{HANDSHAKE}\r\n".encode())
        async with asyncio.timeout(5):
            while not protocols or not protocols[0]._refusal:
                await asyncio.sleep(0.01)
        released.set()
        assert await answer(reader) == (200, b"slow")
        assert (await problem(reader))["code"] == "malformed_request"
        writer.close()


@pytest.mark.parametrize("protocol", ["h2c", "foo", "websocket, foo"])
@pytest.mark.parametrize("framing", ["Content-Length: {}", "Transfer-Encoding: chunked"])
async def test_a_body_is_never_taken_for_a_request(service: Running, protocol: str, framing: str) -> None:
    """A proxy that passes `Upgrade` on takes what follows for this request's body, and so must we."""
    smuggled = b"GET /echo?smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    async with held_up(service):
        for rest in (whole, byte_by_byte):
            reader, writer = await raw(service)
            head = f"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n"
            writer.write(f"{head}{framing}\r\n\r\n".format(len(smuggled)).encode())
            for piece in rest(smuggled):
                writer.write(piece)
            assert (await problem(reader))["code"] == "malformed_request"
            writer.close()


async def test_an_upgrade_that_is_not_spoken_is_passed_over(service: Running, caplog: pytest.LogCaptureFixture) -> None:
    """Java's client asks for h2c in its first request, and goes on with HTTP/1.1."""
    reader, writer = await raw(service)
    for _ in range(2):
        writer.write(
            LIVE[:-2] + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n" + LIVE
        )
        assert (await answer(reader))[0] == 200
        assert (await answer(reader))[0] == 200
    assert "upgrade" not in caplog.text.lower()
    writer.close()


async def test_every_request_of_a_lost_connection_hears_of_it(
    service: Running, protocols: list[LimitedHttpProtocol]
) -> None:
    ended = asyncio.Event()

    async def patient(request: Request) -> Response:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        ended.set()
        return Response()

    with routes(service, Route("/patient", patient)):
        _, writer = await raw(service)
        writer.write(b"GET /patient HTTP/1.1\r\nHost: x\r\n\r\n" + LIVE)
        async with asyncio.timeout(5):
            while not protocols or not protocols[0].pipeline:
                await asyncio.sleep(0.01)
        protocols[0].transport.abort()
        await asyncio.wait_for(ended.wait(), 5)
        writer.close()


async def test_broken_streams_do_no_harm(service: Running) -> None:
    """Requests with bytes replaced, dropped and added, in pieces: each stream comes to its end, none to an error."""
    dice = random.Random(6)
    stream = b"".join(request for request, _ in many_requests(6))
    stream += CHUNKED + b"4;a\r\nbody\r\n0\r\nX: y\r\n\r\n" + f"GET /api/v1/live HTTP/1.1\r\n{HANDSHAKE}\r\n".encode()
    async with held_up(service) as released:
        released.set()
        for _ in range(150):
            broken = bytearray(stream[dice.randrange(len(stream)) :])
            for _ in range(dice.randint(1, 4)):
                at = dice.randrange(len(broken))
                broken[at : at + dice.randint(0, 3)] = dice.choice(
                    [b"", b"\r\n", b"\0", b"\xff", b"Upgrade: x\r\n", b"9"]
                )
            reader, writer = await raw(service)
            at = 0
            with suppress(ConnectionError):
                while at < len(broken):
                    size = dice.choice([1, 7, 500, 10_000])
                    writer.write(bytes(broken[at : at + size]))
                    await asyncio.sleep(0)
                    at += size
                writer.write_eof()
                await asyncio.wait_for(reader.read(), 10)
            writer.close()
        assert (await service.http.get("/health/live")).status_code == 200
