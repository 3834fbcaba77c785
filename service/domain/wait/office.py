"""An office as its fold knows it, and the models that this makes."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from service.domain.wait.capacity import SLOT, SLOTS, Outlook, Usual
from service.domain.wait.city import City
from service.domain.wait.features import FEATURES
from service.domain.wait.hours import Closure, closure_at, joined, open_minutes
from service.domain.wait.memory import Desk, Learnt, Taken, Today
from service.domain.wait.model import Ahead, Model, Serving, counter_of, is_forgotten, times_one
from service.domain.wait.presence import Away

OWN_STRENGTH = [100.0] * len(FEATURES)
"""How many of its own tickets the city's weights count for at a counter."""
FEW = 3.0
"""Tickets that the usual pace weighs in that of today."""
USUAL_DAY = 200.0
"""Minutes that a usual day weighs in how many windows more than usual are open today."""
MOST_AT_WORK = 4
"""Windows of a counter that are reckoned to work at the same time, where it has many."""
FIRST_DAY = 10.0
"""Minutes that all windows weigh in how many are open on a counter's first day."""
BEFORE_CLOSURE = 20.0
"""A window that closed so many minutes before a closure opens after it."""
STILL_AFTER, STILL_TIMES = 90.0, 6.0
"""A called number stands still though people wait at open windows: for so long, and so many times as long as usual."""


