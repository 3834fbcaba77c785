"""RFC 6455, clause by clause, on real connections: plain uvicorn's own protocol, and ours."""

import asyncio
import os
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from service.net.listener import listening_socket
from tests.support import running

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
LIMIT = 4096
"""Bytes of the longest message that both servers take."""

HANDSHAKE = {
    "Host": "test",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    head = bytes([fin << 7 | rsv << 4 | opcode])
    mask = os.urandom(4) if masked else b""
    flag = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([flag | len(payload)])
    elif len(payload) < 65536:
        head += struct.pack("!BH", flag | 126, len(payload))
    else:
        head += struct.pack("!BQ", flag | 127, len(payload))
    body = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)) if masked else payload
    return head + mask + body


def closing(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason)


@dataclass
class Raw:
    """A client that sends what it is told to."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    answer: str = ""

    def send(self, *frames: bytes) -> None:
        self.writer.write(b"".join(frames))

    async def frame(self, *, pings: bool = False) -> tuple[int, bytes]:
        """Opcode and payload of the next control frame. The server pings when it likes: only told where asked for."""
        while True:
            first, second = await asyncio.wait_for(self.reader.readexactly(2), 5)
            assert first & 0x80
            assert not second & 0x80
            length = second
            if second == 126:
                (length,) = struct.unpack("!H", await self.reader.readexactly(2))
            payload = await self.reader.readexactly(length)
            if first & 0x0F >= CLOSE and (pings or first & 0x0F != PING):
                return first & 0x0F, payload

    async def ended(self) -> int:
        """The code of the close frame that comes next, 1005 for an empty one; then the connection ends."""
        opcode, payload = await self.frame()
        assert opcode == CLOSE
        await self.gone()
        return struct.unpack("!H", payload[:2])[0] if payload else 1005

    async def gone(self) -> None:
        rest = await asyncio.wait_for(self.reader.read(), 5)
        assert not rest

    async def is_well(self) -> None:
        self.send(frame(PING, b"well?"))
        assert await self.frame() == (PONG, b"well?")


@dataclass
class Server:
    host: str
    port: int
    path: str

    @asynccontextmanager
    async def client(self, first: bytes = b"", **headers: str | None) -> AsyncIterator[Raw]:
        """A client past its handshake; `first` goes out with it."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        given = {**HANDSHAKE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value is not None)
        writer.write(f"GET {self.path} HTTP/1.1\r\n{lines}\r\n".encode() + first)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        try:
            yield Raw(reader, writer, head.decode())
        finally:
            writer.close()


async def listens(scope: Any, receive: Any, send: Any) -> None:
    """What the service's own sockets do, as a plain ASGI application."""
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


@asynccontextmanager
async def plain_uvicorn() -> AsyncIterator[Server]:
    config = uvicorn.Config(
        listens,
        ws="websockets-sansio",
        ws_max_size=LIMIT,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    listening = listening_socket("127.0.0.1", 0)
    serving = asyncio.create_task(server._serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield Server("127.0.0.1", listening.getsockname()[1], "/")
    finally:
        server.should_exit = True
        await serving


@pytest_asyncio.fixture(params=["ours", "uvicorn"], scope="module", loop_scope="module")
async def server(request: pytest.FixtureRequest, store_url: str) -> AsyncIterator[Server]:
    if request.param == "uvicorn":
        async with plain_uvicorn() as plain:
            yield plain
    else:
        async with running(store_url) as service:
            host, port = service.url.removeprefix("http://").split(":")
            yield Server(host, int(port), "/api/v1/live?office=passport")


OURS_ALONE = pytest.mark.parametrize("server", ["ours"], indirect=True)
"""Marks a test in which plain uvicorn differs."""


async def test_the_handshake(server: Server) -> None:
    async with server.client() as client:
        assert client.answer.startswith("HTTP/1.1 101 ")
        assert "\r\nsec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n" in client.answer.lower()
        await client.is_well()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_WebSocket_Key": None}, 400),
        ({"Sec_WebSocket_Key": "c2hvcnQ="}, 400),
        ({"Sec_WebSocket_Key": "!"}, 400),
        ({"Sec_WebSocket_Version": "8"}, (400, 426)),
        ({"Sec_WebSocket_Version": None}, 400),
    ],
)
async def test_a_wrong_handshake(server: Server, headers: dict[str, str | None], status: int | tuple[int, ...]) -> None:
    async with server.client(**headers) as client:
        allowed = status if isinstance(status, tuple) else (status,)
        assert int(client.answer.split()[1]) in allowed


async def test_an_extension_is_not_agreed_to(server: Server) -> None:
    async with server.client(Sec_WebSocket_Extensions="permessage-deflate") as client:
        assert "extensions" not in client.answer.lower()
        await client.is_well()


@pytest.mark.parametrize("payload", [b"", b"a", b"x" * 125], ids=len)
async def test_a_ping_is_answered_with_what_it_brought(server: Server, payload: bytes) -> None:
    async with server.client() as client:
        client.send(frame(PING, payload))
        assert await client.frame() == (PONG, payload)


async def test_pings_in_one_piece_and_byte_by_byte(server: Server) -> None:
    async with server.client() as client:
        client.send(*(frame(PING, b"%d" % n) for n in range(20)))
        assert [await client.frame() for _ in range(20)] == [(PONG, b"%d" % n) for n in range(20)]
        for byte in frame(PING, b"slowly"):
            client.send(bytes([byte]))
            await asyncio.sleep(0.002)
        assert await client.frame() == (PONG, b"slowly")


