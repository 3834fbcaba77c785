"""Private parts of redis-py. After an upgrade, tests/compat/test_redis.py says which of them has changed."""

import asyncio
from typing import cast

from redis.asyncio import Connection, Redis
from redis.asyncio.connection import AbstractConnection


def transport_of(connection: AbstractConnection) -> asyncio.WriteTransport:
    """What a connected connection writes to. redis-py has no public way to it, and buffers writes itself."""
    return cast(asyncio.StreamWriter, connection._writer).transport


def client_over(connection: AbstractConnection, pool_of: Redis) -> Redis:
    """A client whose commands go over exactly this connection. End its use with `release_connection`.

    `pool_of` is the client whose pool made the connection. A client of redis-py picks any connection of its pool, and
    another one may lead to another server.
    """
    client = Redis(connection_pool=pool_of.connection_pool, single_connection_client=True)
    # redis-py's type leaves the class for Unix sockets out.
    client.connection = cast(Connection, connection)
    return client


def release_connection(client: Redis) -> None:
    """Takes the connection away from a client of `client_over`, so that the client does not close it."""
    client.connection = None
