"""The service as an ASGI application: its routes and middleware, and what runs from its start to its end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import FastAPI

from service.composition import Composition, compose
from service.domain.hours import KST
from service.domain.service_clock import Clock
from service.live.push_socket import Sockets
from service.net.connection_table import ConnectionTable, within_descriptor_limit
from service.settings import Settings
from service.web import (
    city,
    clerk,
    counters,
    demo,
    description,
    health,
    holder,
    lobby,
    lobby_pages,
    nearby,
    notices,
    pages,
    problems,
    public,
    quiet_hours,
    screens,
    session,
    static_files,
    voice,
    waits,
)
from service.web.asking import account_of, actor_of
from service.web.board_fast_path import BoardFastPath
from service.web.context import API
from service.web.http_protocol import HttpLimits
from service.web.request_middleware import RequestMiddleware
from service.web.sockets import Endpoints

logger = logging.getLogger(__name__)

CREDENTIALS_SECONDS = 10.0
"""How long a start waits for the database, which has accounts and devices. One that is away is given up before."""

STOP_SECONDS = 3.5
"""How long the last work and the closing of the database's connections may take when the service stops."""


def seoul_time() -> datetime:
    """Now, in Seoul."""
    return datetime.now(KST)


def create_app(settings: Settings | None = None, clock: Clock = seoul_time) -> FastAPI:
    """The service on `settings` (the environment's where None), with the store at `settings.redis_url`.

    Raises CityFileError, AccessFileError and pydantic's ValidationError for invalid settings. An unreachable
    or foreign store does not stop it: the service is not ready then, and becomes so by itself.
    """
    settings = settings or Settings()
    parts = compose(settings, clock)
    app = FastAPI(
        title="Sunbeon",
        lifespan=partial(_lifespan, parts),
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        # Starlette's would name the Host header, which anyone can invent (problems.py has ours).
        redirect_slashes=False,
        separate_input_output_schemas=False,
        # RequestMiddleware measures and logs. (FastAPI's telemetry would read the environment three times a request.)
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.context = context = parts.context
    # Not `include_router`, which would look for a request's route twice. The routes with most requests come first.
    api = (
        public,
        nearby,
        holder,
        clerk,
        counters,
        session,
        notices,
        lobby,
        screens,
        voice,
        quiet_hours,
        waits,
        city,
        health,
    )
    for part in (*api, lobby_pages, pages):
        app.router.routes.extend(part.router.routes)
    if settings.demo:
        app.state.demo_life = parts.demo_switch
        app.router.routes.extend(demo.router.routes)
    app.router.routes.extend(static_files.mounts())
    problems.install(app, lambda scope, error: context.refusals.count(actor_of(scope), error.code, account_of(scope)))
    description.install(app)
    # The last that is added is the first to see a request.
    app.add_middleware(BoardFastPath, context=context)
    app.add_middleware(
        RequestMiddleware, max_body=settings.max_body_bytes, larger={("PUT", city.router.prefix): city.MOST_BYTES}
    )
    return app


@asynccontextmanager
async def _lifespan(parts: Composition, app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Starts what lasts as long as the service, and ends it; yields the state of every connection."""
    context, settings = parts.context, parts.context.settings
    relay, credentials = context.relay, context.credentials
    connections = ConnectionTable(
        within_descriptor_limit(settings.connections), settings.connections_per_address, context.addresses.of
    )
    limits = HttpLimits(
        connections=connections,
        first_byte_seconds=settings.first_byte_seconds,
        head_bytes=settings.max_head_bytes,
        request_seconds=settings.request_seconds,
    )
    endpoints = Endpoints(context)
    live = Sockets(endpoints, connections, settings.socket_buffer_bytes)
    running = {"keep alive": live.keep_alive, "watch who is signed in": endpoints.watch, **parts.lasting}
    lasting = [_start(name, run) for name, run in running.items()]
    async with relay:
        # Whoever asks one worker whether it is ready takes the answer for all. So no worker accepts requests before
        # it can serve, if the store is there.
        await relay.until_ready(within=2)
        lasting.append(_start("credentials", credentials.run))
        if relay.ready and not settings.demo:
            await credentials.until_looked(within=CREDENTIALS_SECONDS)
        yield {"sockets": live, "limits": limits}
    for task in lasting:
        task.cancel()
    # A database that does not answer keeps its connections: they end with the process.
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await asyncio.wait(lasting)
            await parts.database.aclose()
    await parts.topology.aclose()
    await parts.redis.aclose()


def _start(name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
    """A task that is to last as long as the service: its end is logged."""
    task = asyncio.create_task(run(), name=name)
    task.add_done_callback(_tell_of_an_end)
    return task


def _tell_of_an_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.error("the task %s has ended", task.get_name(), exc_info=error)
