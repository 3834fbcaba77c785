"""From the store's signals to the listeners, when the line to the store is bad."""

import asyncio
import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from service.app import seoul_time
from service.live.freshness import Pulse
from service.live.hub import Hub
from service.live.relay import Relay
from service.store.driver.topology import connect
from service.store.keys import Keys
from tests.store.servers import KEEPS, Link, server
from tests.support import running


async def test_a_line_that_died_without_a_word_is_noticed_on_that_very_line(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with Link(store.port) as link, running(f"redis://127.0.0.1:{link.port}", reread_seconds=0.2) as service:
            (listening,) = link.that_said(b"PSUBSCRIBE")
            # Every other line is well.
            listening.hold()
            async with asyncio.timeout(30):
                while len(link.that_said(b"PSUBSCRIBE")) < 2:
                    await asyncio.sleep(0.02)
                while (await service.http.get("/health/ready")).status_code != 200:
                    await asyncio.sleep(0.02)


async def test_each_face_of_an_outage_is_logged_once(
    store_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("service.live.relay.RETRY_SECONDS", 0.001)
    faces = itertools.cycle(["refused", "timed out"])
    tries = 0

    async def prepare() -> None:
        nonlocal tries
        tries += 1
        if tries <= 10:
            raise ConnectionError(next(faces))

    async def well() -> None:
        pass

    nowhere: Any = SimpleNamespace(offices=())
    nothing: Any = None
    redis = connect(store_url)
    relay = Relay(
        redis,
        nothing,
        nothing,
        nothing,
        Hub([], Pulse(seoul_time, stale_after=3)),
        nowhere,
        keys=Keys("outage"),
        prepare=prepare,
        check_clock=well,
        look_for_primary=lambda: None,
        interval=0.05,
        reread=5,
    )
    async with relay:
        await relay.until_ready(within=30)
    await redis.aclose()
    assert tries == 11
    assert [text for text in caplog.messages if text.startswith("store away")] == [
        "store away: refused",
        "store away: timed out",
    ]
