"""The contract of service/compat/uvicorn.py with the installed uvicorn."""

import asyncio
import inspect
from importlib import metadata
from typing import Any

import pytest
import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState
from uvicorn.supervisors import Multiprocess

from service.compat.uvicorn import HttpProtocol, abandon

MEND = f"uvicorn {metadata.version('uvicorn')}: mend service/compat/uvicorn.py: "
GET = b"GET /path?q=1 HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
UPGRADE = b"GET /live%%20here?office=a HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: %b\r\n%b\r\n"
OF_THE_PROTOCOL = [
    *("app_state", "client", "config", "connections", "cycle", "flow", "headers", "loop", "parser", "pipeline"),
    *("root_path", "scope", "timeout_keep_alive", "timeout_keep_alive_handler", "timeout_keep_alive_task", "transport"),
]
OVERRIDDEN = {
    "connection_made": ["transport"],
    "connection_lost": ["exc"],
    "data_received": ["data"],
    "handle_websocket_upgrade": [],
    "on_body": ["body"],
    "on_headers_complete": [],
    "on_message_complete": [],
    "on_response_complete": [],
    "send_400_response": ["msg"],
    "_should_upgrade": [],
    "_should_upgrade_to_ws": [],
    "_unset_keepalive_if_required": [],
    "_unsupported_upgrade_warning": [],
}


class Transport(asyncio.Transport):
    """A connection from a proxy on this machine that remembers what is done to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 4000), "sockname": ("127.0.0.1", 80)})
        self.written = b""
        self.is_reading_paused = False
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.is_reading_paused = True

    def resume_reading(self) -> None:
        self.is_reading_paused = False

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


class Protocol(HttpProtocol):
    """Records which of its callbacks are called."""

    def __init__(self, app: Any) -> None:
        config = uvicorn.Config(app, log_config=None, lifespan="off", forwarded_allow_ips=["127.0.0.1"])
        super().__init__(config, ServerState(), {"limits": "those"})
        self.called: list[str] = []
        self.connection_made(Transport())

    @property
    def wire(self) -> Transport:
        assert isinstance(self.transport, Transport)
        return self.transport

    def accept_websocket(self) -> None:
        self.called.append("accept_websocket")

    def refuse_malformed(self) -> None:
        self.called.append("refuse_malformed")

    def check_upgrade(self, *, is_websocket: bool) -> None:
        self.called.append(f"check_upgrade {is_websocket}")


class Application:
    """Answers when the test lets it."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.heard: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while not self.let.is_set():
            message = await receive()
            self.heard.append(message["type"])
            if message["type"] == "http.disconnect":
                return
            if not message.get("more_body"):
                await self.let.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


