"""A process takes a log over from another one."""

import pytest

from service.database.tables import days
from service.projections.history import History
from service.projections.projector import Projector
from tests.projections.projected import Projected
from tests.store.town import HALL


def another(town: Projected) -> Projector:
    """The history's projector in another process, which knows no checkpoint yet."""
    return Projector(History(), town.database, town.log)


async def issued(town: Projected) -> list[int]:
    """How many tickets each day has, by the database."""
    return [row["issued"] for row in await town.rows(days)]


async def test_an_old_checkpoint_is_not_taken_for_a_gap_in_the_log(
    town: Projected, caplog: pytest.LogCaptureFixture
) -> None:
    late = another(town)
    await town.take()
    await late.advance([HALL.id])

    await town.take()
    await town.catch_up()
    newest, _ = (await town.entries())[-1]
    await town.redis.xtrim(town.queue.keys.log(HALL.id), minid=newest, approximate=False)
    await town.take()
    await late.advance([HALL.id])
    assert await issued(town) == [3]
    assert caplog.messages == []
