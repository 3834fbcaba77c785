"""Tickets: issuing, reading, arriving and cancelling."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from service.domain.errors import SunbeonError, Unavailable, UnknownTicket
from service.domain.office import Counter, Office
from service.domain.service_clock import ServiceClock
from service.domain.staff import Actor
from service.domain.ticket import Channel, Priority, Ticket
from service.store.executor import Executor
from service.store.idempotency import idempotent_request
from service.store.rate_limiter import RateLimiter
from service.store.records import Records, salt
from service.store.ticket_ids import TicketIds


@dataclass(frozen=True)
class IssueLimits:
    """Limits on issuing, so that some people can't take all numbers; None where there is no limit."""

    online_share: float | None = None
    """Of a counter's band, in a day."""
    walk_ins_a_minute: int | None = None
    """Of an office."""

    def most_online(self, counter: Counter) -> int:
        """Online numbers of a counter in a day; -1 for any."""
        first, last = counter.numbers
        return -1 if self.online_share is None else int(self.online_share * (last - first + 1))


class Tickets:
    """The tickets of all offices. Methods raise what `Executor.execute` raises."""

    def __init__(
        self,
        executor: Executor,
        records: Records,
        ids: TicketIds,
        clock: ServiceClock,
        rate: RateLimiter,
        limits: IssueLimits,
    ) -> None:
        """`rate`: the rate limit for online numbers of one address."""
        self._executor = executor
        self._records = records
        self._ids = ids
        self._clock = clock
        self._rate = rate
        self._limits = limits

    async def issue(
        self,
        office: Office,
        counter: Counter,
        channel: Channel,
        priority: Priority,
        lang: str,
        *,
        people: int = 1,
        by: Actor,
        key: str | None,
        address: str = "",
    ) -> Ticket:
        """A new ticket for so many `people`; for a `key` that `by` has used before, the ticket of that request.

        `address`: the ticket counts in this address's rate limit of online numbers; "" for none.
        """
        new_salt = secrets.token_urlsafe(16)
        place, wait = await self._rate.take(address, self._clock.now_ms()) if address else ("", 0)
        counted = bool(address and not wait)
        try:
            day, (view, _) = await self._executor.execute(
                "issue",
                office,
                counter.id,
                *counter.numbers,
                counter.max_waiting or 0,
                self._limits.most_online(counter),
                self._limits.walk_ins_a_minute or 0,
                # The script refuses instead of Python, so that a repeated request still gets its ticket.
                ceil(wait),
                channel,
                priority,
                lang,
                people,
                new_salt,
                int(self._clock.status(office) in ("closed", "holiday")),
                by=by,
                # Holders have no name, so that a key alone says who asks. A store in use has the requests of earlier
                # versions, which did not know of `people`.
                request=idempotent_request(
                    key,
                    "issue",
                    by.name,
                    asks=(counter.id, channel, priority, lang, *([people] if people > 1 else [])),
                ),
            )
        except SunbeonError as error:
            # If the store gave no answer, it may have issued the ticket.
            if counted and not isinstance(error, Unavailable):
                await self._rate.give_back(address, place)
            raise
        if counted and salt(view) != new_salt:
            await self._rate.give_back(address, place)
        return self._records.ticket(office.id, day, view)

    async def find(self, id: str) -> Ticket:
        """The ticket with this id. Raises UnknownTicket, for one that is gone too."""
        office, day, number = self._locate(id)
        (found,) = await self.read(office, day, [number])
        if found is None or not secrets.compare_digest(found.id, id):
            raise UnknownTicket
        return found

    async def read(self, office: Office, day: date, numbers: Sequence[int]) -> list[Ticket | None]:
        """These tickets of an office's day, in one round trip; None for a number that is not there."""
        found = await self._read(office, day, numbers)
        if any(ticket and ticket.arrive_by and ticket.arrive_by <= self._clock.now() for ticket in found):
            await self._executor.execute("apply_time", office.id, self._clock.status(office))
            found = await self._read(office, day, numbers)
        return found

    async def arrive(self, ticket: Ticket, confirmed: Priority | None = None, *, by: Actor) -> Ticket:
        """The holder of this ticket is in the office, as `by` says.

        `confirmed`: what the kiosk or the staff say of its priority; None where they say nothing.
        """
        return await self._holder_move("arrive", ticket, by, confirmed or "")

    async def cancel(self, ticket: Ticket, *, by: Actor) -> Ticket:
        """The place in the line is given up, by the holder or the staff."""
        return await self._holder_move("cancel", ticket, by)

    async def _read(self, office: Office, day: date, numbers: Sequence[int]) -> list[Ticket | None]:
        _, (views,) = await self._executor.execute("read_tickets", office.id, *numbers, of=day)
        return [self._records.ticket(office.id, day, view) if view else None for view in views]

    async def _holder_move(self, operation: str, ticket: Ticket, by: Actor, *args: str) -> Ticket:
        _, (view, _) = await self._executor.execute(
            operation, ticket.office, ticket.number, *args, by=by, of=ticket.day
        )
        return self._records.ticket(ticket.office, ticket.day, view)

    def _locate(self, id: str) -> tuple[Office, date, int]:
        office, day, number = self._ids.parse(id)
        known = self._clock.city.find(office)
        if known is None:
            raise UnknownTicket
        return known, day, number
