"""Who comes to an office when, and which windows are staffed, by the wall clock."""

from bisect import bisect_right
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter

from ..simulation.course import standing
from ..simulation.day import Day, draw_day
from ..simulation.draw import Draw
from ..simulation.layout import Layout
from ..simulation.people import Person

BEGINS, ENDS = 10 * 3600, 11 * 3600 + 1800
"""The morning's rush hour, in seconds of the drawn day. When it is over, that of another day begins."""


class Programme:
    """The programme of one office. The same seed gives the same at the same time, so that a restart continues it."""

    def __init__(self, layout: Layout, seed: str | int) -> None:
        self.windows = layout.staffed()
        self._layout = layout
        self._seed = seed
        # The offices' breaks are at different times.
        self._ahead = Draw(seed, layout.id, "ahead").between(0, ENDS - BEGINS)
        self._day = lru_cache(2)(self._draw)

    def next_person(self, after: float) -> tuple[float, Person] | None:
        """Who comes next after a time (seconds since the epoch), and when; None where nobody would be served."""
        while any(self.windows.values()):
            rush, second = self._place(after)
            day = self._day(rush)
            index = bisect_right(day.people, second, key=attrgetter("at"))
            if index < len(day.people) and day.people[index].at < ENDS:
                person = day.people[index]
                return self._begin(rush) + person.at - BEGINS, person
            after = self._begin(rush + 1)
        return None

    def standing(self, now: float) -> list[Person]:
        """Who is there when the life begins, at the windows or in line: as people who take their numbers then.

        These are the people who are there at that time of the drawn day. If the office is empty then, another day's are
        taken, since an empty office is no rush hour.
        """
        rush, second = self._place(now)
        moments = [int(BEGINS + (second - BEGINS + later) % (ENDS - BEGINS)) for later in range(0, ENDS - BEGINS, 900)]
        lines = [(moment, standing(self._day(rush), moment)) for moment in moments]
        enough = 2 + len(self.windows)
        at, people = next((line for line in lines if len(line[1]) >= enough), max(lines, key=lambda line: len(line[1])))
        return [
            replace(person, at=at, arrives=None if person.arrives is None else max(at, person.arrives))
            for person in people
        ]

    def staffed(self, window: int, now: float) -> bool:
        """Whether the clerk of this window sits there."""
        rush, second = self._place(now)
        return any(s.window == window and s.opens <= second < s.closes for s in self._day(rush).shifts)

    def next_change(self, now: float) -> float:
        """When a clerk comes or goes next."""
        rush, second = self._place(now)
        times = {time for shift in self._day(rush).shifts for time in (shift.opens, shift.closes)}
        return self._begin(rush) + min((t for t in times if second < t < ENDS), default=ENDS) - BEGINS

    def _draw(self, rush: int) -> Day:
        return draw_day(self._layout, self.windows, f"{self._seed} {rush}")

    def _place(self, now: float) -> tuple[int, float]:
        """The rush hour that a time falls into, counted from the epoch, and its second of the drawn day."""
        rush, second = divmod(now + self._ahead, ENDS - BEGINS)
        return int(rush), BEGINS + second

    def _begin(self, rush: int) -> float:
        return rush * float(ENDS - BEGINS) - self._ahead
