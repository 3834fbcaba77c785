"""Migrations: they give exactly the tables of tables.py, whoever runs them, and keep what is there."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from service.database.engine import Database, sqlite_url
from service.database.migrate import config
from service.database.tables import checkpoints, metadata
from tests.support import ROOT

VERSIONS = [version.revision for version in ScriptDirectory.from_config(config()).walk_revisions()][::-1]
"""From the first on."""

A_PROCESS = """
import asyncio, sys
from service.database.engine import Database

async def main():
    database = Database(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    await database.prepare()
    print(await database.identify("a store"))
    await database.aclose()

asyncio.run(main())
"""


def differences(connection: Connection) -> list[Any]:
    """What a new migration would change."""
    options = {"compare_type": True, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


async def test_they_give_the_tables(database_url: str) -> None:
    database = Database(database_url)
    await database.prepare()
    async with database.begin() as connection:
        assert await connection.run_sync(differences) == []
        tables = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
        assert tables == {*metadata.tables, "alembic_version"}
    await database.aclose()


async def test_a_missing_column_would_be_found(database_url: str) -> None:
    database = Database(database_url)
    await database.prepare()
    async with database.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE checkpoints DROP COLUMN epoch")
        await connection.exec_driver_sql("DROP INDEX ix_audit_at")
        found = await connection.run_sync(differences)
    assert {difference[0] for difference in found} == {"add_column", "add_index"}
    await database.aclose()


def test_they_are_one_line_and_numbered() -> None:
    assert [f"{number:04}" for number in range(1, len(VERSIONS) + 1)] == VERSIONS
    assert len(ScriptDirectory.from_config(config()).get_heads()) == 1


@pytest.mark.parametrize("version", VERSIONS)
async def test_rows_of_each_version_stay(database_url: str, version: str) -> None:
    database = Database(database_url)
    async with database.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(config(sync), version))
        row = {"projection": "history", "source": "hall", "epoch": "an epoch", "position": "a position"}
        await connection.execute(checkpoints.insert(), row)
    for _ in range(2):
        await database.prepare()
        async with database.begin() as connection:
            assert [dict(found) for found in (await connection.execute(checkpoints.select())).mappings()] == [row]
            assert await connection.run_sync(differences) == []
    await database.aclose()


async def test_four_processes_at_once_on_an_empty_database(database_url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", A_PROCESS, database_url),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    try:
        async with asyncio.timeout(60):
            for process in processes:
                assert process.stdout
                assert await process.stdout.readline() == b"ready\n"
            answers = await asyncio.gather(*(process.communicate(b"\n") for process in processes))
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert [errors.decode() for _, errors in answers] == [""] * 4
    assert [process.returncode for process in processes] == [0] * 4
    # They also agree whose it is.
    assert len({id for id, _ in answers}) == 1
    database = Database(database_url)
    async with database.begin() as connection:
        assert await connection.run_sync(differences) == []
    await database.aclose()


async def test_one_process_prepares_several_databases_at_once(tmp_path: Path) -> None:
    """Each gets its own tables: alembic has only one place for the connection that it works on."""
    databases = [Database(sqlite_url(tmp_path / str(n))) for n in range(4)]
    await asyncio.gather(*(database.prepare() for database in databases))
    for database in databases:
        async with database.begin() as connection:
            assert await connection.run_sync(differences) == []
        await database.aclose()
