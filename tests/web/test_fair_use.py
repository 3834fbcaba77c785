"""Limits on what one person can take: numbers, places in the line, a priority, somebody else's ticket."""

import asyncio
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.domain.hours import KST
from service.identity.devices import hash_key
from tests.support import DEVICE, MovableClock, Running, running
from tests.web.test_rules import town

APPLY = "/api/v1/offices/passport/counters/apply/tickets"
A = "/api/v1/offices/hall/counters/a/tickets"
ONLINE = {"channel": "online"}


def of(address: str, **more: str) -> dict[str, str]:
    """The headers that a proxy on this machine sends for a client at this address."""
    return {"X-Forwarded-For": address, **more}


async def online(service: Running, address: str = "203.0.113.7", path: str = APPLY, **more: str) -> httpx.Response:
    return await service.http.post(path, json=ONLINE, headers=of(address, **more))


def code(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json().get("code")


async def test_online_numbers_leave_walk_ins_their_share(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path, last=11)) as service:
        answers = await asyncio.gather(*(online(service, f"203.0.113.{n}", A) for n in range(20)))
        assert sorted(code(answer) for answer in answers) == [(201, None)] * 5 + [(409, "online_quota_used_up")] * 15
        # Numbers of cancelled tickets are not given again.
        taken = next(answer.json() for answer in answers if answer.status_code == 201)
        await service.http.delete(f"/api/v1/tickets/{taken['id']}")
        assert code(await online(service, path=A)) == (409, "online_quota_used_up")
        for _ in range(6):
            await service.http.take("hall", "a")
        answer = await service.http.post(A, headers=DEVICE)
        assert code(answer) == (409, "numbers_used_up")


async def test_online_tickets_take_no_walk_ins_place(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path, extra=", max_waiting = 2")) as service:
        for _ in range(2):
            assert (await online(service, path=A)).status_code == 201
        assert code(await online(service, path=A)) == (409, "counter_full")
        assert (await service.http.board("hall"))["counters"][0]["ticketing"] == "open"
        for _ in range(2):
            await service.http.take("hall", "a")
        assert code(await service.http.post(A, headers=DEVICE)) == (409, "counter_full")
        assert (await service.http.board("hall"))["counters"][0]["ticketing"] == "full"


async def test_an_address_takes_so_many_online_numbers_an_hour(store_url: str) -> None:
    async with running(store_url, online_tickets_an_hour=3) as service:
        answers = await asyncio.gather(*(online(service) for _ in range(10)))
        assert sorted(code(answer) for answer in answers) == [(201, None)] * 3 + [(429, "too_many_tickets")] * 7
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert 3500 < int(refused.headers["retry-after"]) <= 3600
        # A cancelled ticket gives no number back.
        taken = next(answer.json() for answer in answers if answer.status_code == 201)
        await service.http.delete(f"/api/v1/tickets/{taken['id']}")
        assert code(await online(service)) == (429, "too_many_tickets")
        assert (await online(service, "203.0.113.8")).status_code == 201
        # The kiosk is not affected.
        assert (await service.http.post(APPLY, headers={**DEVICE, **of("203.0.113.7")})).status_code == 201
        service.clock.move(minutes=61)
        assert (await online(service)).status_code == 201


async def test_a_network_is_one_address(store_url: str) -> None:
    async with running(store_url, online_tickets_an_hour=3) as service:
        answers = [await online(service, f"2001:db8:1:2::{n:x}") for n in range(5)]
        assert [answer.status_code for answer in answers] == [201] * 3 + [429] * 2
        assert (await online(service, "2001:db8:1:3::1")).status_code == 201


async def test_only_numbers_that_were_given_count(store_url: str) -> None:
    async with running(store_url, online_tickets_an_hour=2) as service:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        first = await online(service, **key)
        # The same request again, and one that is refused, take none of them.
        for _ in range(3):
            assert (await online(service, **key)).json()["id"] == first.json()["id"]
        staff = await service.http.sign_in("clerk-passport")
        await service.http.post("/api/v1/offices/passport/counters/apply/pause", headers=staff)
        assert code(await online(service)) == (409, "counter_paused")
        await service.http.post("/api/v1/offices/passport/counters/apply/resume", headers=staff)
        assert (await online(service)).status_code == 201
        assert code(await online(service)) == (429, "too_many_tickets")
        # A repetition after a lost answer gets its ticket even then.
        assert (await online(service, **key)).json()["id"] == first.json()["id"]