async def test_an_unasked_pong_is_ignored(server: Server) -> None:
    async with server.client() as client:
        client.send(frame(PONG), frame(PONG, b"unasked"))
        await client.is_well()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 1000, LIMIT])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
async def test_messages_of_all_lengths(server: Server, opcode: int, size: int) -> None:
    async with server.client() as client:
        client.send(frame(opcode, b"x" * size))
        await client.is_well()


async def test_fragments_with_control_frames_between(server: Server) -> None:
    async with server.client() as client:
        client.send(
            frame(TEXT, "순번 ".encode()[:4], fin=False),
            frame(PING, b"1"),
            frame(CONT, "순번 ".encode()[4:], fin=False),
            frame(PONG, b""),
            frame(CONT, b"", fin=False),
            frame(PING, b"2"),
            frame(CONT, b"!"),
        )
        assert await client.frame() == (PONG, b"1")
        assert await client.frame() == (PONG, b"2")
        client.send(frame(BINARY, b"\xff", fin=False), frame(CONT, b"\xfe"))
        await client.is_well()


WRONG = {
    "not masked": frame(TEXT, b"x", masked=False),
    "a ping that is not masked": frame(PING, b"x", masked=False),
    **{f"reserved bit {bit}": frame(TEXT, b"x", rsv=bit) for bit in (1, 2, 4)},
    "a reserved bit on a ping": frame(PING, b"x", rsv=4),
    **{f"opcode {opcode}": frame(opcode, b"x") for opcode in (3, 7, 11, 15)},
    "a ping in fragments": frame(PING, b"x", fin=False),
    "a close in fragments": frame(CLOSE, b"", fin=False),
    "a ping of 126 bytes": frame(PING, b"x" * 126),
    "a continuation of nothing": frame(CONT, b"x"),
    "a continuation after the end": frame(TEXT, b"x") + frame(CONT, b"x"),
    "a message within another": frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"),
    "a close of one byte": frame(CLOSE, b"x"),
    **{f"close code {code}": closing(code) for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)},
}


@pytest.mark.parametrize("sent", WRONG.values(), ids=WRONG)
async def test_a_violation_ends_with_1002(server: Server, sent: bytes) -> None:
    async with server.client() as client:
        client.send(sent)
        assert await client.ended() == 1002


async def test_what_came_before_a_violation_counts(server: Server) -> None:
    async with server.client() as client:
        client.send(frame(PING, b"before"), frame(3), frame(PING, b"after"))
        assert await client.frame() == (PONG, b"before")
        assert await client.ended() == 1002


INVALID = {
    "a lone byte": frame(TEXT, b"\xff"),
    "cut short": frame(TEXT, "번".encode()[:2]),
    "a surrogate": frame(TEXT, b"\xed\xa0\x80"),
    "too long a form": frame(TEXT, b"\xc0\xaf"),
    "in the second fragment": frame(TEXT, b"ok", fin=False) + frame(CONT, b"\xff"),
    "in a close reason": closing(1000, b"\xff"),
}


@pytest.mark.parametrize("sent", INVALID.values(), ids=INVALID)
async def test_invalid_utf_8_ends_with_1007(server: Server, sent: bytes) -> None:
    async with server.client() as client:
        client.send(sent)
        assert await client.ended() == 1007


OVERSIZED = {
    "one frame": frame(TEXT, b"x" * (LIMIT + 1)),
    "fragments": frame(TEXT, b"x" * LIMIT, fin=False) + frame(CONT, b"x"),
    "a promise of 2^63 bytes": struct.pack("!BBQ", 0x81, 0xFF, 2**63 - 1),
}


@pytest.mark.parametrize("sent", OVERSIZED.values(), ids=OVERSIZED)
async def test_an_oversized_message_ends_with_1009(server: Server, sent: bytes) -> None:
    async with server.client() as client:
        client.send(sent)
        assert await client.ended() == 1009


# uvicorn closes with bytes unread, and so resets the connection under its close frame.
@OURS_ALONE
async def test_a_message_of_64_kb_ends_with_1009(server: Server) -> None:
    async with server.client() as client:
        client.send(frame(BINARY, b"x" * 65536))
        assert await client.ended() == 1009


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 3000, 4999])
async def test_a_close_is_answered_with_its_code(server: Server, code: int) -> None:
    async with server.client() as client:
        client.send(closing(code, b"bye"))
        assert await client.ended() == code


async def test_a_close_without_a_code(server: Server) -> None:
    async with server.client() as client:
        client.send(frame(CLOSE))
        assert await client.ended() in (1000, 1005)


async def test_nothing_counts_after_a_close(server: Server) -> None:
    async with server.client() as client:
        client.send(closing(1000), frame(PING, b"late"), frame(3))
        assert await client.ended() == 1000


# uvicorn's library takes it for a violation; section 5.4 allows any control frame there.
@OURS_ALONE
async def test_a_close_between_fragments(server: Server) -> None:
    async with server.client() as client:
        client.send(frame(TEXT, b"x", fin=False), closing(1001))
        assert await client.ended() == 1001


async def test_a_client_that_only_ends_its_sending(server: Server) -> None:
    async with server.client() as client:
        await client.is_well()
        client.writer.write_eof()
        await asyncio.wait_for(client.reader.read(), 5)


async def test_a_flood_of_pings_whose_answers_nobody_reads(server: Server) -> None:
    async with server.client() as flood, server.client() as other:
        for _ in range(200):
            flood.send(*(frame(PING, b"x" * 125) for _ in range(200)))
            try:
                await asyncio.wait_for(flood.writer.drain(), 0.05)
            except (TimeoutError, OSError):
                break
        await other.is_well()
