"""The part of the composition root that hangs on the logs: what projects them, and what fills and trims its tables."""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any, NamedTuple

from service.database.engine import Database
from service.domain.service_clock import ServiceClock
from service.life import simulated_days
from service.projections.registry import all_projections
from service.projections.retention import Retention
from service.projections.runner import Runner
from service.projections.simulated_past import SimulatedPast
from service.projections.wait_history import WaitHistory
from service.settings import Settings
from service.store.event_log import EventLog
from service.store.leases import Leases
from service.store.wait_models import WaitModels


class Projecting(NamedTuple):
    """What projects, and has not begun yet."""

    changed: Callable[[str], None]
    """To be told of each office that may have changed."""
    lasting: Mapping[str, Callable[[], Coroutine[Any, Any, None]]]
    """What runs as long as the service, by name."""


def compose_projections(
    settings: Settings,
    clock: ServiceClock,
    database: Database,
    log: EventLog,
    leases: Leases,
    models: WaitModels,
    *,
    sources: Callable[[], Awaitable[Sequence[str]]],
    prepare: Callable[[], Awaitable[object]],
) -> Projecting:
    """The parts on these settings. `sources`: all logs there are. `prepare` makes sure that the database is the store's
    own."""
    projections = all_projections(clock, models)
    runner = Runner(
        projections,
        database,
        log,
        leases,
        clock,
        sources=sources,
        prepare=prepare,
        keep_days=settings.log_days,
        alarm_seconds=settings.projection_alarm_seconds,
    )
    retention = Retention(
        database, clock, projections, history_days=settings.history_days, audit_days=settings.audit_days
    )
    lasting = {"projections": runner.run, "retention": retention.run}
    if settings.demo and settings.demo_life and settings.demo_past_days > 0:
        past = SimulatedPast(
            database, clock, log, leases, prepare=prepare, draw=simulated_days, length=settings.demo_past_days
        )
        # Waits are learnt from the whole of a simulated past, or from nothing of it.
        lasting["simulated past"] = past.run

        def held() -> Collection[str]:
            return leases.held if past.filled.is_set() else ()
    else:

        def held() -> Collection[str]:
            return leases.held

    wait_history = WaitHistory(database, clock, held, prepare=prepare)
    return Projecting(runner.changed, lasting | {"waits of past days": wait_history.run})
