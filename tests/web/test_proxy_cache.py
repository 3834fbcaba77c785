"""A proxy cache in front of the service: however many ask for a board, the service gets about one request a second."""

import asyncio
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.machine import free_port, wait_for
from tests.nginx import configured
from tests.support import Running

CONFIG = """
  proxy_cache_path {folder}/cache keys_zone=boards:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {service};
      proxy_cache boards;
      proxy_cache_lock on;
      proxy_cache_revalidate on;
      proxy_cache_use_stale updating;
    }}
  }}
"""
COUNTED = re.compile(
    r'^sunbeon_http_requests_total\{method="GET",route="/api/v1/offices/\{office\}/board",status="(\d+)"\} (\d+)',
    re.MULTILINE,
)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def proxy(folder: Path, service: str) -> Iterator[str]:
    """nginx with a cache before the service; its address."""
    port = free_port()
    process = subprocess.Popen(configured(folder, CONFIG.format(folder=folder, port=port, service=service)))
    try:
        wait_for(lambda: is_listening(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


async def asked(service: Running) -> int:
    """How often the service was asked for a board, with any answer."""
    metrics = (await service.http.get("/metrics")).text
    return sum(int(count) for _, count in COUNTED.findall(metrics))


async def test_a_crowd_behind_a_proxy_reaches_the_service_once_a_second(service: Running, tmp_path: Path) -> None:
    path = "/api/v1/offices/passport/board"
    with proxy(tmp_path, service.url) as address:
        async with httpx.AsyncClient(base_url=address, timeout=60) as crowd:
            before, began = await asked(service), time.monotonic()
            answers = [
                answer for _ in range(5) for answer in await asyncio.gather(*(crowd.get(path) for _ in range(60)))
            ]
            seconds = time.monotonic() - began
            assert {answer.status_code for answer in answers} == {200}
            assert len({answer.headers["etag"] for answer in answers}) == 1
            assert await asked(service) - before <= seconds + 2


async def test_a_proxy_asks_with_the_tag_when_its_second_is_over(service: Running, tmp_path: Path) -> None:
    path = "/api/v1/offices/passport/board"
    with proxy(tmp_path, service.url) as address:
        async with httpx.AsyncClient(base_url=address, timeout=60) as crowd:
            etag = (await crowd.get(path)).headers["etag"]
            known = {"If-None-Match": etag}
            assert (await crowd.get(path, headers=known)).status_code == 304
            await service.http.take("passport", "apply")
            async with asyncio.timeout(30):
                # The cache answers with the old board for a second.
                while (answer := await crowd.get(path, headers=known)).status_code == 304:
                    await asyncio.sleep(0.1)
            assert answer.json()["counters"][0]["issued"] == 101


async def test_only_boards_may_be_kept(service: Running) -> None:
    ticket = await service.http.take("passport", "apply")
    board = await service.http.get("/api/v1/offices/passport/board")
    assert board.headers["cache-control"] == "public, max-age=0, s-maxage=1"
    for path in (f"/api/v1/tickets/{ticket['id']}", "/health/ready", "/metrics"):
        assert (await service.http.get(path)).headers["cache-control"] == "no-store"
