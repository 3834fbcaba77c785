"""Replicas are attached and lost while the service runs: a change needs as many as are waited for."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from service.store.keys import Keys
from tests.store.servers import REPLICATES, Link, Server, have_patience, replicate, server
from tests.support import DEVICE, Running, running

TICKETS = "/api/v1/offices/passport/counters/apply/tickets"


async def post(service: Running, key: str) -> Any:
    return await service.http.post(TICKETS, headers={**DEVICE, "Idempotency-Key": key})


async def code_of(service: Running, key: str) -> Any:
    return (await post(service, key)).json().get("code")


def remembered(store: Server, namespace: str) -> int:
    """How many replicas must confirm, as the store remembers it."""
    return int(store.client().hget(Keys(namespace).city, "replicas") or 0)


async def test_a_replica_that_is_attached_later_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    have_patience(monkeypatch)
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        async with Link(primary.port) as link:
            async with running(primary.url, namespace="attached") as service:
                first = await service.http.take("passport", "apply")
                await replicate(primary, replica, through=link.port)
                link.hold()
                # What isn't on its disk is not acknowledged.
                assert await code_of(service, "second") == "not_confirmed"
                assert remembered(primary, "attached") == 1
                link.release()
                while (answer := await post(service, "second")).status_code != 201:
                    assert answer.json()["code"] == "not_confirmed"
                second = answer.json()
            primary.kill()
            replica.promote()
        async with running(replica.url, namespace="attached", replicas=0) as service:
            for ticket in (first, second):
                assert (await service.http.ticket(ticket["id"]))["number"] == ticket["number"]


async def test_a_replica_with_two_links_counts_once(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        async with Link(primary.port) as link, running(primary.url, namespace="doubled") as service:
            await replicate(primary, replica, through=link.port)
            await service.http.take("passport", "apply")
            # It comes back before its primary has noticed that the first link is dead.
            link.cut_near_end()
            while len(primary.replicas()) < 2:
                await asyncio.sleep(0.05)
            assert (await service.http.take("passport", "apply"))["number"] == 102
            async with running(primary.url, namespace="doubled") as newcomer:
                assert (await newcomer.http.take("passport", "apply"))["number"] == 103
            assert remembered(primary, "doubled") == 1


async def test_without_a_replica_that_must_confirm_nothing_is_written(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        await replicate(primary, replica)
        async with running(primary.url) as service:
            assert (await post(service, "first")).json()["number"] == 101
            await service.http.board("passport")
            replica.kill()
            while primary.replicas():
                await asyncio.sleep(0.05)
            refused = (await post(service, "second")).json()
            assert refused["code"] == "store_not_ready"
            assert "1 replicas must confirm and 0 are connected" in refused["detail"]
            # What can be read is still read.
            assert (await service.http.board("passport"))["counters"][0]["issued"] == 101
            await replicate(primary, replica.start())
            while (answer := await post(service, "third")).status_code != 201:
                await asyncio.sleep(0.05)
            assert answer.json()["number"] == 102


async def test_a_number_that_the_settings_give_is_not_counted(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        async with running(primary.url, replicas=0, namespace="given") as service:
            await replicate(primary, replica)
            replica.freeze()
            assert (await service.http.take("passport", "apply"))["number"] == 101
            assert remembered(primary, "given") == 0
