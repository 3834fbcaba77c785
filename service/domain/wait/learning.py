"""The fold that learns: an office's calls become the models of its counters.

`OfficeWaits` takes what happens in an office in order, and nothing else. The same events give the same state again,
and all of it is JSON-able (`state.dump`, `state.load`).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.domain.wait.capacity import SLOT, SLOTS, Usual
from service.domain.wait.city import City, Mean
from service.domain.wait.estimation import ABOUT, KNOWN, Expectation, estimate, expect, is_next
from service.domain.wait.hours import Closure, closure_at, open_minutes
from service.domain.wait.memory import Desk, Score, Taken, Today
from service.domain.wait.model import Ahead, counter_of, kind_of
from service.domain.wait.office import OfficeState

SURPRISE = 1.5
"""A log ratio that is further off than this is learnt as this far off."""
KEPT = 0.98
"""What is left after a day of the weight of what was learnt before."""
SPREAD_KEPT = 0.9
"""The same of how far calls come from what was expected: that was worse as long as less was known."""
OVERLONG, OVERLONG_FOLLOWS = 0.35, 0.2
"""Where more of the newest tickets than this take so long, they do take so long, and nobody forgot anything."""


@dataclass
class OfficeWaits(OfficeState):
    """An office that learns from what happens in it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._scores: list[Score] = []

    def join(self, city: City) -> None:
        """Today the counters lean on this city: on what all offices together had learnt when the day began.

        They lean on what is their own as long as the city knows less than `KNOWN` scores, as on its first day.
        """
        self._city, self._weights = city if city.spread.scores >= KNOWN else None, {}

    def begin_day(
        self, closures: Sequence[Closure] = (), opens: float | None = None, closes: float | None = None
    ) -> None:
        """A business day begins, with its configured hours and closures."""
        self.closures, self.opens, self.closes = list(closures), opens, closes
        self.desks, self.today, self.taken, self.began, self._counted = {}, {}, {}, None, None
        self.present, self.away = {}, {}
        self._weights = {}

    def end_day(self) -> None:
        """The business day is over: its windows become part of what is usual, and older days fade."""
        for window in self.windows:
            if window not in self.desks:
                self._learn_away(window, min(self.now, self.closes or self.now))
            minutes = self.present.get(window, [0.0] * SLOTS)
            self.usual.setdefault(window, Usual()).learn([self._share_of(minutes, slot) for slot in range(SLOTS)])
        for counter, learnt in self.learnt.items():
            today = self.today.get(counter)
            if today is not None and not today.left_out and not self._still(counter):
                learnt.usual.learn([self._windows_in(today, slot) for slot in range(SLOTS)])
            learnt.ridge.fade(KEPT)
            learnt.ranks.fade(SPREAD_KEPT)
            learnt.past.fade(KEPT)
            learnt.contest.fade(KEPT)
        self.own.fade(KEPT, SPREAD_KEPT)
        self._weights = {}

    def opened(self, window: int, counters: Iterable[str], at: float) -> None:
        """A clerk sat down, or serves other counters from now on."""
        self._go_on(at)
        if window not in self.desks:
            self._learn_away(window, at, comes=True)
        desk = self.desks.setdefault(window, Desk([], since=at))
        desk.counters = list(counters)
        self._look(at)

    def closed(self, window: int, at: float) -> None:
        """A window closed."""
        self._go_on(at)
        if self.desks.pop(window, None):
            self.away[window] = at
        self._look(at)

    def issued(
        self,
        number: int,
        counter: str,
        at: float,
        ahead: Ahead | None = None,
        *,
        here: bool = True,
        people: int = 1,
        priority: bool = False,
        order: int = 0,
    ) -> None:
        """A number was given. With `ahead`, what is said of it now is remembered, and scored when it is called.

        `here`: its holder is in the office. `order`: its seniority, which it keeps at another counter.
        """
        self._go_on(at)
        kind = kind_of(counter, people)
        self._leave(number)
        taken = Taken(counter, at, here, kind, order, priority)
        self._count(taken, 1)
        self.taken[number] = taken
        if ahead is not None:
            self.expected(number, ahead, at)
        self._look(at)

    def arrived(self, number: int, at: float) -> None:
        """The holder of a ticket is in the office."""
        self._go_on(at)
        if (taken := self.taken.get(number)) and not taken.here:
            taken.here = True
            self._count(taken, 1)
        self._look(at)

    def expected(self, number: int, ahead: Ahead, at: float) -> None:
        """Remembers what is expected now of a ticket that waits."""
        taken = self.taken[number]
        model = self.model(taken.counter, at, but=number)
        if not is_next(model, ahead, at):
            expected = expect(model, ahead, at)
            taken.expected.append((at, expected))
            taken.said = taken.said or estimate(model, ahead, at, expected)

    def gone(self, number: int, at: float) -> None:
        """A ticket was cancelled, lapsed or expired before it was called: there is nothing to learn of its wait."""
        self._go_on(at)
        self._leave(number)
        self._look(at)

    def called(self, number: int, counter: str, window: int, at: float, people: int = 1) -> None:
        """A ticket was called to a window. If somebody was there until now, they are done."""
        self._go_on(at)
        self.freed(window, at)
        today, taken = self._today(counter), self._leave(number)
        if self._still(counter):
            today.left_out, today.last_wait = True, None
        today.still_since = None
        if taken is not None and not today.left_out:
            today.last_wait = open_minutes(self.closures, taken.at, at)
            for since, expected in taken.expected:
                self._score(counter, expected, open_minutes(self._closures(counter), since, at), at)
            if taken.said and taken.said.word != "unknown" and not today.left_out:
                self._scores.append(Score(counter, taken.said, at - taken.at))
        desk = self.desks.setdefault(window, Desk([counter]))
        desk.number, desk.kind, desk.since = number, kind_of(counter, people), at
        self._look(at)

    def take_scores(self) -> list[Score]:
        """How what was said of waits compares with what they were, of those who were called since this was asked
        last."""
        scores, self._scores = self._scores, []
        return scores

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

    def _learn_away(self, window: int, at: float, *, comes: bool = False) -> None:
        """A window is closed until now, and opens if it `comes`: to be learnt as far as it is usually open."""
        usual, first, since = self.usual.get(window), window not in self.away, self._away_since(window)
        begin, age = since, 0.0
        while usual and begin < at:
            end = min(at, (begin // SLOT + 1) * SLOT)
            until = open_minutes(self.closures, since, end)
            self.own.returns.stays(age, until, first, usual.at(begin))
            begin, age = end, until
        if usual and comes:
            self.own.returns.comes(age, first, usual.at(at))

    def _learn_minutes(self, kind: str, spent: float, at: float) -> None:
        counter = counter_of(kind)
        learnt, today, usual = self._learnt(counter), self._today(counter), self._mean(kind)
        if today.left_out:
            return
        today.spent, today.expected = today.spent + spent, today.expected + usual
        today.lately.add(spent, usual, at)
        learnt.minutes.setdefault(kind, Mean(usual)).learn(spent)
        learnt.typical = learnt.typical or Mean(usual)
        learnt.typical.learn(spent)
        self.own.learn_minutes(kind, spent)

    def _score(self, counter: str, expected: Expectation, waited: float, at: float) -> None:
        learnt, today = self._learnt(counter), self._today(counter)
        surprise = expected.scored(waited)
        today.drift.add(max(-SURPRISE, min(SURPRISE, surprise)), 1.0, at)
        learnt.ranks.learn(self.city.spread.rank(expected.bucket, expected.hour, surprise))
        actual = math.log((waited + ABOUT) / (expected.base + ABOUT))
        ratio = expected.ratio + max(-SURPRISE, min(SURPRISE, actual - expected.ratio))
        learnt.ridge.learn(expected.features, ratio, expected.weight)
        learnt.past.learn(expected.ahead, math.log(waited + ABOUT))
        learnt.contest.learn(expected.errors(waited))
        self.own.learn_ratio(expected.features, ratio, expected.weight)
        self.own.contest.learn(expected.errors(waited))
        self.own.spread.learn(expected.bucket, expected.hour, surprise)
        self._weights.pop(counter, None)

    def _go_on(self, at: float) -> None:
        """Counts the windows that were open until now."""
        if self.began is None:
            self.began = self.now = at
        begin, self.now = self.now, max(self.now, at)
        while begin < self.now:
            end = min(self.now, (begin // SLOT + 1) * SLOT)
            worked = open_minutes(self.closures, begin, end)
            for window in self.desks:
                present = self.present.setdefault(window, [0.0] * SLOTS)
                present[min(SLOTS - 1, int(begin) // SLOT)] += worked
            for counter in self.counters:
                open_now = sum(counter in desk.counters for desk in self.desks.values())
                today, usual = self._today(counter), self._learnt(counter).usual
                today.windows[min(SLOTS - 1, int(begin) // SLOT)] += worked * open_now
                if not usual.days or usual.is_known(begin):
                    today.minutes += worked
                    today.more += worked * (open_now - usual.at(begin))
            begin = end

    def _windows_in(self, today: Today, slot: int) -> float | None:
        return self._share_of(today.windows, slot)

    def _share_of(self, minutes: Sequence[float], slot: int) -> float | None:
        """Of the open minutes of a half-hour; None where hardly any were."""
        begin = max(slot * SLOT, self.began if self.began is not None else 1440.0, self.opens or 0.0)
        end = min((slot + 1) * SLOT, self.now, self.closes or 1440.0)
        known = open_minutes(self.closures, begin, end) if end > begin else 0.0
        return min(minutes[slot] / known, 99.0) if known >= SLOT / 3 else None

    def _leave(self, number: int) -> Taken | None:
        """The ticket, which waits no more."""
        taken = self.taken.pop(number, None)
        self._count(taken, -1)
        return taken

    def _look(self, at: float) -> None:
        """Whether people wait at open windows of each counter."""
        waiting = {counter_of(kind) for (kind, _), n in self._here().items() if n}
        served = {counter for desk in self.desks.values() for counter in desk.counters}
        for counter in served | waiting:
            today = self._today(counter)
            if counter not in waiting or counter not in served or closure_at(self.closures, at):
                today.left_out = today.left_out or self._still(counter)
                today.still_since = None
            elif today.still_since is None:
                today.still_since = at
