"""The command line. Leaves with 0 if every row that can be compared agreed, 1 if not, 2 if it could not be played."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..client import Client
from ..errors import ClientError
from .pace import Pace
from .plan import plan
from .player import CannotPlay, playing
from .recording import Recording, RecordingError, read
from .report import Summary, disagreement

RECORDINGS = Path("shared", "data", "warsaw_queues.csv.gz")
"""Looked for in the folders above this one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        recording = read(options.data or _find_recordings(), options.queue, options.date)
        return asyncio.run(_replay(recording, options))
    except (RecordingError, CannotPlay, ClientError) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="replay",
        description="Plays a recorded day of a real office through a running demo, as its kiosk and clerks would, and "
        "compares the board with the recording at every recorded moment.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000", type=_url, help="the service")
    parser.add_argument("--data", type=Path, help="warsaw_queues.csv.gz; SUNBEON_RECORDINGS names it too")
    parser.add_argument("--queue", default="UD_Bemowo/551", help="recorded office/queue")
    parser.add_argument("--date", default="2020-01-13", help="recorded day")
    parser.add_argument("--office", default="passport", help="office to play it in")
    parser.add_argument("--counter", default="apply", help="counter to play it at")
    parser.add_argument("--speed", default=0.0, type=_speed, help="times as fast as it was; 0: as fast as possible")
    return parser


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("give it as http://host:port")
    return text


def _speed(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (speed := float(text)) < float("inf"):
            return speed
    raise argparse.ArgumentTypeError("give a number, 0 or more")


def _find_recordings() -> Path:
    if named := os.environ.get("SUNBEON_RECORDINGS"):
        return Path(named)
    for folder in Path(__file__).resolve().parents:
        if (folder / RECORDINGS).is_file():
            return folder / RECORDINGS
    raise RecordingError("where are the recordings? Name warsaw_queues.csv.gz with --data or SUNBEON_RECORDINGS")


async def _replay(recording: Recording, options: argparse.Namespace) -> int:
    steps = plan(recording.rows)
    windows = max(1, *(row.windows for row in recording.rows))
    tickets = sum(step.arrivals for step in steps)
    console = Console(markup=False, highlight=False, soft_wrap=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    compared = []
    async with (
        Client(options.url) as client,
        playing(client, options.office, options.counter, windows, tickets) as player,
    ):
        console.print(f"{recording.queue} ({recording.name}) on {recording.date}, {len(steps)} rows")
        console.print(
            f"at {options.office}/{options.counter} of {options.url}: the first ticket is number {player.given + 1}"
        )
        pace = Pace(options.speed, recording.rows[0].minute)
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("", total=len(steps))
            for step in steps:
                row = await player.play(step, pace)
                compared.append(row)
                shown = f"{step.row.time}  called {row.board.called or '-'}  waiting {row.board.waiting}"
                progress.update(bar, advance=1, description=shown)
                if not row.agrees:
                    console.print(disagreement(row))
    summary = Summary(compared)
    for line in summary.lines():
        console.print(line)
    return 0 if summary.sound else 1


if __name__ == "__main__":
    sys.exit(main())
