"""Edits of the city on the real store: what is adopted at once, what is refused, what waits, and who learns of it."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from service.directory.editor import ANY
from service.domain.city_event import EditCity
from service.domain.conflicts import InUse, NumbersUsedUp, RevisionChanged
from service.domain.errors import InvalidCity, PreconditionFailed, UnknownOffice
from service.domain.event import parse
from service.domain.fold import fold
from service.domain.staff import Actor
from service.store.driver.topology import OnePrimary
from service.store.keys import CITY
from service.store.scripts import load_scripts
from tests.store.folded import cities, meta_of_fold, meta_of_store
from tests.store.queue import CLERK, KEPT_HERE, Queue
from tests.store.town import HALL_ENTRY, MORNING, document
from tests.support import StoppedClock

ADMIN = Actor("staff", "admin")
ANNEX_ENTRY = HALL_ENTRY | {"id": "annex"}


class Town:
    """Two processes on one store: `one` edits, and `other` learns of it."""

    def __init__(self, one: Queue, other: Queue, clock: StoppedClock) -> None:
        self.one = one
        self.other = other
        self.clock = clock

    async def edit(self, change: Callable[[dict[str, Any]], None], *, next_day: bool = False) -> int:
        """Edits the latest document."""
        latest = self.one.directory.latest
        assert latest
        edited = deepcopy(dict(latest.document))
        change(edited)
        return await self.one.editor.edit(edited, knowing=latest.number, by=ADMIN, next_day=next_day)

    def move_to(self, now: datetime) -> None:
        self.clock.ahead += now - self.clock()

    async def revision_on_board(self, queue: Queue, office: str = "hall") -> int:
        return (await queue.reader.refresh(queue.city.office(office))).board.revision


@asynccontextmanager
async def town_on(store_url: str, seed: dict[str, Any] | None = None) -> AsyncIterator[Town]:
    clock = StoppedClock()
    clock.ahead += MORNING - clock()
    first, second = OnePrimary(store_url, KEPT_HERE), OnePrimary(store_url, KEPT_HERE)
    async with Redis.from_url(store_url) as redis:
        one = Queue(seed or document(), clock, load_scripts(), first, redis)
        await one.bootstrap()
        other = Queue(seed or document(), clock, load_scripts(), second, redis, namespace=one.keys.namespace)
        await other.bootstrap()
        yield Town(one, other, clock)
    await first.aclose()
    await second.aclose()


def office(edited: dict[str, Any], id: str = "hall") -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in edited["offices"] if entry["id"] == id)
    return found


def without_counter(id: str) -> Callable[[dict[str, Any]], None]:
    def change(edited: dict[str, Any]) -> None:
        hall = office(edited)
        hall["counters"] = [counter for counter in hall["counters"] if counter["id"] != id]
        hall["windows"] = [
            window | {"counters": [counter for counter in window["counters"] if counter != id]}
            for window in hall["windows"]
            if window["counters"] != [id]
        ]

    return change


def rename(edited: dict[str, Any]) -> None:
    office(edited)["name"] = {"ko": "새 회관", "en": "New hall"}


async def test_an_edit_is_in_force_at_once_and_every_process_learns_of_it(store_url: str) -> None:
    async with town_on(store_url) as town:
        stale = town.other.city.office("hall")
        assert await town.edit(rename) == 2
        assert town.one.city.office("hall").name.en == "New hall"
        assert await town.revision_on_board(town.one) == 2
        # Nobody has told the other process: the store refuses what it made of the revision before.
        with pytest.raises(RevisionChanged):
            await town.other.windows.open(stale, 1, ["a"], by=CLERK)
        found = town.other.city.office("hall")
        assert (found.name.en, found.revision) == ("New hall", 2)
        await town.other.windows.open(found, 1, ["a"], by=CLERK)
        assert await town.revision_on_board(town.other) == 2


async def test_the_same_document_is_no_new_revision(store_url: str) -> None:
    async with town_on(store_url) as town:
        assert await town.edit(lambda edited: None) == 1


async def test_of_two_edits_of_one_revision_the_second_is_refused(store_url: str) -> None:
    async with town_on(store_url) as town:
        await town.edit(rename)
        with pytest.raises(PreconditionFailed):
            await town.other.editor.edit(document(), knowing=1, by=ADMIN)
        assert town.other.directory.latest
        assert town.other.directory.latest.number == 2
        assert await town.other.editor.edit(document(), knowing=ANY, by=ADMIN) == 3


async def test_a_mistake_is_no_revision(store_url: str) -> None:
    async with town_on(store_url) as town:
        with pytest.raises(InvalidCity, match='unknown field "lunhc": did you mean "lunch"'):
            await town.edit(lambda edited: office(edited).update(lunhc="12:00-13:00"))
        assert await town.one.revisions.latest() == 1


async def test_a_counter_with_people_stays_until_they_are_served_or_the_day_is_over(store_url: str) -> None:
    async with town_on(store_url) as town:
        ticket = await town.one.take("b")
        with pytest.raises(InUse) as refused:
            await town.edit(without_counter("b"))
        assert refused.value.extra["in_use"] == [{"office": "hall", "what": "counter", "id": "b", "count": 1}]
        assert await town.one.revisions.latest() == 1
        assert await town.edit(without_counter("b"), next_day=True) == 2
        assert [counter.id for counter in town.one.city.office("hall").counters] == ["a", "b", "c"]
        assert await town.revision_on_board(town.one) == 1
        # The counter works until midnight.
        await town.one.windows.open(town.one.city.office("hall"), 1, ["b"], by=CLERK)
        called = await town.one.windows.next(town.one.city.office("hall"), 1, None, by=CLERK)
        assert called.called
        assert called.called.number == ticket.number
        town.move_to(MORNING + timedelta(days=1))
        for queue in (town.other, town.one):
            await queue.editor._follow()
            assert [counter.id for counter in queue.city.office("hall").counters] == ["a", "c"]
            assert await town.revision_on_board(queue) == 2


async def test_what_is_in_use_is_named_in_full(store_url: str) -> None:
    async with town_on(store_url, document([HALL_ENTRY, ANNEX_ENTRY])) as town:
        hall = town.one.city.office("hall")
        await town.one.take("c")
        await town.one.windows.open(town.one.city.office("annex"), 2, ["a"], by=CLERK)

        def change(edited: dict[str, Any]) -> None:
            without_counter("c")(edited)
            annex = office(edited, "annex")
            annex["windows"] = [window for window in annex["windows"] if window["id"] != 2]

        with pytest.raises(InUse) as refused:
            await town.edit(change)
        assert refused.value.extra["in_use"] == [
            {"office": "annex", "what": "window", "id": "2", "count": 0},
            {"office": "hall", "what": "counter", "id": "c", "count": 1},
        ]
        assert "Office annex: window 2 is open: close it first" in refused.value.detail
        assert town.one.city.office("hall") == hall


@pytest.mark.parametrize(
    ("band", "fits"),
    [([1, 29], False), ([1, 20], True), ([1, 2], True), ([1, 1], False), ([2, 19], False), ([51, 60], False)],
)
async def test_a_band_keeps_the_numbers_that_were_given(store_url: str, band: list[int], fits: bool) -> None:
    async with town_on(store_url) as town:
        for _ in range(2):
            await town.one.take("a")

        def change(edited: dict[str, Any]) -> None:
            office(edited)["counters"][0]["numbers"] = band
            # Room for a wider band.
            office(edited)["counters"][1]["numbers"] = [30, 39] if band == [1, 29] else [21, 39]

        if fits:
            assert await town.edit(change) == 2
            assert (await town.one.reader.refresh(town.one.city.office("hall"))).board.revision == 2
        elif band == [1, 29]:
            # Nobody has a number of the other counter, so that its band may move.
            assert await town.edit(change) == 2
            assert (await town.one.take("a")).number == 3
        else:
            with pytest.raises(InUse) as refused:
                await town.edit(change)
            assert refused.value.extra["in_use"] == [{"office": "hall", "what": "numbers", "id": "a", "count": 2}]


async def test_a_number_of_a_counter_that_is_gone_is_not_given_again(store_url: str) -> None:
    async with town_on(store_url) as town:
        for _ in range(2):
            await town.one.tickets.cancel(await town.one.take("c"), by=CLERK)

        def change(edited: dict[str, Any]) -> None:
            for counter in office(edited)["counters"]:
                if counter["id"] == "c":
                    counter |= {"id": "heir", "numbers": [41, 43]}
            for window in office(edited)["windows"]:
                window["counters"] = ["heir" if counter == "c" else counter for counter in window["counters"]]

        await town.edit(change)
        assert (await town.one.take("heir")).number == 43
        with pytest.raises(NumbersUsedUp):
            await town.one.take("heir")


async def test_an_office_comes_and_goes_and_comes_back(store_url: str) -> None:
    async with town_on(store_url) as town:
        await town.edit(lambda edited: edited["offices"].append(ANNEX_ENTRY))
        assert (await town.one.take("a")).number == 1
        annex = town.one.city.office("annex")
        assert annex.revision == 2
        assert await town.revision_on_board(town.one, "annex") == 2
        await town.other.editor._follow()
        assert [office.id for office in town.other.city.offices] == ["hall", "annex"]

        await town.edit(lambda edited: edited["offices"].pop())
        with pytest.raises(UnknownOffice):
            town.one.city.office("annex")
        with pytest.raises(UnknownOffice):
            await town.other.reader.refresh(town.other.city.office("annex"))
        assert [office.id for office in town.other.city.offices] == ["hall"]

        await town.edit(lambda edited: edited["offices"].append(ANNEX_ENTRY))
        assert await town.revision_on_board(town.one, "annex") == 4


async def test_an_office_with_people_is_not_taken_out(store_url: str) -> None:
    async with town_on(store_url, document([ANNEX_ENTRY, HALL_ENTRY])) as town:
        await town.one.take("a")
        with pytest.raises(InUse):
            await town.edit(lambda edited: edited["offices"].pop(0))


async def test_an_edit_does_not_carry_another_one_along_that_waits(store_url: str) -> None:
    async with town_on(store_url, document([HALL_ENTRY, ANNEX_ENTRY])) as town:
        await town.edit(without_counter("c"), next_day=True)
        with pytest.raises(InUse) as refused:
            await town.edit(rename)
        assert refused.value.extra["in_use"] == [{"office": "hall", "what": "revision", "id": "2", "count": 0}]
        await town.edit(lambda edited: office(edited, "annex").update(lunch="none"))
        assert town.one.city.office("annex").lunch is None
        hall = town.one.city.office("hall")
        assert (hall.revision, len(hall.counters)) == (1, 3)
        assert await town.edit(rename, next_day=True) == 4
        town.move_to(MORNING + timedelta(days=1))
        await town.one.editor._follow()
        hall = town.one.city.office("hall")
        assert (hall.revision, hall.name.en, len(hall.counters)) == (4, "New hall", 2)


async def test_what_comes_into_use_after_the_look_lets_the_office_wait(
    store_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town_on(store_url) as town:
        commit = town.one.revisions.commit

        async def somebody_comes(*args: Any, **kwargs: Any) -> Any:
            await town.other.take("c")
            return await commit(*args, **kwargs)

        monkeypatch.setattr(town.one.revisions, "commit", somebody_comes)
        assert await town.edit(without_counter("c")) == 2
        assert "revision 2 waits: Nothing was changed. Office hall: 1 tickets of counter c" in caplog.text
        hall = town.one.city.office("hall")
        assert (hall.revision, len(hall.counters)) == (1, 3)
        await town.one.windows.open(hall, 3, ["c"], by=CLERK)
        await town.one.windows.next(hall, 3, None, by=CLERK)
        await town.one.editor._follow()
        assert town.one.city.office("hall").revision == 1
        await town.one.windows.finish(hall, 3, None, by=CLERK)
        await town.one.editor._follow()
        assert town.one.city.office("hall").revision == 2
        assert caplog.text.count("revision 2 waits") == 1


async def test_the_log_says_who_edited_and_when_an_office_adopted_it(store_url: str) -> None:
    async with town_on(store_url) as town:
        await town.edit(rename)
        queue = town.one
        await queue.reader.refresh(queue.city.office("hall"))
        ((_, entry),) = await queue.redis.xrange(queue.keys.log(CITY))
        edit = parse(entry[b"event"])
        assert isinstance(edit, EditCity)
        assert (edit.actor, edit.to) == ("staff:admin", 2)
        assert edit.changes == (
            {"at": "offices/hall/name/ko", "before": "회관", "after": "새 회관"},
            {"at": "offices/hall/name/en", "before": "Hall", "after": "New hall"},
        )
        log = [parse(fields[b"event"]) for _, fields in await queue.redis.xrange(queue.keys.log("hall"))]
        assert [event.kind for event in log] == ["bootstrap", "revise", "status"]
        state = fold(log, await cities(queue.editor))  # type: ignore[arg-type]
        assert meta_of_fold(state) == await meta_of_store(queue.redis, queue.keys, "hall")
        board = (await queue.reader.refresh(queue.city.office("hall"))).board
        assert state.board("hall").model_dump() == board.model_dump()


async def test_a_later_file_that_differs_is_only_reported(store_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with town_on(store_url) as town:
        seed = document()
        rename(seed)
        topology = OnePrimary(store_url, KEPT_HERE)
        later = Queue(seed, town.clock, load_scripts(), topology, town.one.redis, namespace=town.one.keys.namespace)
        caplog.set_level(logging.WARNING)
        await later.bootstrap()
        later.editor.tell_of_file()
        assert later.city.office("hall").name.en == "Hall"
        assert caplog.messages == [
            "the city's file differs from revision 1 of the city, which counts: see python -m service city diff"
        ]
        await topology.aclose()


async def test_revisions_of_the_version_before_edits_are_taken_over(store_url: str) -> None:
    clock = StoppedClock()
    topology = OnePrimary(store_url, KEPT_HERE)
    async with Redis.from_url(store_url) as redis:
        queue = Queue(document(), clock, load_scripts(), topology, redis)
        earlier = queue.city.model_dump_json()
        await redis.hset(queue.keys.earlier_revisions, mapping={"latest": 3, "3": earlier})
        await queue.bootstrap()
        assert queue.city.office("hall").revision == 4
        assert [revision.number for revision in await queue.editor.newest(10)] == [4, 3]
        assert await queue.editor.edit(document(), knowing=4, by=ADMIN) == 4
        assert (await cities(queue.editor))[3].offices == tuple(office.of_revision(0) for office in queue.city.offices)
    await topology.aclose()
