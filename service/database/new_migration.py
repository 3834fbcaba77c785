"""Writes a migration: compares tables.py with a database that all migrations have made."""

import asyncio
import sys
import tempfile
from pathlib import Path

from service.database.engine import Database, sqlite_url
from service.database.migrate import new_migration


async def main(message: str) -> None:
    """The command line."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder)))
        await database.prepare()
        async with database.begin() as connection:
            await connection.run_sync(new_migration, message)
        await database.aclose()


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:])))
