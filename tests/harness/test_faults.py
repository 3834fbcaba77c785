"""The cheapest faults: nothing is lost, nothing happens twice. `scripts/bench faults` runs all of them for long."""

from pathlib import Path

import pytest

from tests.faults.parts import PARTS, Part
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
}


@pytest.mark.parametrize("part", [part for part in PARTS if part.name in SHORT], ids=lambda part: part.name)
async def test_nothing_is_lost_and_nothing_is_double(part: Part, tmp_path: Path) -> None:
    try:
        outcome = await part.run(tmp_path, SHORT[part.name])
    except NotHereError as error:
        pytest.skip(str(error))
    assert outcome.violations == []
    assert outcome.tickets > 50


def test_the_short_run_names_parts() -> None:
    assert SHORT.keys() <= {part.name for part in PARTS}
