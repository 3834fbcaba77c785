"""What waits are estimated from, beside each office's other keys: one process folds it, and all of them read it.

It can be made again from the log, so replicas need not confirm it. It sends no signal: a press has a frame of its own,
and the models of a moment ago are as good for that; the next read of the office finds the newer ones.
"""

from hashlib import blake2b
from importlib.resources import files

from service.domain.wait.published import Published
from service.domain.wait.spread import CitySpread
from service.domain.wait.state import dump, load
from service.store.driver.topology import Topology
from service.store.keys import Keys


class WaitModels:
    """The models of all offices. Methods raise StoreUnavailable."""

    def __init__(self, topology: Topology, keys: Keys) -> None:
        self._publish = (files("service.store") / "lua/waits/publish.lua").read_text()
        self._topology = topology
        self._keys = keys
        self._known: dict[str, tuple[str, Published]] = {}
        self._spreads: dict[str, tuple[bytes, CitySpread]] = {}

    async def publish(self, office: str, position: str, published: Published) -> None:
        """Keeps what was folded up to the event at `position`."""
        models = dump(published)
        spread = dump(next(iter(published.counters.values())).spread)
        arguments = (position, f"{position}.{_hash(models)}", models, _hash(spread))
        keys = self._keys.waits(office)
        connection = self._topology.connection(office)
        if not await connection.send("EVAL", self._publish, len(keys), *keys, *arguments, ""):
            await connection.send("EVAL", self._publish, len(keys), *keys, *arguments, spread)

    def version(self, office: str) -> str:
        """The version that this process has read; "" for none."""
        return self._known[office][0] if office in self._known else ""

    def get(self, office: str) -> Published | None:
        """What this process has read."""
        return self._known[office][1] if office in self._known else None

    async def read(self, office: str, version: str) -> None:
        """Reads the models, if this process has another version of them."""
        if version in ("", self.version(office)):
            return
        key, connection = self._keys.waits(office)[0], self._topology.connection(office)
        models, id = await connection.send("HMGET", key, "models", "spread_id")
        if not models:
            return
        if office not in self._spreads or self._spreads[office][0] != id:
            spread = await connection.send("HGET", key, "spread")
            self._spreads[office] = id, load(CitySpread, spread)
        published = load(Published, models)
        for model in published.counters.values():
            model.spread = self._spreads[office][1]
        self._known[office] = version, published


def _hash(text: bytes) -> str:
    return blake2b(text, digest_size=8).hexdigest()
