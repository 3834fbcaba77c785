"""The composition root: what the service is made of, and how the parts are joined. Importing it does nothing."""

import asyncio
import ctypes
import gc
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import uvicorn
from fastapi import FastAPI

from service import logs
from service.city.loader import load_city
from service.domain.hours import KST, business_day
from service.live.connection_limiter import ConnectionLimiter
from service.live.freshness import Pulse
from service.live.hub import Hub
from service.live.relay import Relay
from service.live.socket import Sockets
from service.net.client_addresses import ClientAddresses
from service.net.connection_table import ConnectionTable, within_descriptor_limit
from service.net.listener import BACKLOG
from service.settings import Settings
from service.store.attempts import Attempts
from service.store.clock import Clock, check_clock
from service.store.confirmed import Confirmed
from service.store.connection import connect
from service.store.demo_life import DemoLife
from service.store.erasure import Erasure
from service.store.founding import found_city, shared_secret
from service.store.gone_offices import GoneOffices
from service.store.keys import Keys
from service.store.left_behind import tell_who_is_left_behind
from service.store.pipe import Pipe
from service.store.promise import Promise
from service.store.rates import Rate
from service.store.runner import Runner
from service.store.scripts import Scripts
from service.store.seal import Seal
from service.store.sessions import Sessions
from service.store.store import IssueLimits, Store
from service.web import clerk, demo, description, operations, pages, problems, public, session, tickets
from service.web.access_in_force import AccessInForce
from service.web.browsers import KnownBrowsers
from service.web.context import API, Context
from service.web.csrf import CsrfProtection
from service.web.http_protocol import ConnectionLimits, LimitedHttpProtocol
from service.web.request_middleware import RequestMiddleware
from service.web.sign_in import SignIn
from service.web.sockets import Endpoints
from service.web.turns import Turns

PR_SET_PDEATHSIG = 1
"""Of prctl(2), Linux: the signal that a process gets when its parent ends."""


def seoul_time() -> datetime:
    """Now, in Seoul."""
    return datetime.now(KST)


