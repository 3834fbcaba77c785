"""Sessions of signed-in staff, shared by every process on the store."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from service.domain.staff import Actor, Permission, Role, has
from service.store.driver.topology import Topology
from service.store.keys import Keys


class Staff(BaseModel):
    """Someone signed in. `office` is None for an admin, who may work in every office."""

    model_config = ConfigDict(frozen=True)

    user: str
    role: Role
    office: str | None

    @property
    def actor(self) -> Actor:
        """As events name them."""
        return Actor("staff", self.user)

    @property
    def grantee(self) -> Role:
        """What their permissions follow from."""
        return self.role

    def may(self, permission: Permission, office: str | None) -> bool:
        """Whether they have the permission at an office; `office` None: in the whole city."""
        return has(self.role, self.office, permission, office)


class StartedSession(Staff):
    """A session, as it began. It counts as long as there is an account with this fingerprint."""

    account: str = ""


class Sessions:
    """Sessions by token. The store holds the token's hash only."""

    def __init__(self, topology: Topology, keys: Keys, lifetime: timedelta) -> None:
        self.lifetime = lifetime
        self._topology = topology
        self._keys = keys

    async def start(self, session: StartedSession) -> str:
        """A new session's token."""
        token = secrets.token_urlsafe(32)
        seconds = int(self.lifetime.total_seconds())
        key = self._key(token)
        await self._topology.writer(key).send("SET", key, session.model_dump_json(), "EX", seconds)
        return token

    async def find(self, token: str) -> StartedSession | None:
        """The session; None for an unknown or ended one."""
        (found,) = await self.find_all([token])
        return found

    async def find_all(self, tokens: Sequence[str]) -> list[StartedSession | None]:
        """The session of each token, in one round trip."""
        keys = [self._key(token) for token in tokens]
        found = await self._topology.connection(keys[0]).send("MGET", *keys)
        return [StartedSession.model_validate_json(session) if session else None for session in found]

    async def end(self, token: str) -> None:
        """Signs out; nothing happens the second time."""
        key = self._key(token)
        await self._topology.writer(key).send("DEL", key)

    def _key(self, token: str) -> str:
        return self._keys.session(hashlib.sha256(token.encode()).hexdigest())
