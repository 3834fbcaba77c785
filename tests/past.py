"""Days of the past for tests: rows as the history projection writes them, without anybody playing them through."""

from collections.abc import Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert

from service.database.engine import Database, sqlite_url
from service.database.tables import history
from service.domain.hours import KST
from tests.support import Running

MINUTE = 60_000

Row = dict[str, Any]


@asynccontextmanager
async def database_of(service: Running) -> Any:
    """The database of a service with SQLite."""
    database = Database(sqlite_url(service.app.state.context.settings.data_dir))
    await database.prepare()
    yield database
    await database.aclose()


def working_days(until: date, count: int) -> list[date]:
    """The last `count` Mondays to Fridays before a day, in order; none of them may be a holiday."""
    found: list[date] = []
    while len(found) < count:
        until -= timedelta(days=1)
        if until.weekday() < 5:
            found.insert(0, until)
    return found


def ticket(office: str, day: date, number: int, issued: str, wait: float, **facts: Any) -> Row:
    """A finished ticket, which was called `wait` minutes after it was taken, and was at window 1 for 3 minutes."""
    issued_at = int(datetime.combine(day, time.fromisoformat(issued), KST).timestamp() * 1000)
    called_at = issued_at + int(wait * MINUTE)
    row = {
        "office": office,
        "day": day,
        "number": number,
        "position": f"{issued_at}-{number}",
        "counter": "apply",
        "channel": "walk_in",
        "people": 1,
        "outcome": "served",
        "windows": [1],
        "recalls": 0,
        "issued_at": issued_at,
        "first_called_at": called_at,
        "called_at": called_at,
        "finished_at": called_at + 3 * MINUTE,
        "epoch": "past",
        "lost_epoch": "",
    }
    return row | facts


def day_of(office: str, day: date, waits: dict[str, float], **facts: Any) -> Iterator[Row]:
    """A ticket for each moment of the day, such as {"09:10": 12}, each at a window that serves nobody else."""
    return (
        ticket(office, day, 101 + i, issued, wait, windows=[1 + i], **facts)
        for i, (issued, wait) in enumerate(waits.items())
    )


async def fill(database: Database, rows: Iterable[Row]) -> None:
    async with database.begin() as connection:
        await connection.execute(insert(history), list(rows))
