"""Business days and hours: numbers restart every day by themselves, and a closed office gives none."""

from datetime import date, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from service.domain.hours import KST
from service.identity.devices import hash_key
from tests.support import DEVICE, SECRET, MovableClock, Running, running

KEY = {"Authorization": "Bearer a-kiosk-of-ours"}


@pytest.fixture
def real(tmp_path: Path) -> dict[str, object]:
    """Settings of a service that isn't a demo, so that hours count."""
    access = tmp_path / "access.toml"
    access.write_text(f'[devices.k]\nkey = "{hash_key("a-kiosk-of-ours")}"\n')
    return {"demo": False, "secret": SECRET, "access_file": access, "bootstrap_store": True}


async def test_the_next_day_begins_at_the_first_number(service: Running) -> None:
    waiting, held, at_window = [await service.http.take("passport", "apply", priority="disabled") for _ in range(3)]
    cancelled = await service.http.take("passport", "apply")
    await service.http.delete(f"/api/v1/tickets/{cancelled['id']}")
    desk = await service.desk("passport", 1)
    await desk.post("call", {"number": held["number"]})
    await desk.post("hold")
    await desk.post("call", {"number": at_window["number"]})
    before = await service.http.board("passport")

    service.clock.move(days=1)
    assert (await service.http.take("passport", "apply"))["number"] == 101
    after = await service.http.board("passport")
    assert date.fromisoformat(after["day"]) > date.fromisoformat(before["day"])
    assert after["epoch"] == before["epoch"]
    assert after["version"] > before["version"]
    assert after["calls"] == []
    assert {w["state"] for w in after["windows"]} == {"closed"}
    states = [(await service.http.ticket(t["id"]))["state"] for t in (waiting, held, at_window, cancelled)]
    assert states == ["expired", "expired", "served", "cancelled"]
    assert (await service.http.ticket(waiting["id"]))["priority"] == "none"
    for move in ("arrive", None):
        path = f"/api/v1/tickets/{held['id']}"
        answer = await (service.http.post(f"{path}/arrive") if move else service.http.delete(path))
        assert (answer.status_code, answer.json().get("state")) in ((200, "expired"), (409, "expired"))


async def test_calls_keep_counting_over_days(service: Running) -> None:
    desk = await service.desk("passport", 1)
    await service.http.take("passport", "apply")
    await desk.next()
    seq = (await service.http.board("passport"))["calls"][-1]["seq"]
    service.clock.move(days=3)
    await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    await desk.next()
    assert (await service.http.board("passport"))["calls"][-1]["seq"] == seq + 1


async def test_a_slow_clock_does_not_bring_yesterday_back(store_url: str) -> None:
    ahead, behind = MovableClock(), MovableClock()
    ahead.move(days=1)
    async with (
        running(store_url, ahead, namespace="slow-clock") as fast,
        running(store_url, behind, namespace="slow-clock") as slow,
    ):
        first = await fast.http.take("passport", "apply")
        second = await slow.http.take("passport", "apply")
        assert (first["number"], second["number"]) == (101, 102)
        assert first["day"] == second["day"]


async def test_a_closed_days_data_go_by_themselves(service: Running, store_url: str) -> None:
    day = (await service.http.take("passport", "apply"))["day"]
    service.clock.move(days=1)
    await service.http.board("passport")
    namespace = service.app.state.context.settings.namespace
    async with Redis.from_url(store_url) as redis:
        keys = [key.decode() async for key in redis.scan_iter(f"{namespace}:{{passport}}:{day}:*")]
        kept = {key.rsplit(":", 1)[1]: await redis.ttl(key) for key in keys}
    assert kept.keys() == {"tickets", "counters"}
    assert 0 < kept["tickets"] <= 8 * 86400


@pytest.mark.parametrize(
    ("at", "status", "code"),
    [
        (datetime(2026, 11, 23, 9, 0, tzinfo=KST), "open", None),
        (datetime(2026, 11, 23, 12, 30, tzinfo=KST), "lunch", None),
        (datetime(2026, 11, 23, 8, 59, tzinfo=KST), "closed", "office_closed"),
        (datetime(2026, 11, 23, 18, 0, tzinfo=KST), "closed", "office_closed"),
        (datetime(2026, 11, 22, 10, 0, tzinfo=KST), "closed", "office_closed"),
        (datetime(2026, 12, 25, 10, 0, tzinfo=KST), "holiday", "office_closed"),
    ],
)
async def test_numbers_are_given_in_opening_hours(
    store_url: str, real: dict[str, object], at: datetime, status: str, code: str | None
) -> None:
    clock = MovableClock()
    clock.set(at)
    async with running(store_url, clock, **real) as service:
        answer = await service.http.post("/api/v1/offices/howon1/counters/general/tickets", headers=KEY)
        assert answer.json().get("code") == code
        board = await service.http.board("howon1")
        assert board["status"] == status
        assert board["counters"][0]["ticketing"] == ("closed" if code else "open")
        offices = (await service.http.get("/api/v1/offices")).json()["offices"]
        assert next(o for o in offices if o["id"] == "howon1")["status"] == status


async def test_opening_counts_as_a_change(store_url: str, real: dict[str, object]) -> None:
    clock = MovableClock()
    clock.set(datetime(2026, 11, 23, 8, 58, tzinfo=KST))
    async with running(store_url, clock, **real) as service:
        closed = await service.http.get("/api/v1/offices/howon1/board")
        clock.move(minutes=2)
        opened = await service.http.get(
            "/api/v1/offices/howon1/board", headers={"If-None-Match": closed.headers["etag"]}
        )
        assert opened.status_code == 200
        assert opened.json()["version"] > closed.json()["version"]


async def test_a_demo_is_open_at_any_hour(store_url: str) -> None:
    clock = MovableClock()
    clock.set(datetime(2026, 12, 25, 3, 0, tzinfo=KST))
    async with running(store_url, clock) as service:
        answer = await service.http.post("/api/v1/offices/howon1/counters/general/tickets", headers=DEVICE)
        assert answer.status_code == 201
