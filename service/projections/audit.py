"""Audit: who did what, and when. Rows are only added; the setting `audit_days` says when they go."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.database.tables import audit
from service.database.upsert import insert_new
from service.domain.event import Pass, TicketEvent
from service.domain.staff import Actor
from service.projections.projection import Projection
from service.store.event_log import Logged

RECORDED = ("staff", "device", "service")
"""Whose events in an office are recorded: those of holders have no name, and time is nobody. Of the city's events, all
are."""

SAID = {"kind", "epoch", "version", "at", "day", "revision", "actor", "ticket", "window", "counter"}
SAID |= {"tickets", "windows", "calls"}
"""Members of events that have a column of their own, and the tickets of a whole office, which have none."""


class Audit(Projection):
    """Writes `audit`."""

    name = "audit"
    # `audit` is none of them: what is recorded stays, and is not made anew.
    tables = ()

    async def apply(self, connection: AsyncConnection, batch: Sequence[Logged]) -> None:
        rows = [
            _row(logged) for logged in batch if not logged.epoch or Actor.parse(logged.event.actor).kind in RECORDED
        ]
        await insert_new(connection, audit, rows)

    async def forget(self, connection: AsyncConnection, source: str, since: date) -> None:
        """Nothing: rows stay, and are not inserted a second time."""

    async def mark_lost(self, connection: AsyncConnection, source: str, after: str, up_to: str) -> None:
        await connection.execute(
            update(audit)
            .where(audit.c.source == source, audit.c.position > after, audit.c.position <= up_to)
            .values(lost=True)
        )


def _row(logged: Logged) -> dict[str, Any]:
    event = logged.event
    ticket = event.ticket if isinstance(event, TicketEvent) else None
    at_window = ticket.window if ticket and not isinstance(event, Pass) else getattr(event, "window", None)
    about = event.model_dump(mode="json", exclude=SAID, exclude_none=True)
    return {
        "source": logged.source,
        "position": logged.position,
        "epoch": logged.epoch,
        "at": event.at,
        "actor": event.actor,
        "kind": event.kind,
        "number": ticket and ticket.number,
        "window": at_window,
        "counter": ticket.counter if ticket else getattr(event, "counter", None),
        "about": about or None,
        "lost": False,
    }
