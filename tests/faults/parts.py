"""The parts of the long run: each is a stand, a fault with its number of repetitions, and a target."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import faults, town, trio
from tests.faults.editing import Editing
from tests.faults.faults import Fault, LeaseHolder
from tests.faults.powercut import PowerCut
from tests.faults.proxy import Proxy
from tests.faults.stands import EmbeddedStand, ExternalStand, Stand
from tests.faults.tmpfs import fill, small_disk
from tests.faults.trial import Outcome, trial
from tests.faults.workload import Load
from tests.machine import NotHereError
from tests.postgres import PostgresServer

TWO_WORKERS = {"SUNBEON_WORKERS": "2"}
DROPPED = 0.1
"""The share of replies that a bad line drops."""


@dataclass(frozen=True)
class Part:
    """`times` is the target's number; `back_within` seconds, where the target names them."""

    name: str
    times: int
    stand: Callable[[Path, AsyncExitStack], Stand]
    fault: Fault | None = None
    load: Load = field(default_factory=Load)
    back_within: float | None = None
    at_least: float = 0
    """Tickets a second, outages included."""
    pause: float = 0.5
    """Seconds at most between one fault's end and the next."""
    share_dropped: float = 0
    loss_free: bool = True
    """False: measured to show what it costs, and expected to lose."""
    projected: bool = False
    """The database is checked too."""

    async def run(self, folder: Path, times: int, struck: Callable[[], None] = lambda: None) -> Outcome:
        """In `folder`, which must be new. Raises NotHereError."""
        async with AsyncExitStack() as used:
            stand = self.stand(folder / "stand", used)
            # In threads, as other parts may run at the same time.
            used.push_async_callback(asyncio.to_thread, stand.stop)
            await asyncio.to_thread(stand.start)
            through = None
            if self.share_dropped:
                proxy = await used.enter_async_context(Proxy(stand.addresses[0], self.share_dropped))
                through = [proxy.address]
            return await trial(
                self.name,
                stand,
                self.fault,
                times,
                folder,
                self.load,
                through=through,
                pause=self.pause,
                struck=struck,
                projected=self.projected,
            )

    def is_met_by(self, outcome: Outcome) -> bool:
        in_time = self.back_within is None or max(outcome.back, default=0) <= self.back_within
        kept = not outcome.violations or not self.loss_free
        return in_time and outcome.rate >= self.at_least and kept


def _embedded(folder: Path, _: AsyncExitStack) -> Stand:
    return EmbeddedStand(folder)


def _two_workers(folder: Path, _: AsyncExitStack) -> Stand:
    return EmbeddedStand(folder, **TWO_WORKERS)


def _two_services(folder: Path, _: AsyncExitStack) -> Stand:
    return ExternalStand(folder)


def _two_services_on_postgres(folder: Path, used: AsyncExitStack) -> Stand:
    try:
        server = used.enter_context(PostgresServer())
    except FileNotFoundError as error:
        raise NotHereError(str(error)) from error
    return ExternalStand(folder, SUNBEON_DATABASE_URL=server.new_database())


def _on_a_cut(folder: Path, _: AsyncExitStack) -> Stand:
    cut = PowerCut(folder, EmbeddedStand.store_folder(folder))
    return EmbeddedStand(folder, **cut.environment)


def _on_a_small_disk(folder: Path, used: AsyncExitStack) -> Stand:
    used.enter_context(small_disk(EmbeddedStand.store_folder(folder), megabytes=96))
    return EmbeddedStand(folder)


def _fill_disk(stand: EmbeddedStand) -> Callable[[], None]:
    return fill(EmbeddedStand.store_folder(stand.folder)).unlink


def _trio(replicas: int | None, **environment: str) -> Callable[[Path, AsyncExitStack], Stand]:
    return lambda folder, _: trio.TrioStand(folder, replicas, **environment)


def _edits() -> Part:
    """Every process and every screen ends on the last of 200 edits."""
    editing = Editing()
    fault = Fault("edit the city", editing.strike, is_back=editing.is_followed)
    return Part("edits", 20, _trio(None, **TWO_WORKERS), fault, Load(tickets_a_second=60), back_within=10)


def _failovers(replicas: int | None) -> list[Part]:
    """All replicas must confirm, or `replicas` of them."""
    who = "all" if replicas is None else replicas
    kinds = {
        "kill": Fault("kill the primary", trio.kill_primary, lasts=4),
        "freeze": Fault("freeze the primary", trio.freeze_primary, lasts=4),
        "cut": Fault("cut the primary off", trio.cut_off_primary, lasts=4),
    }
    return [
        Part(
            f"failover-{name}-{who}",
            20,
            _trio(replicas),
            fault,
            back_within=10 if replicas is None else None,
            loss_free=replicas is None,
        )
        for name, fault in kinds.items()
    ]


def _lease_holders() -> list[Part]:
    """Events are projected by whoever has the lease: each must have its effect in the database once."""
    found = []
    for database, stand in {"sqlite": _two_workers, "postgres": _two_services_on_postgres}.items():
        holder = LeaseHolder(town.OFFICES[0])
        for kind, strike in {"kill": holder.kill, "freeze": holder.freeze}.items():
            found.append(
                Part(
                    f"lease-{kind}-{database}",
                    100,
                    stand,
                    Fault(f"{kind} the lease holder", strike, is_back=holder.is_replaced),
                    # No more tickets in a hundred faults than there are numbers.
                    Load(tickets_a_second=60),
                    back_within=5,
                    pause=0,
                    projected=True,
                )
            )
    return found


LONG_CUT = Part(
    "failover-long-cut-1",
    10,
    _trio(1),
    Fault("cut the primary off for long", trio.cut_off_primary, lasts=20),
    back_within=10,
    loss_free=False,
)
"""The former primary keeps its clients for much longer than a failover takes: they must not stay with it."""

PARTS = [
    Part(
        "store-kill",
        100,
        _embedded,
        Fault("kill the store", faults.kill_store),
        Load(tickets_a_second=300),
        back_within=2,
        at_least=200,
        pause=2,
    ),
    Part("store-freeze", 10, _embedded, Fault("freeze the store", faults.freeze_store, lasts=3)),
    Part("power-cut", 20, _on_a_cut, Fault("cut the power", faults.kill_store), back_within=2),
    Part("disk-full", 10, _on_a_small_disk, Fault("fill the disk", _fill_disk, lasts=2)),
    Part("service-kill", 50, _two_workers, Fault("kill service or worker", faults.service_and_worker())),
    Part("worker-freeze", 10, _two_workers, Fault("freeze one of two workers", faults.freeze_worker, lasts=3)),
    Part("service-freeze", 10, _embedded, Fault("freeze the service", faults.freeze_service, lasts=3)),
    Part("two-services", 20, _two_services, Fault("kill one of two services", faults.kill_one_of_two)),
    Part("cut-replies", 60, _two_workers, load=Load(times=3, tickets_a_second=100), share_dropped=DROPPED),
    *_lease_holders(),
    _edits(),
    *_failovers(None),
    *_failovers(1),
    LONG_CUT,
]
