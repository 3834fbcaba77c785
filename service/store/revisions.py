"""Revisions of the city's configuration: the store keeps every one that was in force, so that events can name it."""

from importlib.resources import files

from redis.asyncio import Redis

from service.domain.office import City
from service.store.keys import Keys


class Revisions:
    """`await revisions.enter(city)` once the store is there; then `current` is the city's revision."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._key = keys.revisions
        self._revise = redis.register_script((files("service.store") / "lua/setup/revise.lua").read_text())
        self.current = 0
        """The revision that this process serves; 0 before `enter`."""

    async def enter(self, city: City) -> int:
        """Makes the city's configuration the latest revision, unless it is that already, and returns its number."""
        self.current = int(await self._revise([self._key], [city.model_dump_json()]))
        return self.current

    async def read(self) -> dict[int, City]:
        """Every revision by its number. Holidays are no part of one."""
        found = await self._redis.hgetall(self._key)
        return {
            int(number): City.model_validate_json(text, strict=False)
            for number, text in found.items()
            if number != b"latest"
        }
