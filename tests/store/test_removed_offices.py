"""The day of an office that the city does not have any more is closed all the same."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from service.store import removed_offices
from service.store.keys import Keys
from tests.cities import city_file
from tests.support import running


async def test_personal_data_are_wiped_the_same_night_also_where_nobody_looks(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removed_offices, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(removed_offices, "RETRY_AFTER", 0.05)
    city = city_file(tmp_path, hall={1: ["stays"]}, annex={1: ["stays"]})
    async with (
        running(store_url, namespace="night", city=city) as service,
        Redis.from_url(store_url) as redis,
    ):
        ticket = await service.http.take("annex", "stays", priority="pregnant", lang="vi")
        _meta, tickets, *_ = Keys("night").of_day("annex", service.clock().date())
        admin = await service.http.sign_in("admin")
        await service.http.delete(f"/api/v1/tickets/{ticket['id']}")
        document = (await service.http.get("/api/v1/city", headers=admin)).json()
        document["offices"].pop()
        edit = await service.http.put("/api/v1/city", json=document, headers=admin | {"If-Match": "*"})
        assert edit.status_code == 200
        record = await redis.hget(tickets, "101")
        assert record is not None
        assert b"pregnant" in record
        service.clock.move(days=1)
        async with asyncio.timeout(60):
            while b"pregnant" in (record := await redis.hget(tickets, "101") or b"") or b'"vi"' in record:
                await asyncio.sleep(0.05)
        assert b'"cancelled"' in record
