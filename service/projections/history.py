"""History: one row for each finished ticket, and one for each day, with nothing personal."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from prometheus_client import Counter as Metric
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.database.tables import days, history, skipped_numbers
from service.database.upsert import add_up
from service.domain import event as events
from service.domain.event import TicketEvent
from service.domain.facts import TicketFacts
from service.domain.ticket import State
from service.projections.projection import Projection
from service.store.event_log import Logged

logger = logging.getLogger(__name__)

MISMATCHES = Metric(
    "sunbeon_day_mismatches_total",
    "Days at whose end the issued tickets were not all served, absent, cancelled or expired.",
)

OUTCOMES = (State.SERVED, State.NO_SHOW, State.CANCELLED, State.EXPIRED)
"""The states in which a ticket is finished. A no-show may still be called back on its day."""

MOST_TOLD = 20
"""Numbers in one line of the log."""

Key = tuple[str, date, int]
"""Office, day and number."""


class History(Projection):
    """Writes `history`, `days` and `skipped_numbers`."""

    name = "history"
    tables = (history, days, skipped_numbers)

    def __init__(self) -> None:
        self._mismatches: list[str] = []

    async def apply(self, connection: AsyncConnection, batch: Sequence[Logged]) -> None:
        self._mismatches = []
        since = 0
        for i, logged in enumerate(batch):
            if isinstance(logged.event, events.EndOfDay):
                # The day is counted when all of it is written, and nothing of the next one.
                await self._write(connection, batch[since : i + 1])
                await self._close(connection, logged.source, logged.event)
                since = i + 1
        await self._write(connection, batch[since:])

    def committed(self) -> None:
        for text in self._mismatches:
            MISMATCHES.inc()
            logger.error(text)

    async def forget(self, connection: AsyncConnection, source: str, since: date) -> None:
        for table in self.tables:
            mine = [table.c.office == source, table.c.day >= since]
            if table is history:
                mine.append(history.c.lost_epoch == "")
            await connection.execute(delete(table).where(*mine))

    async def mark_lost(self, connection: AsyncConnection, source: str, after: str, up_to: str) -> None:
        await connection.execute(
            update(history)
            .where(history.c.office == source, history.c.position > after, history.c.position <= up_to)
            .values(lost_epoch=history.c.epoch)
        )

    async def _write(self, connection: AsyncConnection, batch: Sequence[Logged]) -> None:
        issued: Counter[tuple[str, date]] = Counter()
        rows: dict[Key, dict[str, Any]] = {}
        called_back: set[Key] = set()
        skipped: list[dict[str, Any]] = []
        for logged in batch:
            match logged.event:
                case events.TakeOver() as event:
                    issued[logged.source, event.day] += len(event.tickets)
                    for ticket in event.tickets:
                        if ticket.state in OUTCOMES:
                            rows[logged.source, event.day, ticket.number] = _row(logged, event.day, ticket, None)
                case events.Failover() as event:
                    skipped += _skipped(logged, event)
                case event if isinstance(event, TicketEvent):
                    key = logged.source, event.day, event.ticket.number
                    if isinstance(event, events.Issue):
                        issued[logged.source, event.day] += 1
                    elif isinstance(event, events.Call):
                        # It may have been a no-show until now.
                        called_back.add(key)
                        rows.pop(key, None)
                    elif event.ticket.state in OUTCOMES:
                        rows[key] = _row(logged, event.day, event.ticket, getattr(event, "due", event.at))
        if called_back:
            await connection.execute(
                _BY_KEY, [{"o": office, "d": day, "n": number} for office, day, number in called_back]
            )
        if rows:
            await connection.execute(insert(history), list(rows.values()))
        if skipped:
            await connection.execute(insert(skipped_numbers), skipped)
        counts = [{"office": office, "day": day, "issued": n} for (office, day), n in issued.items() if n]
        await add_up(connection, days, counts, "issued")

    async def _close(self, connection: AsyncConnection, office: str, end: events.EndOfDay) -> None:
        """Counts the day. What does not add up is told once this is committed."""
        of_day = history.c.office == office, history.c.day == end.day, history.c.lost_epoch == ""
        counted = await connection.execute(
            select(history.c.outcome, func.count()).where(*of_day).group_by(history.c.outcome)
        )
        outcomes = dict(tuple(row) for row in counted)
        of_days = days.c.office == office, days.c.day == end.day
        issued = (await connection.execute(select(days.c.issued).where(*of_days))).scalar()
        if issued is None and not outcomes:
            # Nobody came, or the log begins with the end of this day.
            return
        numbers = (await connection.execute(select(history.c.number).where(*of_day))).scalars().all()
        ranges = await connection.execute(
            select(skipped_numbers.c.first, skipped_numbers.c.last).where(
                skipped_numbers.c.office == office, skipped_numbers.c.day == end.day
            )
        )
        missing = unaccounted(numbers, end.issued, [(row.first, row.last) for row in ranges])
        finished = sum(outcomes.values())
        balanced = issued == finished == end.tickets and not missing
        if not balanced:
            self._mismatches.append(
                f"the day {end.day} of {office} does not add up: {issued} tickets were issued, {finished} were "
                f"finished, {end.tickets} are in the store; numbers that nobody got and no failover skipped: "
                f"{missing[:MOST_TOLD]}"
            )
        by_state = {state.value: outcomes.get(state.value, 0) for state in OUTCOMES}
        await connection.execute(update(days).where(*of_days).values(balanced=balanced, **by_state))


_BY_KEY = delete(history).where(
    history.c.office == bindparam("o"),
    history.c.day == bindparam("d"),
    history.c.number == bindparam("n"),
    history.c.lost_epoch == "",
)


def _row(logged: Logged, day: date, ticket: TicketFacts, finished_at: int | None) -> dict[str, Any]:
    return {
        "office": logged.source,
        "day": day,
        "number": ticket.number,
        "counter": ticket.counter,
        "channel": ticket.channel.value,
        "people": ticket.people,
        "outcome": ticket.state.value,
        "windows": list(ticket.windows),
        "recalls": ticket.recalls,
        "issued_at": ticket.issued_at,
        "first_called_at": ticket.first_called_at,
        "called_at": ticket.called_at,
        "finished_at": finished_at,
        "epoch": logged.epoch,
        "position": logged.position,
        "lost_epoch": "",
    }


def _skipped(logged: Logged, event: events.Failover) -> list[dict[str, Any]]:
    return [
        {
            "office": logged.source,
            "day": event.day,
            "position": logged.position,
            "counter": counter,
            "first": was + 1,
            "last": now,
        }
        for counter, (was, now) in event.issued.items()
        if now > was
    ]


def unaccounted(numbers: Iterable[int], issued: Mapping[str, int], skipped: Sequence[tuple[int, int]]) -> list[int]:
    """Numbers up to the last of each counter that no ticket has and no failover skipped.

    `numbers`: those of the day's tickets. `issued`: the last number of each counter. `skipped`: first and last number
    of each gap. A counter begins with its lowest number here, as its band may have begun with others before.
    """
    given, below, found = set(numbers), 0, []
    for last in sorted(issued.values()):
        first = min((number for number in given if below < number <= last), default=last + 1)
        found += [
            number
            for number in range(first, last + 1)
            if number not in given and not any(start <= number <= end for start, end in skipped)
        ]
        below = last
    return found
