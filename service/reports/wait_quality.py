"""How near the waits were that were said: what the service publishes of itself."""

import asyncio
import logging
import random
from collections import defaultdict
from datetime import date, timedelta

from prometheus_client import Gauge
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select

from service.database.engine import DatabaseAway
from service.database.tables import wait_scores
from service.domain.errors import HistoryUnavailable
from service.domain.service_clock import ServiceClock
from service.reports.source import Source

logger = logging.getLogger(__name__)

DAYS = 30
"""The days that are looked at, today among them."""

EVERY = 60.0
RETRY_AFTER = 2.0
"""Seconds, on average, until it is read again, and where nothing was read yet."""

COVERAGE = Gauge(
    "sunbeon_wait_coverage_ratio",
    "Share of the calls of 30 days that came within the range that was said; 0.8 is the aim.",
    multiprocess_mode="livemax",
)
ERROR = Gauge(
    "sunbeon_wait_error_minutes",
    "Mean minutes by which the waits that were said were off, in 30 days.",
    multiprocess_mode="livemax",
)
SCORED = Gauge(
    "sunbeon_wait_scored_tickets", "Tickets of 30 days whose wait had been said.", multiprocess_mode="livemax"
)


class Nearness(BaseModel):
    """How near they were. Shares and means are null where there is no ticket."""

    model_config = ConfigDict(frozen=True)

    tickets: int = Field(description="Those that were called after a wait had been said when they were issued.")
    coverage: float | None = Field(description="The share that was called within the range that was said.")
    early: float | None = Field(description="The share that was called before it.")
    late: float | None = Field(description="The share that was called after it.")
    error_minutes: float | None = Field(description="Mean minutes by which what was said was off.")
    wait_minutes: float | None = Field(description="The mean wait.")


class OfficeQuality(Nearness):
    office: str


class WaitQuality(Nearness):
    """Of all offices together, and of each."""

    first_day: date
    last_day: date
    offices: list[OfficeQuality]


class WaitQualityReader:
    """`run()` is a task that lasts as long as the service; then `current()` costs nothing."""

    def __init__(self, source: Source, clock: ServiceClock) -> None:
        self._source = source
        self._clock = clock
        self._read: WaitQuality | None = None

    def current(self) -> WaitQuality:
        """What was read last, at most some minutes ago. Raises HistoryUnavailable where nothing was."""
        if self._read is None:
            raise HistoryUnavailable
        return self._read

    async def run(self) -> None:
        """Reads it again and again, for ever."""
        while True:
            try:
                await self.look()
            except DatabaseAway as error:
                logger.debug("how near waits are is read later: %s", error)
            await asyncio.sleep((EVERY if self._read else RETRY_AFTER) * random.uniform(0.5, 1.5))

    async def look(self) -> None:
        """Reads it, and publishes it as metrics. Raises DatabaseAway."""
        today = self._clock.today()
        first = today - timedelta(days=DAYS - 1)
        columns = [wait_scores.c[name] for name in _SUMS]
        async with self._source.read() as connection:
            found = await connection.execute(
                select(wait_scores.c.office, *map(func.sum, columns))
                .where(wait_scores.c.day >= first, wait_scores.c.day <= today)
                .group_by(wait_scores.c.office)
                .order_by(wait_scores.c.office)
            )
            rows = found.all()
        sums: dict[str, float] = defaultdict(float)
        for _, *of_office in rows:
            for name, value in zip(_SUMS, of_office, strict=True):
                sums[name] += value
        self._read = WaitQuality(
            **_nearness(*(sums[name] for name in _SUMS)),
            first_day=first,
            last_day=today,
            offices=[OfficeQuality(office=office, **_nearness(*of_office)) for office, *of_office in rows],
        )
        SCORED.set(self._read.tickets)
        if self._read.coverage is not None and self._read.error_minutes is not None:
            COVERAGE.set(self._read.coverage)
            ERROR.set(self._read.error_minutes)


_SUMS = [column.name for column in wait_scores.c if not column.primary_key]


def _nearness(tickets: float, early: float, late: float, error: float, waited: float) -> dict[str, float | None]:
    def mean(of: float, digits: int) -> float | None:
        return round(of / tickets, digits) if tickets else None

    return {
        "tickets": int(tickets),
        "coverage": mean(tickets - early - late, 3),
        "early": mean(early, 3),
        "late": mean(late, 3),
        "error_minutes": mean(error, 2),
        "wait_minutes": mean(waited, 2),
    }
