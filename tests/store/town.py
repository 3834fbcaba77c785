"""A made-up town, small enough that its numbers run out: three counters that share three windows."""

from datetime import datetime

from service.domain.hours import KST
from service.domain.office import City

TOWN = City.model_validate(
    {
        "id": "town",
        "name": {"ko": "마을", "en": "Town"},
        "rules": {"priority_in_a_row": 2, "arrival_minutes": 20},
        "offices": (
            {
                "id": "hall",
                "kind": "dong",
                "name": {"ko": "회관", "en": "Hall"},
                "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "09:00-18:00"),
                "lunch": "12:00-13:00",
                "counters": (
                    {"id": "a", "name": {"ko": "가", "en": "A"}, "numbers": (1, 19), "max_waiting": 3, "online": True},
                    {"id": "b", "name": {"ko": "나", "en": "B"}, "numbers": (21, 39), "online": True},
                    {"id": "c", "name": {"ko": "다", "en": "C"}, "numbers": (41, 42)},
                ),
                "windows": (
                    {"id": 1, "counters": ("a", "b")},
                    {"id": 2, "counters": ("a",)},
                    {"id": 3, "counters": ("b", "c")},
                ),
            },
        ),
    }
)
ONLINE_SHARE = 0.12
"""Of each band: a few numbers, so that they run out."""
HALL = TOWN.offices[0]
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=KST)
