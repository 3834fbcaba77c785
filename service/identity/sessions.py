"""Sessions of signed-in staff, shared by every process on the store."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from service.store.confirmed import Confirmed
from service.store.keys import Keys
from service.store.pipe import Pipe


class Staff(BaseModel):
    """Someone signed in. `office` is None for an admin, who may work in every office."""

    model_config = ConfigDict(frozen=True)

    user: str
    role: str
    office: str | None


class StartedSession(Staff):
    """A session, as it began. It counts as long as there is an account with this fingerprint."""

    account: str = ""


class Sessions:
    """Sessions by token. The store holds the token's hash only."""

    def __init__(self, reads: Pipe, writes: Confirmed, keys: Keys, lifetime: timedelta) -> None:
        self.lifetime = lifetime
        self._reads = reads
        self._writes = writes
        self._keys = keys

    async def start(self, session: StartedSession) -> str:
        """A new session's token."""
        token = secrets.token_urlsafe(32)
        seconds = int(self.lifetime.total_seconds())
        await self._writes.run("SET", self._key(token), session.model_dump_json(), "EX", seconds)
        return token

    async def find(self, token: str) -> StartedSession | None:
        """The session; None for an unknown or ended one."""
        (found,) = await self.find_all([token])
        return found

    async def find_all(self, tokens: Sequence[str]) -> list[StartedSession | None]:
        """The session of each token, in one round trip."""
        found = await self._reads.run("MGET", *map(self._key, tokens))
        return [StartedSession.model_validate_json(session) if session else None for session in found]

    async def end(self, token: str) -> None:
        """Signs out; nothing happens the second time."""
        await self._writes.run("DEL", self._key(token))

    def _key(self, token: str) -> str:
        return self._keys.session(hashlib.sha256(token.encode()).hexdigest())
