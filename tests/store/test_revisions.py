"""Revisions: every configuration that was in force has a number, and the same one has no second."""

from service.domain.fields import Name
from service.store.revisions import Revisions
from tests.store.queue import queue_on
from tests.store.town import TOWN

RENAMED = TOWN.model_copy(update={"name": Name(ko="동네", en="Village")})


async def test_a_configuration_has_a_number_and_stays(store_url: str) -> None:
    async with queue_on(store_url) as (queue, redis):
        # The queue has entered it.
        assert queue.revisions.current == 1
        later = Revisions(redis, queue.keys)
        assert await later.enter(TOWN) == 1
        assert await later.enter(RENAMED) == 2
        assert await later.enter(RENAMED) == 2
        assert later.current == 2
        assert await later.read() == {1: TOWN, 2: RENAMED}


async def test_one_that_comes_back_is_a_new_revision(store_url: str) -> None:
    async with queue_on(store_url) as (queue, _):
        assert [await queue.revisions.enter(city) for city in (RENAMED, TOWN, TOWN)] == [2, 3, 3]
        assert await queue.revisions.read() == {1: TOWN, 2: RENAMED, 3: TOWN}


async def test_a_process_serves_the_one_that_it_has_entered(store_url: str) -> None:
    async with queue_on(store_url) as (queue, redis):
        await Revisions(redis, queue.keys).enter(RENAMED)
        assert queue.revisions.current == 1
        await queue.take()
        (entry,) = await redis.xrevrange(queue.keys.log("hall"), count=1)
        assert b'"revision":1' in entry[1][b"event"]


async def test_before_one_is_entered_it_is_none(store_url: str) -> None:
    async with queue_on(store_url) as (queue, redis):
        assert Revisions(redis, queue.keys).current == 0
