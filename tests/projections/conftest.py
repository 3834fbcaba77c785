"""The town of the tests of projections."""

from collections.abc import AsyncIterator

import pytest

from tests.projections.projected import Projected, projected


@pytest.fixture
async def town(store_url: str, database_url: str) -> AsyncIterator[Projected]:
    """A town whose numbers skip two after a failover, on each database."""
    async with projected(store_url, database_url, number_gap=2) as started:
        yield started
