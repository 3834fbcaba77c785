"""The service as `python -m service` runs it, with one path more: POST /publish hands its body to the hub.

So the hub is measured with the frame that the peers are given. Everything else of the bench uses the service's own API.
"""

import itertools

from fastapi import FastAPI, Request, Response

import service.server
from service import __main__ as command

real_worker = service.server.worker


def worker() -> FastAPI:
    app = real_worker()
    count = itertools.count()

    async def publish(request: Request) -> Response:
        body = await request.body()
        for topics in app.state.context.hub.offices.values():
            if topics.board.listeners:
                # A frame gets its age, and one that its listeners have is dropped: so that it is as long as the peers',
                # and differs from the one before in its last digits.
                room = len(body) - len(topics.freshness.stamp()) - len('00000000"}')
                await topics.board.publish(b'%b%08d"}' % (body[:room], next(count)))
        return Response()

    app.add_route("/publish", publish, methods=["POST"])
    return app


if __name__ == "__main__":
    service.server.worker = worker
    command.main()
