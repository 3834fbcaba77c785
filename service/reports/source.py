"""The source of reports: the database, once it has proved to be the store's own.

A report that was read from another store's database would tell people of another city's waits.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.database.engine import Database, DatabaseAway, WrongDatabase
from service.domain.errors import SunbeonError


class Source:
    """`async with source.read() as connection:` is a transaction that changes nothing."""

    def __init__(self, database: Database, prepare: Callable[[], Awaitable[object]]) -> None:
        """`prepare` makes sure that the database is the store's own, and has this version's tables."""
        self._database = database
        self._prepare = prepare
        self._is_own = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Raises DatabaseAway, also while nobody can say whose the database is."""
        if not self._is_own:
            try:
                await self._prepare()
            except (WrongDatabase, SunbeonError, RedisError, OSError) as error:
                raise DatabaseAway(str(error)) from error
            self._is_own = True
        async with self._database.begin(reads_only=True) as connection:
            yield connection
