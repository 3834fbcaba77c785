"""The cheapest faults: nothing is lost, nothing happens twice. `scripts/bench faults` runs all of them for long."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.faults import in_turns
from tests.faults.parts import PARTS, Part
from tests.faults.workload import Load
from tests.machine import NotHereError

SHORT = {
    "store-kill": 3,
    "power-cut": 2,
    "disk-full": 1,
    "service-kill": 2,
    "worker-freeze": 1,
    "two-services": 1,
    "cut-replies": 2,
    "failover-kill-all": 1,
    "edits": 2,
}
LEASES_LOST = 5
"""By kill and by freezing, with each database."""


@pytest.mark.parametrize("part", [part for part in PARTS if part.name in SHORT], ids=lambda part: part.name)
async def test_nothing_is_lost_and_nothing_is_double(part: Part, tmp_path: Path) -> None:
    try:
        outcome = await part.run(tmp_path, SHORT[part.name])
    except NotHereError as error:
        pytest.skip(str(error))
    assert outcome.violations == []
    assert outcome.tickets > 50


async def test_the_database_has_each_effect_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The holder of a lease is killed and frozen in turns. Each time its lease must end, so both databases are tried at
    the same time."""
    parts = {part.name: part for part in PARTS}

    def short(database: str) -> Part:
        kill, freeze = (parts[f"lease-{kind}-{database}"] for kind in ("kill", "freeze"))
        assert kill.fault
        assert freeze.fault
        fault = replace(kill.fault, strike=in_turns(kill.fault.strike, freeze.fault.strike))
        return replace(kill, fault=fault, load=Load(tickets_a_second=20, offices=2))

    # The path of a store's socket must be short.
    runs = (short(name).run(tmp_path_factory.mktemp(name), 2 * LEASES_LOST) for name in ("sqlite", "postgres"))
    # Each stops what it has started before the first failure is told.
    for found in await asyncio.gather(*runs, return_exceptions=True):
        if isinstance(found, BaseException):
            raise found
        assert found.violations == []
        assert found.tickets > 50


def test_the_short_run_names_parts() -> None:
    assert SHORT.keys() <= {part.name for part in PARTS}