def create_app(settings: Settings | None = None, clock: Clock = seoul_time) -> FastAPI:
    """The service on `settings` (the environment's where None), with the store at `settings.redis_url`.

    Raises CityFileError, AccessError and pydantic's ValidationError for settings that can't be kept. An unreachable
    or foreign store does not stop it: the service is not ready then, and becomes so by itself.
    """
    settings = settings or Settings()
    assert settings.redis_url, "python -m service starts the embedded store"
    city = load_city(settings.city)
    access = AccessInForce.of_file(settings.access_file, city) if settings.access_file else AccessInForce.demo(city)
    keys = Keys(settings.namespace)
    redis = connect(settings.redis_url)
    promise = Promise(settings.replicas, keys, durable=settings.durable)
    patient = connect(settings.redis_url, answer_within=None)
    reads = Pipe(patient)

    def follow() -> None:
        """Reads and signals go to the server that changes go to."""
        reads.drop()
        relay.follow()

    changes = Pipe(patient, check=promise.check, moved=follow)
    writes = Confirmed(changes, promise)
    seal = Seal()
    erasure = Erasure(redis)
    runner = Runner(
        Scripts(reads, writes),
        promise,
        keys,
        city,
        clock,
        clock_tolerance=settings.clock_tolerance_seconds,
        number_gap=settings.number_gap,
        day_closed=erasure.due,
    )
    gone_offices = GoneOffices(redis, keys, city, runner)
    rate = Rate(reads, keys, seal, "online", settings.online_tickets_an_hour, timedelta(hours=1))
    issuing = IssueLimits(
        online_share=settings.online_share if settings.rate_limits else None,
        walk_ins_a_minute=None if settings.demo else settings.walk_ins_a_minute,
    )
    store = Store(runner, city, clock, rate, issuing, always_open=settings.demo)
    attempts = Attempts(
        writes,
        keys,
        seal,
        clock,
        free=settings.login_attempts,
        of_address=settings.login_attempts_per_address,
        longest_delay=settings.login_delay_seconds,
    )
    hub = Hub((office.id for office in city.offices), Pulse(clock, settings.stale_after_seconds))
    addresses = ClientAddresses(settings.trusted_proxies, counted=settings.rate_limits)

    async def held_clock() -> None:
        await check_clock(redis, clock, settings.clock_tolerance_seconds)

    has_begun = False

    async def prepare() -> None:
        nonlocal has_begun
        await promise.check(redis)
        await held_clock()
        may_found = settings.demo if settings.found_store is None else settings.found_store
        await found_city(redis, keys, city, clock, may_found=may_found)
        secret = settings.secret.get_secret_value() if settings.secret else await shared_secret(redis, keys)
        store.sign_with(secret)
        seal.sign_with(secret)
        if not has_begun:
            await tell_who_is_left_behind(redis, keys, city, business_day(clock()))
            has_begun = True

    relay = Relay(
        redis,
        store,
        hub,
        keys=keys,
        prepare=prepare,
        check_clock=held_clock,
        look_again=changes.renew,
        interval=settings.frame_interval_ms / 1000,
        reread=settings.reread_seconds,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        connections = ConnectionTable(
            within_descriptor_limit(settings.connections), settings.connections_per_address, addresses.of
        )
        limits = ConnectionLimits(
            connections=connections,
            first_byte_seconds=settings.first_byte_seconds,
            head_bytes=settings.max_head_bytes,
            request_seconds=settings.request_seconds,
        )
        endpoints = Endpoints(app.state.context)
        live = Sockets(endpoints, connections, settings.socket_buffer_bytes)
        lasting = [
            asyncio.create_task(live.keep_alive(), name="keep alive"),
            asyncio.create_task(endpoints.watch(), name="watch who is signed in"),
            asyncio.create_task(erasure.run(), name="erasure"),
            asyncio.create_task(gone_offices.run(), name="gone offices"),
        ]
        async with relay:
            # One worker's readiness is taken for all: none accepts requests before it can serve, if the store is there.
            await relay.until_ready(within=2)
            yield {"sockets": live, "limits": limits}
        for task in lasting:
            task.cancel()
        await reads.aclose()
        await changes.aclose()
        await patient.aclose()
        await redis.aclose()

    app = FastAPI(
        title="Sunbeon",
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        # Starlette's would name the Host header, which anyone can invent (problems.py has ours).
        redirect_slashes=False,
        separate_input_output_schemas=False,
        # Measured and logged by RequestMiddleware. (It would ask the environment three times a request whether to.)
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.context = Context(
        settings=settings,
        city=city,
        store=store,
        sessions=Sessions(reads, writes, keys, timedelta(hours=settings.session_hours)),
        access=access,
        csrf=CsrfProtection(settings.public_url, demo=settings.demo),
        sign_in=SignIn(
            Turns(
                at_once=settings.logins_at_once,
                most_waiting=settings.logins_waiting,
                most_of_one=settings.logins_waiting_per_address,
            ),
            attempts if settings.rate_limits else None,
            access,
            relay,
        ),
        browsers=KnownBrowsers(seal, demo=settings.demo),
        addresses=addresses,
        hub=hub,
        relay=relay,
        limiter=ConnectionLimiter(settings.sockets_per_address),
    )
    # Not `include_router`, which would look for a request's route twice; what the crowd asks stands first.
    for part in (tickets, public, clerk, session, operations, pages):
        app.router.routes.extend(part.router.routes)
    if settings.demo:
        app.state.demo_life = DemoLife(reads, writes, keys, clock)
        app.router.routes.extend(demo.router.routes)
    app.router.routes.extend(pages.mounts())
    problems.install(app)
    description.install(app)
    app.add_middleware(RequestMiddleware, max_body=settings.max_body_bytes)
    return app


def server_config(app: FastAPI | str, settings: Settings, **more: Any) -> uvicorn.Config:
    """How uvicorn serves `app`, or what the import string names."""
    return uvicorn.Config(
        app,
        http=LimitedHttpProtocol,
        # Given here, so that uvicorn's own variable for it has no say.
        forwarded_allow_ips=[entry.strip() for entry in settings.trusted_proxies.split(",")],
        log_config=None,
        access_log=False,
        server_header=False,
        # The socket listens already, but uvicorn has it do so once more.
        backlog=BACKLOG,
        timeout_graceful_shutdown=3,
        **more,
    )


def worker() -> FastAPI:
    """`create_app` for a server's process; a worker among several ends with the process that started it."""
    settings = Settings()
    logs.configure(demo=settings.demo)
    if parent := multiprocessing.parent_process():
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent.pid:
            # It ended while this worker was starting: no signal comes for that.
            raise SystemExit(0)
    app = create_app(settings)
    # All that was made until now stays: the collector needn't look through it again and again.
    gc.freeze()
    return app
