"""The usual solution: a FastAPI endpoint, and a loop that awaits `send_text` for each socket.

python -m tests.bench.servers.fastapi_loop PORT
"""

import sys

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect

app = FastAPI()
sockets: set[WebSocket] = set()
last = [""]


@app.websocket("/live")
async def live(socket: WebSocket) -> None:
    await socket.accept()
    sockets.add(socket)
    try:
        if last[0]:
            await socket.send_text(last[0])
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        sockets.discard(socket)


@app.post("/publish")
async def publish(request: Request) -> None:
    text = last[0] = (await request.body()).decode()
    for socket in list(sockets):
        await socket.send_text(text)


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False, ws_per_message_deflate=False)
