"""Revisions: each is kept under a number, and of two editors the second is refused."""

from datetime import date

from service.domain.staff import SERVICE, Actor
from service.store.revisions import SEED
from tests.store.queue import queue_on
from tests.store.town import document

DAY = date(2026, 11, 23)
ADMIN = Actor("staff", "admin")


async def test_a_revision_is_read_as_it_was_kept(store_url: str) -> None:
    async with queue_on(store_url) as (queue, _):
        changes = [{"at": "rules", "before": {}, "after": None}]
        kept = await queue.revisions.commit(
            {"any": "document"}, knowing=1, by=ADMIN, at=5, day=DAY, from_day=date(2026, 11, 24), changes=changes
        )
        assert kept == (2, True)
        assert await queue.revisions.latest() == 2
        found, first = await queue.revisions.read([2, 9, 1])
        assert (found.number, found.document, found.at, found.by) == (2, {"any": "document"}, 5, "staff:admin")
        assert (found.changes, found.is_whole) == (changes, True)
        assert [found.holds_on(day) for day in (DAY, date(2026, 11, 24), date(2026, 11, 25))] == [False, True, True]
        assert (first.number, first.document, first.from_day) == (1, document(), None)


async def test_who_does_not_know_the_latest_is_told_which_it_is(store_url: str) -> None:
    async with queue_on(store_url) as (queue, _):
        assert await queue.revisions.commit({}, knowing=2, by=ADMIN, at=5, day=DAY) == (1, False)
        assert await queue.revisions.read([2]) == []


async def test_a_seed_counts_only_where_there_is_none(store_url: str) -> None:
    async with queue_on(store_url) as (queue, _):
        assert await queue.revisions.commit({}, knowing=SEED, by=SERVICE, at=5, day=DAY) == (1, False)
