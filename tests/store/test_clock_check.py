"""A machine whose clock is wrong changes nothing, says so, and serves again as soon as its clock is right."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.domain.hours import KST
from service.settings import Settings
from tests.support import DEVICE, MovableClock, Running, machine_clock, running

TICKETS = "/api/v1/offices/passport/counters/apply/tickets"
TOLERANCE = Settings.model_fields["clock_tolerance_seconds"].default


async def says(service: Running, path: str) -> tuple[int, Any]:
    answer = await (service.http.post(path, headers=DEVICE) if path == TICKETS else service.http.get(path))
    return answer.status_code, answer.json().get("code")


async def test_a_machine_in_2030_ends_nobodys_day(store_url: str) -> None:
    clock = MovableClock()
    clock.set(datetime(2030, 1, 1, 9, tzinfo=KST))
    common = {"namespace": "in-2030", "clock_tolerance_seconds": TOLERANCE}
    async with (
        running(store_url, machine_clock(), **common) as right,
        running(store_url, clock, wait_ready=False, **common) as wrong,
    ):
        first = await right.http.take("passport", "apply")
        before = (await right.http.board("passport"))["counters"]
        for path in (TICKETS, "/health/ready"):
            assert await says(wrong, path) == (503, "clock_off")
        assert (await wrong.http.get("/health/live")).status_code == 200
        assert (await right.http.board("passport"))["counters"] == before
        assert (await right.http.ticket(first["id"]))["state"] == "waiting"
        assert (await right.http.take("passport", "apply"))["number"] == first["number"] + 1
        # Its clock is corrected, and nothing else is done.
        clock.set(datetime.now(KST))
        async with asyncio.timeout(30):
            while await says(wrong, "/health/ready") != (200, None):
                await asyncio.sleep(0.05)
        assert (await wrong.http.take("passport", "apply"))["number"] == first["number"] + 2


@pytest.mark.parametrize(
    ("ahead", "side"),
    [(timedelta(minutes=5), "300 seconds ahead of"), (timedelta(minutes=-5), "300 seconds behind")],
    ids=["ahead", "behind"],
)
async def test_a_clock_that_goes_wrong(store_url: str, ahead: timedelta, side: str) -> None:
    async with running(store_url, machine_clock(), clock_tolerance_seconds=TOLERANCE) as service:
        board = await service.http.board("passport")
        service.clock.ahead += ahead
        answer = await service.http.post(TICKETS, headers=DEVICE)
        assert (answer.status_code, answer.json()["code"]) == (503, "clock_off")
        assert answer.json()["detail"].startswith(f"This machine's clock is {side} the store's")
        assert await says(service, "/health/ready") == (503, "clock_off")
        service.clock.ahead -= ahead
        assert await says(service, "/health/ready") == (200, None)
        assert (await service.http.take("passport", "apply"))["number"] == 101
        assert (await service.http.board("passport"))["day"] == board["day"]


@pytest.mark.parametrize("seconds", [-TOLERANCE / 2, TOLERANCE / 2])
async def test_a_clock_that_is_nearly_right_will_do(store_url: str, seconds: float) -> None:
    clock = machine_clock()
    clock.move(seconds=seconds)
    async with running(store_url, clock, clock_tolerance_seconds=TOLERANCE) as service:
        assert (await service.http.take("passport", "apply"))["number"] == 101
