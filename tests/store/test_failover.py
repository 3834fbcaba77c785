"""After a failover, numbers continue past all that may have been given, within their band, on the office's own day."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from service.store.driver.connection import Word
from service.store.driver.replicated_writer import ReplicatedWriter
from service.store.driver.topology import OnePrimary
from service.store.scripts import load_scripts
from tests.store.driver.test_pipelining import pipelined
from tests.store.queue import KEPT_HERE, Queue, queue_on
from tests.store.servers import REPLICATES, Link, replicate, server
from tests.store.town import HALL, document
from tests.support import DEVICE, MovableClock, Running, running

TICKETS = "/api/v1/offices/passport/counters/apply/tickets"


async def ready(*services: Running) -> None:
    for service in services:
        while (await service.http.get("/health/ready")).status_code != 200:
            await asyncio.sleep(0.05)


async def test_a_band_that_is_passed_over_is_used_up(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        async with running(primary.url, replicas=0, namespace="band") as service:
            await service.http.take("passport", "apply")
            offices = (await service.http.get("/api/v1/offices")).json()["offices"]
            await replicate(primary, replica)
        passport = next(office for office in offices if office["id"] == "passport")
        last = {counter["id"]: counter["numbers"][1] for counter in passport["counters"]}
        primary.kill()
        replica.promote()
        async with running(replica.url, replicas=0, namespace="band", number_gap=100_000) as service:
            counters = {counter["id"]: counter for counter in (await service.http.board("passport"))["counters"]}
            assert (counters["apply"]["ticketing"], counters["apply"]["issued"]) == ("full", last["apply"])
            answer = await service.http.post(TICKETS, headers=DEVICE)
            assert (answer.status_code, answer.json()["code"]) == (409, "numbers_used_up")
            # The people who wait are still called.
            desk = await service.desk("passport", 1)
            assert await desk.next() == 101
            # This counter had given no number.
            assert (counters["pickup"]["ticketing"], counters["pickup"]["issued"]) == ("open", None)
            assert (await service.http.take("passport", "pickup"))["number"] == 5001


async def test_a_replica_that_was_attached_while_nobody_asked(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        async with running(primary.url, replicas=0, namespace="quiet") as service:
            await service.http.take("passport", "apply")
        before = primary.client().info("replication")["master_replid"]
        await replicate(primary, replica)
        # The first replica gives its primary another id, of which no office knows.
        assert primary.client().info("replication")["master_replid"] != before
        primary.kill()
        replica.promote()
        async with running(replica.url, replicas=0, namespace="quiet") as service:
            assert (await service.http.take("passport", "apply"))["number"] == 101 + 100 + 1


async def test_a_slow_clock_repeats_no_number_after_a_failover(tmp_path: Path) -> None:
    tomorrow = MovableClock()
    tomorrow.move(days=1)
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        common = {"replicas": 0, "namespace": "slow"}
        async with running(primary.url, tomorrow, **common) as service:
            given = [await service.http.take("passport", "apply") for _ in range(3)]
            await replicate(primary, replica)
            # From here on, the replica knows of nothing.
            replica.promote()
            given += [await service.http.take("passport", "apply") for _ in range(3)]
        primary.kill()
        async with running(replica.url, MovableClock(), **common) as slow:
            ticket = await slow.http.take("passport", "apply")
            assert ticket["day"] == given[0]["day"]
            assert ticket["number"] == given[2]["number"] + 100 + 1
            assert ticket["number"] not in [other["number"] for other in given]


async def test_a_day_that_began_and_was_forgotten_repeats_no_number(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        common = {"replicas": 0, "namespace": "forgotten"}
        async with Link(primary.port) as link, running(f"redis://127.0.0.1:{link.port}", **common) as service:
            await service.http.take("passport", "apply")
            await replicate(primary, replica)
            # From here on, the replica knows of nothing.
            replica.promote()
            service.clock.move(days=1)
            assert [(await service.http.take("passport", "apply"))["number"] for _ in range(3)] == [101, 102, 103]
            assert (await service.http.board("passport"))["counters"][0]["issued"] == 103
            link.hold()
            link.to = replica.port
            primary.kill()
            # One whose clock is slow is the first to come: it knows of no later day, and carries yesterday's numbers.
            async with running(replica.url, **common) as slow:
                assert (await slow.http.take("passport", "apply"))["number"] == 101 + 100 + 1
            link.release()
            await ready(service)
            assert (await service.http.take("passport", "apply"))["number"] == 103 + 100 + 1


async def test_an_older_copy_that_lacks_a_whole_failover_is_noticed(store_url: str) -> None:
    async with queue_on(store_url, number_gap=2) as (queue, redis):
        given = [(await queue.take()).number]
        keys = [key async for key in redis.scan_iter(f"{queue.keys.namespace}:*")]
        copy = {key: await redis.dump(key) for key in keys}
        for _ in range(2):
            # As where an older copy was noticed before.
            await redis.hset(queue.keys.meta(HALL.id), "replid", "older")
            given.append((await queue.take()).number)
        assert (await queue.reader.refresh(HALL)).board.epoch.startswith("2.")
        for key, value in copy.items():
            await redis.restore(key, 0, value, replace=True)
        assert (await queue.take()).number == max(given) + 2 + 1
        # Nobody has seen this epoch, and there is no further one.
        assert (await queue.reader.refresh(HALL)).board.epoch.startswith("3.")
        assert (await queue.take()).number == max(given) + 2 + 2


async def test_a_store_that_changes_while_a_day_is_closed(store_url: str) -> None:
    clock, scripts, changed = MovableClock(), load_scripts(), []
    close_day = scripts["close_day"].sha1

    class ChangesMeanwhile(ReplicatedWriter):
        async def send(self, *command: Word, deadline: float | None = None) -> Any:
            if command[1] == close_day and not changed:
                changed.append(await redis.hset(str(command[3]), "replid", "of another server"))
            return await super().send(*command, deadline=deadline)

    async with pipelined(store_url) as connection, Redis.from_url(store_url, protocol=2) as redis:
        topology = OnePrimary(store_url, KEPT_HERE)
        topology._writer = ChangesMeanwhile(connection, KEPT_HERE)
        queue = Queue(document(), clock, scripts, topology, redis, number_gap=100)
        await queue.bootstrap()
        today, _ = await queue.executor.execute("pause_counter", HALL.id, "a", 1, 0, "")
        clock.move(days=1)
        day, _ = await queue.executor.execute("pause_counter", HALL.id, "a", 1, 0, "")
        await topology.aclose()
        assert day == today + timedelta(days=1)
        assert changed
