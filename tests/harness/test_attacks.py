"""The limits against abuse: each attack at a small size. `scripts/bench attack` runs them at full size."""

from pathlib import Path

import pytest

from tests.attack.attacks import ATTACKS, Attack
from tests.attack.trial import attempt


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_it_holds(attack: Attack, tmp_path: Path) -> None:
    finding = await attempt(attack, tmp_path, size=0.1)
    assert finding.held, finding.found
