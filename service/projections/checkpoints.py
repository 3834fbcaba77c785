"""Checkpoints: how far each projection has come in each log.

A checkpoint moves by compare-and-set, in the transaction that writes the facts. So the events between two checkpoints
have their effect once, even where two processes believe that they are the one to project a log.
"""

from typing import NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.database.tables import checkpoints
from service.store.event_log import BEGINNING


class Checkpoint(NamedTuple):
    """The last event whose effect is in the database: its epoch and its position."""

    epoch: str
    position: str


START = Checkpoint("", BEGINNING)
"""Before every event. There is no row for it."""


class Moved(Exception):
    """Another process has moved the checkpoint: this transaction must not be committed."""


async def read(connection: AsyncConnection, projection: str) -> dict[str, Checkpoint]:
    """The checkpoints of a projection, by source."""
    of_projection = checkpoints.c.projection == projection
    found = await connection.execute(
        select(checkpoints.c.source, checkpoints.c.epoch, checkpoints.c.position).where(of_projection)
    )
    return {row.source: Checkpoint(row.epoch, row.position) for row in found}


async def move(connection: AsyncConnection, projection: str, source: str, was: Checkpoint, now: Checkpoint) -> None:
    """Moves a checkpoint from where it was. Raises Moved if it is elsewhere by now."""
    key = {"projection": projection, "source": source}
    if was == START:
        try:
            await connection.execute(insert(checkpoints).values(**key, **now._asdict()))
        except IntegrityError:
            raise Moved from None
        return
    where_it_was = (
        checkpoints.c.projection == projection,
        checkpoints.c.source == source,
        checkpoints.c.epoch == was.epoch,
        checkpoints.c.position == was.position,
    )
    there = update(checkpoints).values(**now._asdict()) if now != START else delete(checkpoints)
    if (await connection.execute(there.where(*where_it_was))).rowcount != 1:
        raise Moved
