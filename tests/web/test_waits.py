"""How near waits were: what anyone is told, and what metrics say."""

from datetime import timedelta

from sqlalchemy import insert

from service.database.tables import wait_scores
from service.reports.wait_quality import DAYS
from tests.past import Row, database_of
from tests.projections.projected import until
from tests.support import Running

PATH = "/api/v1/waits/quality"


def scores(service: Running, office: str, days_ago: int, **sums: float) -> Row:
    day = service.clock().date() - timedelta(days=days_ago)
    return {"office": office, "day": day, "counter": "apply", "early": 0, "late": 0, **sums}


async def test_nothing_is_said_of_nothing(service: Running) -> None:
    async with database_of(service):
        await service.app.state.context.wait_quality.look()
    answer = (await service.http.get(PATH)).json()
    assert (answer["tickets"], answer["coverage"], answer["error_minutes"], answer["offices"]) == (0, None, None, [])


async def test_what_was_said_in_thirty_days_is_compared_with_what_it_was(service: Running) -> None:
    reader = service.app.state.context.wait_quality
    async with database_of(service) as database:
        rows = [
            scores(service, "passport", 0, tickets=10, early=1, late=2, error=40.0, waited=200.0),
            scores(service, "passport", DAYS - 1, tickets=10, early=0, late=1, error=20.0, waited=100.0),
            scores(service, "howon1", 3, tickets=20, early=4, late=0, error=20.0, waited=100.0),
            scores(service, "howon1", DAYS, tickets=1000, early=1000, late=0, error=9000.0, waited=9000.0),
        ]
        async with database.begin() as connection:
            await connection.execute(insert(wait_scores), rows)
        await reader.look()
    answer = await service.http.get(PATH)
    assert answer.headers["cache-control"] == "public, max-age=60"
    said = answer.json()
    assert said["last_day"] == service.clock().date().isoformat()
    assert {name: said[name] for name in ("tickets", "coverage", "early", "late", "error_minutes", "wait_minutes")} == {
        "tickets": 40,
        "coverage": 0.8,
        "early": 0.125,
        "late": 0.075,
        "error_minutes": 2.0,
        "wait_minutes": 10.0,
    }
    by_office = {office["office"]: (office["tickets"], office["coverage"]) for office in said["offices"]}
    assert by_office == {"howon1": (20, 0.8), "passport": (20, 0.8)}
    metrics = (await service.http.get("/metrics")).text
    assert "sunbeon_wait_coverage_ratio 0.8" in metrics
    assert "sunbeon_wait_error_minutes 2.0" in metrics
    assert "sunbeon_wait_scored_tickets 40.0" in metrics


async def test_a_wait_is_said_and_then_compared(service: Running) -> None:
    desk = await service.desk("passport", 1)
    await service.http.take("passport", "apply")
    await desk.next()
    await service.http.take("passport", "apply")
    held = await service.http.take("passport", "apply")

    async def said() -> Row | None:
        board = (await service.http.get("/api/v1/offices/passport/board")).json()
        wait: Row | None = board["counters"][0]["wait"]
        return wait

    await until(said)
    wait = await said()
    assert wait
    assert wait["low"] <= wait["minutes"] <= wait["high"]
    ticket = await service.http.ticket(held["id"])
    assert ticket["ahead"] == 1
    assert ticket["wait"]["minutes"] <= wait["minutes"]
    await desk.next()
    reader = service.app.state.context.wait_quality

    async def compared() -> bool:
        await reader.look()
        return reader.current().tickets == 1

    await until(compared)
