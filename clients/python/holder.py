"""What the holder of a ticket does."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from .client import Client
from .live import texts
from .models import Ticket


class Holder:
    """The holder of a ticket, known by the ticket's id."""

    def __init__(self, client: Client, id: str) -> None:
        self._client = client
        self._id = id

    async def ticket(self) -> Ticket:
        """The ticket as it stands."""
        return Ticket.model_validate(await self._client.send("GET", "tickets", self._id))

    async def arrive(self) -> Ticket:
        """Says that the holder is in the office. A repetition is harmless."""
        return Ticket.model_validate(await self._client.send("POST", "tickets", self._id, "arrive"))

    async def cancel(self) -> Ticket:
        """Cancels the ticket. A repetition is harmless."""
        return Ticket.model_validate(await self._client.send("DELETE", "tickets", self._id))

    async def watch(self) -> AsyncGenerator[Ticket]:
        """The ticket at once, then whenever it changes; comes back after every break. Close it as `Client.watch`.

        Raises LineClosed where there is no such ticket.
        """
        last = None
        async with aclosing(texts(self._client.socket_url("tickets", self._id, "live"))) as received:
            async for text in received:
                ticket = Ticket.model_validate_json(text)
                if ticket != last:
                    last = ticket
                    yield ticket
