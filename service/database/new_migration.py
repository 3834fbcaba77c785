"""Writes a migration: compares tables.py with a database that all migrations have made."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from service.database.engine import Database, sqlite_url
from service.database.migrate import config


def _write(connection: Connection, message: str) -> None:
    command.revision(config(connection), message, autogenerate=True)


async def main(message: str) -> None:
    """The command line."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder)))
        await database.prepare()
        async with database.begin() as connection:
            await connection.run_sync(_write, message)
        await database.aclose()


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:])))
