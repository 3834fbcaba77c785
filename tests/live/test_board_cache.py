"""The board cache: whether a board is current, which of two is newer, and what is sent."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from service.domain.board import BoardContent, WaitsKey
from service.domain.errors import StoreUnavailable
from service.domain.lobby import Lobby
from service.domain.office import City, Office
from service.domain.service_clock import ServiceClock
from service.live.board_cache import BoardCache
from service.store.boards import BoardRead, OfficeVersion
from tests.store.town import HALL, MORNING, TOWN

TODAY = MORNING.date()


class Moved:
    """A clock that a test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def cache_of(city: City = TOWN) -> tuple[BoardCache, Moved]:
    clock = Moved(MORNING)
    return BoardCache(ServiceClock(lambda: city, clock), lambda version, _status: WaitsKey(version)), clock


def board(office: Office = HALL, *, epoch: str = "e", version: int = 1, day: date = TODAY) -> BoardContent:
    return BoardContent(
        office=office.id,
        epoch=epoch,
        version=version,
        day=day,
        status="open",
        counters=[],
        windows=[],
        calls=[],
        notices=[],
        lobby=Lobby(),
        revision=office.revision,
    )


def test_a_board_stands_as_long_as_nothing_that_it_is_made_of_has_changed() -> None:
    cache, clock = cache_of()
    assert cache.current(HALL, OfficeVersion("e", 1, "")) is None
    cached = cache.put(HALL, BoardRead(board(), None), clock())
    assert cache.current(HALL, OfficeVersion("e", 1, "")) is cached
    assert cache.current(HALL, OfficeVersion("e", 2, "")) is None
    assert cache.current(HALL, OfficeVersion("another", 1, "")) is None
    assert cache.current(HALL, None) is None
    clock.now += timedelta(hours=12)
    assert cache.current(HALL, OfficeVersion("e", 1, "")) is None, "the office has closed"


def test_a_board_of_yesterday_does_not_stand() -> None:
    cache, clock = cache_of()
    cache.put(HALL, BoardRead(board(), None), clock())
    clock.now += timedelta(days=1)
    assert cache.current(HALL, OfficeVersion("e", 1, "")) is None


def test_a_board_stands_until_a_ticket_lapses() -> None:
    cache, clock = cache_of()
    lapses = clock() + timedelta(minutes=5)
    cached = cache.put(HALL, BoardRead(board(), int(lapses.timestamp() * 1000)), clock())
    clock.now = lapses - timedelta(milliseconds=1)
    assert cache.current(HALL, OfficeVersion("e", 1, "")) is cached
    clock.now = lapses
    assert cache.current(HALL, OfficeVersion("e", 1, "")) is None


def test_a_read_that_is_answered_late_replaces_nothing_newer() -> None:
    cache, clock = cache_of()
    newest = cache.put(HALL, BoardRead(board(version=3), None), clock())
    assert cache.put(HALL, BoardRead(board(version=2), None), clock()) is newest
    assert cache.put(HALL, None, clock()) is newest
    assert cache.put(HALL, BoardRead(board(epoch="after a failover"), None), clock()) is not newest
    assert cache.newest(HALL.id) == board(epoch="after a failover")


def test_the_tag_is_of_the_content() -> None:
    cache, clock = cache_of()
    first = cache.put(HALL, BoardRead(board(), None), clock())
    clock.now += timedelta(minutes=1)
    again = cache.put(HALL, BoardRead(board(), None), clock())
    assert first.etag == again.etag
    assert cache.fresh(first, MORNING).etag == cache.fresh(again, clock()).etag
    assert cache.put(HALL, BoardRead(board(version=2), None), clock()).etag != first.etag


def test_what_goes_out_says_how_old_it_is() -> None:
    cache, clock = cache_of()
    cached = cache.put(HALL, BoardRead(board(), None), clock())
    fresh = json.loads(cache.fresh(cached, clock()).body)
    assert (fresh["at"], fresh["fresh_at"], fresh["stale"]) == (MORNING.isoformat(), MORNING.isoformat(), False)
    clock.now += timedelta(seconds=90)
    stale = cache.stale(HALL, longest=300)
    body = json.loads(stale.body)
    assert (body["at"], body["fresh_at"], body["stale"]) == (clock().isoformat(), MORNING.isoformat(), True)
    assert (stale.age, stale.etag) == (90, cached.etag[:-1] + '-stale"')
    assert {name: body[name] for name in fresh if name not in ("at", "fresh_at", "stale")} == json.loads(cached.content)


def test_a_board_that_is_too_old_is_not_shown() -> None:
    cache, clock = cache_of()
    with pytest.raises(StoreUnavailable):
        cache.stale(HALL, longest=300)
    cache.put(HALL, BoardRead(board(), None), clock())
    clock.now += timedelta(seconds=299)
    cache.confirm(HALL, clock())
    clock.now += timedelta(seconds=300)
    assert cache.stale(HALL, longest=300).age == 300
    clock.now += timedelta(seconds=1)
    with pytest.raises(StoreUnavailable):
        cache.stale(HALL, longest=300)


def test_a_clock_in_another_zone_is_told_in_seoul_s() -> None:
    cache, clock = cache_of()
    clock.now = MORNING.astimezone(UTC)
    cached = cache.put(HALL, BoardRead(board(), None), clock())
    assert json.loads(cache.fresh(cached, clock()).body)["at"] == MORNING.isoformat()
