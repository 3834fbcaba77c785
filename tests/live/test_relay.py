"""The relay: from the store's signals to the listeners, also when the connection to the store is bad."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from redis.asyncio import Redis

from service.app import seoul_time
from service.domain.board import BoardContent, StaffViewContent
from service.domain.errors import StoreNotReady, StoreUnavailable
from service.domain.office import Office
from service.domain.staff import HOLDER
from service.live.freshness import Pulse
from service.live.hub import Hub
from service.live.relay import Relay
from service.store.boards import BoardRead
from service.store.driver.topology import connect
from service.store.keys import Keys
from tests.store.queue import Queue, queue_on
from tests.store.servers import KEEPS, Link, server
from tests.support import running


class Board:
    """A listener that keeps what it was sent."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def push(self, frame: bytes) -> None:
        self.frames.append(json.loads(frame[frame.index(b"{") :]))

    async def shows(self, version: int) -> dict[str, Any]:
        async with asyncio.timeout(30):
            while not self.frames or self.frames[-1]["version"] < version:
                await asyncio.sleep(0.01)
        return self.frames[-1]


async def nothing_to_do() -> None:
    pass


@asynccontextmanager
async def relaying(
    store_url: str, *, interval: float = 0.001, reread: float = 3600, prepare: Any = nothing_to_do
) -> AsyncIterator[tuple[Relay, Hub, Queue, Redis]]:
    """A relay of the town's queue, which reads an office again only where a test wants it to."""
    async with queue_on(store_url) as (queue, redis):
        hub = Hub(["hall"], Pulse(seoul_time, stale_after=3))
        listens = connect(store_url)
        relay = Relay(
            listens,
            queue.reader,
            queue.boards,
            queue.tickets,
            hub,
            queue.city,
            keys=queue.keys,
            prepare=prepare,
            check_clock=nothing_to_do,
            look_for_primary=lambda: None,
            changed=lambda office: None,
            city_changed=lambda: None,
            interval=interval,
            reread=reread,
        )
        queue.directory.watch(relay.take_city)
        async with relay:
            yield relay, hub, queue, redis
        await listens.aclose()


async def test_a_change_reaches_the_listeners_of_its_office(store_url: str) -> None:
    async with relaying(store_url) as (relay, hub, queue, _):
        board = Board()
        hub.offices["hall"].board.join(board)
        await relay.until_ready(within=30)
        ticket = await queue.take()
        # The first change of a day is that the office is open.
        frame = await board.shows(2)
        assert (frame["office"], frame["counters"][0]["issued"]) == ("hall", ticket.number)


async def test_a_change_whose_signal_was_lost_is_found_by_reading_again(store_url: str) -> None:
    async with relaying(store_url, reread=0.1) as (relay, hub, queue, redis):
        board = Board()
        hub.offices["hall"].board.join(board)
        await relay.until_ready(within=30)
        version = (await board.shows(1))["version"]
        # As a script does it, but for the signal.
        await redis.hincrby(queue.keys.meta("hall"), "version", 1)
        await board.shows(version + 1)


async def test_many_changes_are_read_once_an_interval(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with relaying(store_url, interval=3600) as (relay, hub, queue, _):
        board, reads = Board(), 0
        read = queue.boards.read

        async def counted(office: Office) -> BoardRead | None:
            nonlocal reads
            reads += 1
            return await read(office)

        monkeypatch.setattr(queue.boards, "read", counted)
        hub.offices["hall"].board.join(board)
        await relay.until_ready(within=30)
        await board.shows(1)
        for _ in range(15):
            await queue.take("b")
        assert reads == 1


async def test_an_office_of_another_city_is_none_of_ours(store_url: str) -> None:
    async with relaying(store_url) as (relay, hub, queue, redis):
        board = Board()
        hub.offices["hall"].board.join(board)
        await relay.until_ready(within=30)
        await redis.publish(queue.keys.changed("elsewhere"), 1)
        await queue.take()
        await board.shows(2)


async def test_a_ticket_is_published_to_those_who_listen_to_it(store_url: str) -> None:
    async with relaying(store_url) as (relay, hub, queue, _):
        await relay.until_ready(within=30)
        first, second = await queue.take(), await queue.take()
        holder = Board()
        hub.offices["hall"].ticket((second.day, second.number)).join(holder)
        relay.read_soon("hall")
        async with asyncio.timeout(30):
            while not holder.frames:
                await asyncio.sleep(0.01)
            assert (holder.frames[-1]["number"], holder.frames[-1]["ahead"]) == (second.number, 1)
            await queue.tickets.cancel(first, by=HOLDER)
            while holder.frames[-1]["ahead"]:
                await asyncio.sleep(0.01)


async def test_a_staff_view_that_could_not_be_read_is_read_again(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with relaying(store_url) as (relay, hub, queue, _):
        staff, failed = Board(), asyncio.Event()
        read = queue.boards.staff_view
        await relay.until_ready(within=30)
        hub.offices["hall"].staff_view.join(staff)
        relay.read_soon("hall")
        version = (await staff.shows(1))["version"]

        async def fails_once(office: Office, board: BoardContent) -> StaffViewContent:
            if not failed.is_set():
                failed.set()
                raise StoreUnavailable
            return await read(office, board)

        monkeypatch.setattr(queue.boards, "staff_view", fails_once)
        await queue.take()
        await staff.shows(version + 1)
        assert failed.is_set()


async def test_a_store_that_is_not_this_city_s_is_not_ready_until_it_is(store_url: str) -> None:
    is_ours = asyncio.Event()

    async def prepare() -> None:
        if not is_ours.is_set():
            raise StoreNotReady

    async with relaying(store_url, prepare=prepare) as (relay, _, _, _):
        with pytest.raises(StoreNotReady):
            await relay.check()
        assert not relay.ready
        is_ours.set()
        await relay.until_ready(within=30)
        await relay.check()


async def test_a_line_that_died_without_a_word_is_noticed_on_that_very_line(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with Link(store.port) as link, running(f"redis://127.0.0.1:{link.port}", reread_seconds=0.2) as service:
            (listening,) = link.that_said(b"PSUBSCRIBE")
            # Every other line is well.
            listening.hold()
            async with asyncio.timeout(30):
                while len(link.that_said(b"PSUBSCRIBE")) < 2:
                    await asyncio.sleep(0.02)
                while (await service.http.get("/health/ready")).status_code != 200:
                    await asyncio.sleep(0.02)


async def test_each_face_of_an_outage_is_logged_once(
    store_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("service.live.relay.RETRY_SECONDS", 0.001)
    faces = itertools.cycle(["refused", "timed out"])
    tries = 0

    async def prepare() -> None:
        nonlocal tries
        tries += 1
        if tries <= 10:
            raise ConnectionError(next(faces))

    async def well() -> None:
        pass

    nowhere: Any = SimpleNamespace(offices=())
    nothing: Any = None
    redis = connect(store_url)
    relay = Relay(
        redis,
        nothing,
        nothing,
        nothing,
        Hub([], Pulse(seoul_time, stale_after=3)),
        nowhere,
        keys=Keys("outage"),
        prepare=prepare,
        check_clock=well,
        look_for_primary=lambda: None,
        changed=lambda office: None,
        city_changed=lambda: None,
        interval=0.05,
        reread=5,
    )
    async with relay:
        await relay.until_ready(within=30)
    await redis.aclose()
    assert tries == 11
    assert [text for text in caplog.messages if text.startswith("store away")] == [
        "store away: refused",
        "store away: timed out",
    ]
