"""The faults: each strikes a stand, whose parts come back as they would in an office."""

import itertools
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.faults.stands import EmbeddedStand, ExternalStand
from tests.machine import workers_of


@dataclass(frozen=True)
class Fault:
    """`strike` returns the function that ends the fault, to be called after `lasts` seconds; None if it ends by
    itself."""

    name: str
    strike: Callable[[Any], Callable[[], None] | None]
    lasts: float = 0


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


def service_and_worker() -> Callable[[EmbeddedStand], Callable[[], None] | None]:
    """Kills the whole service and one worker in turns."""
    turns = itertools.count()

    def strike(stand: EmbeddedStand) -> Callable[[], None] | None:
        return kill_worker(stand) if next(turns) % 2 else kill_service(stand)

    return strike
