"""Attempts to sign in, counted in a real store, with a clock that only the test moves."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from service.domain.errors import StoreNotReady, TooManyAttempts
from service.identity.sign_in_throttle import Attempt, SignInThrottle
from service.net.client_addresses import NOBODY
from service.store.driver.topology import OnePrimary
from service.store.keys import Keys
from service.store.seal import Seal
from tests.store.queue import KEPT_HERE
from tests.support import SECRET, StoppedClock

HOME = "203.0.113.7"


@dataclass
class Counting:
    """The counts of one service."""

    throttle: SignInThrottle
    clock: StoppedClock
    keys: Keys

    async def fail(self, user: str, address: str, browser: str | None = None) -> float:
        """An attempt that fails: 0 where it was counted, else the seconds until the caller's turn."""
        try:
            await self.throttle.count(user, address, browser)
        except TooManyAttempts as refused:
            return refused.retry_after
        return 0

    async def fail_often(self, times: int, user: str, address: str, browser: str | None = None) -> None:
        for _ in range(times):
            assert await self.fail(user, address, browser) == 0

    async def succeed(self, user: str, address: str, browser: str | None = None) -> None:
        attempt: Attempt = await self.throttle.count(user, address, browser)
        await self.throttle.forgive(attempt)


@asynccontextmanager
async def counting(store_url: str, of_address: int = 1000) -> AsyncIterator[Counting]:
    clock, keys, seal = StoppedClock(), Keys(f"t{uuid.uuid4().hex}"), Seal()
    seal.sign_with(SECRET)
    topology = OnePrimary(store_url, KEPT_HERE)
    try:
        yield Counting(
            SignInThrottle(topology, keys, seal, clock, free=10, of_address=of_address, longest_delay=60), clock, keys
        )
    finally:
        await topology.aclose()


async def test_ten_failures_are_free_and_then_the_delay_doubles_to_a_minute(store_url: str) -> None:
    async with counting(store_url) as service:
        await service.fail_often(10, "kim", HOME)
        delays = []
        for _ in range(9):
            delays.append(await service.fail("kim", HOME))
            service.clock.move(seconds=delays[-1])
            assert await service.fail("kim", HOME) == 0
        assert delays == [1, 2, 4, 8, 16, 32, 60, 60, 60]
        # Another user's attempts are free.
        assert await service.fail("lee", HOME) == 0


async def test_who_comes_early_waits_no_longer(store_url: str) -> None:
    async with counting(store_url) as service:
        await service.fail_often(10, "kim", HOME)
        for waits in (1, 0.75, 0.5):
            assert await service.fail("kim", HOME) == waits
            service.clock.move(seconds=0.25)
        service.clock.move(seconds=0.25)
        assert await service.fail("kim", HOME) == 0


@pytest.mark.parametrize("strangers", [1, 5, 50])
async def test_strangers_who_ask_all_the_time_keep_nobody_out(store_url: str, strangers: int) -> None:
    async with counting(store_url) as service:
        guesses = 0

        async def guess() -> None:
            nonlocal guesses
            for n in range(strangers):
                guesses += await service.fail("kim", f"198.51.100.{n}") == 0

        for _ in range(10):
            await guess()
        guesses = 0
        for _ in range(3):
            # Kim, at a new PC, tries once, and returns when told.
            waits = int(await service.fail("kim", HOME))
            assert 0 < waits <= 60
            for _ in range(waits):
                service.clock.move(seconds=1)
                await guess()
            await service.succeed("kim", HOME)
        assert guesses <= 3 * max(strangers, 6)


async def test_a_turn_is_kept_for_a_minute(store_url: str) -> None:
    async with counting(store_url) as service:
        await service.fail_often(10, "kim", "198.51.100.1")
        waits = await service.fail("kim", HOME)
        # Others try, and get later turns.
        assert await service.fail("kim", "198.51.100.2") > waits
        assert await service.fail("kim", "198.51.100.3") > waits
        service.clock.move(seconds=waits + 59)
        assert await service.fail("kim", HOME) == 0

        waits = await service.fail("kim", HOME)
        service.clock.move(seconds=waits + 61)
        assert await service.fail("kim", "198.51.100.4") == 0
        assert await service.fail("kim", HOME) > 0


