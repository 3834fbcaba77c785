"""The cost of durability: tickets a second and latency, with each kind of store."""

import asyncio
import itertools
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.faults import town
from tests.faults.stands import EmbeddedStand, ExternalStand, Stand
from tests.faults.trio import TrioStand
from tests.faults.wire import Wire
from tests.faults.workload import Place
from tests.machine import NotHereError

SECONDS = 6.0
CLIENTS = (1, 32)


@dataclass(frozen=True)
class Cost:
    name: str
    clients: int
    """Kiosks at the same time; each asks again as soon as it is answered."""
    rate: float
    """Tickets a second."""
    p50: float
    """Seconds."""
    p99: float
    refused: int
    """Requests that were told to try again."""

    def summary(self) -> dict[str, Any]:
        """JSON."""
        return asdict(self)


COSTS: dict[str, Callable[[Path], Stand]] = {
    "embedded, always": EmbeddedStand,
    "own server, everysec: can lose a second": lambda folder: ExternalStand(
        folder, 1, fsync="everysec", SUNBEON_DURABLE="0"
    ),
    "own server, always": lambda folder: ExternalStand(folder, 1),
    "primary and 2 replicas, all confirm": lambda folder: TrioStand(folder, None),
    "primary and 2 replicas, 1 confirms": lambda folder: TrioStand(folder, 1),
    "primary and 2 replicas, no wait": lambda folder: TrioStand(folder, 0, SUNBEON_DURABLE="0"),
}


async def measure(console: Console) -> list[Cost]:
    """Every set-up that this machine permits."""
    found = []
    for name, make in COSTS.items():
        console.print(f"cost: {name}")
        with tempfile.TemporaryDirectory(prefix="sunbeon-cost-") as folder:
            try:
                stand = make(Path(folder) / "stand")
            except NotHereError as error:
                console.print(f"cost: {name}: skipped: {error}")
                continue
            try:
                stand.start()
                found += [await _measure(name, stand.place, clients) for clients in CLIENTS]
            finally:
                stand.stop()
    return found


async def _measure(name: str, place: Place, clients: int) -> Cost:
    took: list[float] = []
    refused: list[int] = []
    until = time.monotonic() + SECONDS

    # In turns, so that no office's numbers run out.
    offices = itertools.cycle(town.OFFICES)

    async def kiosk() -> None:
        wire = Wire(place.addresses)
        while (asked := time.monotonic()) < until:
            path = f"/api/v1/offices/{next(offices)}/counters/a/tickets"
            status, _ = await wire.ask("POST", path, {}, {"Authorization": f"Bearer {place.device}"})
            if status == 201:
                took.append(time.monotonic() - asked)
            else:
                refused.append(status)
        wire.close()

    await asyncio.gather(*(kiosk() for _ in range(clients)))
    took.sort()
    return Cost(name, clients, len(took) / SECONDS, took[len(took) // 2], took[len(took) * 99 // 100], len(refused))
