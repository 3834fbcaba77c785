"""The published registry: a copy of accounts and devices in the store, for processes that can't read the database."""

from importlib.resources import files

from pydantic import ValidationError

from service.identity.registry import Snapshot
from service.store.driver.topology import Topology
from service.store.keys import Keys


class PublishedRegistry:
    """The copy. It holds hashes of passwords and keys, as the database does. Methods raise what
    `ReplicatedWriter.send` raises."""

    def __init__(self, topology: Topology, keys: Keys) -> None:
        self._publish = (files("service.store") / "lua/registry/publish.lua").read_text()
        self._topology = topology
        self._key = keys.city

    async def publish(self, snapshot: Snapshot) -> int:
        """Replaces an older copy, or another database's. Returns the version of the copy that the store has then: a
        higher one where the snapshot is older; -1 where its database is not the store's own."""
        version: int = await self._topology.writer(self._key).send(
            "EVAL", self._publish, 1, self._key, snapshot.database, snapshot.version, snapshot.model_dump_json()
        )
        return version

    async def read(self) -> Snapshot | None:
        """The copy; None where nothing was published yet, or only by a version of the service that writes another."""
        copy = await self._topology.connection(self._key).send("HGET", self._key, "registry")
        try:
            return Snapshot.model_validate_json(copy) if copy else None
        except ValidationError:
            return None
