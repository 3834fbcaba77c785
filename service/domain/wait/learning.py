"""The fold that learns: an office's calls become the models of its counters.

`OfficeWaits` is all that it remembers. It takes what happens in the office in order, and nothing else; all of it is
JSON-able (`dump`, `load`), and the same events give the same state again.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from service.domain.wait.capacity import SLOT, SLOTS, Outlook, Usual
from service.domain.wait.city import City, Mean
from service.domain.wait.estimate import ABOUT, Expectation, expect, is_next
from service.domain.wait.features import FEATURES
from service.domain.wait.hours import Closure, closure_at, joined, open_minutes
from service.domain.wait.model import Ahead, Model, Serving, counter_of, kind_of, times_one
from service.domain.wait.past import Contest, Past
from service.domain.wait.ridge import Ridge
from service.domain.wait.spread import Ranks

OWN_STRENGTH = [100.0] * len(FEATURES)
"""How many of its own tickets the city's weights count for at a counter."""
SURPRISE = 1.5
"""A log ratio that is further off than this is learnt as this far off."""
KEPT = 0.98
"""What is left after a day of the weight of what was learnt before."""
LATELY = 40.0
"""Minutes after which what happened weighs a third in `pace_lately` and `drift`."""
FEW = 3.0
"""Tickets that the usual pace weighs in that of today."""

USUAL_DAY = 200.0
"""Minutes that a usual day weighs in how many windows more than usual are open today."""
MOST_AT_WORK = 4
"""Windows of a counter that are reckoned to work at the same time, where it has many."""
FIRST_DAY = 10.0
"""Minutes that all windows weigh in how many are open on a counter's first day."""

FORGOTTEN_AFTER, FORGOTTEN_TIMES = 30.0, 6.0
"""A ticket is at the window for longer than it can be served: so many minutes at least, and so many times the mean."""
OVERLONG, OVERLONG_FOLLOWS = 0.35, 0.2
"""Where more of the newest tickets than this take so long, they do take so long, and nobody forgot anything."""
STILL_AFTER, STILL_TIMES = 90.0, 6.0
"""A called number stands still though people wait at open windows: for so long, and so many times as long as usual."""


@dataclass
class Learnt:
    """What a counter keeps over the days."""

    minutes: dict[str, Mean] = field(default_factory=dict)
    typical: Mean | None = None
    usual: Usual = field(default_factory=Usual)
    ridge: Ridge = field(default_factory=Ridge)
    ranks: Ranks = field(default_factory=Ranks)
    past: Past = field(default_factory=Past)
    contest: Contest = field(default_factory=Contest)


@dataclass
class Lately:
    """Sums in which older values fade."""

    value: float = 0.0
    weight: float = 0.0
    at: float = 0.0

    def add(self, value: float, weight: float, at: float) -> None:
        kept = math.exp(min(0.0, self.at - at) / LATELY)
        self.value, self.weight, self.at = self.value * kept + value, self.weight * kept + weight, max(at, self.at)


@dataclass
class Today:
    """What a counter keeps until the day is over."""

    spent: float = 0.0
    expected: float = 0.0
    """Window-minutes of the tickets that are done, and what they would usually have been."""
    lately: Lately = field(default_factory=Lately)
    drift: Lately = field(default_factory=Lately)
    last_wait: float | None = None
    still_since: float | None = None
    """Since when people wait at open windows and nobody is called."""
    overlong: float = 0.0
    """The share of the newest tickets that seemed to be forgotten at a window."""
    left_out: bool = False
    """Its display froze: nothing more is learnt of this day."""
    windows: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
    """Window-minutes by half-hour."""
    minutes: float = 0.0
    more: float = 0.0
    """The open minutes so far, and the window-minutes in them beyond what is usual."""


@dataclass
class Desk:
    """An open window."""

    counters: list[str]
    number: int | None = None
    kind: str = ""
    since: float = 0.0


@dataclass
class Taken:
    """A ticket that waits, and what was expected of it each time."""

    counter: str
    at: float
    here: bool = True
    """Its holder is in the office, so that it could be called."""
    expected: list[tuple[float, Expectation]] = field(default_factory=list)


