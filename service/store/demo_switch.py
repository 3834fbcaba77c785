"""The switch of a demo's life, one for everybody who looks at the demo and for every process on its store."""

from dataclasses import dataclass

from service.domain.service_clock import Clock
from service.store.driver.topology import Topology
from service.store.keys import Keys

OFF = "off"
PAUSED = "paused:"


@dataclass(frozen=True, slots=True)
class Switch:
    """`on`: nobody has stopped the life. `paused`: the offices that it keeps away from for the moment."""

    on: bool
    paused: list[str]


class DemoSwitch:
    """Whether simulated people are to be about. They ask every few seconds, and follow."""

    def __init__(self, topology: Topology, keys: Keys, clock: Clock) -> None:
        self._key = keys.demo_life
        self._topology = topology
        self._clock = clock

    async def switch(self) -> Switch:
        """The switch as it is now."""
        answer = await self._topology.connection(self._key).send("HGETALL", self._key)
        fields = [field.decode() for field in answer]
        found = dict(zip(fields[::2], map(int, fields[1::2]), strict=True))
        paused = [field for field, until in found.items() if field.startswith(PAUSED) and until > self._now_ms()]
        return Switch(OFF not in found, [field.removeprefix(PAUSED) for field in paused])

    async def turn(self, on: bool) -> None:
        """Starts or stops the life, for everyone. A repetition changes nothing."""
        if on:
            await self._topology.writer(self._key).send("HDEL", self._key, OFF)
        else:
            await self._topology.writer(self._key).send("HSET", self._key, OFF, 1)

    async def pause(self, office: str, seconds: int) -> None:
        """Keeps the life away from an office for so long from now on; 0 ends that."""
        await self._topology.writer(self._key).send(
            "HSET", self._key, f"{PAUSED}{office}", self._now_ms() + seconds * 1000
        )

    def _now_ms(self) -> int:
        return int(self._clock().timestamp() * 1000)
