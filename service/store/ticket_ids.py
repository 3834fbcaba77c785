"""Ticket ids: unguessable capabilities that name their ticket, and can't be made from a copy of the store."""

import base64
import hashlib
import hmac
from datetime import date, datetime
from functools import lru_cache

from service.domain.errors import StoreNotReady, UnknownTicket


class TicketIds:
    """Ticket ids are `office.yymmdd.number.mac`: 128 bits of HMAC-SHA-256 over the rest and a random salt.

    The salt is in the store and the secret is not, so that a copy of the store gives access to no ticket. The same
    Idempotency-Key finds the same salt, and so the same id, without an id being kept anywhere.
    """

    def __init__(self) -> None:
        self._keyed: hmac.HMAC | None = None

    def sign_with(self, secret: str) -> None:
        """Ids are made with this secret from now on."""
        self._keyed = hmac.new(secret.encode(), digestmod=hashlib.sha256)

    def make(self, office: str, day: date, number: int, salt: str) -> str:
        """The id of a ticket. Raises StoreNotReady until the secret is known."""
        mac = self._signer.copy()
        named = f"{office}.{_short(day)}.{number}"
        mac.update(f"{named}.{salt}".encode())
        return f"{named}.{base64.urlsafe_b64encode(mac.digest()[:16]).decode().rstrip('=')}"

    def parse(self, id: str) -> tuple[str, date, int]:
        """Office, day and number that an id names. Whether it is genuine is seen by making the ticket's id again.

        Raises UnknownTicket, and StoreNotReady until the secret is known.
        """
        assert self._signer
        try:
            office, day, number, _mac = id.split(".")
            if not (id.isascii() and number.isdigit() and len(number) <= 9):
                raise ValueError(id)
            return office, datetime.strptime(day, "%y%m%d").date(), int(number)
        except ValueError:
            raise UnknownTicket from None

    @property
    def _signer(self) -> hmac.HMAC:
        if self._keyed is None:
            raise StoreNotReady
        return self._keyed


@lru_cache(100)
def _short(day: date) -> str:
    return f"{day:%y%m%d}"
