"""The composition root: what the service is made of, and how the parts are joined. Importing it does nothing."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from service.database.engine import Database, sqlite_url
from service.directory.editor import Editor
from service.directory.loader import load_document
from service.directory.registry import Directory
from service.domain.errors import StoreNotReady
from service.domain.service_clock import Clock, ServiceClock
from service.identity.access_file import WatchedAccessFile
from service.identity.admission_queue import AdmissionQueue
from service.identity.current_credentials import CurrentCredentials
from service.identity.known_browsers import KnownBrowsers
from service.identity.published_registry import PublishedRegistry
from service.identity.refusals import RefusalCounter
from service.identity.registry import Registry
from service.identity.sessions import Sessions
from service.identity.sign_in import SignIn
from service.identity.sign_in_throttle import SignInThrottle
from service.live.board_cache import BoardCache
from service.live.board_reader import BoardReader
from service.live.connection_limiter import ConnectionLimiter
from service.live.freshness import Pulse
from service.live.hub import Hub
from service.live.relay import Relay
from service.net.client_addresses import ClientAddresses
from service.projecting import compose_projections
from service.projections.pairing import prepare_database
from service.reports.quiet_hours import QuietHoursReader
from service.reports.source import Source
from service.reports.wait_quality import WaitQualityReader
from service.settings import Settings
from service.store.aof_rewriter import AofRewriter
from service.store.boards import Boards
from service.store.bootstrap import bootstrap, set_up_offices, shared_secret
from service.store.clock_check import check_clock
from service.store.counters import Counters
from service.store.demo_switch import DemoSwitch
from service.store.driver.topology import OnePrimary, connect
from service.store.driver.write_concern import WriteConcern
from service.store.estimates import Estimates
from service.store.event_log import EventLog
from service.store.executor import Executor
from service.store.keys import CITY, Keys
from service.store.leases import Leases
from service.store.lobbies import Lobbies
from service.store.notices import Notices
from service.store.rate_limiter import RateLimiter
from service.store.records import Records
from service.store.removed_offices import RemovedOffices, offices_set_up
from service.store.revisions import Revisions
from service.store.screens import Screens
from service.store.scripts import load_scripts
from service.store.seal import Seal
from service.store.ticket_ids import TicketIds
from service.store.tickets import IssueLimits, Tickets
from service.store.wait_models import WaitModels
from service.store.windows import Windows
from service.voice.library import Library
from service.web.context import Context
from service.web.csrf import CsrfProtection
from service.web.spoken_texts import spoken_texts


@dataclass(frozen=True, slots=True)
class Composition:
    """The service's parts, none of which has begun to work."""

    context: Context
    """Those that requests use."""
    lasting: Mapping[str, Callable[[], Coroutine[Any, Any, None]]]
    """What runs as long as the service, by name."""
    demo_switch: DemoSwitch
    topology: OnePrimary
    redis: Redis
    database: Database


