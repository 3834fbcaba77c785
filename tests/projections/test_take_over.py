"""A process takes a log over from another one, which may be frozen and has come further than this one knows."""

import pytest

from service.database import engine
from service.database.engine import DatabaseAway
from service.database.tables import days
from service.projections.checkpoints import START, Checkpoint, move
from service.projections.history import History
from service.projections.projector import Projector
from tests.postgres import PostgresServer
from tests.projections.projected import Projected, projected
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


async def test_who_freezes_in_a_transaction_keeps_nobody_from_projecting(
    store_url: str, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "IDLE_SECONDS", 1)
    async with projected(store_url, postgres.new_database()) as town:
        await town.take()

        async def freeze() -> None:
            async with town.database.begin() as connection:
                await move(connection, "history", HALL.id, START, Checkpoint("1", "somewhere"))
                await another(town).advance([HALL.id])

        with pytest.raises(DatabaseAway):
            await freeze()
        assert await issued(town) == [1]
