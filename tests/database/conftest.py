"""Fixtures: a database of each kind, with its tables."""

from collections.abc import AsyncIterator

import pytest

from service.database.engine import Database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """With its tables, and nothing in them."""
    made = Database(database_url)
    await made.prepare()
    yield made
    await made.aclose()
