"""The included recording: an invented day of a passport office, drawn from a seed.

`python -m clients.python.replay.made_up` writes it again; a test compares the file with what is drawn here.
"""

import csv
import gzip
import io
from collections.abc import Iterator
from math import ceil
from pathlib import Path

from ..simulation.course import Event, Kind, course
from ..simulation.day import draw_day
from ..simulation.layout import Layout, minutes_for
from ..simulation.people import CLOSES, OPENS, Habits

FILE = Path(__file__).with_name("made_up.csv.gz")
QUEUE, DATE = "made-up/1", "2026-01-12"
NAME = "여권 접수 · Passport applications"

SEED = 1
"""The seed of a day with a line of moderate length in both rush hours."""

WINDOWS = {1: ("apply",), 2: ("apply",), 3: ("apply",)}
EVERY = 300
"""Seconds between rows, as in recordings of real displays."""

IN_LINE = Habits(online=0, priority=0, impatient=0)
"""The numbers on a display tell how many wait only if everyone is called in the order of the numbers."""


def text() -> str:
    """The recording as CSV, in the form that `recording.read` takes."""
    office, queue = QUEUE.split("/")
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\n")
    table.writerow(
        ["office", "queue", "queue_name", "date", "time", "called", "waiting", "windows", "published_minutes"]
    )
    for second, called, waiting, windows in _moments():
        time = f"{second // 3600:02}:{second // 60 % 60:02}"
        published = ceil(waiting * minutes_for("apply") / max(1, windows))
        table.writerow([office, queue, NAME, DATE, time, called, waiting, windows, published])
    return lines.getvalue()


def write(file: Path = FILE) -> None:
    """Writes the recording; the same bytes for the same text."""
    file.write_bytes(gzip.compress(text().encode(), mtime=0))


def _moments() -> Iterator[tuple[int, int, int, int]]:
    """(second of the day, number called last, people waiting, windows open) until nobody waits in the evening."""
    layout = Layout("made-up", {"apply": False}, WINDOWS)
    called = waiting = windows = 0
    moment = OPENS
    for event in course(draw_day(layout, WINDOWS, SEED, IN_LINE)):
        while moment < event.at:
            yield moment, called, waiting, windows
            if moment >= CLOSES and not waiting:
                return
            moment += EVERY
        called, waiting, windows = _after(event, called, waiting, windows)


def _after(event: Event, called: int, waiting: int, windows: int) -> tuple[int, int, int]:
    match event:
        case Event(kind=Kind.CAME):
            return called, waiting + 1, windows
        case Event(kind=Kind.CALLED, person=int(person)):
            return person + 1, waiting - 1, windows
        case Event(kind=Kind.OPENED):
            return called, waiting, windows + 1
        case Event(kind=Kind.CLOSED):
            return called, waiting, windows - 1
    return called, waiting, windows


if __name__ == "__main__":
    write()
