"""The event log: what is appended is read in its order, from any position on, and found from either end."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from redis.asyncio import Redis

from service.domain.city_event import Refusals, SignIn
from service.domain.errors import NotConfirmed, StoreNotReady, StoreUnavailable
from service.domain.event import EndOfDay, Event, Failover, Issue
from service.store import event_log
from service.store.driver.topology import OnePrimary
from service.store.driver.write_concern import WriteConcern
from service.store.event_log import BEGINNING, EventLog, Logged, position, stream_id
from service.store.keys import CITY, Keys
from tests.store.queue import KEPT_HERE, Queue, queue_on
from tests.store.servers import REPLICATES, have_patience, replicate, server
from tests.store.town import HALL
from tests.support import StoppedClock

parts = st.tuples(st.integers(0, 10**14), st.integers(0, 10**6 - 1))


class Kept:
    """A queue, and its log."""

    def __init__(self, queue: Queue, redis: Redis, log: EventLog, clock: StoppedClock) -> None:
        self.queue, self.redis, self.log, self.clock = queue, redis, log, clock

    async def all(self) -> list[Logged]:
        return await self.log.read(HALL.id, since=BEGINNING, count=1000)

    async def days_pass(self, count: int) -> None:
        """Each with a ticket."""
        for _ in range(count):
            await self.queue.take()
            self.clock.move(days=1)
            await self.queue.reader.refresh(HALL)

    async def failover(self) -> None:
        """A loss is noticed."""
        await self.redis.hset(self.queue.keys.meta(HALL.id), "replid", "older")
        await self.queue.take("b")


@pytest.fixture
async def kept(store_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kept]:
    """A log that is looked through three events at a time."""
    monkeypatch.setattr(event_log, "AT_A_TIME", 3)
    topology, clock = OnePrimary(store_url, KEPT_HERE), StoppedClock()
    async with queue_on(store_url, clock, number_gap=2) as (queue, redis):
        yield Kept(queue, redis, EventLog(topology, queue.keys), clock)
    await topology.aclose()


@given(one=parts, other=parts)
def test_positions_sort_as_stream_ids_do(one: tuple[int, int], other: tuple[int, int]) -> None:
    ids = [f"{ms}-{seq}" for ms, seq in (one, other)]
    positions = [position(id) for id in ids]
    assert (positions[0] < positions[1]) == (one < other)
    assert [stream_id(at) for at in positions] == ids
    assert position(ids[0].encode()) == positions[0]
    assert positions[0] >= BEGINNING


async def test_events_are_read_in_order_with_where_they_are(kept: Kept) -> None:
    for _ in range(3):
        await kept.queue.take()
    found = await kept.all()
    assert [type(logged.event).__name__ for logged in found] == ["Bootstrap", "Issue", "Issue", "Issue"]
    assert {(logged.source, logged.epoch) for logged in found} == {(HALL.id, found[0].event.epoch)}
    entries = await kept.redis.xrange(kept.queue.keys.log(HALL.id))
    assert [stream_id(logged.position) for logged in found] == [id.decode() for id, _ in entries]
    assert sorted(logged.position for logged in found) == [logged.position for logged in found]


async def test_a_read_begins_with_its_position(kept: Kept) -> None:
    for _ in range(3):
        await kept.queue.take()
    found = await kept.all()
    assert await kept.log.read(HALL.id, since=found[1].position, count=1000) == found[1:]
    assert await kept.log.read(HALL.id, since=found[1].position, count=2) == found[1:3]
    after = position(f"{int(found[-1].position.split('-')[0])}-999999")
    assert await kept.log.read(HALL.id, since=after, count=1000) == []
    assert await kept.log.read("nowhere", since=BEGINNING, count=1000) == []


async def test_the_citys_events(kept: Kept) -> None:
    clerk = SignIn(kind="sign_in", at=1, day=date(2026, 11, 23), actor="staff:kim")
    refused = Refusals(kind="refusals", at=2, day=date(2026, 11, 23), actor="anonymous", code="forbidden", count=3)
    await kept.log.append(clerk)
    await kept.log.append(refused)
    found = await kept.log.read(CITY, since=BEGINNING, count=10)
    assert [(logged.event, logged.epoch, logged.source) for logged in found] == [(clerk, "", CITY), (refused, "", CITY)]
    assert await kept.log.length(CITY) == 2
    # A member that says nothing is not kept.
    ((_, fields), *_) = await kept.redis.xrevrange(kept.queue.keys.log(CITY))
    assert set(json.loads(fields[b"event"])) == {"kind", "at", "day", "actor", "code", "count"}


async def test_what_is_no_event_is_not_passed_over(kept: Kept) -> None:
    await kept.redis.xadd(kept.queue.keys.log(HALL.id), {"event": '{"kind": "of the next version"}'})
    with pytest.raises(ValidationError):
        await kept.all()


async def test_the_length(kept: Kept) -> None:
    assert await kept.log.length(HALL.id) == 1
    await kept.queue.take()
    assert await kept.log.length(HALL.id) == 2
    assert await kept.log.length("nowhere") == 0


async def test_the_last_event_until_a_position(kept: Kept) -> None:
    for _ in range(2):
        await kept.queue.take()
    found = await kept.all()
    for logged in found:
        assert await kept.log.last_until(HALL.id, logged.position) == logged
    ms = int(found[0].position.split("-")[0])
    assert await kept.log.last_until(HALL.id, position(f"{ms - 1}-0")) is None
    assert await kept.log.last_until(HALL.id, position(f"{ms + 10**9}-0")) == found[-1]
    assert await kept.log.last_until("nowhere", found[0].position) is None


async def test_the_last_end_of_a_day_until_a_position(kept: Kept) -> None:
    await kept.days_pass(3)
    for _ in range(3):
        await kept.queue.take("b")
    found = await kept.all()
    last = None
    for logged in found:
        last = logged if isinstance(logged.event, EndOfDay) else last
        assert await kept.log.last_end_of_day(HALL.id, logged.position) == last
    assert last


async def test_the_end_of_the_last_day_before_another(kept: Kept) -> None:
    first = kept.queue.clock.today()
    await kept.days_pass(4)
    ends = [logged for logged in await kept.all() if isinstance(logged.event, EndOfDay)]
    assert [logged.event.day for logged in ends] == [first + timedelta(days=n) for n in range(4)]
    assert await kept.log.end_of_last_day_before(HALL.id, first) is None
    for n in range(1, 5):
        assert await kept.log.end_of_last_day_before(HALL.id, first + timedelta(days=n)) == ends[n - 1]
    assert await kept.log.end_of_last_day_before(HALL.id, first + timedelta(days=99)) == ends[-1]
    assert await kept.log.end_of_last_day_before("nowhere", first) is None


async def test_the_failover_that_ended_an_epoch(kept: Kept) -> None:
    await kept.queue.take("b")
    epochs = [(await kept.all())[-1].epoch]
    for _ in range(2):
        await kept.failover()
        epochs.append((await kept.all())[-1].epoch)
    assert len(set(epochs)) == 3
    found = [await kept.log.failover_of(HALL.id, epoch) for epoch in epochs]
    assert [failover and failover.epoch for failover in found] == [*epochs[1:], None]
    events: list[Event] = [logged.event for logged in await kept.all()]
    before = events[: events.index(found[0])]
    assert found[0]
    assert position(found[0].last_id) == (await kept.all())[len(before) - 1].position
    assert isinstance(before[-1], Issue)
    assert sum(isinstance(event, Failover) for event in events) == 2


async def test_trimming_keeps_from_a_position_on(kept: Kept) -> None:
    for _ in range(3):
        await kept.queue.take()
    found = await kept.all()
    await kept.log.trim(HALL.id, before=BEGINNING)
    assert await kept.all() == found
    await kept.log.trim(HALL.id, before=found[2].position)
    assert await kept.all() == found[2:]
    # Ids go on, so that no position comes twice.
    await kept.queue.take("b")
    assert (await kept.all())[-1].position > found[-1].position


async def test_what_a_replica_may_lack_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    have_patience(monkeypatch)
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        await replicate(primary, replica)
        keys = Keys("confirmed")
        topology = OnePrimary(primary.url, WriteConcern(1, keys, durable=True))
        log = EventLog(topology, keys)
        sign_in = SignIn(kind="sign_in", at=1, day=date(2026, 11, 23), actor="staff:kim")
        await log.append(sign_in)
        assert [logged.event for logged in await log.read(CITY, since=BEGINNING, count=10)] == [sign_in]
        replica.freeze()
        try:
            with pytest.raises((NotConfirmed, StoreNotReady, StoreUnavailable)):
                await log.read(CITY, since=BEGINNING, count=10)
        finally:
            replica.thaw()
        await topology.aclose()