async def settle() -> None:
    """Lets every task run as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize("name", OF_THE_PROTOCOL)
async def test_the_protocol_has_the_attribute(name: str) -> None:
    assert hasattr(Protocol(Application()), name), f"{MEND}HttpToolsProtocol.{name} is gone"


@pytest.mark.parametrize(("name", "takes"), OVERRIDDEN.items(), ids=OVERRIDDEN)
def test_a_method_that_is_called_or_replaced_is_there(name: str, takes: list[str]) -> None:
    method = getattr(HttpToolsProtocol, name, None)
    assert method is not None, f"{MEND}HttpToolsProtocol.{name} is gone"
    assert list(inspect.signature(method).parameters) == ["self", *takes], f"{MEND}{name} is called differently"


async def test_a_request_is_answered() -> None:
    app = Application()
    protocol = Protocol(app)
    assert protocol.lifespan_state == {"limits": "those"}, f"{MEND}app_state"
    assert protocol.client == ("127.0.0.1", 4000), f"{MEND}client"
    assert protocol in protocol.connections, f"{MEND}connections"
    assert (protocol.is_answering, protocol.has_begun_to_answer) == (False, False), f"{MEND}cycle before a request"
    protocol.data_received(GET)
    assert protocol.is_answering, f"{MEND}cycle.response_complete"
    assert not protocol.has_begun_to_answer, f"{MEND}cycle.response_started"
    assert protocol.headers == [(b"host", b"x")], f"{MEND}headers"
    app.let.set()
    await settle()
    assert protocol.wire.written.startswith(b"HTTP/1.1 200 "), f"{MEND}an answer is not written to transport"
    assert (protocol.is_answering, protocol.has_begun_to_answer) == (False, True), f"{MEND}cycle after its answer"


async def test_the_keep_alive_timer_starts_after_an_answer_and_can_be_stopped() -> None:
    app = Application()
    app.let.set()
    protocol = Protocol(app)
    protocol.data_received(GET)
    await settle()
    timer = protocol.timeout_keep_alive_task
    assert timer is not None, f"{MEND}timeout_keep_alive_task is not set after an answer"
    protocol.start_keep_alive_timer()
    assert protocol.timeout_keep_alive_task is timer, f"{MEND}two timers"
    protocol.stop_keep_alive_timer()
    assert timer.cancelled(), f"{MEND}_unset_keepalive_if_required"
    assert protocol.timeout_keep_alive_task is None, f"{MEND}_unset_keepalive_if_required"
    protocol.start_keep_alive_timer()
    protocol.timeout_keep_alive_handler()
    assert protocol.wire.closed, f"{MEND}timeout_keep_alive_handler"
    protocol.stop_keep_alive_timer()


async def test_a_pipelined_request_waits() -> None:
    app = Application()
    protocol = Protocol(app)
    protocol.data_received(GET)
    first = protocol.cycle
    assert not protocol.has_waiting_request, f"{MEND}pipeline"
    protocol.data_received(GET)
    assert protocol.has_waiting_request, f"{MEND}pipeline"
    assert protocol.cycle is not first, f"{MEND}cycle is not the request received last"
    protocol.hold_reading()
    await settle()
    assert protocol.wire.is_reading_paused, f"{MEND}flow.read_paused: uvicorn reads on by itself"
    protocol.forget_waiting_requests()
    app.let.set()
    await settle()
    assert protocol.wire.written.count(b"HTTP/1.1 200 ") == 1, f"{MEND}pipeline: a forgotten request is answered"
    protocol.stop_keep_alive_timer()


async def test_an_abandoned_request_hears_of_it() -> None:
    app = Application()
    protocol = Protocol(app)
    protocol.data_received(POST)
    await settle()
    exchange = protocol.cycle
    assert isinstance(exchange, RequestResponseCycle), f"{MEND}cycle"
    abandon(exchange)
    await settle()
    assert app.heard == ["http.disconnect"], f"{MEND}cycle.disconnected, cycle.message_event"


async def test_a_body_is_told_to_on_body() -> None:
    bodies: list[bytes] = []

    class WithBodies(Protocol):
        def on_body(self, body: bytes) -> None:
            bodies.append(body)

    WithBodies(Application()).data_received(POST + b"hi")
    assert bodies == [b"hi"], f"{MEND}on_body"


async def test_what_is_not_http_is_refused() -> None:
    protocol = Protocol(Application())
    protocol.data_received(b"\x00\r\n\r\n")
    assert protocol.called == ["refuse_malformed"], f"{MEND}send_400_response"


async def test_upgrades_are_told_apart() -> None:
    protocol = Protocol(Application())
    protocol.data_received(UPGRADE % (b"websocket", b""))
    assert set(protocol.called) == {"check_upgrade True", "accept_websocket"}, f"{MEND}_should_upgrade"
    other = Protocol(Application())
    other.data_received(UPGRADE % (b"h2c", b""))
    assert set(other.called) == {"check_upgrade False"}, f"{MEND}_should_upgrade"
    assert other.is_answering, f"{MEND}a request to upgrade to another protocol is not answered as any other"


async def test_an_upgrade_has_a_scope_with_what_its_proxy_says() -> None:
    protocol = Protocol(Application())
    assert isinstance(protocol.config.loaded_app, ProxyHeadersMiddleware), f"{MEND}config.loaded_app"
    proxied = b"X-Forwarded-For: 203.0.113.7, 127.0.0.1\r\nX-Forwarded-Proto: https\r\n"
    protocol.data_received(UPGRADE % (b"websocket", proxied))
    scope = protocol.websocket_scope()
    found = {name: scope.get(name) for name in ("type", "method", "path", "query_string", "scheme", "state")}
    assert found == {
        "type": "websocket",
        "method": "GET",
        "path": "/live here",
        "query_string": b"office=a",
        "scheme": "wss",
        "state": {"limits": "those"},
    }, f"{MEND}scope, url"
    assert scope["client"] == ("203.0.113.7", 0), f"{MEND}trusted_hosts.get_trusted_client_address"
    protocol.let_go()
    assert protocol not in protocol.connections, f"{MEND}connections"


async def test_a_peer_that_is_no_proxy_is_not_believed() -> None:
    protocol = Protocol(Application())
    protocol.client = ("203.0.113.9", 1)
    protocol.data_received(UPGRADE % (b"websocket", b"X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\n"))
    scope = protocol.websocket_scope()
    assert (scope["client"], scope["scheme"]) == (("203.0.113.9", 1), "ws"), f"{MEND}trusted_hosts"


def test_workers_are_started_on_a_socket() -> None:
    takes = inspect.signature(Multiprocess).parameters
    assert {"config", "sockets"} <= takes.keys(), f"{MEND}Multiprocess is called differently"
    assert callable(Multiprocess.run), f"{MEND}Multiprocess.run"
    assert "sockets" in inspect.signature(uvicorn.Server.run).parameters, f"{MEND}Server.run"
