"""From the store's signals to the listeners, when the line to the store is bad."""

import asyncio
from pathlib import Path

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
