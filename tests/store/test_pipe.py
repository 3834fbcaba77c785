"""The connection that all callers share, on a real store that is broken in all ways."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.exceptions import ResponseError

from service.domain.errors import StoreUnavailable
from service.store import pipe as piping
from service.store.connection import connect
from service.store.pipe import Pipe
from tests.store.servers import KEEPS, server


@asynccontextmanager
async def pipe_to(url: str) -> AsyncIterator[Pipe]:
    pipe = Pipe(connect(url, answer_within=None))
    try:
        yield pipe
    finally:
        await pipe.aclose()


async def test_each_gets_its_own_answer(store_url: str) -> None:
    async with pipe_to(store_url) as pipe:
        asked = [str(n) * (n % 50) for n in range(900)]
        answers = await asyncio.gather(*(pipe.run("ECHO", text) for text in asked))
        assert [answer.decode() for answer in answers] == asked


async def test_an_answer_larger_than_the_kernel_takes_at_once(store_url: str) -> None:
    async with pipe_to(store_url) as pipe:
        long = "x" * 5_000_000
        answers = await asyncio.gather(*(pipe.run("ECHO", f"{n}{long}") for n in range(4)))
        assert [answer[:1] for answer in answers] == [b"0", b"1", b"2", b"3"]


async def test_a_wrong_command_is_its_callers_alone(store_url: str) -> None:
    async with pipe_to(store_url) as pipe:
        right, wrong, too = await asyncio.gather(
            pipe.run("ECHO", "a"), pipe.run("NONSENSE"), pipe.run("ECHO", "b"), return_exceptions=True
        )
        assert (right, too) == (b"a", b"b")
        assert isinstance(wrong, ResponseError)


async def test_who_gives_up_takes_nobodys_answer(store_url: str) -> None:
    async with pipe_to(store_url) as pipe:
        await pipe.run("PING")
        gives_up = asyncio.create_task(pipe.run("ECHO", "given up"))
        stays = asyncio.create_task(pipe.run("ECHO", "stayed"))
        await asyncio.sleep(0)
        gives_up.cancel()
        assert await stays == b"stayed"


async def test_a_frozen_store_is_away_for_all_who_wait_and_then_back(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with pipe_to(store.url) as pipe:
            await pipe.run("PING")
            assert store.process
            store.process.send_signal(signal.SIGSTOP)
            began = asyncio.get_running_loop().time()
            answers = await asyncio.gather(*(pipe.run("PING") for _ in range(100)), return_exceptions=True)
            assert {type(answer) for answer in answers} == {StoreUnavailable}
            # Loose, for a busy machine; the service promises 2.
            assert asyncio.get_running_loop().time() - began < 4
            store.process.send_signal(signal.SIGCONT)
            assert await pipe.run("PING") == b"PONG"


async def test_a_killed_store_is_away_at_once_and_then_back(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with pipe_to(store.url) as pipe:
            await pipe.run("PING")
            asked = asyncio.create_task(pipe.run("BLPOP", "nothing", 5))
            await asyncio.sleep(0.1)
            store.kill()
            with pytest.raises(StoreUnavailable):
                await asked
            with pytest.raises(StoreUnavailable):
                await pipe.run("PING")
            store.start()
            assert await pipe.run("PING") == b"PONG"


async def test_what_waits_is_bounded(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piping, "MOST_WAITING", 3)
    async with pipe_to(store_url) as pipe:
        await pipe.run("PING")
        answers = await asyncio.gather(*(pipe.run("PING") for _ in range(5)), return_exceptions=True)
        assert [answer == b"PONG" for answer in answers] == [True, True, True, False, False]
        assert isinstance(answers[-1], StoreUnavailable)
