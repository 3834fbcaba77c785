"""The faults: each strikes a stand, whose parts come back as they would in an office."""

import itertools
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis import Redis

from tests.faults.evidence import KEYS
from tests.faults.stands import EmbeddedStand, ExternalStand, Stand
from tests.machine import wait_for, workers_of

SHARED_WITHIN = 60.0
"""Seconds until two processes share the leases, one of which may just be starting."""


@dataclass(frozen=True)
class Fault:
    """`strike` returns the function that ends the fault, to be called after `lasts` seconds; None if it ends by
    itself."""

    name: str
    strike: Callable[[Any], Callable[[], None] | None]
    lasts: float = 0
    is_back: Callable[[Any], bool] | None = None
    """Its own measure of whether the stand is back, where that is not the next ticket."""


def _send(pid: int, number: int) -> None:
    os.kill(pid, number)


def kill_store(stand: EmbeddedStand) -> None:
    """The service starts it again by itself."""
    _send(stand.store_pid(), signal.SIGKILL)


def freeze_store(stand: EmbeddedStand) -> Callable[[], None]:
    pid = stand.store_pid()
    _send(pid, signal.SIGSTOP)
    return lambda: _send(pid, signal.SIGCONT)


def _kill_service(stand: Any, index: int) -> Callable[[], None]:
    service = stand.services[index]
    service.stop(signal.SIGKILL)
    return lambda: stand.revive(index)


def kill_service(stand: EmbeddedStand) -> Callable[[], None]:
    """Kills the whole service: its workers and its store end with it. Its supervisor starts it again."""
    return _kill_service(stand, 0)


def kill_worker(stand: EmbeddedStand) -> None:
    """Kills one of several workers, which its parent starts again."""
    process = stand.services[0].process
    assert process
    _send(workers_of(process.pid)[0], signal.SIGKILL)


def freeze_worker(stand: EmbeddedStand) -> Callable[[], None]:
    """Freezes one of several workers, with requests in progress."""
    process = stand.services[0].process
    assert process
    pid = workers_of(process.pid)[0]
    _send(pid, signal.SIGSTOP)
    return lambda: _send(pid, signal.SIGCONT)


def freeze_service(stand: Any) -> Callable[[], None]:
    process = stand.services[0].process
    assert process
    _send(process.pid, signal.SIGSTOP)
    return lambda: _send(process.pid, signal.SIGCONT)


def kill_one_of_two(stand: ExternalStand) -> Callable[[], None]:
    return _kill_service(stand, next(_turns) % 2)


def kill_external_store(stand: ExternalStand) -> Callable[[], None]:
    stand.server.kill()
    return stand.server.start


_turns = itertools.count()


class LeaseHolder:
    """The process that projects an office's log, as the store's leases say. Another one must take over.

    `kill` and `freeze` wait until two processes share the leases, so that there is another one.
    """

    def __init__(self, office: str) -> None:
        self._office = office
        self._struck = ""

    def kill(self, stand: Stand) -> Callable[[], None] | None:
        """A worker's parent starts it again, and a service's supervisor the service."""
        pid = self._choose(stand)
        for index, service in enumerate(stand.services):
            if service.process and service.process.pid == pid:
                return _kill_service(stand, index)
        _send(pid, signal.SIGKILL)
        return None

    def freeze(self, stand: Stand) -> Callable[[], None]:
        """It continues when another one has its lease, at once or when that one has already projected some events."""
        pid = self._choose(stand)
        _send(pid, signal.SIGSTOP)

        def go_on() -> None:
            wait_for(lambda: self.is_replaced(stand), within=SHARED_WITHIN)
            time.sleep(random.uniform(0, 0.6))
            # A worker's parent kills it if it does not answer for 5 s.
            with suppress(ProcessLookupError):
                _send(pid, signal.SIGCONT)

        return go_on

    def is_replaced(self, stand: Stand) -> bool:
        """Whether another process holds the lease than the one that was struck last."""
        with stand.redis() as redis:
            return self._holder(redis) not in ("", self._struck)

    def _choose(self, stand: Stand) -> int:
        """The pid of the process to strike."""
        with stand.redis() as redis:
            wait_for(lambda: _are_shared(redis), within=SHARED_WITHIN)
            # Not always just after the leases were shared, and at any moment of a transaction.
            time.sleep(random.uniform(0, 0.5))
            self._struck = wait_for(lambda: self._holder(redis))
        _host, pid, _token = self._struck.rsplit(":", 2)
        return int(pid)

    def _holder(self, redis: Redis) -> str:
        holder = redis.hget(KEYS.leases[1], self._office)
        return holder.decode() if isinstance(holder, bytes) else ""


def _are_shared(redis: Redis) -> bool:
    """Whether two processes live, and each has leases."""
    processes, leases, _ = KEYS.leases
    living = set(redis.zrange(processes, 0, -1))
    return len(living) == 2 and living == set(redis.hvals(leases))


def in_turns(*strikes: Callable[[Any], Callable[[], None] | None]) -> Callable[[Any], Callable[[], None] | None]:
    """Strikes with one after the other."""
    turns = itertools.cycle(strikes)
    return lambda stand: next(turns)(stand)


def service_and_worker() -> Callable[[EmbeddedStand], Callable[[], None] | None]:
    """Kills the whole service and one worker in turns."""
    return in_turns(kill_service, kill_worker)
