"""Sessions of signed-in staff, shared by every process on the store."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from importlib.resources import files

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
    """Sessions by token, indexed by user. The store holds hashes of tokens only."""

    def __init__(self, topology: Topology, keys: Keys, lifetime: timedelta) -> None:
        self.lifetime = lifetime
        self._index = (files("service.store") / "lua/sessions/index.lua").read_text()
        self._topology = topology
        self._keys = keys

    async def start(self, session: StartedSession) -> str:
        """A new session's token."""
        token = secrets.token_urlsafe(32)
        hashed, lasts = _hash(token), int(self.lifetime.total_seconds() * 1000)
        # The index first: a session that it lacks would outlive `end_all`.
        index, key = self._keys.sessions_of(session.user), self._keys.session(hashed)
        await self._topology.writer(index).send("EVAL", self._index, 1, index, hashed, lasts)
        await self._topology.writer(key).send("SET", key, session.model_dump_json(), "PX", lasts)
        return token

    async def find(self, token: str) -> StartedSession | None:
        """The session; None for an unknown or ended one."""
        (found,) = await self.find_all([token])
        return found

    async def find_all(self, tokens: Sequence[str]) -> list[StartedSession | None]:
        """The session of each token, in one round trip."""
        return await self._read([_hash(token) for token in tokens])

    async def end(self, token: str) -> None:
        """Signs out; nothing happens the second time."""
        if session := await self.find(token):
            await self._end(session.user, [_hash(token)])

    async def end_all(self, user: str, account: str) -> None:
        """Ends all sessions of a user that began with the account of this fingerprint."""
        index = self._keys.sessions_of(user)
        hashes = [hashed.decode() for hashed in await self._topology.connection(index).send("ZRANGE", index, 0, -1)]
        sessions = await self._read(hashes) if hashes else []
        ended = [
            hashed for hashed, session in zip(hashes, sessions, strict=True) if session and session.account == account
        ]
        await self._end(user, ended)

    async def _read(self, hashes: Sequence[str]) -> list[StartedSession | None]:
        keys = [self._keys.session(hashed) for hashed in hashes]
        found = await self._topology.connection(keys[0]).send("MGET", *keys)
        return [StartedSession.model_validate_json(session) if session else None for session in found]

    async def _end(self, user: str, hashes: Sequence[str]) -> None:
        index = self._keys.sessions_of(user)
        for hashed in hashes:
            key = self._keys.session(hashed)
            await self._topology.writer(key).send("DEL", key)
        if hashes:
            await self._topology.writer(index).send("ZREM", index, *hashes)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
