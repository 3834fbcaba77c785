"""The executor: the day of a script, the correction of failed preconditions, and the errors of refusals."""

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from service.domain.conflicts import MoveNotAllowed, WindowChanged
from service.domain.errors import ClockOff, StoreNotReady, StoreUnavailable, TooManyTickets
from service.store.driver.topology import OnePrimary
from service.store.scripts import load_scripts
from tests.store.queue import CLERK, KEPT_HERE, Queue, queue_on
from tests.store.town import HALL, document
from tests.support import MovableClock, StoppedClock


async def test_a_day_that_is_over_is_closed_first_and_once(store_url: str) -> None:
    closed = []
    async with queue_on(store_url, clock := StoppedClock(), day_closed=lambda: closed.append(1)) as (queue, _):
        yesterdays = await queue.take()
        clock.move(days=1)
        together = await asyncio.gather(*(queue.take() for _ in range(3)))
        assert sorted(ticket.number for ticket in together) == [1, 2, 3]
        assert {ticket.day for ticket in together} == {yesterdays.day + timedelta(days=1)}
        assert closed == [1]
        assert (await queue.tickets.find(yesterdays.id)).state == "expired"


async def test_who_has_a_slow_clock_is_served_on_the_offices_day(store_url: str) -> None:
    async with queue_on(store_url, clock := StoppedClock()) as (queue, _):
        clock.move(days=1)
        tomorrows = await queue.take()
        clock.move(days=-1)
        assert (await queue.take()).day == tomorrows.day


async def test_a_store_that_does_not_know_a_script_is_given_it_in_full_once(store_url: str) -> None:
    async with queue_on(store_url) as (queue, redis):
        await queue.take("b")
        await redis.script_flush()
        await redis.config_resetstat()
        for _ in range(3):
            await queue.take("b")
        stats = await redis.info("commandstats")
        assert (stats["cmdstat_eval"]["calls"], stats["cmdstat_evalsha"]["calls"]) == (1, 3)


async def test_numbers_go_on_past_those_that_may_be_missing(store_url: str) -> None:
    async with queue_on(store_url, number_gap=5) as (queue, redis):
        await queue.take()
        before = (await queue.reader.refresh(HALL)).board
        await redis.hset(queue.keys.meta("hall"), mapping={"version": 0, "replid": "of another server"})
        after = await queue.take()
        assert after.number == 1 + 5 + 1
        board = (await queue.reader.refresh(HALL)).board
        assert board.epoch != before.epoch


async def test_a_store_without_the_office_is_not_ready(store_url: str) -> None:
    topology = OnePrimary(store_url, KEPT_HERE)
    queue = Queue(document(), MovableClock(), load_scripts(), topology, Redis.from_url(store_url))
    with pytest.raises(StoreNotReady):
        await queue.take()
    await topology.aclose()


async def test_a_clock_that_is_off_changes_nothing(store_url: str) -> None:
    async with queue_on(store_url, MovableClock(timedelta(minutes=90)), clock_tolerance=60) as (queue, redis):
        with pytest.raises(ClockOff, match="5400 seconds ahead of"):
            await queue.take()
        assert await redis.hget(queue.keys.meta("hall"), "version") == b"0"


async def test_a_refusal_is_the_domain_error_with_what_it_names(store_url: str) -> None:
    async with queue_on(store_url) as (queue, _):
        await queue.reader.refresh(HALL)
        first, second = await queue.take(), await queue.take()
        await queue.windows.open(HALL, 2, ["a"], by=CLERK)
        await queue.windows.next(HALL, 2, None, by=CLERK)
        with pytest.raises(WindowChanged) as changed:
            await queue.windows.next(HALL, 2, second.number, by=CLERK)
        problem = changed.value.problem()
        assert (problem["window"]["number"], problem["window"]["ticket"]["id"]) == (first.number, first.id)
        assert problem["version"] == (await queue.reader.refresh(HALL)).board.version
        await queue.windows.finish(HALL, 2, first.number, by=CLERK)
        with pytest.raises(MoveNotAllowed) as not_allowed:
            await queue.windows.call(HALL, 2, first.number, by=CLERK)
        assert not_allowed.value.problem()["state"] == "served"


async def test_a_refusal_says_how_long_to_wait(store_url: str) -> None:
    async with queue_on(store_url) as (queue, _):
        counter = HALL.counter("a")
        common = (counter.id, *counter.numbers, 0, -1, 0)
        with pytest.raises(TooManyTickets) as refused:
            await queue.executor.execute("issue", "hall", *common, 17, "online", "none", "ko", "salt", 0)
        assert refused.value.headers["Retry-After"] == "17"


async def test_a_script_that_is_never_in_order_ends_at_its_deadline(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.driver.pipelining.REQUEST_TIMEOUT", 0.2)
    async with queue_on(store_url) as (queue, _):
        # No server has so many replicas: however often they are counted, the script refuses.
        monkeypatch.setattr(type(KEPT_HERE), "required_replicas", 7)
        with pytest.raises(StoreUnavailable):
            await queue.take()


async def test_reads_go_to_the_reader_and_changes_to_the_writer(store_url: str) -> None:
    async with queue_on(store_url) as (queue, redis):
        await queue.reader.refresh(HALL)
        await redis.config_resetstat()
        await queue.reader.refresh(HALL)
        stats = await redis.info("commandstats")
        assert "cmdstat_evalsha_ro" in stats or "cmdstat_eval_ro" in stats
        assert not {"cmdstat_evalsha", "cmdstat_eval", "cmdstat_hset"} & stats.keys()
