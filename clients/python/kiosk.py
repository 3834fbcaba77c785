"""What a ticket kiosk does."""

from .client import Client
from .models import Device, Ticket


class Kiosk:
    """A kiosk with its device key."""

    def __init__(self, client: Client, device_key: str) -> None:
        self._client = client
        self._key = device_key

    async def device(self) -> Device:
        """Whose key it is. Raises Problem `unauthenticated` for one that isn't known."""
        return Device.model_validate(await self._client.send("GET", "device", token=self._key))

    async def issue(
        self,
        office: str,
        counter: str,
        *,
        priority: str = "none",
        people: int = 1,
        lang: str = "ko",
        key: str | None = None,
    ) -> Ticket:
        """A walk-in ticket for so many `people`. `key`: that of a failed attempt (`ClientError.key`)."""
        return await self._client.issue(
            office,
            counter,
            channel="walk_in",
            priority=priority,
            people=people,
            lang=lang,
            device_key=self._key,
            key=key,
        )

    async def arrive(self, ticket_id: str, *, priority: str | None = None) -> Ticket:
        """The holder is at the kiosk; `priority` confirms the one that they claimed online. A repetition is
        harmless."""
        body = {"priority": priority} if priority else None
        answer = await self._client.send("POST", "tickets", ticket_id, "arrive", body=body, token=self._key)
        return Ticket.model_validate(answer)
