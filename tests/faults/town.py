"""The invented city of the faults bench: many equal offices, with enough numbers for a long run."""

from datetime import date, timedelta
from pathlib import Path

OFFICES = [f"hall{i}" for i in range(1, 9)]
WINDOWS = {1: ("a",), 2: ("a",), 3: ("a", "b"), 4: ("b",)}
"""The counters of each window: the workload opens the windows so, and the checker relies on it."""
CONTESTED = 2
"""The window at which two clerks press."""
COUNTERS = ("a", "b")
ONLINE = "a"
IN_A_ROW = 2

_CITY = f"""
[city]
id = "faults"
name = {{ ko = "고장시", en = "Faults" }}
[rules]
priority_in_a_row = {IN_A_ROW}
[holidays]
country = "KR"
"""

_OFFICE = """
[[offices]]
id = "{id}"
kind = "dong"
name = {{ ko = "{id}", en = "{id}" }}
hours = {{ mon = "09:00-18:00" }}
counters = [
  {{ id = "a", name = {{ ko = "가", en = "A" }}, numbers = [1, 6999], online = true }},
  {{ id = "b", name = {{ ko = "나", en = "B" }}, numbers = [7001, 9999] }},
]
windows = [{windows}]
"""

_OPEN = """
[[offices.exceptions]]
date = {day}
reason = {{ ko = "시험", en = "Test" }}
hours = "00:00-23:59"
"""


def write_city(folder: Path, today: date) -> Path:
    """The city's file, its offices open all of `today` and the day after, whatever holidays they are."""
    windows = ", ".join(_window(id, served) for id, served in WINDOWS.items())
    open_days = "".join(_OPEN.format(day=today + timedelta(days=ahead)) for ahead in (0, 1))
    file = folder / "city.toml"
    file.write_text(_CITY + "".join(_OFFICE.format(id=id, windows=windows) + open_days for id in OFFICES))
    return file


def _window(id: int, served: tuple[str, ...]) -> str:
    names = ", ".join(f'"{counter}"' for counter in served)
    return f"{{ id = {id}, counters = [{names}] }}"
