"""The processes that fill a demo with simulated people, now and in the past. A real service has none."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
"""Where clients/ lies: the checkout, or site-packages."""

LONGEST_LINE = 1 << 22
"""Bytes: many times those of a day's tickets."""

STOPS_WITHIN = 3.0
"""Seconds; what it remembers is on disk by then."""


@contextmanager
def simulated_people(url: str, data_dir: Path) -> Iterator[None]:
    """People and clerks of clients/python/life use the demo at `url` meanwhile.

    They are an ordinary client program in a process of their own. It ends when this process ends, even by a kill.
    """
    command = [sys.executable, "-m", "clients.python.life", "--until-eof"]
    life = subprocess.Popen(
        [*command, "--url", url, "--memory", data_dir / "life.json"],
        stdin=subprocess.PIPE,
        env=_environment(),
    )
    try:
        yield
    finally:
        assert life.stdin
        life.stdin.close()
        try:
            life.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            life.kill()
            life.wait()


async def simulated_days(wanted: Any) -> AsyncGenerator[Any]:
    """What clients/python/simulation/past.py prints of the days that are wanted, one after another.

    It computes in a process of its own, which ends when this generator or this process does. Raises ChildProcessError
    where it fails.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clients.python.simulation.past"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
        limit=LONGEST_LINE,
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(json.dumps(wanted).encode())
        process.stdin.close()
        async for line in process.stdout:
            yield json.loads(line)
        if code := await process.wait():
            raise ChildProcessError(f"the simulation has failed with the code {code}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
