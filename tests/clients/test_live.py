"""The Python client's live lines, against the real service and against one that misbehaves as told."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from clients.python import Board, Clerk, Client, Holder, Kiosk, LineClosed, Problem, live
from clients.python.backoff import full_jitter
from tests.clients.wire import wire
from tests.support import Running


@pytest.fixture(autouse=True)
def _comes_back_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(live, "LONGEST_PAUSE", 0.1)


async def until_issued(boards: AsyncIterator[Board], number: int) -> Board:
    """The first board on which the number was given."""
    async with asyncio.timeout(5):
        async for board in boards:
            if board.counter("apply").issued == number:
                return board
    raise AssertionError("the boards ended")


@asynccontextmanager
async def scripted(*sessions: list[str | int]) -> AsyncIterator[AsyncGenerator[Board]]:
    """Watches a service whose n-th connection gets these frames, or is closed with these codes."""
    visits = 0

    async def visit(socket: ServerConnection) -> None:
        nonlocal visits
        visits += 1
        for item in sessions[visits - 1]:
            if isinstance(item, int):
                await socket.close(item)
            else:
                await socket.send(item)
        await socket.wait_closed()

    async with serve(visit, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Client(url) as client, aclosing(client.watch()) as boards, asyncio.timeout(5):
            yield boards


def frame(epoch: str, version: int, office: str = "passport") -> str:
    return Board.model_validate(
        {
            "office": office,
            "epoch": epoch,
            "version": version,
            "at": "2026-11-23T10:00:00+09:00",
            "fresh_at": "2026-11-23T10:00:00+09:00",
            "stale": False,
            "day": "2026-11-23",
            "status": "open",
            "counters": [],
            "windows": [],
            "calls": [],
            "revision": 1,
        }
    ).model_dump_json()


async def test_boards_come_at_once_and_at_each_change(service: Running) -> None:
    async with Client(service.url) as client, aclosing(client.watch("passport", "howon1")) as boards:
        first = {(await anext(boards)).office for _ in range(2)}
        assert first == {"passport", "howon1"}
        await Kiosk(client, "demo-device").issue("passport", "apply")
        assert (await anext(boards)).counter("apply").waiting == 1
    async with Client(service.url) as client, aclosing(client.watch()) as boards:
        assert len({(await anext(boards)).office for _ in range(16)}) == 16


async def test_a_broken_line_comes_back(service: Running) -> None:
    async with wire(service.url) as line, Client(line.url) as client, aclosing(client.watch("passport")) as boards:
        await anext(boards)
        for number in (101, 102):
            line.cut()
            await service.http.take("passport", "apply")
            assert (await until_issued(boards, number)).counter("apply").waiting == number - 100
        assert line.connections == 3


async def test_a_line_waits_for_a_service_that_starts_later(service: Running) -> None:
    async with wire(service.url) as line, Client(line.url) as client, aclosing(client.watch("passport")) as boards:
        line.busy = 3
        async with asyncio.timeout(5):
            assert (await anext(boards)).office == "passport"
        assert line.connections == 4


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012, 1013, 4008, 4013])
async def test_codes_to_come_back_after(code: int) -> None:
    async with scripted([frame("a", 1), code], [frame("a", 2)]) as boards:
        assert [(await anext(boards)).version for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("code", [1002, 1003, 1007, 1008, 1009, 4400, 4401, 4404, 4499])
async def test_final_codes(code: int) -> None:
    async with scripted([frame("a", 1), code]) as boards:
        await anext(boards)
        with pytest.raises(LineClosed) as closed:
            await anext(boards)
        assert closed.value.code == code


async def test_late_frames_are_left_out_and_another_epoch_wins() -> None:
    first = [frame("a", 5), frame("b", 1, "howon1"), frame("a", 4), 1012]
    second = [frame("a", 3), frame("a", 5), frame("c", 1), frame("c", 2)]
    async with scripted(first, second) as boards:
        seen = [await anext(boards) for _ in range(5)]
    assert [(board.epoch, board.version) for board in seen] == [("a", 5), ("b", 1), ("a", 5), ("c", 1), ("c", 2)]


async def test_pauses_grow_until_a_frame_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[tuple[int, float, float]] = []

    def no_pause(attempt: int, first: float, most: float) -> float:
        attempts.append((attempt, first, most))
        return 0

    monkeypatch.setattr(live, "full_jitter", no_pause)
    async with scripted([4013], [4013], [4013], [frame("a", 1), 1012], [frame("a", 2)]) as boards:
        assert [(await anext(boards)).version for _ in range(2)] == [1, 2]
    assert [attempt for attempt, *_ in attempts] == [0, 1, 2, 0]
    assert {tuple(limits) for _, *limits in attempts} == {(live.FIRST_PAUSE, live.LONGEST_PAUSE)}


def test_pauses_are_random_up_to_a_doubling_limit() -> None:
    for attempt, limit in ((0, 1), (1, 2), (5, 32), (6, 60), (2000, 60)):
        pauses = [full_jitter(attempt, 1, 60) for _ in range(300)]
        assert 0 <= min(pauses) < limit / 10
        assert limit * 0.9 < max(pauses) <= limit


async def test_what_does_not_exist_ends_the_line(service: Running) -> None:
    async with Client(service.url) as client:
        async with aclosing(client.watch("nowhere")) as boards:
            with pytest.raises(LineClosed, match="4404"):
                await anext(boards)
        async with aclosing(Holder(client, "nobody").watch()) as tickets:
            with pytest.raises(LineClosed, match="4404"):
                await anext(tickets)


async def test_a_refused_handshake_is_a_problem(service: Running) -> None:
    async with Client(f"{service.url}/elsewhere") as client, aclosing(client.watch("passport")) as boards:
        with pytest.raises(Problem) as refused:
            await anext(boards)
        assert 400 <= refused.value.status < 500


async def test_a_holder_sees_the_line_move(service: Running) -> None:
    desk = await service.desk("passport", 1)
    async with wire(service.url) as line, Client(line.url) as client:
        await service.http.take("passport", "apply")
        ticket = await client.issue("passport", "apply")
        holder = Holder(client, ticket.id)
        await holder.arrive()
        async with aclosing(holder.watch()) as tickets, asyncio.timeout(5):
            assert (await anext(tickets)).ahead == 1
            line.cut()
            await desk.next()
            assert (await anext(tickets)).ahead == 0
            await desk.next()
            last = await anext(tickets)
            assert (last.state, last.window) == ("called", 1)


async def test_a_clerk_sees_the_desk_while_signed_in(service: Running) -> None:
    async with Client(service.url) as client:
        clerk = await Clerk.sign_in(client, "clerk-passport", "sunbeon")
        await client.issue("passport", "apply")
        async with aclosing(clerk.watch()) as desks, asyncio.timeout(5):
            desk = await anext(desks)
            assert [(ticket.number, ticket.state) for ticket in desk.tickets] == [(101, "waiting")]
            assert desk.board.counter("apply").waiting == 1
            await clerk.open(2)
            assert (await anext(desks)).windows[1].state == "idle"
        await clerk.sign_out()
        async with aclosing(clerk.watch()) as desks, asyncio.timeout(5):
            with pytest.raises(LineClosed, match="4401"):
                await anext(desks)
