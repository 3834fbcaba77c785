"""The SQL database: SQLite in the data folder, or PostgreSQL by its URL."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from service.database.migrate import upgrade
from service.database.tables import identity

BUSY_SECONDS = 5.0
"""How long another process may hold SQLite's one write lock."""

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0
"""How long PostgreSQL may take to accept a connection, and for each statement."""

IDLE_SECONDS = 3
"""How long a process may do nothing in a transaction of PostgreSQL's. One that froze, or whose machine is gone, would
keep the rows locked that another one must write."""

MIGRATION_LOCK = 0x5E0B
"""Of pg_advisory_xact_lock: one process at a time migrates, or says whose an empty database is."""


READS_ONLY = "sunbeon_reads_only"
"""Execution option of a connection."""

_migrating: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
"""alembic keeps in globals which connection it works on: in a process, one database is migrated at a time."""


class DatabaseAway(Exception):
    """The database does not answer. Nothing of the transaction was kept, or its commit is unknown."""


class WrongDatabase(Exception):
    """The database is not the store's own; the message says what to do."""


class Database:
    """`async with database.begin() as connection:` is one transaction; `prepare` comes before the first."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        parts = make_url(url)
        self._file = Path(parts.database) if parts.get_backend_name() == "sqlite" and parts.database else None
        self._shown = parts.render_as_string(hide_password=True)

    @asynccontextmanager
    async def begin(self, *, reads_only: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end. Raises DatabaseAway, and IntegrityError for a broken constraint.

        `reads_only`: it changes nothing, and keeps nobody from writing.
        """
        try:
            async with self.engine.connect() as connection:
                await connection.execution_options(**{READS_ONLY: reads_only})
                async with connection.begin():
                    yield connection
        except IntegrityError:
            raise
        except (DBAPIError, PoolTimeout, OSError, TimeoutError) as error:
            raise DatabaseAway(f"{self._shown}: {_reason(error)}") from error

    async def prepare(self) -> None:
        """Brings the schema to this version's. Several processes may do so at the same time. Raises DatabaseAway."""
        if self._file:
            _make_private(self._file)
        async with _migrating.setdefault(asyncio.get_running_loop(), asyncio.Lock()), self.begin() as connection:
            await _be_alone(connection)
            await connection.run_sync(upgrade)

    async def identify(self, generation: str) -> str:
        """The database's id. An empty one becomes that of the store of this generation. Raises WrongDatabase for one
        that belongs to another store, and DatabaseAway."""
        async with self.begin() as connection:
            await _be_alone(connection)
            known = (await connection.execute(select(identity))).one_or_none()
            if known is None:
                id = secrets.token_hex(8)
                await connection.execute(insert(identity).values(id=id, generation=generation))
                return id
        if known.generation != generation:
            raise WrongDatabase(
                f"the database {self._shown} belongs to another store: name that of this store in "
                "SUNBEON_DATABASE_URL, or take an empty one, and run python -m service database adopt"
            )
        found: str = known.id
        return found

    async def adopt(self, generation: str) -> str:
        """The database's id. It belongs to the store of this generation from now on, whatever it was before."""
        async with self.begin() as connection:
            await connection.execute(identity.update().values(generation=generation))
        return await self.identify(generation)

    async def aclose(self) -> None:
        """Closes all connections."""
        await self.engine.dispose()

    def __str__(self) -> str:
        return self._shown


def sqlite_url(folder: Path) -> str:
    """The URL of the database in a data folder."""
    return f"sqlite+aiosqlite:///{folder.absolute() / 'sunbeon.db'}"


def _make_private(file: Path) -> None:
    """Makes SQLite's file, which names members of staff, for this service's own user only. Raises DatabaseAway."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
    except OSError as error:
        raise DatabaseAway(f"{error.filename}: {error.strerror}") from error


def _reason(error: Exception) -> str:
    """One line. What SQLAlchemy says has also the statement with its values, which name people."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split()) or "it does not answer"


async def _be_alone(connection: AsyncConnection) -> None:
    """Until the end of the transaction, no other process does what needs this too. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))


def _engine(url: str) -> AsyncEngine:
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_async_engine(url, pool_size=2, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine.sync_engine, "connect", _sqlite_connected)
        event.listen(engine.sync_engine, "begin", _sqlite_begins)
        return engine
    # A connection that an outage has closed is noticed when it is used next, and the transaction is tried again.
    engine = create_async_engine(
        url, pool_size=2, connect_args={"timeout": CONNECT_SECONDS, "command_timeout": ANSWER_SECONDS}
    )
    event.listen(engine.sync_engine, "begin", _postgresql_begins)
    return engine


def _postgresql_begins(connection: Any) -> None:
    # Not in the connection's own parameters, which a pooler between may refuse.
    connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")


def _sqlite_connected(connection: Any, _record: Any) -> None:
    # The driver would begin transactions by itself, and only before the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _sqlite_begins(connection: Any) -> None:
    # A transaction that reads first and then writes would fail where another process wrote in between.
    reads_only = connection.get_execution_options().get(READS_ONLY)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