def compose(settings: Settings, clock: Clock) -> Composition:
    """The parts on these settings, with the store at `settings.redis_url`.

    Raises CityFileError and AccessFileError for invalid files.
    """
    assert settings.redis_url, "python -m service starts the embedded store"
    seed = load_document(settings.city)
    access_file = WatchedAccessFile(settings.access_file) if settings.access_file else None
    keys = Keys(settings.namespace)
    redis = connect(settings.redis_url)
    service_clock = ServiceClock(lambda: directory.city, clock, always_open=settings.demo)
    concern = WriteConcern(settings.replicas, keys, durable=settings.durable)
    # Signals and reads must come from the server that the writes go to.
    topology = OnePrimary(settings.redis_url, concern, primary_changed=lambda: relay.follow())
    seal, ids = Seal(), TicketIds()
    revisions = Revisions(topology, keys)
    directory = Directory(seed, revisions, service_clock.today)
    wait_models = WaitModels(topology, keys)
    estimates = Estimates(wait_models, service_clock)
    records = Records(ids, lambda: directory.city.rules, estimates)
    cache = BoardCache(service_clock, estimates.key)
    aof_rewriter = AofRewriter(redis)
    executor = Executor(
        load_scripts(),
        topology,
        concern,
        keys,
        service_clock,
        records,
        cache.newest,
        directory.found,
        clock_tolerance=settings.clock_tolerance_seconds,
        number_gap=settings.number_gap,
        day_closed=aof_rewriter.due,
    )
    removed_offices = RemovedOffices(redis, keys, lambda: directory.city, executor)
    editor = Editor(
        directory,
        revisions,
        executor,
        service_clock,
        set_up=lambda offices: set_up_offices(redis, keys, clock, offices),
        store_is_ready=lambda: relay.ready,
    )
    rate = RateLimiter(topology, keys, seal, "online", settings.online_tickets_an_hour, timedelta(hours=1))
    limits = IssueLimits(
        online_share=settings.online_share if settings.rate_limits else None,
        walk_ins_a_minute=None if settings.demo else settings.walk_ins_a_minute,
    )
    tickets = Tickets(executor, records, ids, service_clock, rate, limits)
    boards = Boards(executor, topology, keys, records, service_clock, cache.newest, cache.newest_waits, estimates)
    board_reader = BoardReader(
        boards, cache, clock, lambda id: directory.city.office(id), store_is_ready=lambda: relay.ready
    )
    throttle = SignInThrottle(
        topology,
        keys,
        seal,
        clock,
        free=settings.login_attempts,
        of_address=settings.login_attempts_per_address,
        longest_delay=settings.login_delay_seconds,
    )
    hub = Hub((office.id for office in directory.city.offices), Pulse(clock, settings.stale_after_seconds))
    addresses = ClientAddresses(settings.trusted_proxies, counted=settings.rate_limits)

    async def check_own_clock() -> None:
        await check_clock(redis, clock, settings.clock_tolerance_seconds)

    has_begun = False

    async def prepare() -> None:
        nonlocal has_begun
        await concern.check(redis)
        await check_own_clock()
        may_bootstrap = settings.demo if settings.bootstrap_store is None else settings.bootstrap_store
        await bootstrap(redis, keys, may_bootstrap=may_bootstrap)
        await editor.begin()
        secret = settings.secret.get_secret_value() if settings.secret else await shared_secret(redis, keys)
        ids.sign_with(secret)
        seal.sign_with(secret)
        if not has_begun:
            editor.tell_of_file()
            has_begun = True

    database = Database(settings.database_url or sqlite_url(settings.data_dir))
    log = EventLog(topology, keys)

    async def prepare_sql() -> str:
        return await prepare_database(database, redis, keys)

    sessions = Sessions(topology, keys, timedelta(hours=settings.session_hours))
    credentials = CurrentCredentials(
        Registry(database, clock),
        PublishedRegistry(topology, keys),
        sessions,
        lambda: directory.city,
        file=access_file,
        demo=settings.demo,
        prepare=prepare_sql,
    )

    async def log_sources() -> list[str]:
        if not relay.ready:
            raise StoreNotReady
        return [CITY, *await offices_set_up(redis, keys)]

    source = Source(database, prepare_sql)
    wait_quality = WaitQualityReader(source, service_clock)
    projecting = compose_projections(
        settings,
        service_clock,
        database,
        log,
        Leases(topology, keys),
        wait_models,
        sources=log_sources,
        prepare=prepare_sql,
    )
    refusals = RefusalCounter(log, clock)
    library = Library(
        settings.data_dir,
        settings.voice_dir,
        lambda: spoken_texts(directory.city),
        synthesize=settings.voice,
    )
    relay = Relay(
        redis,
        board_reader,
        boards,
        tickets,
        hub,
        directory.city,
        keys=keys,
        prepare=prepare,
        check_clock=check_own_clock,
        look_for_primary=topology.renew,
        changed=projecting.changed,
        city_changed=editor.look,
        interval=settings.frame_interval_ms / 1000,
        reread=settings.reread_seconds,
    )

    directory.watch(relay.take_city)
    context = Context(
        settings=settings,
        directory=directory,
        editor=editor,
        tickets=tickets,
        windows=Windows(executor, records, lambda: directory.city.rules),
        counters=Counters(executor),
        notices=Notices(executor),
        lobbies=Lobbies(executor),
        screens=Screens(topology, keys),
        boards=board_reader,
        board_cache=cache,
        clock=service_clock,
        sessions=sessions,
        credentials=credentials,
        csrf=CsrfProtection(settings.public_url, demo=settings.demo),
        sign_in=SignIn(
            AdmissionQueue(
                concurrency=settings.logins_at_once,
                max_waiting=settings.logins_waiting,
                max_waiting_per_caller=settings.logins_waiting_per_address,
            ),
            throttle if settings.rate_limits else None,
            credentials,
            lambda: relay.ready,
        ),
        browsers=KnownBrowsers(seal),
        addresses=addresses,
        hub=hub,
        relay=relay,
        limiter=ConnectionLimiter(settings.sockets_per_address),
        log=log,
        refusals=refusals,
        voice=library,
        quiet_hours=QuietHoursReader(source, service_clock),
        wait_quality=wait_quality,
    )
    return Composition(
        context,
        {
            "rewrite the append-only file": aof_rewriter.run,
            "removed offices": removed_offices.run,
            "the city's revisions": editor.run,
            "refusals": refusals.run,
            **projecting.lasting,
            "how near waits are": wait_quality.run,
            "voice": library.run,
        },
        DemoSwitch(topology, keys, clock),
        topology,
        redis,
        database,
    )
