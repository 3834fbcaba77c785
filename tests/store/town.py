"""A made-up town, small enough that its numbers run out: three counters that share three windows."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from service.directory.document import Document, city_of
from service.domain.hours import KST

HALL_ENTRY: dict[str, Any] = {
    "id": "hall",
    "kind": "dong",
    "name": {"ko": "회관", "en": "Hall"},
    "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "09:00-18:00"),
    "lunch": "12:00-13:00",
    "counters": [
        {"id": "a", "name": {"ko": "가", "en": "A"}, "numbers": [1, 19], "max_waiting": 3, "online": True},
        {"id": "b", "name": {"ko": "나", "en": "B"}, "numbers": [21, 39], "online": True},
        {"id": "c", "name": {"ko": "다", "en": "C"}, "numbers": [41, 42]},
    ],
    "windows": [
        {"id": 1, "counters": ["a", "b"]},
        {"id": 2, "counters": ["a"]},
        {"id": 3, "counters": ["b", "c"]},
    ],
}


def document(offices: Sequence[dict[str, Any]] = (HALL_ENTRY,)) -> Document:
    """The town with these offices."""
    return {
        "city": {"id": "town", "name": {"ko": "마을", "en": "Town"}},
        "rules": {"priority_in_a_row": 2, "arrival_minutes": 20},
        "holidays": {"country": "KR"},
        "offices": deepcopy(list(offices)),
    }


TOWN = city_of(document())
ONLINE_SHARE = 0.12
"""Of each band: a few numbers, so that they run out."""
HALL = TOWN.offices[0].of_revision(1)
"""As a new store has it."""
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=KST)
