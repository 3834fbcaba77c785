"""Retention: what projections have written goes after as many days as the settings say."""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import delete

from service.database.engine import Database, DatabaseAway
from service.database.tables import audit
from service.domain.hours import KST
from service.domain.service_clock import ServiceClock
from service.projections.projection import Projection

logger = logging.getLogger(__name__)

EVERY = 3600.0
"""Seconds, on average."""


class Retention:
    """`run()` is a task that lasts as long as the service."""

    def __init__(
        self,
        database: Database,
        clock: ServiceClock,
        projections: Sequence[Projection],
        *,
        history_days: int,
        audit_days: int,
    ) -> None:
        """`history_days`: for all tables of the projections; `audit_days`: for the audit."""
        self._tables = [table for projection in projections for table in projection.tables]
        self._database = database
        self._clock = clock
        self._history = timedelta(days=history_days)
        self._audit = timedelta(days=audit_days)

    async def run(self) -> None:
        """Removes what is too old, for ever."""
        while True:
            # Not at the start, when the database may lack its tables.
            await asyncio.sleep(EVERY * random.uniform(0.5, 1.5))
            try:
                await self.apply()
            except DatabaseAway as error:
                logger.debug("old rows are removed later: %s", error)

    async def apply(self) -> None:
        """Removes what is too old now. Raises DatabaseAway."""
        today = self._clock.today()
        audited = datetime.combine(today - self._audit, time(), KST)
        async with self._database.begin() as connection:
            for table in self._tables:
                await connection.execute(delete(table).where(table.c.day < today - self._history))
            await connection.execute(delete(audit).where(audit.c.at < int(audited.timestamp() * 1000)))
