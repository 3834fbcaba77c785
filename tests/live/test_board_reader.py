"""Requests for one office share a read that begins after they came."""

import asyncio
import json

import pytest

from service.live.board_reader import SharedRead
from tests.store.queue import queue_on
from tests.store.town import HALL


class Reads:
    """Reads that end when a test lets them."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_end = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        number = self.begun
        await self.may_end.wait()
        return number


async def turns(times: int = 5) -> None:
    """Lets every task run as far as it can."""
    for _ in range(times):
        await asyncio.sleep(0)


async def test_who_comes_during_a_read_shares_the_next_one() -> None:
    reads = Reads()
    shared = SharedRead(reads)
    first = [asyncio.create_task(shared()) for _ in range(3)]
    await turns()
    assert reads.begun == 1
    later = [asyncio.create_task(shared()) for _ in range(100)]
    await turns()
    assert reads.begun == 1
    reads.may_end.set()
    assert await asyncio.gather(*first) == [1, 1, 1]
    assert set(await asyncio.gather(*later)) == {2}
    assert reads.begun == 2


async def test_who_gives_up_takes_the_answer_from_nobody() -> None:
    reads = Reads()
    shared = SharedRead(reads)
    gives_up, stays = asyncio.create_task(shared()), asyncio.create_task(shared())
    await turns()
    gives_up.cancel()
    reads.may_end.set()
    assert await stays == 1


async def test_an_error_is_for_those_who_shared_the_read() -> None:
    fails = True

    async def read() -> str:
        await asyncio.sleep(0)
        if fails:
            raise ConnectionError
        return "read"

    shared = SharedRead(read)
    assert [type(e) for e in await asyncio.gather(shared(), shared(), return_exceptions=True)] == [ConnectionError] * 2
    fails = False
    assert await shared() == "read"


async def test_nobody_reads_older_than_they_wrote(store_url: str) -> None:
    async with queue_on(store_url) as (queue, _):
        for number in range(1, 16):
            await queue.take("b")
            # Someone else is reading all the time.
            others = asyncio.gather(*(queue.reader.current(HALL) for _ in range(number % 4)))
            board = json.loads((await queue.reader.current(HALL)).body)
            assert board["version"] >= number
            assert board["counters"][1]["issued"] - HALL.counters[1].numbers[0] + 1 == number
            await others


async def test_a_crowd_costs_plain_reads_of_the_version(store_url: str) -> None:
    async with queue_on(store_url) as (queue, redis):
        await queue.take()
        await queue.reader.current(HALL)
        await redis.config_resetstat()
        answers = await asyncio.gather(*(queue.reader.current(HALL) for _ in range(500)))
        assert len({answer.etag for answer in answers}) == 1
        stats = await redis.info("commandstats")
        assert "cmdstat_evalsha_ro" not in stats
        assert stats["cmdstat_hmget"]["calls"] <= 2


@pytest.mark.parametrize("ready", [True, False])
async def test_a_store_that_must_be_checked_is_asked_by_a_script(store_url: str, ready: bool) -> None:
    async with queue_on(store_url) as (queue, _):
        await queue.take()
        await queue.reader.current(HALL)
        queue.reader._store_is_ready = lambda: ready
        asked = 0
        read = queue.boards.read

        async def counted(office: object) -> object:
            nonlocal asked
            asked += 1
            return await read(HALL)

        queue.boards.read = counted  # type: ignore[method-assign, assignment]
        await queue.reader.current(HALL)
        assert asked == (0 if ready else 1)