async def test_where_nothing_says_whose_it_is_there_is_no_rate(store_url: str) -> None:
    async with running(store_url, online_tickets_an_hour=1) as service:
        for _ in range(3):
            await service.http.take("passport", "apply", **ONLINE)


async def test_a_load_test_meets_no_limit(store_url: str, tmp_path: Path) -> None:
    city = town(tmp_path, last=10)
    async with running(store_url, city=city, online_tickets_an_hour=1, rate_limits=False) as service:
        for _ in range(10):
            assert (await online(service, path=A)).status_code == 201


async def test_the_kiosks_of_an_office_have_a_rate(store_url: str, tmp_path: Path) -> None:
    access = tmp_path / "access.toml"
    access.write_text(f'[devices.k]\nkey = "{hash_key("a-kiosk-of-ours")}"\n')
    clock = MovableClock()
    clock.set(datetime(2026, 11, 23, 10, 0, 10, tzinfo=KST))
    real = {"demo": False, "secret": uuid.uuid4().hex, "access_file": access, "bootstrap_store": True}
    async with running(store_url, clock, city=town(tmp_path), walk_ins_a_minute=3, **real) as service:

        async def take(counter: str = "a") -> httpx.Response:
            kiosk = {"Authorization": "Bearer a-kiosk-of-ours"}
            return await service.http.post(f"/api/v1/offices/hall/counters/{counter}/tickets", headers=kiosk)

        assert [(await take(counter)).status_code for counter in "aba"] == [201] * 3
        refused = await take("b")
        assert code(refused) == (429, "too_many_tickets")
        assert 1 <= int(refused.headers["retry-after"]) <= 50
        clock.move(minutes=1)
        assert (await take()).status_code == 201


@pytest.mark.parametrize("key", ["1", "x" * 21])
async def test_a_stranger_cannot_guess_the_key_of_a_ticket(service: Running, key: str) -> None:
    answer = await service.http.post(APPLY, json=ONLINE, headers={"Idempotency-Key": key})
    assert code(answer) == (422, "weak_idempotency_key")
    assert (await service.http.board("passport"))["counters"][0]["issued"] is None


async def test_keys_that_are_long_enough_and_those_of_kiosks_hold(service: Running) -> None:
    assert (await online(service, **{"Idempotency-Key": "x" * 22})).status_code == 201
    assert (await service.http.post(APPLY, headers={**DEVICE, "Idempotency-Key": "1"})).status_code == 201


async def test_a_priority_claimed_online_is_a_wish(service: Running) -> None:
    walk_in = await service.http.take("passport", "apply")
    wish = await service.http.take("passport", "apply", **ONLINE, priority="disabled")
    assert (wish["priority"], wish["priority_confirmed"], wish["ahead"]) == ("disabled", False, 1)
    arrive = f"/api/v1/tickets/{wish['id']}/arrive"
    # The holder alone can't confirm it.
    arrived = (await service.http.post(arrive)).json()
    assert (arrived["arrived"], arrived["priority_confirmed"], arrived["ahead"]) == (True, False, 1)
    answer = await service.http.post(arrive, json={"priority": "disabled"})
    assert code(answer) == (403, "forbidden")
    for _ in range(2):
        confirmed = (await service.http.post(arrive, json={"priority": "disabled"}, headers=DEVICE)).json()
        assert (confirmed["priority_confirmed"], confirmed["ahead"]) == (True, 0)
    assert (await service.http.ticket(walk_in["id"]))["ahead"] == 1
    assert await (await service.desk("passport", 1)).next() == wish["number"]


async def test_staff_decide_on_a_priority(service: Running) -> None:
    wish = await service.http.take("passport", "apply", **ONLINE, priority="elderly")
    arrive = f"/api/v1/tickets/{wish['id']}/arrive"
    elsewhere = await service.http.sign_in("clerk-howon1")
    answer = await service.http.post(arrive, json={"priority": "elderly"}, headers=elsewhere)
    assert code(answer) == (403, "forbidden")
    staff = await service.http.sign_in("clerk-passport")
    confirmed = (await service.http.post(arrive, json={"priority": "pregnant"}, headers=staff)).json()
    assert (confirmed["arrived"], confirmed["priority"], confirmed["priority_confirmed"]) == (True, "pregnant", True)
    withdrawn = (await service.http.post(arrive, json={"priority": "none"}, headers=staff)).json()
    assert (withdrawn["priority"], withdrawn["priority_confirmed"]) == ("none", False)
    answer = await service.http.post(arrive, headers={"Authorization": "Bearer nonsense"})
    assert code(answer) == (401, "unauthenticated")
