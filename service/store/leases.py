"""Leases: which process projects which log.

A process renews all of its leases with one command, however many it has. When it dies or freezes, they end, and the
other processes share them. A lease is no fence: a process that wakes up late may still believe that it has one.
"""

import os
import secrets
import socket
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from service.store.driver.topology import Topology
from service.store.keys import Keys

LIVES_MS = 3000
"""How long leases hold after they were renewed."""

RENEW_SECONDS = 1.0
"""How often they are renewed. Another process takes over within these and `LIVES_MS`."""


class Leases:
    """`await leases.renew(sources)` every `RENEW_SECONDS`; then `held` has the sources of this process."""

    def __init__(self, topology: Topology, keys: Keys) -> None:
        folder = files("service.store") / "lua/leases"
        self._renew, self._claim, self._release = (
            (folder / f"{name}.lua").read_text() for name in ("renew", "claim", "release")
        )
        self._topology = topology
        self._keys = keys.leases
        self.process = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        """This process, as the store names it."""
        self._generation: int | None = None
        self._sources: Sequence[str] = ()
        self.held: frozenset[str] = frozenset()

    async def renew(self, sources: Sequence[str]) -> None:
        """Renews the leases, and takes this process's share of the sources if anything has changed. Raises
        StoreUnavailable."""
        generation = await self._run(self._renew, LIVES_MS)
        if (generation, sources) == (self._generation, self._sources):
            return
        self._generation, held = await self._run(self._claim, *sources)
        self._sources = sources
        self.held = frozenset(source.decode() for source in held)

    async def release(self) -> None:
        """Gives all of them back, so that others take them at once. Raises StoreUnavailable."""
        self.held, self._generation = frozenset(), None
        await self._run(self._release)

    async def _run(self, script: str, *args: str | int) -> Any:
        connection = self._topology.connection(self._keys[0])
        return await connection.send("EVAL", script, len(self._keys), *self._keys, self.process, *args)