@dataclass
class OfficeWaits:
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
    now: float = 0.0
    began: float | None = None
    """The first minute of today of which anything is known."""
    _city: City | None = field(default=None, repr=False, compare=False)
    _weights: dict[str, list[float]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def city(self) -> City:
        """What is known of the whole city: that of this office alone, until `join`."""
        return self._city or self.own

    def join(self, city: City) -> None:
        """From now on the counters lean on this city, which learns from them too. It must contain `own`."""
        self._city = city

    def begin_day(
        self, closures: Sequence[Closure] = (), opens: float | None = None, closes: float | None = None
    ) -> None:
        """A business day begins, with its configured hours and closures."""
        self.closures, self.opens, self.closes = list(closures), opens, closes
        self.desks, self.today, self.taken, self.began = {}, {}, {}, None
        self._weights = {}

    def end_day(self) -> None:
        """The business day is over: its windows become part of what is usual, and older days fade."""
        for counter, learnt in self.learnt.items():
            today = self.today.get(counter)
            if today is not None and not today.left_out and not self._still(counter):
                learnt.usual.learn([self._windows_in(today, slot) for slot in range(SLOTS)])
            learnt.ridge.fade(KEPT)
            learnt.ranks.fade(KEPT)
            learnt.past.fade(KEPT)
            learnt.contest.fade(KEPT)
        self.own.fade(KEPT)
        self._weights = {}

    def opened(self, window: int, counters: Iterable[str], at: float) -> None:
        """A clerk sat down, or serves other counters from now on."""
        self._go_on(at)
        desk = self.desks.setdefault(window, Desk([], since=at))
        desk.counters = list(counters)
        self._look(at)

    def closed(self, window: int, at: float) -> None:
        """A window closed."""
        self._go_on(at)
        self.desks.pop(window, None)
        self._look(at)

    def issued(self, number: int, counter: str, at: float, ahead: Ahead | None = None, *, here: bool = True) -> None:
        """A number was given. With `ahead`, what is expected of it now is remembered, and scored when it is called.

        `here`: its holder is in the office.
        """
        self._go_on(at)
        self.taken[number] = Taken(counter, at, here)
        if ahead is not None:
            self.expected(number, ahead, at)
        self._look(at)

    def arrived(self, number: int, at: float) -> None:
        """The holder of a ticket is in the office."""
        self._go_on(at)
        if number in self.taken:
            self.taken[number].here = True
        self._look(at)

    def expected(self, number: int, ahead: Ahead, at: float) -> None:
        """Remembers what is expected now of a ticket that waits."""
        taken = self.taken[number]
        model = self.model(taken.counter, at)
        if not is_next(model, ahead, at):
            taken.expected.append((at, expect(model, ahead, at)))

    def gone(self, number: int, at: float) -> None:
        """A ticket was cancelled, lapsed or expired before it was called: there is nothing to learn of its wait."""
        self._go_on(at)
        self.taken.pop(number, None)
        self._look(at)

    def called(self, number: int, counter: str, window: int, at: float, people: int = 1) -> None:
        """A ticket was called to a window. If somebody was there until now, they are done."""
        self._go_on(at)
        self.freed(window, at)
        today, taken = self._today(counter), self.taken.pop(number, None)
        if self._still(counter):
            today.left_out = True
        today.still_since = None
        if taken is not None:
            today.last_wait = open_minutes(self.closures, taken.at, at)
            for since, expected in taken.expected:
                self._score(counter, expected, open_minutes(self._closures(counter), since, at), at)
        desk = self.desks.setdefault(window, Desk([counter]))
        desk.number, desk.kind, desk.since = number, kind_of(counter, people), at
        self._look(at)

    def freed(self, window: int, at: float, *, learn: bool = True) -> None:
        """Whoever was at the window is done, absent, or was put aside; not to be learnt of a ticket that was moved."""
        self._go_on(at)
        desk = self.desks.get(window)
        if desk is None or desk.number is None:
            return
        spent, kind = at - desk.since, desk.kind
        forgotten = self._is_forgotten(desk, at)
        desk.number, desk.since = None, at
        if learn:
            today = self._today(counter_of(kind))
            today.overlong += OVERLONG_FOLLOWS * (forgotten - today.overlong)
            if not forgotten or today.overlong > OVERLONG:
                self._learn_minutes(kind, spent, at)

    def forgotten(self, at: float) -> list[int]:
        """The windows at which a ticket has been for longer than it can be served: somebody forgot to finish it."""
        return [window for window, desk in self.desks.items() if self._is_forgotten(desk, at)]

    def model(self, counter: str, at: float) -> Model:
        """What estimates for this counter are made from, from `at` on until something happens in the office."""
        learnt, today = self._learnt(counter), self._today(counter)
        typical = self._typical(counter)
        mine = [desk for desk in self.desks.values() if counter in desk.counters and not self._is_forgotten(desk, at)]
        return Model(
            minutes={kind: self._mean(kind) for kind in self._kinds(counter)},
            shares={other: self._share(other, counter) for other in dict.fromkeys([*self._counters(), counter])},
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
                ends=self._ends(learnt),
            ),
            serving=[Serving(desk.since, self._mean(desk.kind)) for desk in mine if desk.number is not None],
            closes=self.closes,
            pace_today=math.log((today.spent + FEW * typical) / (today.expected + FEW * typical)),
            pace_lately=math.log((today.lately.value + FEW * typical) / (today.lately.weight + FEW * typical)),
            drift=today.drift.value / (today.drift.weight + FEW),
            last_wait=today.last_wait,
            oldest=min(
                (taken.at for taken in self.taken.values() if taken.counter == counter and taken.here), default=None
            ),
            past=learnt.past,
            rule=learnt.contest.best(self.city.contest),
            weights=self._weights_of(counter),
            ranks=learnt.ranks,
            spread=self.city.spread,
        )

    # What a counter knows.

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
        for other in dict.fromkeys([*self._counters(), counter]):
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

    def _counters(self) -> list[str]:
        return list(dict.fromkeys(counter for served in self.windows.values() for counter in served))

    def _so_far(self, counter: str) -> float:
        """The mean number of open windows on a day of which nothing is usual yet; at first, all that there are."""
        today = self._today(counter)
        return (today.more + FIRST_DAY * self._most(counter)) / (today.minutes + FIRST_DAY)

    def _between(self, counter: str) -> float:
        """Minutes between two calls at the windows of a counter, whichever of their counters' tickets these are."""
        calls, minutes = 1.0, self._typical(counter)
        for other in self._counters():
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
        if counter not in self._weights:
            self._weights[counter] = self._learnt(counter).ridge.weights(self.city.weights(), OWN_STRENGTH)
        return self._weights[counter]

    # What is learnt.

    def _learn_minutes(self, kind: str, spent: float, at: float) -> None:
        counter = counter_of(kind)
        learnt, today, usual = self._learnt(counter), self._today(counter), self._mean(kind)
        today.spent, today.expected = today.spent + spent, today.expected + usual
        today.lately.add(spent, usual, at)
        if today.left_out:
            return
        learnt.minutes.setdefault(kind, Mean(usual)).learn(spent)
        learnt.typical = learnt.typical or Mean(usual)
        learnt.typical.learn(spent)
        for city in self._cities():
            city.learn_minutes(kind, spent)

    def _score(self, counter: str, expected: Expectation, waited: float, at: float) -> None:
        learnt, today = self._learnt(counter), self._today(counter)
        surprise = expected.scored(waited)
        today.drift.add(max(-SURPRISE, min(SURPRISE, surprise)), 1.0, at)
        if today.left_out:
            return
        learnt.ranks.learn(self.city.spread.rank(expected.bucket, expected.hour, surprise))
        actual = math.log((waited + ABOUT) / (expected.base + ABOUT))
        ratio = expected.ratio + max(-SURPRISE, min(SURPRISE, actual - expected.ratio))
        learnt.ridge.learn(expected.features, ratio, expected.weight)
        learnt.past.learn(expected.ahead, math.log(waited + ABOUT))
        learnt.contest.learn(expected.errors(waited))
        for city in self._cities():
            city.learn_ratio(expected.features, ratio, expected.weight)
            city.contest.learn(expected.errors(waited))
            city.spread.learn(expected.bucket, expected.hour, surprise)
        self._weights.pop(counter, None)

    def _cities(self) -> list[City]:
        return [self.own] if self._city is None or self._city is self.own else [self.own, self._city]

    def _is_forgotten(self, desk: Desk, at: float) -> bool:
        if desk.number is None:
            return False
        return at - desk.since > max(FORGOTTEN_AFTER, FORGOTTEN_TIMES * self._mean(desk.kind))

    def _still(self, counter: str) -> bool:
        """Whether the called number has stood still for longer than it can have."""
        since = self._today(counter).still_since
        if since is None:
            return False
        open_now = sum(counter in desk.counters for desk in self.desks.values())
        usually = self._typical(counter) / max(1, open_now)
        return open_minutes(self.closures, since, self.now) > max(STILL_AFTER, STILL_TIMES * usually)

    # How time passes.

    def _go_on(self, at: float) -> None:
        """Counts the windows that were open until now."""
        if self.began is None:
            self.began = self.now = at
        begin, self.now = self.now, max(self.now, at)
        while begin < self.now:
            end = min(self.now, (begin // SLOT + 1) * SLOT)
            worked = open_minutes(self.closures, begin, end)
            for counter in self._counters():
                open_now = sum(counter in desk.counters for desk in self.desks.values())
                today, usual = self._today(counter), self._learnt(counter).usual
                today.windows[min(SLOTS - 1, int(begin) // SLOT)] += worked * open_now
                today.minutes += worked
                today.more += worked * (open_now - usual.at(begin))
            begin = end

    def _windows_in(self, today: Today, slot: int) -> float | None:
        begin = max(slot * SLOT, self.began if self.began is not None else 1440.0, self.opens or 0.0)
        end = min((slot + 1) * SLOT, self.now, self.closes or 1440.0)
        known = open_minutes(self.closures, begin, end) if end > begin else 0.0
        return min(today.windows[slot] / known, 99.0) if known >= SLOT / 3 else None

    def _look(self, at: float) -> None:
        """Whether people wait at open windows of each counter."""
        waiting = {taken.counter for taken in self.taken.values() if taken.here}
        served = {counter for desk in self.desks.values() for counter in desk.counters}
        for counter in served | waiting:
            today = self._today(counter)
            if counter not in waiting or counter not in served or closure_at(self.closures, at):
                today.still_since = None
            elif today.still_since is None:
                today.still_since = at
