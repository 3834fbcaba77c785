"""The connection that all callers share, with a real store that fails in many ways."""

import asyncio
import gc
import signal
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from service.domain.errors import StoreNotReady, StoreUnavailable
from service.store.driver.pipelining import Check, PipelinedConnection
from service.store.driver.topology import connect
from tests.store.servers import KEEPS, have_patience, server


@asynccontextmanager
async def pipelined(url: str, check: Check | None = None) -> AsyncIterator[PipelinedConnection]:
    connection = PipelinedConnection(connect(url, answer_within=None), check)
    try:
        yield connection
    finally:
        await connection.aclose()


async def test_each_gets_its_own_answer(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    have_patience(monkeypatch)
    async with pipelined(store_url) as connection:
        asked = [str(n) * (n % 50) for n in range(900)]
        answers = await asyncio.gather(*(connection.send("ECHO", text) for text in asked))
        assert [answer.decode() for answer in answers] == asked


async def test_an_answer_larger_than_the_kernel_takes_at_once(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    have_patience(monkeypatch)
    async with pipelined(store_url) as connection:
        long = "x" * 5_000_000
        answers = await asyncio.gather(*(connection.send("ECHO", f"{n}{long}") for n in range(4)))
        assert [answer[:1] for answer in answers] == [b"0", b"1", b"2", b"3"]


async def test_a_wrong_command_is_its_callers_alone(store_url: str) -> None:
    async with pipelined(store_url) as connection:
        right, wrong, too = await asyncio.gather(
            connection.send("ECHO", "a"),
            connection.send("NONSENSE"),
            connection.send("ECHO", "b"),
            return_exceptions=True,
        )
        assert (right, too) == (b"a", b"b")
        assert isinstance(wrong, ResponseError)


async def test_who_gives_up_takes_nobodys_answer(store_url: str) -> None:
    async with pipelined(store_url) as connection:
        await connection.send("PING")
        gives_up = asyncio.create_task(connection.send("ECHO", "given up"))
        stays = asyncio.create_task(connection.send("ECHO", "stayed"))
        await asyncio.sleep(0)
        gives_up.cancel()
        assert await stays == b"stayed"


async def test_a_caller_whose_time_is_over_ends_nothing_for_others(store_url: str) -> None:
    async with pipelined(store_url) as connection, pipelined(store_url) as other:
        id = await connection.send("CLIENT", "ID")
        key = uuid.uuid4().hex
        now = asyncio.get_running_loop().time()
        impatient = asyncio.create_task(connection.send("BLPOP", key, 0, deadline=now + 0.2))
        patient = asyncio.create_task(connection.send("ECHO", "patient", deadline=now + 60))
        with pytest.raises(StoreUnavailable):
            await impatient
        await other.send("RPUSH", key, "at last")
        assert await patient == b"patient"
        assert await connection.send("CLIENT", "ID") == id


async def test_what_is_under_way_is_answered_on_the_old_connection(store_url: str) -> None:
    async with pipelined(store_url) as connection:
        before = await connection.send("CLIENT", "ID")
        key = uuid.uuid4().hex
        under_way = asyncio.create_task(connection.send("BLPOP", key, 0))
        await asyncio.sleep(0)
        connection.drop()
        await connection.send("RPUSH", key, "value")
        assert await under_way == [key.encode(), b"value"]
        after = await connection.send("CLIENT", "ID")
        assert after != before
        # The old one has gone.
        while b"id=%d " % before in await connection.send("CLIENT", "LIST"):
            await asyncio.sleep(0.01)


async def test_the_check_is_asked_over_the_connection_that_is_used(store_url: str) -> None:
    checked = []

    async def check(client: Redis) -> str:
        checked.append(await client.client_id())
        return "the server"

    async with pipelined(store_url, check) as connection:
        assert await connection.send("CLIENT", "ID") == checked[0]
        connection.drop()
        assert await connection.send("CLIENT", "ID") == checked[1]


async def test_a_connection_that_fails_when_all_have_given_up_is_no_complaint(store_url: str) -> None:
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    all_gave_up, ended = asyncio.Event(), asyncio.Event()

    async def check(_: Redis) -> str:
        await all_gave_up.wait()
        ended.set()
        raise StoreNotReady

    async with pipelined(store_url, check) as connection:
        with pytest.raises(StoreUnavailable):
            await connection.send("PING", deadline=loop.time() + 0.2)
        all_gave_up.set()
        await ended.wait()
    gc.collect()
    assert complaints == []


async def test_a_frozen_store_is_away_for_all_who_wait_and_then_back(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with pipelined(store.url) as connection:
            await connection.send("PING")
            assert store.process
            store.process.send_signal(signal.SIGSTOP)
            began = asyncio.get_running_loop().time()
            answers = await asyncio.gather(*(connection.send("PING") for _ in range(100)), return_exceptions=True)
            assert {type(answer) for answer in answers} == {StoreUnavailable}
            # A wide limit, for a busy machine; the documented one is 2 s.
            assert asyncio.get_running_loop().time() - began < 4
            store.process.send_signal(signal.SIGCONT)
            assert await connection.send("PING") == b"PONG"


async def test_a_killed_store_is_away_at_once_and_then_back(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with pipelined(store.url) as connection:
            await connection.send("PING")
            asked = asyncio.create_task(connection.send("BLPOP", "nothing", 5))
            await asyncio.sleep(0.1)
            store.kill()
            with pytest.raises(StoreUnavailable):
                await asked
            with pytest.raises(StoreUnavailable):
                await connection.send("PING")
            store.start()
            assert await connection.send("PING") == b"PONG"


async def test_what_waits_is_bounded(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.driver.connection.MAX_PENDING", 3)
    async with pipelined(store_url) as connection:
        await connection.send("PING")
        answers = await asyncio.gather(*(connection.send("PING") for _ in range(5)), return_exceptions=True)
        assert [answer == b"PONG" for answer in answers] == [True, True, True, False, False]
        assert isinstance(answers[-1], StoreUnavailable)
