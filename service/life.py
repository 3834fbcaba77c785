"""The process that fills a demo with simulated people, for as long as the demo runs. A real service has none."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
"""Where clients/ lies: the checkout, or site-packages."""

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
        env={**os.environ, "PYTHONPATH": str(ROOT)},
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
