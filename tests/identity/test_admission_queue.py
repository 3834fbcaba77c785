"""The admission queue: bounded, and fair."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from service.domain.errors import TooManyAttempts
from service.identity.admission_queue import AdmissionQueue, Caller, CallerGone
from service.net.client_addresses import NOBODY


async def settle() -> None:
    """Lets every task run as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Callers:
    """Callers in a queue with one turn at a time, which lasts until a test ends it."""

    def __init__(self, **limits: int) -> None:
        self.queue = AdmissionQueue(**{"concurrency": 1, "max_waiting": 64, "max_waiting_per_caller": 4, **limits})
        self.served: list[str] = []
        self.hang_up: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.ends: list[asyncio.Event] = []
        """One for each turn that has begun: it ends when this is set."""

    async def come(self, label: str, name: str, *, known: bool = False) -> None:
        """Lets a caller join the queue: it waits, has its turn at once, or is refused."""
        self.hang_up[label] = asyncio.Event()
        self.tasks[label] = asyncio.create_task(self._take(label, Caller(name, known)))
        await settle()

    async def _take(self, label: str, caller: Caller) -> None:
        async def hung_up() -> None:
            await self.hang_up[label].wait()

        async with self.queue.admit(caller, hung_up):
            self.served.append(label)
            self.ends.append(asyncio.Event())
            await self.ends[-1].wait()

    async def refused(self, label: str) -> bool:
        """How it ended: refused, or the client hung up."""
        with pytest.raises((TooManyAttempts, CallerGone)) as ended:
            await asyncio.wait_for(self.tasks[label], 5)
        return ended.type is TooManyAttempts


@asynccontextmanager
async def callers(**limits: int) -> AsyncIterator[Callers]:
    line = Callers(**limits)
    yield line
    async with asyncio.timeout(5):
        while not all(task.done() for task in line.tasks.values()):
            for end in line.ends:
                end.set()
            await settle()
        # In the end, all turns are free and no caller is remembered.
        assert line.queue._lines == {}
        await line.come("last", "last")
        assert line.served.pop() == "last"
        line.ends[-1].set()
        await line.tasks["last"]


async def test_so_many_have_a_turn_at_once() -> None:
    async with callers(concurrency=2) as line:
        for n in range(3):
            await line.come(str(n), f"203.0.113.{n}")
        assert (line.served, line.queue.waiting) == (["0", "1"], 1)
        line.ends[0].set()
        await settle()
        assert (line.served, line.queue.waiting) == (["0", "1", "2"], 0)


async def test_turns_go_round_among_addresses() -> None:
    async with callers() as line:
        await line.come("first", "elsewhere")
        for label, name in (("a1", "a"), ("a2", "a"), ("a3", "a"), ("n1", NOBODY), ("n2", NOBODY), ("b1", "b")):
            await line.come(label, name)
    assert line.served == ["first", "a1", "n1", "b1", "a2", "n2", "a3"]


async def test_an_address_has_so_many_places_and_nobody_has_no_limit() -> None:
    async with callers() as line:
        for n in range(6):
            await line.come(f"a{n}", "a")
            await line.come(f"n{n}", NOBODY)
        assert await line.refused("a5")
    assert len(line.served) == 11


async def test_a_full_line_refuses_at_once() -> None:
    async with callers(max_waiting=3) as line:
        for n in range(5):
            await line.come(str(n), f"203.0.113.{n}")
        assert await line.refused("4")
    assert line.served == ["0", "1", "2", "3"]


async def test_in_a_full_line_whoever_has_most_gives_a_place_away() -> None:
    async with callers(max_waiting=4) as line:
        for n in range(5):
            await line.come(f"n{n}", NOBODY)
        for n in range(3):
            await line.come(f"a{n}", "a")
        assert [await line.refused(label) for label in ("n4", "n3", "a2")] == [True, True, True]
    assert line.served == ["n0", "n1", "a0", "n2", "a1"]


async def test_known_browsers_are_served_first_and_find_a_place() -> None:
    async with callers(max_waiting=3) as line:
        for n in range(4):
            await line.come(f"a{n}", f"203.0.113.{n}")
        await line.come("k1", "kim", known=True)
        await line.come("k2", "lee", known=True)
        await line.come("b", "203.0.113.77")
        assert [await line.refused(label) for label in ("a1", "a2", "b")] == [True, True, True]
    assert line.served == ["a0", "k1", "k2", "a3"]


async def test_a_known_browser_has_so_many_places_too() -> None:
    async with callers(max_waiting_per_caller=1) as line:
        for label in ("k0", "k1", "k2"):
            await line.come(label, "kim", known=True)
        assert await line.refused("k2")


async def test_who_hangs_up_loses_the_place() -> None:
    async with callers(max_waiting=2) as line:
        for label in ("a", "b", "c"):
            await line.come(label, label)
        line.hang_up["b"].set()
        assert not await line.refused("b")
        await line.come("d", "d")
    assert line.served == ["a", "c", "d"]


async def test_who_fails_frees_the_turn() -> None:
    async with callers() as line:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with line.queue.admit(Caller("a"), asyncio.Event().wait):
                    raise ZeroDivisionError
