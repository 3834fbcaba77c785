"""The service as `python -m service` runs it, with one path more: POST /publish hands its body to the hub.

So the hub is measured with the frame that the peers are given. Everything else of the bench uses the service's own API.
"""

import itertools

from fastapi import FastAPI, Request, Response

import service.app
from service import __main__ as command
from service.live.frames import encode

real_worker = service.app.worker


def worker() -> FastAPI:
    app = real_worker()
    count = itertools.count()

    async def publish(request: Request) -> Response:
        # The hub drops a frame that its listeners have, so each differs in its last digits.
        frame = (await request.body())[:-8] + b"%08d" % next(count)
        for topics in app.state.context.hub.offices.values():
            if topics.board.listeners:
                await topics.board.publish(encode(frame))
        return Response()

    app.add_route("/publish", publish, methods=["POST"])
    return app


if __name__ == "__main__":
    service.app.worker = worker
    command.main()
