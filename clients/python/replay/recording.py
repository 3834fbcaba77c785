"""A recorded day of one queue: what its public display showed, about every five minutes."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = {"office", "queue", "queue_name", "date", "time", "called", "waiting", "windows"}


class RecordingError(Exception):
    """The recording can't be read, or doesn't have what was asked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One moment: `time` as "08:05", the number called last (0: none yet), people waiting, windows open."""

    time: str
    called: int
    waiting: int
    windows: int

    @property
    def minute(self) -> int:
        """Of the day."""
        hours, minutes = self.time.split(":")
        return int(hours) * 60 + int(minutes)


@dataclass(frozen=True, slots=True)
class Recording:
    """`queue` is "office/queue"; `rows` are in order and at least one."""

    queue: str
    name: str
    date: str
    rows: tuple[Row, ...]


def read(path: Path, queue: str, date: str) -> Recording:
    """The day of `queue` ("office/queue") on `date` (YYYY-MM-DD) from a gzipped CSV. Raises RecordingError."""
    name, rows, dates, queues = "", [], set(), set()
    for line, record in _records(path):
        queues.add(f"{record['office']}/{record['queue']}")
        if f"{record['office']}/{record['queue']}" != queue:
            continue
        dates.add(record["date"])
        if record["date"] == date:
            name = record["queue_name"]
            rows.append(_row(record, line))
            if len(rows) > 1 and rows[-1].minute <= rows[-2].minute:
                raise RecordingError(f"line {line}: {rows[-1].time} comes after {rows[-2].time}")
    if not dates:
        raise RecordingError(f"no queue {queue}: there are {', '.join(sorted(queues))}")
    if not rows:
        raise RecordingError(f"{queue} was not recorded on {date}, but on {', '.join(sorted(dates))}")
    return Recording(queue, name, date, tuple(rows))


def _records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines with their numbers."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            table = csv.DictReader(file)
            if missing := COLUMNS.difference(table.fieldnames or ()):
                raise RecordingError(f"{path} has no column {', '.join(sorted(missing))}")
            for record in table:
                yield table.line_num, record
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise RecordingError(f"{path} can't be read: {error}") from error


def _row(record: dict[str, str], line: int) -> Row:
    try:
        row = Row(record["time"], int(record["called"]), int(record["waiting"]), int(record["windows"]))
        sound = 0 <= row.minute < 24 * 60 and min(row.called, row.waiting, row.windows) >= 0
    except (TypeError, ValueError, AttributeError):
        sound = False
    if not sound:
        raise RecordingError(f"line {line} is no row of a queue: {record}")
    return row
