"""What a projection is: facts in SQL, folded out of the logs' events."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from sqlalchemy import Table, delete
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.event_log import Logged


class Projection(ABC):
    """A subclass names its `tables` and defines `apply`. The runner gives it every confirmed event once, in order.

    What `apply` writes is committed together with the checkpoint, so that it may count events up: however often a
    process dies, each has its effect once.
    """

    name: ClassVar[str]
    tables: ClassVar[Sequence[Table]]
    """Those that can be made anew from the log, each with the columns `office` and `day`."""
    batch: ClassVar[int] = 500
    """How many events of one source are projected in one transaction."""

    @abstractmethod
    async def apply(self, connection: AsyncConnection, batch: Sequence[Logged]) -> None:
        """Writes what these events say. Those of one source are in their order."""

    async def forget(self, connection: AsyncConnection, source: str, since: date) -> None:
        """Removes what it has of these days of a source: their events will come again."""
        for table in self.tables:
            await connection.execute(delete(table).where(table.c.office == source, table.c.day >= since))

    async def mark_lost(  # noqa: B027  # most mark nothing
        self, connection: AsyncConnection, source: str, after: str, up_to: str
    ) -> None:
        """A failover lost the events between these positions: marks what comes of them. `forget` follows, and must
        leave what is marked. What is not marked is forgotten with the rest of the day."""

    def committed(self) -> None:  # noqa: B027  # most tell nothing
        """What the last `apply` wrote is committed."""
