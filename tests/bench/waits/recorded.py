"""Recorded queues: what public displays showed about every five minutes, played to the fold as events."""

import csv
import gzip
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from operator import itemgetter
from pathlib import Path

from service.domain.wait.city import merged
from service.domain.wait.estimation import estimate
from service.domain.wait.learning import OfficeWaits
from tests.bench.waits.scores import Scored

SCORED_FROM = 8 * 60 + 10
"""Minute of the day from which rows are scored."""

MOST_WINDOWS = 40

AT_ONCE = 20
"""Tickets that may be taken at the same moment, beside one a minute. Where the called number goes up by more than
could have waited, nobody was called: the queue went on with other numbers, such as 501 after 0."""

PUBLISHED = "published by the city"


@dataclass(frozen=True, slots=True)
class Row:
    """One moment of a queue; `minute` of the day."""

    minute: float
    called: int
    waiting: int
    windows: int
    published: float | None

    @property
    def scored(self) -> bool:
        return self.minute >= SCORED_FROM and self.waiting >= 1 and self.windows >= 1

    @property
    def next_number(self) -> int:
        """That of the ticket that would be taken then."""
        return self.called + self.waiting + 1


Queue = tuple[str, str]
"""Office and queue."""


def read(path: Path) -> dict[str, dict[Queue, list[Row]]]:
    """The recorded rows by date and queue, in order; those are left out that lack a field or have no number in it."""
    days: dict[str, dict[Queue, list[Row]]] = defaultdict(lambda: defaultdict(list))
    with path.open("rb") as start:
        zipped = start.read(2) == b"\x1f\x8b"
    with (gzip.open if zipped else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
        for record in csv.DictReader(file):
            row = _row(record)
            date, office, queue = (record.get(name) for name in ("date", "office", "queue"))
            if row and date and office and queue:
                days[date][office, queue].append(row)
    for queues in days.values():
        for rows in queues.values():
            rows.sort(key=lambda row: row.minute)
    return {date: dict(days[date]) for date in sorted(days)}


def _row(record: dict[str, str | None]) -> Row | None:
    try:
        hours, minutes, *seconds = (float(part) for part in (record.get("time") or "").split(":"))
        called, waiting, windows = (int(float(record.get(name) or "")) for name in ("called", "waiting", "windows"))
    except (ValueError, OverflowError):
        return None
    if min(called, waiting, windows) < 0:
        return None
    try:
        published = float(record.get("published_minutes") or "")
    except ValueError:
        published = math.nan
    at = hours * 60 + minutes + sum(seconds) / 60
    return Row(at, called, waiting, windows, published if math.isfinite(published) else None)


def waits(rows: list[Row]) -> dict[int, float]:
    """The wait of the ticket that would be taken at each scored row, by the row's place.

    It is called when the called number reaches its own, interpolated between rows. Rows that are never resolved are
    not among them.
    """
    found: dict[int, float] = {}
    for i, row in enumerate(rows):
        if not row.scored:
            continue
        number = row.next_number
        for before, after in zip(rows[i:], rows[i + 1 :], strict=False):
            if after.called >= number:
                share = (number - before.called) / (after.called - before.called)
                found[i] = max(0.0, before.minute + share * (after.minute - before.minute) - row.minute)
                break
    return found


@dataclass
class Player:
    """Plays a queue to its own `OfficeWaits`. A queue is an office with one counter here."""

    queue: Queue
    office: OfficeWaits = field(init=False)

    def __post_init__(self) -> None:
        self.counter = "/".join(self.queue)
        self.office = OfficeWaits({window: [self.counter] for window in range(1, MOST_WINDOWS + 1)})

    def play(self, date: str, rows: list[Row]) -> Iterator[tuple[float, Scored | None]]:
        """The day, row by row: the minute, and the scored ticket."""
        truth = waits(rows)
        self.office.begin_day()
        self._issued, self._called = 0, 0
        before: Row | None = None
        for i, row in enumerate(rows):
            self._pass(before, row)
            self._staff(row)
            yield row.minute, self._scored(date, row, truth.get(i)) if row.scored else None
            before = row
        self.office.end_day()

    def _pass(self, before: Row | None, row: Row) -> None:
        """What happened since the row before, spread evenly over the time between."""
        since = before.minute if before else row.minute
        if before is None or row.called - self._called > before.waiting + AT_ONCE + row.minute - since:
            for number in list(self.office.taken):
                self.office.gone(number, row.minute)
            self._issued = self._called = row.called
        issued = [self._issued + 1 + i for i in range(row.next_number - 1 - self._issued)]
        called = [self._called + 1 + i for i in range(row.called - self._called)]
        times = [(since + (row.minute - since) * (i + 0.5) / len(issued), 0, n) for i, n in enumerate(issued)]
        times += [(since + (row.minute - since) * (i + 1) / len(called), 1, n) for i, n in enumerate(called)]
        for at, what, number in sorted(times):
            if what == 0:
                self._issue(number, at)
            else:
                self._call(number, at)
        for number in [n for n in self.office.taken if n >= row.next_number and self.office.taken[n].here]:
            self._leaves(number, row.minute)
        self._issued, self._called = row.next_number - 1, row.called

    def _leaves(self, number: int, at: float) -> None:
        """Somebody left. Their number is called when it is taken again, and what was said of it is scored then."""
        expected = self.office.taken[number].expected
        self.office.gone(number, at)
        if expected:
            self.office.issued(number, self.counter, at, here=False)
            self.office.taken[number].expected = expected

    def _issue(self, number: int, at: float) -> None:
        if number in self.office.taken:
            self.office.arrived(number, at)
        elif number > self._called:
            self.office.issued(number, self.counter, at)

    def _call(self, number: int, at: float) -> None:
        desks = self.office.desks
        window = min(desks, key=lambda id: (desks[id].number is not None, desks[id].since), default=1)
        self.office.called(number, self.counter, window, at)

    def _staff(self, row: Row) -> None:
        """Windows have no numbers in the recording, and nobody says who is done: a window is busy until its next call,
        unless nobody waits."""
        windows = min(row.windows, MOST_WINDOWS)
        for window in sorted(self.office.desks)[windows:]:
            self.office.closed(window, row.minute)
        for window in range(1, MOST_WINDOWS + 1):
            if len(self.office.desks) >= windows:
                break
            if window not in self.office.desks:
                self.office.opened(window, [self.counter], row.minute)
        if not row.waiting:
            for window in list(self.office.desks):
                self.office.freed(window, row.minute, learn=False)

    def _scored(self, date: str, row: Row, wait: float | None) -> Scored | None:
        ahead, model = {self.counter: row.waiting}, self.office.model(self.counter, row.minute)
        said = estimate(model, ahead, row.minute)
        if row.next_number not in self.office.taken:
            self.office.issued(row.next_number, self.counter, row.minute, here=False)
        self.office.expected(row.next_number, ahead, row.minute)
        if wait is None:
            return None
        by_windows = row.waiting * model.typical / row.windows
        return Scored(
            place=self.counter,
            day=date,
            minute=row.minute,
            ahead=row.waiting,
            windows=row.windows,
            word=said.word,
            minutes=said.minutes,
            low=said.low,
            high=said.high,
            rules={
                **({} if row.published is None else {PUBLISHED: row.published}),
                "n x mean / windows": by_windows,
                "last to enter": by_windows if model.last_wait is None else model.last_wait,
                "head of line": by_windows if model.oldest is None else row.minute - model.oldest,
            },
            wait=wait,
        )


def play(days: dict[str, dict[Queue, list[Row]]], history: dict[str, dict[Queue, list[Row]]]) -> Iterator[Scored]:
    """Plays the history and then the days, all queues at the same time; what was scored of the days."""
    players: dict[Queue, Player] = {}
    for scored, of in ((False, history), (True, days)):
        for date, queues in sorted(of.items()):
            for queue in queues:
                if queue not in players:
                    players[queue] = Player(queue)
            # As in the service, queues learn from each other from one day to the next.
            city = merged(player.office.own for player in players.values())
            for player in players.values():
                player.office.join(city)
            plays = [players[queue].play(date, rows) for queue, rows in sorted(queues.items())]
            for _, ticket in merge(*plays, key=itemgetter(0)):
                if scored and ticket:
                    yield ticket
