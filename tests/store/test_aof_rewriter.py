"""Personal data that are wiped when a day is closed are gone from the disk too."""

import asyncio
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError, ResponseError

from service.store import aof_rewriter
from tests.store.servers import KEEPS, server
from tests.support import running


def on_disk(folder: Path) -> bytes:
    while True:
        try:
            return b"".join(file.read_bytes() for file in (folder / "appendonlydir").iterdir())
        except FileNotFoundError:
            # The server has just replaced it.
            continue


async def test_priority_and_language_are_gone_from_the_append_only_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aof_rewriter, "SETTLE_SECONDS", 0.05)
    with server(tmp_path, **KEEPS, aof_use_rdb_preamble="no") as store:
        async with running(store.url) as service:
            await service.http.take("passport", "apply", priority="pregnant", lang="vi")
            assert b"pregnant" in on_disk(tmp_path)
            assert b'"vi"' in on_disk(tmp_path)
            service.clock.move(days=1)
            await service.http.board("passport")
            async with asyncio.timeout(30):
                while b"pregnant" in on_disk(tmp_path) or b'"vi"' in on_disk(tmp_path):
                    await asyncio.sleep(0.05)
            # What is kept is still there.
            assert b'"number":101' in on_disk(tmp_path)


class Busy:
    """A store that can't rewrite its file the first two times that it is asked."""

    def __init__(self) -> None:
        self.answers = iter([ResponseError("rewriting already in progress"), ConnectionError(), None])
        self.begun = asyncio.Event()

    async def bgrewriteaof(self) -> None:
        if error := next(self.answers):
            raise error
        self.begun.set()


async def test_it_is_asked_again_until_the_file_is_written_after_the_wiping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aof_rewriter, "SETTLE_SECONDS", 0)
    store = Busy()
    kept = aof_rewriter.AofRewriter(store)  # type: ignore[arg-type]
    task = asyncio.create_task(kept.run())
    kept.due()
    await asyncio.wait_for(store.begun.wait(), 10)
    task.cancel()
