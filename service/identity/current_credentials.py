"""The current credentials: in memory in every process, so that no sign-in and no press reads the database.

A task looks at the version of the registry about once a second, and reads what is newer. It also seeds the registry
with the access file, and keeps the copy in the store. While it can't read the registry, it follows that copy.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count

from redis.exceptions import RedisError

from service.database.engine import DatabaseAway, WrongDatabase
from service.domain.errors import CredentialsUnknown, SunbeonError
from service.domain.office import City
from service.identity.access_file import AccessFile, WatchedAccessFile
from service.identity.credentials import Credentials
from service.identity.published_registry import PublishedRegistry
from service.identity.registry import Registry, Snapshot
from service.identity.seeding import seed
from service.identity.sessions import Sessions

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds between looks at the access file. A changed file is taken at the second one."""

LOOKS_A_READ = 2
"""How many of them until the registry's version is read again."""

LONGEST_RETRY_SECONDS = 5.0
"""How long after a failure the registry is read again: longer after each one."""

FINISH_SECONDS = 2.0
"""How long the last transaction has when the service stops."""

NOBODY = "there is no staff and no device: run python -m service staff add, or name SUNBEON_ACCESS_FILE and start again"


class CurrentCredentials:
    """`now` holds those that are in force; `run()` is a task that lasts as long as the service."""

    def __init__(
        self,
        registry: Registry,
        published: PublishedRegistry,
        sessions: Sessions,
        city: Callable[[], City],
        *,
        file: WatchedAccessFile | None,
        demo: bool,
        prepare: Callable[[], Awaitable[str]],
    ) -> None:
        """`prepare` makes sure that the database is the store's own, and returns its id."""
        self._registry = registry
        self._published = published
        self._sessions = sessions
        self._city = city
        self._file = file
        self._demo = demo
        self._prepare = prepare
        self._snapshot: Snapshot | None = None
        self._demo_city = city() if demo else None
        """The one whose demo accounts are in `_now`."""
        # Hashing the demo's password takes time: before there are requests.
        self._now = Credentials.of(None, demo=self._demo_city) if demo else None
        self._database: str | None = None
        """Its id, once it has proved to be the store's own."""
        self._unseeded: AccessFile | None = None
        self._is_published = False
        self._ended: set[tuple[str, str]] = set()
        """User and fingerprint of accounts that are no more, and whose sessions may be left."""
        self._told = ""
        self._failures = 0
        self._retry_at = 0.0
        self._looked = asyncio.Event()
        self._stopping = asyncio.Event()

    @property
    def now(self) -> Credentials:
        """The newest ones. Raises CredentialsUnknown for as long as neither the database nor the store has told."""
        if self._demo and self._demo_city is not (city := self._city()):
            # Offices come and go with the city's revisions.
            self._demo_city, self._now = city, Credentials.of(self._snapshot, demo=city)
        if self._now is None:
            raise CredentialsUnknown
        return self._now

    @property
    def have_begun(self) -> bool:
        """Whether `now` can tell, or it has turned out that it can't for a while."""
        return self._now is not None or self._looked.is_set()

    async def run(self) -> None:
        """Keeps `now` current, for ever; when it is cancelled, finishes its transaction."""
        # Not cancelled in a transaction: a connection that is just being made would be left open.
        looking = asyncio.create_task(self._look_again_and_again(), name="credentials")
        try:
            await asyncio.shield(looking)
        finally:
            self._stopping.set()
            await asyncio.wait([looking], timeout=FINISH_SECONDS)
            looking.cancel()

    async def _look_again_and_again(self) -> None:
        for turn in count():
            try:
                await self.look(reads=turn % LOOKS_A_READ == 0)
            except Exception:
                logger.exception("unexpected")
            self._looked.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._stopping.wait()
                    return

    async def until_looked(self, within: float) -> None:
        """Waits until the registry was read, or can't be, for so many seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._looked.wait()

    async def look(self, *, reads: bool = True) -> None:
        """Looks at the access file, and with `reads` or where that has changed, at the registry."""
        if self._file and (changed := await self._file.changed()):
            self._unseeded = changed
        if reads or self._unseeded:
            # A store that is away is told of by the relay.
            with suppress(SunbeonError, RedisError, OSError):
                if self._snapshot is None or self._failures:
                    await self._follow_copy()
                if time.monotonic() >= self._retry_at:
                    await self._try_registry()
        with suppress(SunbeonError):
            await self._end_sessions()

    async def _try_registry(self) -> None:
        try:
            await self._follow_registry()
            self._told, self._failures = "", 0
        except (DatabaseAway, WrongDatabase) as error:
            self._database = None
            self._failures += 1
            self._retry_at = time.monotonic() + min(LONGEST_RETRY_SECONDS, LOOK_EVERY * self._failures)
            # The runner of projections says which database is the wrong one.
            reason = str(error) if isinstance(error, DatabaseAway) else "another database is the store's own"
            if reason != self._told:
                self._told = reason
                logger.warning("accounts and devices stay as they are: %s", reason)

    async def _follow_registry(self) -> None:
        if self._database is None:
            self._database = await self._prepare()
        version = await self._registry.version()
        mine = self._snapshot
        is_current = mine is not None and (mine.database, mine.version) == (self._database, version)
        if is_current and self._is_published and self._unseeded is None:
            return
        if version == 0 and mine and mine.version:
            # The store has another database now.
            await self._registry.restore(mine)
        if self._unseeded:
            await seed(self._registry, self._unseeded, self._city())
            self._unseeded = None
        await self._take(await self._registry.read(self._database))
        await self._publish(may_be_behind=True)

    async def _follow_copy(self) -> None:
        await self._publish()
        copy, mine = await self._published.read(), self._snapshot
        if copy is None or (mine and mine.database == copy.database and mine.version >= copy.version):
            return
        await self._take(copy)
        self._is_published = True

    async def _publish(self, *, may_be_behind: bool = False) -> None:
        """Publishes what is in force, unless it was.

        With `may_be_behind` it is what the database has now: the store has a newer one only if the database is an older
        copy of itself. Then the database's version is raised, so that what changes from now on is newer.
        """
        mine = self._snapshot
        if mine is None or self._is_published:
            return
        newest = await self._published.publish(mine) if mine.version else 0
        self._is_published = newest == mine.version
        if newest < 0:
            # Another database was adopted: to be found out by `prepare`.
            self._database = None
        if newest > mine.version and may_be_behind:
            await self._registry.raise_version(beyond=newest)

    async def _take(self, snapshot: Snapshot) -> None:
        """Puts it in force."""
        if self._snapshot == snapshot:
            return
        self._is_published = False
        city = self._city() if self._demo else None
        # It may take as long as to verify a password.
        now = await asyncio.to_thread(Credentials.of, snapshot, city)
        if self._snapshot:
            self._ended |= {
                (user, account.fingerprint)
                for user, account in self._snapshot.accounts.items()
                if account.in_force and not _stands(now, user, account.fingerprint)
            }
        self._snapshot, self._now, self._demo_city = snapshot, now, city
        logger.info(
            "accounts and devices, version %d: %d and %d", snapshot.version, len(now.accounts.staff), len(now.devices)
        )
        if not now.accounts.staff and not now.devices:
            logger.error(NOBODY)

    async def _end_sessions(self) -> None:
        """Ends those whose account is no more. They count no more even before."""
        for user, fingerprint in list(self._ended):
            await self._sessions.end_all(user, fingerprint)
            self._ended.discard((user, fingerprint))


def _stands(now: Credentials, user: str, fingerprint: str) -> bool:
    account = now.accounts.staff.get(user)
    return account is not None and account.fingerprint == fingerprint
