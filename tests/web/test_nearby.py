"""Nearby: the offices that give a service, best first, from what the process knows already."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.domain.board import BoardContent
from service.domain.errors import StoreUnavailable
from service.domain.hours import KST
from service.domain.wait import Wait
from service.live.freshness import Freshness
from tests.browser.halls import real_thing
from tests.projections.projected import until
from tests.support import DEVICE, MovableClock, Running, running, service_process

NEARBY = "/api/v1/nearby"
HOWON1 = {"lat": 37.7120444, "lon": 127.0487191}
JANGAM, HOWON2, SINGOK1 = 1650, 1700, 2300
"""Metres from Howon 1-dong, of a position that is rounded."""
PLACELESS = ["uijeongbu1", "uijeongbu2", "jageum", "ganeung", "heungseon", "nogyang"]
"""Dong offices whose place isn't known, in the city's order."""


def minutes(minutes: int, low: int, high: int) -> Wait:
    return Wait(minutes=minutes, low=low, high=high, resumes=None, served_today=None)


async def knowing(service: Running, monkeypatch: pytest.MonkeyPatch, waits: dict[str, Wait]) -> None:
    """The process has a board of every office, with these waits at the counter for moving in."""
    cache = service.app.state.context.board_cache
    newest = cache.newest
    offices = service.app.state.context.city.offices
    await until(lambda: asyncio.sleep(0, all(newest(office.id) for office in offices)))

    def with_waits(office: str) -> BoardContent:
        board: BoardContent = newest(office)
        counters = [
            counter.model_copy(update={"wait": waits.get(office) if counter.id == "move-in" else None})
            for counter in board.counters
        ]
        return board.model_copy(update={"counters": counters})

    monkeypatch.setattr(cache, "newest", with_waits)


async def asked(service: Running, **query: Any) -> list[dict[str, Any]]:
    answer = await service.http.get(NEARBY, params={"counter": "move-in", **query})
    assert answer.status_code == 200, answer.text
    offices: list[dict[str, Any]] = answer.json()
    return offices


async def test_offices_are_ranked_by_their_wait_and_the_way(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = {"howon1": minutes(60, 45, 80), "howon2": minutes(3, 1, 6), "jangam": minutes(4, 2, 7)}
    await knowing(service, monkeypatch, waits)
    first, second, third, *others = await asked(service, **HOWON1)
    wait = {"word": "minutes", "resumes": None, "provisional": False, "served_today": None}
    assert [first, second, third] == [
        {
            "office": "howon2",
            "wait": {"minutes": 3, "low": 1, "high": 6, **wait},
            "distance_m": HOWON2,
            "clearly_better": False,
        },
        {
            "office": "jangam",
            "wait": {"minutes": 4, "low": 2, "high": 7, **wait},
            "distance_m": JANGAM,
            "clearly_better": True,
        },
        {
            "office": "howon1",
            "wait": {"minutes": 60, "low": 45, "high": 80, **wait},
            "distance_m": 50,
            "clearly_better": False,
        },
    ]
    # Nothing is known of the others' waits: the nearest first, and last those whose place is not known.
    assert (others[0]["office"], others[0]["distance_m"]) == ("singok1", SINGOK1)
    assert [one["office"] for one in others[-6:]] == PLACELESS
    assert {(one["wait"], one["clearly_better"]) for one in others} == {(None, False)}
    assert len(others) == 11


async def test_without_a_position_only_waits_count(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    await knowing(service, monkeypatch, {"howon1": minutes(60, 45, 80), "nogyang": minutes(20, 12, 30)})
    first, second, third, *_ = await asked(service)
    assert (first["office"], first["clearly_better"], second["office"]) == ("nogyang", True, "howon1")
    assert third["office"] == "uijeongbu1"
    assert {one["distance_m"] for one in await asked(service)} == {None}


async def test_who_gives_no_numbers_is_last_and_has_no_wait(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    await knowing(service, monkeypatch, {"howon1": minutes(0, 0, 1), "howon2": minutes(60, 45, 80)})
    staff = await service.http.sign_in("clerk-howon1")
    answer = await service.http.post("/api/v1/offices/howon1/counters/move-in/pause", headers=staff)
    assert answer.status_code == 200
    while (last := (await asked(service, **HOWON1))[-1])["office"] != "howon1":
        await asyncio.sleep(0.01)
    assert (last["wait"], last["distance_m"], last["clearly_better"]) == (None, 50, False)
    assert (await asked(service, **HOWON1))[0]["office"] == "howon2"


async def test_closed_offices_are_last_and_late_ones_are_no_choice(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = MovableClock()
    clock.set(datetime(2026, 11, 25, 17, 50, tzinfo=KST))
    async with running(store_url, clock, **real_thing(tmp_path)) as service:
        await knowing(service, monkeypatch, {"howon1": minutes(40, 30, 55), "howon2": minutes(0, 0, 1)})
        first, second, *_ = await asked(service, **HOWON1)
        # Nobody is there before six.
        assert (first["office"], first["clearly_better"], second["office"]) == ("howon1", False, "howon2")
        clock.set(datetime(2026, 11, 25, 18, 10, tzinfo=KST))
        closed = await asked(service, **HOWON1)
        assert {one["wait"] is None for one in closed} == {True}
        assert closed[0]["office"] == "howon1"


async def test_it_asks_the_store_nothing_and_takes_old_facts_for_none(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await knowing(service, monkeypatch, {"howon1": minutes(5, 2, 9)})

    async def away(*_: object) -> None:
        raise StoreUnavailable

    for read in ("current", "refresh"):
        monkeypatch.setattr(service.app.state.context.boards, read, away)
    assert (await asked(service, **HOWON1))[0]["wait"]["minutes"] == 5
    monkeypatch.setattr(Freshness, "is_stale", property(lambda self: True))
    assert {one["wait"] is None for one in await asked(service, **HOWON1)} == {True}


async def test_anyone_may_ask_and_nobody_keeps_the_answer(service: Running) -> None:
    answer = await service.http.get(NEARBY, params={"counter": "move-in", **HOWON1})
    assert (answer.headers["cache-control"], answer.headers["access-control-allow-origin"]) == ("no-store", "*")
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("query", "status", "code", "at"),
    [
        ({}, 422, "invalid_request", "query.counter"),
        ({"counter": "move-in", "lat": 91, "lon": 127}, 422, "invalid_request", "query.lat"),
        ({"counter": "move-in", "lat": 37, "lon": -181}, 422, "invalid_request", "query.lon"),
        ({"counter": "move-in", "lat": "nan", "lon": 127}, 422, "invalid_request", "query.lat"),
        ({"counter": "move-in", "lat": 37, "lon": "inf"}, 422, "invalid_request", "query.lon"),
        ({"counter": "move-in", "lat": "here", "lon": 127}, 422, "invalid_request", "query.lat"),
        ({"counter": "move-in", "lat": 37}, 422, "invalid_request", "query.lon"),
        ({"counter": "move-in", "lon": 127}, 422, "invalid_request", "query.lat"),
        ({"counter": "a" * 65}, 422, "invalid_request", "query.counter"),
        ({"counter": "moving"}, 404, "unknown_counter", None),
    ],
)
async def test_what_is_wrong_is_said(
    service: Running, query: dict[str, Any], status: int, code: str, at: str | None
) -> None:
    answer = await service.http.get(NEARBY, params=query)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert [error["at"] for error in problem.get("errors", [])] == ([at] if at else [])
    assert answer.headers["cache-control"] == "no-store"


def test_a_position_is_in_no_log_line_and_no_metric(tmp_path: Path) -> None:
    where = {"lat": "37.7129", "lon": "127.0456"}
    with service_process(tmp_path) as service, httpx.Client(base_url=service.url, timeout=60) as http:
        asked = [
            ("GET", where, 200),
            ("GET", {**where, "counter": "moving"}, 404),
            ("GET", {"lat": where["lat"], "lon": "1127.0456"}, 422),
            ("GET", {"lat": where["lat"]}, 422),
            ("POST", where, 405),
            ("OPTIONS", where, None),
        ]
        for method, query, status in asked:
            answer = http.request(method, NEARBY, params={"counter": "move-in", **query}, headers=DEVICE)
            assert status in (None, answer.status_code)
        metrics = http.get("/metrics").text
        service.stop()
    said = service.output.read_text()
    assert said.count(f'"route":"{NEARBY}"') >= 5
    assert f'route="{NEARBY}"' in metrics
    for number in ("7.712", "7.713", "127.04"):
        assert number not in said
        assert number not in metrics
