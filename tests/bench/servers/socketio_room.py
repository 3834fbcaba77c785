"""python-socketio as its documentation shows it: an ASGI application that emits an event to all.

python -m tests.bench.servers.socketio_room PORT     (with python-socketio on the path)
"""

import sys
from typing import Any

import socketio  # type: ignore[import-not-found]
import uvicorn

server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
last = [""]


@server.event  # type: ignore[untyped-decorator]
async def connect(sid: str, environ: dict[str, Any]) -> None:
    if last[0]:
        await server.emit("board", last[0], to=sid)


async def publish(scope: Any, receive: Any, send: Any) -> None:
    last[0] = (await receive())["body"].decode()
    await server.emit("board", last[0])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


sockets = socketio.ASGIApp(server)


async def app(scope: Any, receive: Any, send: Any) -> None:
    await (publish if scope["type"] == "http" and scope["path"] == "/publish" else sockets)(scope, receive, send)


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False, ws_per_message_deflate=False)
