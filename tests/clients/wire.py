"""The network between a client and a service, with its faults."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """A relay to `service` that can make requests fail."""

    def __init__(self, service: str) -> None:
        self.url = ""
        self.lose = 0
        """Loses so many answers: the service does what it was asked, then the connection is cut."""
        self.busy = 0
        """Answers so many connections like a proxy whose service is away."""
        self.connections = 0
        self._service = urlsplit(service)
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Breaks every open connection."""
        for writer in self._writers:
            writer.transport.abort()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there, back = await asyncio.open_connection(self._service.hostname, self._service.port)
        self._writers |= {writer, back}
        if self.busy:
            self.busy -= 1
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            forth = asyncio.create_task(self._pump(reader, back))
            await self._pump(there, writer, loses=True)
            forth.cancel()
        for end in (writer, back):
            end.close()
            self._writers.discard(end)

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, loses: bool = False) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65536):
                if loses and self.lose:
                    self.lose -= 1
                    return
                target.write(data)
                await target.drain()


@asynccontextmanager
async def wire(service: str) -> AsyncIterator[Wire]:
    """A relay in front of the service at this URL."""
    line = Wire(service)
    server = await asyncio.start_server(line.connect, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        line.cut()
        server.close()
        await server.wait_closed()
