"""Refusals for the audit: who was refused what, counted by minute.

Everyone without a name is one actor, and user names are kept only of accounts that exist. So a stranger who is refused
a million times adds a few events an hour.
"""

import asyncio
import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from service.domain.city_event import Refusals
from service.domain.errors import SunbeonError
from service.domain.hours import business_day
from service.domain.service_clock import Clock
from service.domain.staff import Actor
from service.store.event_log import EventLog

logger = logging.getLogger(__name__)

RECORDED = ("unauthenticated", "forbidden", "cross_site", "weak_password", "too_many_attempts")
"""Codes of the refusals that say who tried what they may not do."""

MOST = 10_000
"""Different refusals that are kept while the store is away; further ones are dropped."""

WRITE_SECONDS = 60.0


class _Refusal(NamedTuple):
    minute: datetime
    actor: Actor
    code: str
    user: str | None


class RefusalCounter:
    """`count(...)` for each refusal; `run()` is a task that lasts as long as the service."""

    def __init__(self, log: EventLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._counts: Counter[_Refusal] = Counter()

    def count(self, actor: Actor, code: str, user: str | None = None) -> None:
        """One more. `user`: the existing account that somebody tried to sign in to."""
        if code not in RECORDED:
            return
        refusal = _Refusal(self._clock().replace(second=0, microsecond=0), actor, code, user)
        if refusal in self._counts or len(self._counts) < MOST:
            self._counts[refusal] += 1

    async def run(self) -> None:
        """Writes the minutes that are over to the city's log, for ever; when it is cancelled, all of them."""
        try:
            while True:
                await asyncio.sleep(WRITE_SECONDS)
                await self.write(until=self._clock() - timedelta(minutes=1))
        finally:
            await self.write(until=self._clock())

    async def write(self, until: datetime) -> None:
        """Writes the minutes that had begun by then. What the store does not take is kept."""
        for refusal in [refusal for refusal in self._counts if refusal.minute <= until]:
            count = self._counts.pop(refusal)
            try:
                await self._log.append(
                    Refusals(
                        kind="refusals",
                        at=int(refusal.minute.timestamp() * 1000),
                        day=business_day(refusal.minute),
                        actor=str(refusal.actor),
                        code=refusal.code,
                        count=count,
                        user=refusal.user,
                    )
                )
            except SunbeonError as error:
                self._counts[refusal] += count
                logger.debug("refusals are written later: %s", error)
                return