async def test_failures_are_forgotten_after_a_quarter_of_an_hour(store_url: str) -> None:
    async with counting(store_url) as service:
        await service.fail_often(10, "kim", HOME)
        service.clock.move(minutes=14, seconds=59)
        await service.fail_often(1, "kim", HOME)
        assert await service.fail("kim", HOME) > 0
        service.clock.move(minutes=15)
        await service.fail_often(10, "kim", HOME)


async def test_a_success_gives_its_count_back(store_url: str) -> None:
    async with counting(store_url, of_address=3) as service:
        await service.fail_often(2, "kim", HOME)
        await service.fail_often(7, "kim", NOBODY)
        for _ in range(20):
            await service.succeed("kim", HOME)
            await service.succeed("kim", NOBODY)
            await service.succeed("kim", HOME, "nonce")
        # One more failure is free, and then no more: the success did not change the count.
        assert await service.fail("kim", HOME) == 0
        assert await service.fail("kim", NOBODY) > 0
        assert await service.fail("lee", HOME) == 300


async def test_an_address_has_so_many_failures_of_all_users_in_five_minutes(store_url: str) -> None:
    async with counting(store_url, of_address=20) as service:
        waits = [await service.fail(f"user{n}", HOME) for n in range(60)]
        assert waits == [0] * 20 + [300] * 40
        assert await service.fail("user", "203.0.113.8") == 0
        service.clock.move(minutes=4)
        assert await service.fail("user", HOME) == 60
        service.clock.move(minutes=1)
        assert await service.fail("user", HOME) == 0


async def test_nobodys_failures_count_for_the_user_only(store_url: str) -> None:
    async with counting(store_url, of_address=3) as service:
        await service.fail_often(10, "kim", NOBODY)
        assert await service.fail("kim", NOBODY) == 1
        for n in range(10):
            assert await service.fail(f"user{n}", NOBODY) == 0


async def test_a_known_browser_is_counted_by_itself(store_url: str) -> None:
    async with counting(store_url, of_address=20) as service:
        # A stranger at the office's address uses up what the address and the user have.
        await service.fail_often(10, "kim", HOME)
        await service.fail_often(10, "lee", HOME)
        assert await service.fail("kim", HOME) == 300
        # A known browser has ten failures of its own; then it is as good as another, until its window ends.
        await service.fail_often(10, "kim", HOME, "nonce")
        assert await service.fail("kim", HOME, "nonce") == 300
        assert await service.fail("kim", HOME, "another nonce") == 0
        service.clock.move(minutes=5)
        await service.fail_often(10, "kim", HOME, "nonce")


async def test_what_is_kept_names_nobody_and_goes_within_the_hour(store_url: str) -> None:
    async with counting(store_url, of_address=11) as service, Redis.from_url(store_url) as redis:
        await service.fail_often(10, "kim.minji", HOME)
        await service.fail("kim.minji", HOME)
        await service.fail("kim.minji", HOME, "a-nonce")
        found = {key async for key in redis.scan_iter(f"{service.keys.namespace}:*")}
        assert len(found) == 4
        for key in found:
            assert 0 < await redis.pttl(key) <= 15 * 60_000
            held = await redis.zrange(key, 0, -1) if key.endswith(b":turns") else await redis.hgetall(key)
            for name in ("kim", HOME, "nonce"):
                assert name not in f"{key} {held}"


async def test_turns_are_bounded(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.identity.sign_in_throttle.MAX_PROMISED_TURNS", 3)
    async with counting(store_url) as service, Redis.from_url(store_url) as redis:
        await service.fail_often(10, "kim", NOBODY)
        waits = [await service.fail("kim", f"198.51.100.{n}") for n in range(10)]
        assert waits[3:] == [60] * 7
        (turns,) = [key async for key in redis.scan_iter(f"{service.keys.namespace}:*:turns")]
        assert await redis.zcard(turns) == 3


async def test_nothing_is_counted_before_the_secret_is_known(store_url: str) -> None:
    throttle = SignInThrottle(None, Keys("t"), Seal(), StoppedClock(), free=10, of_address=20, longest_delay=60)
    with pytest.raises(StoreNotReady):
        await throttle.count("kim", HOME, None)
