"""The checks of the store before the service serves, and how it continues after a failover."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from service.domain.errors import StoreNotReady
from service.store.driver.topology import connect
from service.store.driver.write_concern import WriteConcern
from service.store.keys import Keys
from tests.store.servers import KEEPS, REPLICATES, have_patience, replicate, server
from tests.support import DEVICE, running

TICKETS = "/api/v1/offices/passport/counters/apply/tickets"


async def check(url: str, replicas: int | None = None) -> WriteConcern:
    redis = connect(url)
    try:
        concern = WriteConcern(replicas, Keys("check"), durable=True)
        await concern.check(redis)
        return concern
    finally:
        await redis.aclose()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"appendonly": "no"}, "CONFIG SET appendonly yes"),
        ({"appendfsync": "everysec"}, "CONFIG SET appendfsync always"),
        ({"maxmemory-policy": "allkeys-lru"}, "CONFIG SET maxmemory-policy noeviction"),
    ],
)
async def test_a_store_that_cannot_keep_it_is_refused_with_the_mend(
    tmp_path: Path, change: dict[str, str], says: str
) -> None:
    with server(tmp_path, **KEEPS) as store:
        for name, value in change.items():
            store.client().config_set(name, value)
        with pytest.raises(StoreNotReady, match=says):
            await check(store.url)
        # The service starts, serves nothing, and is ready by itself once the store is mended.
        async with running(store.url, wait_ready=False) as service:
            async with asyncio.timeout(30):
                while (await service.http.get("/health/ready")).json()["code"] != "store_not_ready":
                    await asyncio.sleep(0.05)
            answer = await service.http.post(TICKETS, headers=DEVICE)
            assert (answer.status_code, answer.json()["code"]) == (503, "store_not_ready")
            for name, value in {**KEEPS, "maxmemory-policy": "noeviction"}.items():
                store.client().config_set(name, value)
            while (await service.http.get("/health/ready")).status_code != 200:
                await asyncio.sleep(0.05)
            await service.http.take("passport", "apply")


async def test_a_store_that_came_back_careless_gives_no_numbers(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with running(store.url) as service:
            await service.http.take("passport", "apply")
            await service.http.board("passport")
            store.kill()
            store.options["appendfsync"] = "everysec"
            store.start()
            for _ in range(30):
                answer = await service.http.post(TICKETS, headers=DEVICE)
                assert (answer.status_code, answer.json()["code"]) == (503, "store_not_ready"), answer.text
                assert "CONFIG SET appendfsync always" in answer.json()["detail"]
            board = await service.http.get("/api/v1/offices/passport/board")
            assert board.json()["counters"][0]["issued"] == 101
            assert int(board.headers["age"]) >= 0
            store.client().config_set("appendfsync", "always")
            assert (await service.http.take("passport", "apply"))["number"] == 102


async def test_a_replica_is_refused(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        await replicate(primary, replica)
        with pytest.raises(StoreNotReady, match="is a replica"):
            await check(replica.url)


async def test_all_replicas_that_there_are_must_confirm(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        await replicate(primary, replica)
        assert (await check(primary.url)).replicas == 1
        with pytest.raises(StoreNotReady, match="2 replicas must confirm and 1 are connected"):
            await check(primary.url, replicas=2)
        replica.client().config_set("appendfsync", "everysec")
        with pytest.raises(StoreNotReady, match=f"on the replica 127.0.0.1:{replica.port}"):
            await check(primary.url)
        # A service that starts while a replica is away requires as many.
        replica.kill()
        while primary.client().info("replication")["connected_slaves"]:
            await asyncio.sleep(0.05)
        with pytest.raises(StoreNotReady, match="1 replicas must confirm and 0 are connected"):
            await check(primary.url)
        assert (await check(primary.url, replicas=0)).replicas == 0


async def test_what_is_the_same_at_every_check_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        server(tmp_path / "a", **REPLICATES) as primary,
        # It names a port on which nobody answers.
        server(tmp_path / "b", **REPLICATES, replica_announce_port="1") as replica,
    ):
        await replicate(primary, replica)
        redis = connect(primary.url)
        for concern, says in (
            (WriteConcern(None, Keys("once"), durable=True), "replica 127.0.0.1:1: "),
            (WriteConcern(None, Keys("once"), durable=False), "SUNBEON_DURABLE=0"),
        ):
            for _ in range(3):
                await concern.check(redis)
            assert len([text for text in caplog.messages if text.startswith(says)]) == 1
        await redis.aclose()


async def post(service: Any, key: str) -> Any:
    return await service.http.post(TICKETS, headers={**DEVICE, "Idempotency-Key": key})


async def test_what_is_not_confirmed_says_so_and_a_retry_finds_the_same_ticket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The offices' own changes wait for the replica too, and on a busy machine a caller could lose patience behind them.
    have_patience(monkeypatch)
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        await replicate(primary, replica)
        async with running(primary.url) as service:
            assert (await post(service, "first")).json()["number"] == 101
            # It is still connected, and confirms nothing.
            replica.freeze()
            answer = await post(service, "second")
            assert (answer.status_code, answer.json()["code"]) == (503, "not_confirmed")
            assert answer.headers["retry-after"]
            # Nothing new was written by the retry, and still it isn't taken for confirmed.
            assert (await post(service, "second")).json()["code"] == "not_confirmed"
            replica.thaw()
            while (answer := await post(service, "second")).status_code != 201:
                assert answer.json()["code"] == "not_confirmed"
            assert answer.json()["number"] == 102
            assert (await service.http.board("passport"))["counters"][0]["issued"] == 102


async def test_a_promoted_replica_goes_on_past_what_may_be_in_a_hand(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        async with running(primary.url, replicas=0, namespace="promoted") as service:
            first = await service.http.take("passport", "apply")
            before = await service.http.board("passport")
            await replicate(primary, replica)
        primary.kill()
        replica.client().replicaof("NO", "ONE")
        async with running(replica.url, replicas=0, namespace="promoted") as service:
            assert (await service.http.ticket(first["id"]))["state"] == "waiting"
            after = await service.http.board("passport")
            assert after["epoch"] != before["epoch"]
            assert after["counters"][0]["waiting"] == 1
            assert (await service.http.take("passport", "apply"))["number"] == 101 + 100 + 1
            assert (await service.http.take("passport", "pickup"))["number"] == 5001


async def test_a_plain_restart_keeps_epoch_and_numbers(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with running(store.url) as service:
            await service.http.take("passport", "apply")
            before = await service.http.board("passport")
            store.kill()
            store.start()
            while (await service.http.get("/health/ready")).status_code != 200:
                await asyncio.sleep(0.05)
            assert (await service.http.board("passport"))["epoch"] == before["epoch"]
            assert (await service.http.take("passport", "apply"))["number"] == 102


async def test_an_older_copy_is_noticed_and_numbers_do_not_repeat(tmp_path: Path) -> None:
    with server(tmp_path / "store", **KEEPS) as store:
        async with running(store.url) as service:
            await service.http.take("passport", "apply")
            store.kill()
            shutil.copytree(tmp_path / "store", tmp_path / "copy")
            store.start()
            while (await service.http.get("/health/ready")).status_code != 200:
                await asyncio.sleep(0.05)
            for _ in range(3):
                await service.http.take("passport", "apply")
            before = await service.http.board("passport")
            store.kill()
            shutil.rmtree(tmp_path / "store")
            shutil.copytree(tmp_path / "copy", tmp_path / "store")
            store.start()
            while (await service.http.get("/health/ready")).status_code != 200:
                await asyncio.sleep(0.05)
            ticket = await service.http.take("passport", "apply")
            assert ticket["number"] == 104 + 100 + 1
            assert (await service.http.board("passport"))["epoch"] != before["epoch"]


async def test_an_emptied_store_gives_no_numbers(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with running(store.url) as service:
            await service.http.take("passport", "apply")
            store.client().flushall()
            answer = await service.http.post(TICKETS, headers=DEVICE)
            assert (answer.status_code, answer.json()["code"]) == (503, "store_not_ready")
