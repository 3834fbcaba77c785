"""What only a demo has: well-known accounts and a well-known key, and simulated people (its life)."""

from pydantic import BaseModel, ConfigDict

from .client import Client
from .errors import Problem

PASSWORD = "sunbeon"
DEVICE_KEY = "demo-device"
"""A real service refuses both, so that nothing can be played there by mistake."""


class LifeNow(BaseModel):
    """Whether simulated people are active, and the offices that they keep away from for the moment."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    on: bool
    paused: tuple[str, ...]

    def in_office(self, office: str) -> bool:
        """Whether they are active in this office."""
        return self.on and office not in self.paused


class Life:
    """The demo's switch."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def now(self) -> LifeNow | None:
        """None where the service is no demo."""
        try:
            return LifeNow.model_validate(await self._client.send("GET", "demo", "life"))
        except Problem as problem:
            if problem.status == 404:
                return None
            raise

    async def switch(self, on: bool) -> LifeNow:
        """Stops or starts the simulated people, for everyone who looks at the demo."""
        return LifeNow.model_validate(await self._client.send("PUT", "demo", "life", body={"on": on}))

    async def pause(self, office: str, seconds: int) -> LifeNow:
        """Keeps them away from an office for so many seconds; 0 ends that."""
        answer = await self._client.send("PUT", "demo", "life", "pauses", office, body={"seconds": seconds})
        return LifeNow.model_validate(answer)
