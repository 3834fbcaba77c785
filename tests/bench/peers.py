"""The servers that are compared. Each sends what is POSTed to it to every open WebSocket."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench import machine
from tests.bench.machine import Process
from tests.machine import free_port
from tests.nginx import NGINX, configured

NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")

NGINX_CONFIG = """
  keepalive_requests 10000000;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /publish {{ nchan_publisher; nchan_channel_id board; nchan_message_buffer_length 1; }}
    location = /live {{ nchan_subscriber websocket; nchan_channel_id board; nchan_websocket_ping_interval 10; }}
    location /files/ {{ alias {folder}/files/; types {{ application/json json; }} }}
  }}
"""


@dataclass
class Peer:
    """A running server: listeners open `path` on `port`, a POST to /publish on `publish_port` reaches them."""

    name: str
    process: Process
    port: int
    path: str = "/live"
    publish_port: int = 0
    socketio: bool = False


class Missing(Exception):
    """A peer that isn't available on this machine, with the reason."""


def _python(name: str, folder: Path, *args: str | int, environment: dict[str, str] | None = None) -> Process:
    command: list[str | Path] = [sys.executable, "-m", f"tests.bench.servers.{name}", *map(str, args)]
    return Process(command, folder / f"{name}.log", environment)


def limit(folder: Path) -> Peer:
    port = free_port()
    return Peer("raw C", Process([machine.compiled("limit", folder), str(port)], folder / "limit.log"), port)


def nginx(folder: Path) -> Peer:
    """nginx with Nchan; serves the files of `folder`/files too."""
    if not (NGINX.exists() and NCHAN.exists()):
        try:
            machine.debian_package("libnginx-mod-nchan")
            machine.debian_package("nginx-light")
        except (OSError, subprocess.CalledProcessError) as error:
            raise Missing(f"no nginx with Nchan: apt-get install nginx-light libnginx-mod-nchan ({error})") from error
    port, own = free_port(), Path(tempfile.mkdtemp(dir=folder))
    (own / "files").mkdir()
    main = f"load_module {NCHAN};\nworker_rlimit_nofile 20000;"
    http = NGINX_CONFIG.format(folder=own, port=port)
    command = configured(own, http, main=main, connections=19_000, log="crit")
    return Peer("Nchan", Process([*command, "-e", "stderr"], own / "nginx.log"), port)


def sunbeon(folder: Path, **settings: str | int | Path) -> Peer:
    """The service with its embedded store, which is a child of it, on the same core as the load generator's."""
    port = free_port()
    environment = {
        "SUNBEON_PORT": str(port),
        "SUNBEON_DATA_DIR": str(folder / "data"),
        "SUNBEON_DEMO_LIFE": "0",
        **{f"SUNBEON_{name.upper()}": str(value) for name, value in settings.items()},
    }
    process = _python("sunbeon", folder, environment=environment)
    return Peer("Sunbeon", process, port, "/api/v1/live?office=passport")


def broadcast(folder: Path) -> Peer:
    port, publish_port = free_port(), free_port()
    process = _python("broadcast", folder, port, publish_port)
    return Peer("websockets broadcast", process, port, publish_port=publish_port)


def fastapi_loop(folder: Path) -> Peer:
    port = free_port()
    return Peer("FastAPI loop", _python("fastapi_loop", folder, port), port)


def python_socketio(folder: Path) -> Peer:
    try:
        environment = machine.python_with("python-socketio")
    except subprocess.CalledProcessError as error:
        raise Missing(f"no python-socketio: {error.stderr.strip().splitlines()[-1]}") from error
    port = free_port()
    process = _python("socketio_room", folder, port, environment=environment)
    return Peer("python-socketio", process, port, "/socket.io/?EIO=4&transport=websocket", socketio=True)


PUSH: list[Callable[[Path], Peer]] = [limit, nginx, sunbeon, broadcast, fastapi_loop, python_socketio]


def start(make: Callable[[Path], Peer], folder: Path) -> Peer:
    """Starts a peer and waits until it listens. Raises Missing."""
    try:
        peer = make(folder)
    except FileNotFoundError as error:
        raise Missing(str(error)) from error
    peer.publish_port = peer.publish_port or peer.port
    peer.process.wait_for(peer.port)
    if peer.publish_port != peer.port:
        peer.process.wait_for(peer.publish_port)
    return peer
