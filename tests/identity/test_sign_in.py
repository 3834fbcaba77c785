"""Signing in while strangers guess, flood and hang up."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from redis.asyncio import Redis

from service.identity.accounts import Account, Accounts
from service.identity.sign_in import Client, SignIn
from service.identity.sign_in_throttle import SignInThrottle
from tests.access import PASSWORD, QUICK, real
from tests.support import Running, StoppedClock, running

SESSION = "/api/v1/session"
STAFF = ("admin", "clerk-passport", "clerk-howon1")
HOME = "203.0.113.7"
"""The office's address; the city's offices share one."""


class Verifications:
    """Counts verifications, and delays them on demand."""

    def __init__(self) -> None:
        self.hashes: list[str] = []
        """That of each one that has begun."""
        self.may_end = threading.Event()
        self.may_end.set()

    @property
    def begun(self) -> int:
        return len(self.hashes)

    async def until_begun(self, count: int) -> None:
        async with asyncio.timeout(10):
            while self.begun < count:
                await asyncio.sleep(0.01)


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> Iterator[Verifications]:
    counted, verify = Verifications(), PasswordHasher.verify

    def verify_and_count(self: PasswordHasher, hash: str, password: str) -> bool:
        counted.hashes.append(hash)
        assert counted.may_end.wait(30)
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify_and_count)
    yield counted
    counted.may_end.set()


async def attempt(
    service: Running, user: str, password: str = PASSWORD, *, at: str = "", browser: dict[str, str] | None = None
) -> httpx.Response:
    """One sign-in from an address (of nobody in particular where empty), by a browser with these cookies."""
    headers = {b"X-Forwarded-For": at.encode()} if at else {}
    if browser:
        headers[b"Cookie"] = "; ".join(f"{name}={value}" for name, value in browser.items()).encode("latin-1")
    answer = await service.http.post(SESSION, json={"user": user, "password": password}, headers=headers)
    service.http.cookies.clear()
    if answer.status_code == 429:
        assert answer.json()["code"] == "too_many_attempts"
        assert 1 <= int(answer.headers["retry-after"]) <= 300
    return answer


async def statuses(service: Running, *attempts: tuple[str, str, str]) -> list[int]:
    """Of attempts one after another: user, password, address."""
    return [(await attempt(service, user, password, at=at)).status_code for user, password, at in attempts]


async def send(service: Running, user: str, at: str = HOME) -> asyncio.StreamWriter:
    """Sends a sign-in and does not read the answer."""
    host, port = service.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    body = json.dumps({"user": user, "password": PASSWORD})
    head = f"POST {SESSION} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Forwarded-For: {at}\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    return writer


def cookies(answer: httpx.Response) -> dict[str, str]:
    """The cookies that a browser keeps of an answer. Here it also accepts Secure ones over plain HTTP."""
    set_cookies = answer.headers.get_list("set-cookie")
    return dict(cookie.partition(";")[0].split("=", 1) for cookie in set_cookies)


async def until_waiting(service: Running, count: int) -> None:
    """Waits until so many sign-ins are in the queue."""
    queue = service.app.state.context.sign_in._queue
    async with asyncio.timeout(10):
        while queue.waiting != count:
            await asyncio.sleep(0.01)


async def test_guesses_sent_together_are_limited_like_guesses_one_after_another(
    store_url: str, tmp_path: Path, verifications: Verifications
) -> None:
    async with running(store_url, StoppedClock(), **real(tmp_path, *STAFF)) as service:
        verifications.may_end.clear()

        async def send(passwords: list[str], waiting: int) -> list[asyncio.Task[httpx.Response]]:
            sent = [asyncio.create_task(attempt(service, "admin", password)) for password in passwords]
            await until_waiting(service, waiting)
            return sent

        first = await send([f"guess {n}" for n in range(10)], waiting=8)
        await verifications.until_begun(2)
        right = await send([PASSWORD], waiting=9)
        # The line is full then: 134 of these are refused at once.
        others = await send([f"guess {n}" for n in range(10, 199)], waiting=64)
        while sum(task.done() for task in others) < 134:
            await asyncio.sleep(0.01)
        assert verifications.begun == 2
        verifications.may_end.set()
        answers = await asyncio.gather(*first, *right, *others)
        assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 190
        assert verifications.begun == 10


async def test_the_limit_holds_from_the_eleventh_guess(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, StoppedClock(), **real(tmp_path, *STAFF)) as service:
        guesses = [("admin", f"guess {n}", f"198.51.100.{n}") for n in range(12)]
        assert await statuses(service, *guesses) == [401] * 10 + [429] * 2
        # There is no lockout: a refused caller who returns when told gets in, whatever strangers do meanwhile.
        refused = await attempt(service, "admin", at=HOME)
        waits = int(refused.headers["retry-after"])
        assert refused.status_code == 429
        assert waits <= 60
        for _ in range(waits):
            service.clock.move(seconds=1)
            await statuses(service, *guesses)
        assert (await attempt(service, "admin", at=HOME)).status_code == 200


@pytest.mark.parametrize(
    "address_of",
    [lambda n: HOME, lambda n: f"2001:db8:1:2:{n:x}::1"],
    ids=["one address", "one /64"],
)
async def test_an_address_is_limited_whatever_users_it_tries(store_url: str, tmp_path: Path, address_of: Any) -> None:
    async with running(store_url, StoppedClock(), **real(tmp_path, *STAFF)) as service:
        guesses = [(f"user{n}", "guess", address_of(n)) for n in range(60)]
        assert await statuses(service, *guesses) == [401] * 20 + [429] * 40
        assert await statuses(service, ("admin", PASSWORD, "198.51.100.1")) == [200]
        service.clock.move(minutes=5)
        assert await statuses(service, guesses[0], ("admin", PASSWORD, HOME)) == [401, 200]


async def test_a_right_password_costs_nothing(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, StoppedClock(), **real(tmp_path, *STAFF)) as service:
        wrong = [("admin", "guess", HOME)] * 9
        assert await statuses(service, *wrong, *[("admin", PASSWORD, HOME)] * 30, wrong[0]) == [401] * 9 + [
            200
        ] * 30 + [401]


async def test_a_browser_that_has_signed_in_before_gets_through(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, StoppedClock(), **real(tmp_path, *STAFF)) as service:
        signed_in = await attempt(service, "clerk-passport", at=HOME)
        browser = cookies(signed_in)
        bearer = {"Authorization": f"Bearer {signed_in.json()['token']}"}
        signed_out = await service.http.delete(SESSION, headers=bearer)
        browser |= cookies(signed_out)
        assert len(browser) == 2

        # Someone at the office's own address uses up what the user and the address have.
        guesses = [(user, "guess", HOME) for user in ("clerk-passport", "clerk-howon1", "admin") for _ in range(10)]
        assert await statuses(service, *guesses) == [401] * 20 + [429] * 10
        assert (await attempt(service, "clerk-passport", at=HOME)).status_code == 429
        assert (await attempt(service, "clerk-passport", at=HOME, browser=browser)).status_code == 200

        # It is known for this user alone, and no stranger can make such a cookie.
        assert (await attempt(service, "admin", at=HOME, browser=browser)).status_code == 429
        (name,) = [name for name in browser if "known" in name]
        for forged in ("", ".", "x.y", browser[name][:-1], browser[name] + "x", "é"):
            assert (await attempt(service, "clerk-passport", at=HOME, browser={name: forged})).status_code == 429

        # Its own failures have a limit too.
        wrong = [await attempt(service, "clerk-passport", "guess", at=HOME, browser=browser) for _ in range(11)]
        assert [answer.status_code for answer in wrong] == [401] * 10 + [429]
        assert (await attempt(service, "clerk-passport", at=HOME, browser=browser)).status_code == 429
        service.clock.move(minutes=5)
        assert (await attempt(service, "clerk-passport", at=HOME, browser=browser)).status_code == 200


async def test_clerks_at_one_pc_keep_their_cookies(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, StoppedClock(), **real(tmp_path, *STAFF)) as service:
        browser: dict[str, str] = {}
        for user in STAFF:
            browser |= cookies(await attempt(service, user, browser=browser))
        assert len(browser) == len(STAFF) + 1
        for user in STAFF:
            await statuses(service, *[(user, "guess", "")] * 11)
            assert (await attempt(service, user, browser=browser)).status_code == 200


@pytest.mark.parametrize("demo", [False, True])
async def test_the_cookies_of_a_browser(store_url: str, tmp_path: Path, demo: bool) -> None:
    async with running(store_url, **({} if demo else real(tmp_path, *STAFF))) as service:
        answer = await attempt(service, "admin", "sunbeon" if demo else PASSWORD)
        session, known = sorted(answer.headers.get_list("set-cookie"), key=lambda cookie: "known" in cookie)
        prefix = "" if demo else "__Host-"
        secure = "" if demo else "; Secure"
        assert session.partition("; ")[0] == f"{prefix}sunbeon_session={answer.json()['token']}"
        assert session.partition("; ")[2] == f"HttpOnly; Max-Age=43200; Path=/; SameSite=strict{secure}"
        assert known.startswith(f"{prefix}sunbeon_known_")
        assert known.partition("; ")[2] == f"HttpOnly; Max-Age=15552000; Path=/; SameSite=strict{secure}"
        signed_out = await service.http.delete(SESSION, headers={"Authorization": f"Bearer {answer.json()['token']}"})
        (gone,) = signed_out.headers.get_list("set-cookie")
        assert gone.startswith(f'{prefix}sunbeon_session="";')
        assert gone.endswith(f"Max-Age=0; Path=/; SameSite=strict{secure}")


async def test_nothing_is_done_for_clients_that_have_hung_up(
    store_url: str, tmp_path: Path, verifications: Verifications, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    def answered(status: int) -> int:
        return sum(record.status == status for record in caplog.records if record.message == "request")

    async with running(store_url, **real(tmp_path, *STAFF)) as service, Redis.from_url(store_url) as redis:
        verifications.may_end.clear()
        slow = [asyncio.create_task(attempt(service, "clerk-howon1", at=HOME)) for _ in range(2)]
        await verifications.until_begun(2)
        strangers = [await send(service, f"invented-{n}", at=f"198.51.100.{n}") for n in range(250)]
        await until_waiting(service, 64)
        while answered(429) < 186:
            await asyncio.sleep(0.01)
        for writer in strangers:
            writer.close()
        await until_waiting(service, 0)
        clerk = asyncio.create_task(attempt(service, "clerk-passport", at=HOME))
        await until_waiting(service, 1)
        verifications.may_end.set()
        assert [answer.status_code for answer in await asyncio.gather(*slow, clerk)] == [200, 200, 200]
        assert verifications.begun == 3
        # Nothing is kept of them either, and they are no errors of ours.
        namespace = service.app.state.context.settings.namespace
        kept = [key async for key in redis.scan_iter(f"{namespace}:{{attempts}}:*:user")]
        assert len(kept) == 2
        assert [answered(status) for status in (499, 429, 200)] == [64, 186, 3]
        assert "unexpected" not in caplog.text


async def test_who_hangs_up_when_the_turn_has_come_gives_the_count_back(
    store_url: str, tmp_path: Path, verifications: Verifications, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, verify = SignInThrottle.count, SignIn.verify
    clients: list[Client] = []

    def verify_seen(self: SignIn, client: Client, *args: Any, **kwargs: Any) -> Any:
        clients.append(client)
        return verify(self, client, *args, **kwargs)

    async def count_until_gone(self: SignInThrottle, *args: Any) -> Any:
        attempt = await count(self, *args)
        writer.close()
        while not await clients[0].is_disconnected():
            await asyncio.sleep(0.01)
        return attempt

    monkeypatch.setattr(SignIn, "verify", verify_seen)
    monkeypatch.setattr(SignInThrottle, "count", count_until_gone)
    async with running(store_url, **real(tmp_path, *STAFF)) as service, Redis.from_url(store_url) as redis:
        writer = await send(service, "admin")
        keys = f"{service.app.state.context.settings.namespace}:{{attempts}}:*:user"
        async with asyncio.timeout(10):
            while not [key async for key in redis.scan_iter(keys) if await redis.hget(key, "failures") == b"0"]:
                await asyncio.sleep(0.01)
        assert verifications.begun == 0


async def test_a_full_line_has_a_place_for_who_has_fewer(
    store_url: str, tmp_path: Path, verifications: Verifications
) -> None:
    """One address takes all places. Others, and known browsers first, still get a place, and are served in turn."""
    async with running(store_url, StoppedClock(), **real(tmp_path, *STAFF)) as service:
        browser = cookies(await attempt(service, "clerk-passport"))
        verifications.may_end.clear()
        crowd = [asyncio.create_task(attempt(service, f"invented-{n}")) for n in range(2)]
        # One has been verified: that of the browser that is known now.
        await verifications.until_begun(3)
        crowd += [asyncio.create_task(attempt(service, f"invented-{n}")) for n in range(2, 66)]
        await until_waiting(service, 64)
        known = asyncio.create_task(attempt(service, "clerk-passport", browser=browser))
        other = asyncio.create_task(attempt(service, "clerk-howon1", at=HOME))
        while sum(task.done() for task in crowd) < 2:
            await asyncio.sleep(0.01)
        verifications.may_end.set()
        assert [(await task).status_code for task in (known, other)] == [200, 200]
        assert Counter([(await task).status_code for task in crowd]) == {401: 64, 429: 2}


async def test_an_address_has_four_places_in_line(store_url: str, tmp_path: Path, verifications: Verifications) -> None:
    async with running(store_url, **real(tmp_path, *STAFF)) as service:
        verifications.may_end.clear()
        sent = [asyncio.create_task(attempt(service, "admin", at=HOME)) for _ in range(10)]
        while sum(task.done() for task in sent) < 4:
            await asyncio.sleep(0.01)
        verifications.may_end.set()
        assert Counter([(await task).status_code for task in sent]) == {200: 6, 429: 4}


def test_invented_users_take_as_long_as_known_ones(verifications: Verifications) -> None:
    accounts = Accounts({"kim": Account(role="admin", password=QUICK.hash(PASSWORD))})
    assert [accounts.verify(user, "guess") for user in ("kim", "invented")] == [None, None]
    known, invented = (hashed.rsplit("$", 2)[0] for hashed in verifications.hashes)
    assert known == invented


async def test_a_load_test_is_not_limited(store_url: str) -> None:
    async with running(store_url, rate_limits=False) as service:
        answers = await asyncio.gather(*(attempt(service, "admin", "guess", at=HOME) for _ in range(15)))
        assert Counter(answer.status_code for answer in answers) == {401: 15}


async def test_while_the_store_is_away_nobody_waits_in_line(
    store_url: str, tmp_path: Path, verifications: Verifications
) -> None:
    async with running(store_url, **real(tmp_path, *STAFF)) as service:
        service.app.state.context.relay._ready.clear()
        answer = await attempt(service, "admin")
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
        assert verifications.begun == 0
