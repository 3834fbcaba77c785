"""The allowance of a push socket's client: how much it may send."""

import asyncio
import json

import pytest
from websockets.frames import Opcode

from service.live.push_socket import PushSocket, Sockets
from service.live.websocket_frames import MOST_BYTES, MOST_FRAMES, Reader, Violation
from tests.live.test_conformance import CONT, PING, PONG, TEXT, Raw, Server, frame
from tests.support import ROOT, Running

LONG = frame(TEXT, b"x" * 4000)


@pytest.fixture(autouse=True)
def no_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pings are sent, and allowances renewed, only when a test says so."""

    async def keep_alive(sockets: Sockets) -> None:
        pass

    monkeypatch.setattr(Sockets, "keep_alive", keep_alive)


def server_of(service: Running) -> Server:
    host, port = service.url.removeprefix("http://").split(":")
    return Server(host, int(port), "/api/v1/live?office=passport")


async def the_socket(service: Running) -> PushSocket:
    """The service's end of the only open socket."""
    listeners = service.app.state.context.hub.offices["passport"].board.listeners
    async with asyncio.timeout(5):
        while not listeners:
            await asyncio.sleep(0.01)
    (found,) = listeners
    assert isinstance(found, PushSocket)
    return found


async def closed(client: Raw) -> tuple[int, bytes]:
    """Code and reason of the close frame that comes, pongs left out."""
    while True:
        opcode, payload = await client.frame()
        if opcode == Opcode.CLOSE:
            await client.gone()
            return int.from_bytes(payload[:2], "big"), payload[2:]


FLOODS = {
    "pongs": [frame(PONG)] * (MOST_FRAMES + 1),
    "pings": [frame(PING)] * (MOST_FRAMES + 1),
    "texts": [frame(TEXT)] * (MOST_FRAMES + 1),
    "fragments": [frame(TEXT, fin=False), *[frame(CONT, fin=False)] * MOST_FRAMES],
    "long texts": [LONG] * (MOST_BYTES // len(LONG) + 1),
}


@pytest.mark.parametrize("sent", FLOODS.values(), ids=FLOODS)
async def test_more_than_the_allowance_closes_with_1008(service: Running, sent: list[bytes]) -> None:
    async with server_of(service).client() as client:
        client.send(*sent)
        assert await closed(client) == (1008, b"more sent than a client may")
    assert (await service.http.get("/health/live")).status_code == 200


@pytest.mark.parametrize("kind", ["pongs", "texts", "long texts"])
async def test_the_whole_allowance_may_be_used_in_each_round(service: Running, kind: str) -> None:
    # All but the one that is too many, and but one for a ping, so that an answer tells that they were read.
    sent = FLOODS[kind][:-2]
    async with server_of(service).client() as client:
        socket = await the_socket(service)
        for _ in range(3):
            client.send(*sent)
            await client.is_well()
            socket.ping()
            assert await client.frame(pings=True) == (PING, b"")


async def test_an_open_socket_still_gets_its_boards(service: Running) -> None:
    async with server_of(service).client() as client:
        await the_socket(service)
        client.send(*[frame(PONG)] * MOST_FRAMES)
        await service.http.take("passport", "apply")
        text = b""
        async with asyncio.timeout(5):
            while b'"waiting":1' not in text.replace(b" ", b""):
                text += await client.reader.read(65536)
        assert json.dumps("passport").encode() in text


@pytest.mark.parametrize("piece", [frame(PONG), frame(TEXT, b"x"), LONG], ids=["pongs", "texts", "long texts"])
def test_a_flood_is_not_parsed_past_the_allowance(piece: bytes) -> None:
    seen: list[object] = []
    with pytest.raises(Violation) as raised:
        seen.extend(Reader().read(piece * (256_000 // len(piece))))
    assert raised.value.close.code == 1008
    assert len(seen) <= MOST_FRAMES


def test_bytes_of_unfinished_frames_count() -> None:
    reader = Reader()
    sent = LONG * (MOST_BYTES // len(LONG) + 1)
    for byte in sent[:MOST_BYTES]:
        assert list(reader.read(bytes([byte]))) == []
    with pytest.raises(Violation) as raised:
        list(reader.read(sent[MOST_BYTES : MOST_BYTES + 1]))
    assert raised.value.close.code == 1008


async def test_what_comes_after_the_end_is_read_in_turn(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading is paused after each piece that is only dropped, and resumed, so that the peer's end is seen."""
    reading: list[bool] = []
    real = PushSocket.data_received

    def watched(socket: PushSocket, data: bytes) -> None:
        was_open = socket._open
        real(socket, data)
        if not was_open:
            reading.append(socket._transport.is_reading())

    monkeypatch.setattr(PushSocket, "data_received", watched)
    async with server_of(service).client() as client:
        client.send(*FLOODS["pongs"])
        await closed(client)
        async with asyncio.timeout(5):
            while len(reading) < 2:
                client.send(frame(PONG) * 100)
                await asyncio.sleep(0.01)
    assert not any(reading)


def test_the_allowance_is_described() -> None:
    text = " ".join((ROOT / "openapi/asyncapi.yaml").read_text("utf-8").split())
    assert f"more than {MOST_FRAMES} frames or {MOST_BYTES} bytes between two pings" in text
