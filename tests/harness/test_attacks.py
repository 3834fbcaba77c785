"""Strangers can't take what others need: each attack in short. `scripts/bench attack` makes them at length."""

from pathlib import Path

import pytest

from tests.attack.attacks import ATTACKS, Attack
from tests.attack.trial import attempt


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_it_holds(attack: Attack, tmp_path: Path) -> None:
    finding = await attempt(attack, tmp_path, size=0.1)
    assert finding.held, finding.found
