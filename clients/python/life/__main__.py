"""The command line. The exit code is 2 where the service is no demo."""

import argparse
import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from ..client import Client
from ..errors import LineClosed
from ..simulation.demo import SEED
from .clock import Clock
from .memory import Memory
from .office import NotADemo
from .town import Town

DEADLINE = 5.0
"""Seconds in which a request is retried; then the life pauses."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="life: %(message)s", level=logging.WARNING)
    try:
        asyncio.run(_live(options))
    except (NotADemo, LineClosed) as error:
        print(f"life: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="life", description="Fills a running demo with simulated people and clerks, through its public API."
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the demo (%(default)s)")
    parser.add_argument("--office", action="append", default=[], help="only there; several may be named")
    parser.add_argument("--speed", type=float, default=1.0, help="times as fast as real people (%(default)g)")
    parser.add_argument("--seed", default=SEED, help="other people for another seed (%(default)s)")
    parser.add_argument("--memory", type=Path, help="file in which it remembers its own windows over restarts")
    parser.add_argument("--until-eof", action="store_true", help="ends when its standard input does")
    return parser


async def _live(options: argparse.Namespace) -> None:
    async with Client(options.url, deadline=DEADLINE) as client:
        town = Town(client, Clock(options.speed), Memory(options.memory), seed=options.seed, offices=options.office)
        life = asyncio.ensure_future(town.run())
        if options.until_eof:
            loop = asyncio.get_running_loop()
            _at_eof(lambda: loop.call_soon_threadsafe(life.cancel))
        await asyncio.wait([life])
        if not life.cancelled():
            life.result()


def _at_eof(then: Callable[[], object]) -> None:
    """Calls `then` when the process that started this one has ended, even by a kill: its end of the pipe is closed."""

    def listen() -> None:
        while os.read(0, 1024):
            pass
        then()

    threading.Thread(target=listen, name="until end of file", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
