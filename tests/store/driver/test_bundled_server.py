"""The bundled server is restarted whenever it ends, and says why it can't start."""

import errno
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError

from service.store.driver.bundled_server import BundledServer, BundledServerError
from tests.machine import wait_for


@contextmanager
def store_on(folder: Path) -> Iterator[BundledServer]:
    store = BundledServer(folder)
    store.start()
    yield store
    store.stop()


def process_of(store: BundledServer) -> int | None:
    """The server's pid; None where it doesn't answer."""
    try:
        with Redis.from_url(store.url) as client:
            return int(client.info("server")["process_id"])
    except RedisError:
        return None


def fail_to_start(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """The next so many processes can't be started, for there is no memory; the list counts those that are left."""
    left, really = [times], subprocess.Popen

    def popen(*args: Any, **options: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        return really(*args, **options)

    monkeypatch.setattr(subprocess, "Popen", popen)
    return left


def test_it_is_started_again_even_if_that_fails_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with store_on(tmp_path) as store:
        first = process_of(store)
        assert first
        left = fail_to_start(monkeypatch, 3)
        os.kill(first, signal.SIGKILL)
        second = wait_for(lambda: process_of(store))
        assert second != first
        assert left == [0]


def test_why_it_cannot_be_started_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without_memory:
        fail_to_start(without_memory, 1000)
        with pytest.raises(BundledServerError, match="Cannot allocate memory"), store_on(tmp_path):
            pass
    # The folder is free, too.
    with store_on(tmp_path) as store:
        assert process_of(store)