@dataclass
class OfficeState:
    """An office's waits. `windows`: those it has, and the counters that each may serve."""

    windows: dict[int, list[str]]
    learnt: dict[str, Learnt] = field(default_factory=dict)
    own: City = field(default_factory=City)
    """What it adds to its city."""
    opens: float | None = None
    closes: float | None = None
    closures: list[Closure] = field(default_factory=list)
    desks: dict[int, Desk] = field(default_factory=dict)
    today: dict[str, Today] = field(default_factory=dict)
    taken: dict[int, Taken] = field(default_factory=dict)
    usual: dict[int, Usual] = field(default_factory=dict)
    """When each window is open: a window of two counters is one clerk."""
    present: dict[int, list[float]] = field(default_factory=dict)
    """The minutes of each half-hour of today in which each window was open."""
    away: dict[int, float] = field(default_factory=dict)
    """Since when windows are closed that were open on this day."""
    now: float = 0.0
    began: float | None = None
    """The first minute of today of which anything is known."""

    def __post_init__(self) -> None:
        self._city: City | None = None
        self._weights: dict[str, tuple[int, list[float]]] = {}
        """Of each counter, and how often the city's were worked out before."""
        self._counted: Counter[tuple[str, bool]] | None = None

    @property
    def city(self) -> City:
        """What is known of the whole city: that of this office alone, until `join`."""
        return self._city or self.own

    def model(self, counter: str, at: float, but: int | None = None) -> Model:
        """What estimates for this counter are made from, from `at` on until something happens in the office.

        `but`: the number of a ticket that is left out: what is said before it is taken, does not know of it.
        """
        learnt, today = self._learnt(counter), self._today(counter)
        typical = self._typical(counter)
        mine = [desk for desk in self.desks.values() if counter in desk.counters and not self._is_forgotten(desk, at)]
        return Model(
            minutes={kind: self._mean(kind) for kind in self._kinds(counter)},
            shares={other: self._share(other, counter) for other in dict.fromkeys([*self.counters, counter])},
            idle=[desk.counters for desk in mine if desk.number is None],
            typical=typical,
            between=self._between(counter),
            city_typical=self.city.typical.value,
            outlook=Outlook(
                windows=len(mine),
                most=max(self._most(counter), len(mine)),
                usual=learnt.usual,
                today=today.more / (today.minutes + USUAL_DAY) if learnt.usual.days else self._so_far(counter),
                closures=self._closures(counter),
                away=self._away(counter, at),
                ends=self._ends(learnt),
            ),
            serving=[Serving(desk.since, self._mean(desk.kind)) for desk in mine if desk.number is not None],
            closes=self.closes,
            pace_today=math.log((today.spent + FEW * typical) / (today.expected + FEW * typical)),
            pace_lately=math.log((today.lately.value + FEW * typical) / (today.lately.weight + FEW * typical)),
            drift=today.drift.value / (today.drift.weight + FEW),
            last_wait=today.last_wait,
            # They are in the order in which they came.
            oldest=next((t.at for n, t in self.taken.items() if t.counter == counter and t.here and n != but), None),
            past=learnt.past,
            rule=learnt.contest.best(self.city.contest),
            weights=self._weights_of(counter),
            ranks=learnt.ranks,
            spread=self.city.spread,
        )

    def ahead(self, counter: str, *, priority: bool = False) -> Ahead:
        """Who will be called before somebody who takes a ticket for this counter now."""
        found: dict[str, int] = {}
        for (kind, has_priority), n in self._here().items():
            if n and (has_priority or not priority) and self._share(counter_of(kind), counter):
                found[kind] = found.get(kind, 0) + n
        return found

    def _here(self) -> "Counter[tuple[str, bool]]":
        """How many wait and are in the office, by kind and by whether they have priority. Counted on from one event to
        the next, as thousands may wait."""
        if self._counted is None:
            self._counted = Counter((taken.kind, taken.priority) for taken in self.taken.values() if taken.here)
        return self._counted

    def _count(self, taken: Taken | None, change: int) -> None:
        """This ticket has come to those who wait here, or has left them."""
        if self._counted is not None and taken is not None and taken.here:
            self._counted[taken.kind, taken.priority] += change

    def forgotten(self, at: float) -> list[int]:
        """The windows at which a ticket has been for longer than it can be served: somebody forgot to finish it."""
        return [window for window, desk in self.desks.items() if self._is_forgotten(desk, at)]

    def _away(self, counter: str, at: float) -> list[Away]:
        """The closed windows that may serve the counter."""
        during, found = closure_at(self.closures, at), []
        then = during[1] if during else at
        for window, served in self.windows.items():
            if counter in served and window not in self.desks:
                usual, first = self.usual.get(window), window not in self.away
                age = open_minutes(self.closures, self._away_since(window), at)
                if usually := min(1.0, usual.at(then)) if usual else 1.0:
                    # Clerks go some minutes before a closure begins.
                    of_closure = during is not None and age < BEFORE_CLOSURE and not first
                    found.append(Away(usually, self.city.returns.mean(age, first), of_closure))
        return found

    def _away_since(self, window: int) -> float:
        begin = self.opens if self.opens is not None else self.began
        return self.away.get(window, self.now if begin is None else begin)

    def _learnt(self, counter: str) -> Learnt:
        return self.learnt.setdefault(counter, Learnt())

    def _today(self, counter: str) -> Today:
        return self.today.setdefault(counter, Today())

    def _mean(self, kind: str) -> float:
        """The window-minutes of a ticket of this kind."""
        counter = counter_of(kind)
        if found := self._learnt(counter).minutes.get(kind):
            return found.value
        if kind in self.city.minutes:
            return self.city.minutes[kind].value
        one = self.city.typical.value if kind == counter else self._mean(counter)
        return one * times_one(kind)

    def _typical(self, counter: str) -> float:
        return found.value if (found := self._learnt(counter).typical) else self._mean(counter)

    def _kinds(self, counter: str) -> Iterable[str]:
        """The kinds of tickets that the office knows."""
        for other in dict.fromkeys([*self.counters, counter]):
            yield from {other: None, **dict.fromkeys(self._learnt(other).minutes)}

    def _share(self, other: str, counter: str) -> float:
        """How much of another counter's work is done at windows that serve this counter too."""
        if other == counter:
            return 1.0
        serving = [desk.counters for desk in self.desks.values() if other in desk.counters]
        serving = serving or [served for served in self.windows.values() if other in served]
        return sum(counter in served for served in serving) / len(serving) if serving else 0.0

    def _closures(self, counter: str) -> list[Closure]:
        known = self._learnt(counter).usual.closures()
        open_now = any(counter in desk.counters for desk in self.desks.values())
        return joined([*self.closures, *(c for c in known if not (open_now and c[0] <= self.now < c[1]))])

    @property
    def counters(self) -> list[str]:
        """Those that its windows may serve."""
        return list(dict.fromkeys(counter for served in self.windows.values() for counter in served))

    def _so_far(self, counter: str) -> float:
        """The mean number of open windows on a day of which nothing is usual yet; at first, all that there are."""
        today = self._today(counter)
        return (today.more + FIRST_DAY * self._most(counter)) / (today.minutes + FIRST_DAY)

    def _between(self, counter: str) -> float:
        """Minutes between two calls at the windows of a counter, whichever of their counters' tickets these are."""
        calls, minutes = 1.0, self._typical(counter)
        for other in self.counters:
            found = self._learnt(other).typical
            if found:
                weight = self._share(other, counter) * found.n
                calls, minutes = calls + weight, minutes + weight * found.value
        return minutes / calls / max(1, min(self._most(counter), MOST_AT_WORK))

    def _most(self, counter: str) -> int:
        """The windows that may serve it."""
        return sum(counter in served for served in self.windows.values())

    def _ends(self, learnt: Learnt) -> float:
        used = [slot for slot in range(SLOTS) if learnt.usual.windows[slot] >= 0.5]
        return min(self.closes or 1440.0, (used[-1] + 1) * SLOT if used else 1440.0) - 1

    def _weights_of(self, counter: str) -> list[float]:
        of_city = self.city.weights()
        found = self._weights.get(counter)
        if found is None or found[0] != self.city.worked_out:
            own = self._learnt(counter).ridge.weights(of_city, OWN_STRENGTH)
            found = self._weights[counter] = self.city.worked_out, own
        return found[1]

    def _is_forgotten(self, desk: Desk, at: float) -> bool:
        if desk.number is None:
            return False
        return is_forgotten(at - desk.since, self._mean(desk.kind))

    def _still(self, counter: str) -> bool:
        """Whether the called number has stood still for longer than it can have."""
        since = self._today(counter).still_since
        if since is None:
            return False
        open_now = sum(counter in desk.counters for desk in self.desks.values())
        usually = self._typical(counter) / max(1, open_now)
        return open_minutes(self.closures, since, self.now) > max(STILL_AFTER, STILL_TIMES * usually)
