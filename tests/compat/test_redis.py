"""The contract of service/compat/redis.py with the installed redis-py: its private parts exist and work as expected."""

import asyncio
import inspect

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.connection import AbstractConnection

from service.compat.redis import client_over, release_connection, transport_of
from service.store.driver.topology import connect


async def test_what_a_connection_writes_to(store_url: str) -> None:
    redis = connect(store_url)
    connection: AbstractConnection = redis.connection_pool.make_connection()
    await connection.connect()
    transport = transport_of(connection)
    assert isinstance(transport, asyncio.WriteTransport), "AbstractConnection._writer is no stream writer any more"
    transport.write(b"".join(connection.pack_command("ECHO", "written to the transport")))
    assert await connection.read_response() == b"written to the transport"
    await connection.disconnect()
    await redis.aclose()


async def test_a_client_over_one_connection_uses_no_other(store_url: str) -> None:
    redis = connect(store_url)
    connection: AbstractConnection = redis.connection_pool.make_connection()
    await connection.connect()
    await connection.send_command("CLIENT", "ID")
    id = await connection.read_response()
    client = client_over(connection, redis)
    assert await client.client_id() == id, "Redis(single_connection_client=True) does not use its `connection` any more"
    release_connection(client)
    await client.aclose()
    assert connection.is_connected, "Redis.aclose() closes a connection that was taken away from it"
    await connection.disconnect()
    await redis.aclose()


def test_a_pool_makes_connections_that_are_its_callers_own() -> None:
    pool = Redis().connection_pool
    assert isinstance(pool.make_connection(), AbstractConnection)
    assert not pool._in_use_connections, "a pool counts the connections that make_connection() gives"


def test_signals_can_be_read_from_the_connection() -> None:
    # live/relay.py reads thousands of signals a second, for which PubSub's own way is too slow.
    assert "connection" in vars(PubSub(Redis().connection_pool))
    assert "timeout" in inspect.signature(AbstractConnection.read_response).parameters
