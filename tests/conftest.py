"""Fixtures: one real store and one real database for the run; each test builds the rest in its own body."""

import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.app import seoul_time
from service.database.engine import Database, sqlite_url
from service.net.connection_table import raise_descriptor_limit
from service.store.driver.bundled_server import BundledServer
from tests.postgres import PostgresServer
from tests.support import Running, running


def pytest_configure() -> None:
    """Both ends of a connection are in this process."""
    raise_descriptor_limit()


A_TESTS_TIME = timedelta(seconds=100)
"""Longer than any test takes."""


@pytest.fixture(autouse=True)
def within_a_day() -> None:
    """No test begins when Seoul's day is about to end, as a service in a process of its own has the machine's clock."""
    now = seoul_time()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    if midnight - now < A_TESTS_TIME:
        time.sleep((midnight - now).total_seconds())


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Valkey, append-only and synced as in production. Each service uses a namespace of its own."""
    folder: Path = tmp_path_factory.mktemp("store")
    store = BundledServer(folder)
    store.start()
    yield store.url
    store.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started when the first test asks for it. Each test makes a database of its own there.

    A test that stops or kills it starts it again; one that might fail before that makes a server of its own.
    """
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: the test runs on SQLite, and again on PostgreSQL."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database with its tables, of each kind."""
    made = Database(database_url)
    await made.prepare()
    yield made
    await made.aclose()


@pytest.fixture
async def service(store_url: str) -> AsyncIterator[Running]:
    """The bundled city's demo service, with nothing in it yet."""
    async with running(store_url) as started:
        yield started
