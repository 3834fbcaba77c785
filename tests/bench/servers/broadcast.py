"""websockets' own `broadcast`, on uvloop.

python -m tests.bench.servers.broadcast PORT PUBLISH_PORT
"""

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

sockets: set[ServerConnection] = set()
last = [""]


async def live(socket: ServerConnection) -> None:
    sockets.add(socket)
    try:
        if last[0]:
            await socket.send(last[0])
        await socket.wait_closed()
    finally:
        sockets.discard(socket)


async def publish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await reader.readuntil(b"\r\n\r\n"):
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        last[0] = (await reader.readexactly(length)).decode()
        broadcast(sockets, last[0])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


async def main(port: int, publish_port: int) -> None:
    async with (
        serve(live, "127.0.0.1", port, compression=None, backlog=4096),
        await asyncio.start_server(publish, "127.0.0.1", publish_port),
    ):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
