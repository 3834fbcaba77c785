"""The command line. The exit code is 0 if every row that can be compared agreed, 1 if not, 2 if it could not be
played."""

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
from . import made_up
from .pace import Pace
from .plan import Step, plan
from .player import CannotPlay, Compared, Player, playing
from .recording import Recording, RecordingError, read
from .report import Summary, disagreement
from .room import room

WARSAW_QUEUE, WARSAW_DATE = "UD_Bemowo/551", "2020-01-13"
"""The default for other recordings: passport applications, all of which are called in order."""

SPEED = 120.0
"""Its day takes four and a half minutes, and somebody comes or is called nearly every second."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return asyncio.run(_replay(_recording(options), options))
    except (RecordingError, CannotPlay, ClientError) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="replay",
        description="Plays a day of an office through a running demo, as its kiosk and clerks would, and compares the "
        "board with the recording at every recorded moment. The day that comes along is made up; --data names "
        "recordings of real ones.",
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000", type=_url, help="the service (%(default)s)")
    parser.add_argument("--data", type=Path, help="a gzipped CSV of recordings; SUNBEON_RECORDINGS names it too")
    parser.add_argument("--queue", help=f"recorded office/queue ({made_up.QUEUE}; with --data {WARSAW_QUEUE})")
    parser.add_argument("--date", help=f"recorded day ({made_up.DATE}; with --data {WARSAW_DATE})")
    parser.add_argument("--office", default="passport", help="office to play it in (%(default)s)")
    parser.add_argument("--counter", default="apply", help="counter to play it at (%(default)s)")
    parser.add_argument(
        "--speed", default=SPEED, type=_speed, help="times as fast as it was (%(default)g); 0: as fast as possible"
    )
    return parser


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("give it as http://host:port")
    return text.rstrip("/")


def _speed(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (speed := float(text)) < float("inf"):
            return speed
    raise argparse.ArgumentTypeError("give a number, 0 or more")


def _recording(options: argparse.Namespace) -> Recording:
    named = os.environ.get("SUNBEON_RECORDINGS")
    data = options.data or (Path(named) if named else None)
    if data is None:
        return read(made_up.FILE, options.queue or made_up.QUEUE, options.date or made_up.DATE)
    return read(data, options.queue or WARSAW_QUEUE, options.date or WARSAW_DATE)


async def _replay(recording: Recording, options: argparse.Namespace) -> int:
    steps = plan(recording.rows)
    windows = max(1, *(row.windows for row in recording.rows))
    tickets = sum(step.arrivals for step in steps)
    office, counter = options.office, options.counter
    console = Console(markup=False, highlight=False, soft_wrap=True)
    console.print(f"{recording.queue} ({recording.name}) on {recording.date}, {len(steps)} rows")
    console.print(f"watch {options.url}/display/{office}, or any other page of the office")
    async with Client(options.url) as client, room(client, office, counter, windows) as made:
        if made:
            console.print(f"the simulated people of {office} keep away meanwhile")
        async with playing(client, office, counter, windows, tickets) as player:
            compared = await _play(steps, player, console, options)
    summary = Summary(compared)
    for line in summary.lines():
        console.print(line)
    return 0 if summary.sound else 1


async def _play(steps: Sequence[Step], player: Player, console: Console, options: argparse.Namespace) -> list[Compared]:
    begins = steps[0].row.minute
    console.print(
        f"at {options.office}/{options.counter} of {options.url}: the first ticket is number {player.given + 1}"
    )
    await player.begin(Pace(options.speed, begins))
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    pace = Pace(options.speed, begins)
    compared = []
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("", total=len(steps))
        for step in steps:
            row = await player.play(step, pace)
            compared.append(row)
            shown = f"{step.row.time}  called {row.board.called or '-'}  waiting {row.board.waiting}"
            progress.update(bar, advance=1, description=shown)
            if not row.agrees:
                console.print(disagreement(row))
    return compared


if __name__ == "__main__":
    sys.exit(main())
