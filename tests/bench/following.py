"""How soon every process and every screen follows an edit of the city."""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from tests.bench.report import Report
from tests.support import Http, service_process

MOST = 2.0
"""Seconds from the edit to the last screen."""

EDITS = 30
SCREENS = 12
"""Each shows all offices; the kernel gives each to one of the processes."""

PROCESSES = 2


def run(report: Report, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with service_process(folder, within=60, SUNBEON_WORKERS=str(PROCESSES)) as service:
        seconds = sorted(asyncio.run(_measure(service.url)))
    report.fact(
        f"an edit of every office on {SCREENS} screens of {PROCESSES} processes, the slowest of {EDITS}: at most "
        f"{MOST:g} s",
        f"{seconds[-1]:.2f} s (median {seconds[len(seconds) // 2]:.2f} s)",
        seconds[-1] <= MOST,
    )


async def _measure(url: str) -> list[float]:
    """The seconds of each edit, from its request to the last frame of its revision."""
    async with Http(base_url=url, timeout=30) as http, AsyncExitStack() as stack:
        live = url.replace("http", "ws", 1) + "/api/v1/live"
        screens = [await stack.enter_async_context(connect(live)) for _ in range(SCREENS)]
        admin = await http.sign_in("admin")
        took = []
        for edit in range(EDITS):
            city = await http.get("/api/v1/city", headers=admin)
            document = city.json()
            for office in document["offices"]:
                office["name"]["en"] = f"Office, edit {edit}"
            began = time.monotonic()
            answer = await http.put("/api/v1/city", json=document, headers={**admin, "If-Match": city.headers["etag"]})
            revision = int(answer.raise_for_status().headers["etag"].strip('"'))
            offices = len(document["offices"])
            await asyncio.gather(*(_follows(screen, revision, offices) for screen in screens))
            took.append(time.monotonic() - began)
        return took


async def _follows(screen: ClientConnection, revision: int, offices: int) -> None:
    """Reads until every office is at the revision."""
    followed: set[str] = set()
    while len(followed) < offices:
        board = json.loads(await asyncio.wait_for(screen.recv(), 60))
        if board["revision"] == revision:
            followed.add(board["office"])
