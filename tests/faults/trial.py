"""One trial: a stand under load, a repeated fault, and the checker's verdict."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from tests.faults.checker import check
from tests.faults.evidence import Evidence, read_offices
from tests.faults.faults import Fault
from tests.faults.history import Recorder, read_history
from tests.faults.projected import check_projected
from tests.faults.replay import Violation
from tests.faults.stands import Stand
from tests.faults.workload import Load, Workload, brief_board
from tests.machine import NotHereError

BACK_WITHIN = 60.0
"""Seconds after which a trial gives up waiting for answers."""


@dataclass
class Outcome:
    """The result of a trial; `summary` is what is printed."""

    name: str
    faults: int
    tickets: int
    """Acknowledged tickets."""
    seconds: float
    unavailable: int
    """Answers with a 503."""
    lost_answers: int
    slowest: float
    back: list[float] = field(default_factory=list)
    """Seconds from each fault to the first ticket that was asked for after it, or by the fault's own measure."""
    violations: list[Violation] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Acknowledged tickets a second, faults included."""
        return self.tickets / self.seconds if self.seconds else 0.0

    def count(self, kind: str) -> int:
        return sum(violation.kind == kind for violation in self.violations)

    def summary(self) -> dict[str, Any]:
        """JSON."""
        plain = {name: value for name, value in asdict(self).items() if name != "violations"}
        return plain | {"rate": round(self.rate, 1), "violations": [str(violation) for violation in self.violations]}


async def trial(
    name: str,
    stand: Stand,
    fault: Fault | None,
    times: int,
    folder: Path,
    load: Load | None = None,
    *,
    through: list[tuple[str, int]] | None = None,
    pause: float = 0.5,
    struck: Callable[[], None] = lambda: None,
    projected: bool = False,
) -> Outcome:
    """Runs the load on a started stand and strikes `times` times; `struck` is called after each.

    `through`: where clients connect instead, a proxy before the services. Without a fault, the load runs for `times`
    seconds. `projected`: the stand has one database, and what it holds is checked too. Raises NotHereError when the
    business day ends meanwhile.
    """
    load = load or Load()
    recorder = Recorder(folder / "history.jsonl")
    place = stand.place
    if through:
        place = replace(place, addresses=through)
    workload = Workload(place, load, recorder)
    began = time.monotonic()
    back: list[float] = []
    async with workload.running(listen=stand.addresses):
        await asyncio.sleep(1)
        for _ in range(times):
            if fault:
                back.append(await _strike(stand, fault, recorder))
                await _until(stand.is_whole)
                await asyncio.sleep(random.uniform(pause / 2, pause))
            else:
                await asyncio.sleep(1)
            struck()
        seconds = time.monotonic() - began
    recorder.close()
    offices = _evidence(stand, load)
    violations = await asyncio.to_thread(lambda: check(read_history(recorder.file), offices))
    if projected:
        with stand.redis() as redis:
            violations += await check_projected(redis, stand.database_url)
    return Outcome(
        name=name,
        faults=times if fault else 0,
        tickets=len(recorder.issued),
        seconds=seconds,
        unavailable=recorder.unavailable,
        lost_answers=recorder.lost,
        slowest=recorder.slowest,
        back=back,
        violations=violations,
    )


async def _strike(stand: Stand, fault: Fault, recorder: Recorder) -> float:
    """Seconds until tickets were given again, or until the stand was back by the fault's own measure. The fault is over
    then."""
    recorder.fault(fault.name)
    mend = await asyncio.to_thread(fault.strike, stand)
    struck = time.monotonic()
    mending = asyncio.create_task(_mend(mend, fault.lasts))
    own_measure = asyncio.create_task(_own_measure(stand, fault))
    while (again := recorder.answered_since(struck)) is None:
        assert time.monotonic() < struck + BACK_WITHIN, f"{fault.name}: no ticket for {BACK_WITHIN} s"
        await asyncio.sleep(0.02)
    again = await own_measure or again
    await mending
    return again - struck


async def _own_measure(stand: Stand, fault: Fault) -> float | None:
    """When the stand was back by the fault's own measure; None where it has none."""
    if not fault.is_back:
        return None
    await _until(lambda: fault.is_back(stand), every=0.02)
    return time.monotonic()


async def _mend(mend: Callable[[], None] | None, after: float) -> None:
    await asyncio.sleep(after)
    if mend:
        await asyncio.to_thread(mend)


async def _until(true: Callable[[], bool], within: float = BACK_WITHIN, every: float = 0.1) -> None:
    until = time.monotonic() + within
    while not await asyncio.to_thread(true):
        assert time.monotonic() < until, f"the stand isn't whole after {within} s"
        await asyncio.sleep(every)


def _evidence(stand: Stand, load: Load) -> list[Evidence]:
    with stand.redis() as redis:
        offices = read_offices(redis, stand.secret, load.offices)
    if any(evidence.day != stand.today for evidence in offices):
        raise NotHereError("the business day ended during the trial")
    host, port = stand.addresses[0]
    for evidence in offices:
        board = httpx.get(f"http://{host}:{port}/api/v1/offices/{evidence.office}/board", timeout=5)
        evidence.board = brief_board(board.raise_for_status().json())
    return offices
