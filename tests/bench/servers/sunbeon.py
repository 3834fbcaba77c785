"""The service as `python -m service` runs it, with one more path: POST /publish gives its body to the hub.

So the hub is measured with the same frame as the peers. All other benches use the service's own API.
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
                # The hub adds the age to a frame, and drops one that its listeners have. So the body is cut, to keep
                # the peers' length, and its last digits differ from the one before.
                room = len(body) - len(topics.freshness.stamp()) - len('00000000"}')
                await topics.board.publish(b'%b%08d"}' % (body[:room], next(count)))
        return Response()

    app.add_route("/publish", publish, methods=["POST"])
    return app


if __name__ == "__main__":
    service.server.worker = worker
    command.main()
