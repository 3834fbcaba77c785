"""A bad network between clients and a service: requests arrive, and some replies are lost."""

import asyncio
import random
from contextlib import suppress


class Proxy:
    """`async with Proxy(address, share) as proxy`: drops that share of the replies, and the connection with each."""

    def __init__(self, to: tuple[str, int], share: float) -> None:
        self.dropped = 0
        self._to = to
        self._share = share
        self._carrying: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._server.sockets[0].getsockname()
        return host, port

    def _begin(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(client, to_client))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        to_service: asyncio.StreamWriter | None = None
        try:
            with suppress(OSError):
                service, to_service = await asyncio.open_connection(*self._to)
                await self._pump(client, to_client, service, to_service)
        finally:
            to_client.transport.abort()
            if to_service:
                to_service.transport.abort()

    async def _pump(
        self,
        client: asyncio.StreamReader,
        to_client: asyncio.StreamWriter,
        service: asyncio.StreamReader,
        to_service: asyncio.StreamWriter,
    ) -> None:
        """Relays until either side hangs up, or a reply is dropped."""
        doomed = False

        async def requests() -> None:
            nonlocal doomed
            while request := await client.read(65536):
                doomed = random.random() < self._share
                to_service.write(request)

        async def replies() -> None:
            while reply := await service.read(65536):
                if doomed:
                    self.dropped += 1
                    return
                to_client.write(reply)

        pumps = [asyncio.create_task(requests()), asyncio.create_task(replies())]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
