"""The simulated city of a demo: its past (`past`) and its life (`life.programme`) are days of the same offices.

A demo's offices are open at any hour, so none of them closes for lunch: the clerks have it in turns. One window of each
office is left to the demo's visitors.
"""

from datetime import date

from .city import SimulatedOffice
from .layout import Layout
from .parameters import WEEKDAYS, parameters

SEED = "1"


def demo_office(layout: Layout, seed: str | int = SEED) -> SimulatedOffice:
    """The simulated office with the staffed windows of a real one's layout."""
    return SimulatedOffice(layout.staffed(), None, parameters(), seed)


def number_of(day: date) -> int:
    """The number of a working day, Monday to Friday, as `SimulatedOffice.day` takes it."""
    weeks, weekday = divmod(day.toordinal() - 1, 7)
    return weeks * len(WEEKDAYS) + min(weekday, len(WEEKDAYS) - 1)
