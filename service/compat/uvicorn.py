"""uvicorn's undocumented parts: its HTTP/1.1 protocol as something to build on, and its workers.

uvicorn documents that `Config(http=...)` takes a protocol class, and nothing of what such a class may use.
`HttpProtocol` is uvicorn's own with names that stay. Its subclass may also override asyncio's and httptools'
callbacks, which are documented there: `connection_made`, `connection_lost`, `data_received`, `on_headers_complete`,
`on_chunk_header`, `on_body` and `on_message_complete`; and uvicorn's `on_response_complete`, called when an answer is
written.
"""

import socket
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.supervisors import Multiprocess

Exchange = RequestResponseCycle
"""A request and its answer."""


class HttpProtocol(HttpToolsProtocol, ABC):
    """uvicorn's protocol on one connection.

    Of uvicorn's attributes these are used as they are: `transport`, `loop`, `client` (the peer's host and port, or
    None), `headers` (of the request that is being received), `cycle` (its `Exchange`, None before the first request),
    and `connections` (all of the server's; uvicorn calls `shutdown` of each when it stops).
    """

    @property
    def lifespan_state(self) -> dict[str, Any]:
        """What the application's lifespan has yielded."""
        return self.app_state

    @property
    def has_waiting_request(self) -> bool:
        """Whether a complete request waits until the one before it is answered (HTTP pipelining)."""
        return bool(self.pipeline)

    @property
    def is_answering(self) -> bool:
        """Whether an answer to the request that was received last is still to be finished."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def has_begun_to_answer(self) -> bool:
        """Whether the request that was received last has at least the head of its answer."""
        return self.cycle is not None and self.cycle.response_started

    def forget_waiting_requests(self) -> None:
        """Requests that wait are never answered."""
        self.pipeline.clear()

    def hold_reading(self) -> None:
        """Reads no more until `transport.resume_reading`, whatever the application asks for.

        uvicorn resumes reading whenever the application asks for a body or a hang-up, so it must not know of this
        pause.
        """
        self.flow.read_paused = False
        self.transport.pause_reading()

    def start_keep_alive_timer(self) -> None:
        """Ends the connection if it stays idle. A running timer of uvicorn's own continues."""
        if not self.timeout_keep_alive_task:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def stop_keep_alive_timer(self) -> None:
        """The connection is no longer idle."""
        self._unset_keepalive_if_required()

    def websocket_scope(self) -> dict[str, Any]:
        """The ASGI scope of a request to upgrade, with the client and the scheme that a trusted proxy names."""
        path, _, query = self.url.partition(b"?")
        return {
            **self.scope,
            "type": "websocket",
            "client": self._proxied_client(),
            "scheme": self._proxied_scheme(),
            "path": self.root_path + unquote(path.decode("latin-1")),
            "query_string": query,
        }

    def let_go(self) -> None:
        """Gives the connection up: from now on it belongs to another protocol."""
        self.connections.discard(self)
        # The parser and its protocol refer to each other, and would stay in memory until a garbage collection.
        self.parser = None  # type: ignore[assignment]

    @abstractmethod
    def accept_websocket(self) -> None:
        """Called when a request to upgrade to a WebSocket has come."""

    @abstractmethod
    def refuse_malformed(self) -> None:
        """Called when what has come is not HTTP."""

    def check_upgrade(self, *, is_websocket: bool) -> None:
        """Called at the end of the head of a request to upgrade; what it raises is raised by the parser's callback."""

    def handle_websocket_upgrade(self) -> None:
        self.accept_websocket()

    def send_400_response(self, msg: str) -> None:
        self.refuse_malformed()

    def _should_upgrade(self) -> bool:
        is_websocket = super()._should_upgrade()
        self.check_upgrade(is_websocket=is_websocket)
        return is_websocket

    def _should_upgrade_to_ws(self) -> bool:
        return True

    def _unsupported_upgrade_warning(self) -> None:
        """Logs nothing, since a client could fill the log: the request is answered as if it hadn't asked to upgrade."""

    def _trusted_proxy(self) -> ProxyHeadersMiddleware | None:
        """uvicorn's middleware for what proxies say, where the peer is one of them."""
        app = self.config.loaded_app
        is_proxy = isinstance(app, ProxyHeadersMiddleware) and self.client and self.client[0] in app.trusted_hosts
        return app if is_proxy else None

    def _proxied_client(self) -> tuple[str, int] | None:
        told = b", ".join(value for name, value in self.headers if name == b"x-forwarded-for").decode("latin-1")
        if told and (proxied := self._trusted_proxy()):
            host, port = proxied.trusted_hosts.get_trusted_client_address(told)
            return (host, port) if host else self.client
        return self.client

    def _proxied_scheme(self) -> str:
        told = dict(self.headers).get(b"x-forwarded-proto", b"").strip()
        return "wss" if told in (b"https", b"wss") and self._trusted_proxy() else "ws"


def abandon(exchange: Exchange) -> None:
    """Tells the application that the client has gone, as uvicorn does for the request received last."""
    exchange.disconnected = True
    exchange.message_event.set()


def run(config: uvicorn.Config, listening: socket.socket) -> None:
    """Serves on the socket until SIGTERM or SIGINT, with as many processes as `config` says."""
    if config.workers > 1:
        Multiprocess(config, sockets=[listening]).run()
    else:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
