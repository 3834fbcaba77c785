"""The PostgreSQL server of the tests does what tests about lost and late answers need."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from tests.machine import wait_for
from tests.postgres import PostgresServer, processes_of
from tests.support import ROOT

PATIENCE = 60
"""Seconds until a test gives up waiting for what a slow machine does late."""

KILLED_WHILE_FROZEN = """
import sys
from tests.postgres import PostgresServer
with PostgresServer() as server, server.frozen():
    print(server.folder, flush=True)
    sys.stdin.read()
"""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=PATIENCE, command_timeout=PATIENCE)
    try:
        yield connection
    finally:
        # close() would wait for the server, which may have been killed.
        connection.terminate()


async def test_what_is_committed_survives_a_kill_and_a_stop() -> None:
    with PostgresServer() as server:
        url = server.new_database()
        async with connected(url) as connection:
            assert await connection.fetchval("SHOW fsync") == "on"
            await connection.execute("CREATE TABLE told (number int)")
            await connection.execute("INSERT INTO told VALUES (1)")
            async with connected(url) as other:
                await other.execute("BEGIN; INSERT INTO told VALUES (2)")
                server.kill()
            with pytest.raises((OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)):
                await connection.fetchval("SELECT 1")
        assert processes_of(server.folder) == []
        with pytest.raises(ConnectionRefusedError):
            await asyncpg.connect(url.replace("+asyncpg", ""))

        server.start()
        async with connected(url) as connection:
            assert [row["number"] for row in await connection.fetch("SELECT number FROM told")] == [1]
        server.stop()
        assert processes_of(server.folder) == []
        server.start()
        async with connected(url) as connection:
            assert await connection.fetchval("SELECT number FROM told") == 1
    assert not server.folder.exists()


async def test_a_frozen_server_does_not_answer_and_does_so_afterwards(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    async with connected(url) as connection, connected(url) as late:
        with postgres.frozen():
            with pytest.raises(TimeoutError):
                await connection.fetchval("SELECT 1", timeout=0.1)
            with pytest.raises(TimeoutError):
                await asyncpg.connect(url.replace("+asyncpg", ""), timeout=0.1)
        assert await late.fetchval("SELECT 1") == 1
        assert await connection.fetchval("SELECT 1") == 1


async def test_two_databases_are_separate(postgres: PostgresServer) -> None:
    first, second = postgres.new_database(), postgres.new_database()
    assert first != second
    async with connected(first) as connection:
        await connection.execute("CREATE TABLE told (number int)")
    async with connected(second) as connection:
        assert await connection.fetchval("SELECT to_regclass('told')") is None


def test_nothing_is_left_of_it_when_its_test_is_killed() -> None:
    command = [sys.executable, "-c", KILLED_WHILE_FROZEN]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as test:
        assert test.stdout
        folder = Path(test.stdout.readline().strip())
        assert len(processes_of(folder)) > 1
        test.send_signal(signal.SIGKILL)
    wait_for(lambda: not folder.exists() and not processes_of(folder), within=PATIENCE)


def test_a_setting_that_it_refuses_is_said() -> None:
    with pytest.raises(AssertionError, match='parameter "fsync" requires'), PostgresServer(fsync="perhaps"):
        pass
