"""A store that answers but can't serve counts as away. Any other error is a mistake in the service, and is shown as
one."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from service.domain.errors import StoreUnavailable
from tests.machine import free_port, wait_for
from tests.store.driver.test_pipelining import pipelined
from tests.store.scripted import Scripted
from tests.store.servers import REPLICATES, Server, replicate, server

WRITE = ("SET", "key", "value")
SCRIPT = ("EVAL", "redis.call('HGET', KEYS[1], 'a') return redis.call('HSET', KEYS[1], 'a', 1)", 1, "hash")
"""As all of ours: it reads, then it writes, and it doesn't say in its head that it will."""


def error_of(client: Redis) -> str:
    """The first word of the error that answers a PING."""
    try:
        client.ping()
    except ResponseError as error:
        return str(error).split()[0]
    return ""


@contextmanager
def full(folder: Path) -> Iterator[Server]:
    with server(folder, maxmemory="1", maxmemory_policy="noeviction") as store:
        yield store


@contextmanager
def read_only(folder: Path) -> Iterator[Server]:
    with server(folder) as store:
        store.client().replicaof("127.0.0.1", 1)
        yield store


@contextmanager
def without_a_primary(folder: Path) -> Iterator[Server]:
    with server(folder, replica_serve_stale_data="no") as store:
        store.client().replicaof("127.0.0.1", 1)
        yield store


@contextmanager
def without_replicas(folder: Path) -> Iterator[Server]:
    with server(folder, min_replicas_to_write="1") as store:
        yield store


@contextmanager
def without_slots(folder: Path) -> Iterator[Server]:
    with server(folder, cluster_enabled="yes", cluster_port=str(free_port())) as store:
        yield store


@contextmanager
def unable_to_save(folder: Path) -> Iterator[Server]:
    """Where its file belongs, there is a folder."""
    with server(folder, save="3600 1", dbfilename="dump") as store:
        (folder / "dump").mkdir()
        store.client().set("something", "to save")
        store.client().bgsave()
        wait_for(lambda: store.client().info("persistence")["rdb_last_bgsave_status"] == "err")
        yield store


@contextmanager
def busy(folder: Path) -> Iterator[Server]:
    """It runs a script that never ends."""
    with (
        server(folder, busy_reply_threshold="1") as store,
        socket.create_connection(("127.0.0.1", store.port)) as other,
    ):
        other.sendall(b"EVAL 'while true do end' 0\r\n")
        # Until the threshold has passed, the next has to wait.
        with store.client() as client:
            wait_for(lambda: error_of(client) == "BUSY")
        yield store


@contextmanager
def loading(folder: Path) -> Iterator[Server]:
    """It reads its data, a thousand keys a second or two, and listens now and then."""
    with server(folder, save="", enable_debug_command="yes") as store:
        store.client().execute_command("DEBUG", "POPULATE", 100_000)
        store.client().save()
        store.kill()
        store.options |= {"key-load-delay": "500", "loading-process-events-interval-bytes": "1024"}
        store.start(loads=True)
        yield store


@pytest.mark.parametrize(
    "state",
    [full, read_only, without_a_primary, without_replicas, without_slots, unable_to_save, busy, loading],
    ids=lambda state: state.__name__,
)
@pytest.mark.parametrize("command", [WRITE, SCRIPT], ids=["write", "script"])
async def test_a_real_store_that_cannot_serve(
    tmp_path: Path, state: Callable[[Path], Iterator[Server]], command: tuple[str, ...]
) -> None:
    with state(tmp_path) as store:
        async with pipelined(store.url) as connection:
            with pytest.raises(StoreUnavailable):
                await connection.send(*command)


async def test_a_primary_that_becomes_a_replica_while_it_waits(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        await replicate(primary, replica)
        replica.freeze()
        async with pipelined(primary.url) as connection:
            await connection.send(*WRITE)
            waits = asyncio.create_task(connection.send("WAIT", 1, 0))
            with primary.client() as client:
                while not client.info("clients")["blocked_clients"]:
                    await asyncio.sleep(0.01)
                client.replicaof("127.0.0.1", 1)
            with pytest.raises(StoreUnavailable):
                await waits


@pytest.mark.parametrize(
    "says",
    [
        "BUSY Valkey is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
        "CLUSTERDOWN The cluster is down",
        "LOADING Valkey is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "MISCONF Errors writing to the AOF file: No space left on device",
        "NOREPLICAS Not enough good replicas to write.",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "READONLY You can't write against a read only replica. script: 2c1f, on @user_script:3.",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
    ],
    ids=lambda says: says.split()[0],
)
async def test_it_is_known_by_what_it_says(says: str) -> None:
    async with Scripted(lambda _: f"-{says}\r\n".encode()) as store, pipelined(store.url) as connection:
        with pytest.raises(StoreUnavailable):
            await connection.send("EVALSHA", "2c1f", 0)


@pytest.mark.parametrize(
    "says",
    ["BUSYGROUP Consumer Group name already exists", "ERR unknown command 'NONSENSE'", "WRONGTYPE Operation"],
    ids=lambda says: says.split()[0],
)
async def test_a_mistake_is_told_as_one(says: str) -> None:
    async with Scripted(lambda _: f"-{says}\r\n".encode()) as store, pipelined(store.url) as connection:
        with pytest.raises(ResponseError):
            await connection.send("NONSENSE")
