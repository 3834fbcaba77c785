"""The estimate of a wait: what is ahead and how fast it goes, corrected by what was wrong with earlier estimates."""

import math
from dataclasses import dataclass

from service.domain.wait.answer import Estimate, Word
from service.domain.wait.capacity import minutes_for
from service.domain.wait.hours import clock_minutes, closure_at, next_closure, open_minutes
from service.domain.wait.model import Ahead, Model, counter_of, of_kind
from service.domain.wait.past import Errors
from service.domain.wait.spread import bucket_of, hour_of

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9

KNOWN = 40.0
"""The city's scores from which on a range is not provisional."""

ABOUT = 2.0
"""Minutes that are added to both waits before their ratio is taken: a wait of no minutes has no logarithm."""

UNIT, SMALLEST_UNIT, LARGEST_UNIT = 0.6, 0.8, 8.0
"""The same for scores: a share of the time between two calls, in minutes at least and at most. So a range that was
learnt where somebody is called every two minutes holds where it is every ten."""

LONGEST = 3.0
"""The base is at most so many times what it would be if the windows stayed as they are."""

SHORT = 15.0
"""Minutes of a wait of which half as much is learnt as of a long one."""

NEAR = 10.0
"""Minutes before a closure in which it counts as at hand."""

PROMPTLY = 1.0
"""Minutes within which somebody who waits is called to an idle window by a clerk who has nothing else to do."""

HOUR_MARKS = (9 * 60.0, 11 * 60.0, 13 * 60.0, 15 * 60.0, 17 * 60.0)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of a ticket, in open minutes, and what it will be scored by when it is called."""

    base: float
    features: list[float]
    ahead: float
    """Tickets that these windows will call before."""
    ratio: float
    """The log ratio to the base that the features let expect."""
    ratios: tuple[float, float, float, float]
    """The log ratio to the base by each of the `RULES`."""
    rule: int
    bucket: int
    hour: int
    unit: float
    """Minutes that are added to both waits before the ratio is taken by which the ticket is scored."""

    @property
    def minutes(self) -> float:
        """What is expected."""
        return max(0.0, (self.base + ABOUT) * math.exp(self.ratios[self.rule]) - ABOUT)

    def errors(self, waited: float) -> Errors:
        """How far each of the `RULES` is off."""
        a, b, c, d = (abs((self.base + ABOUT) * math.exp(ratio) - ABOUT - waited) for ratio in self.ratios)
        return a, b, c, d

    @property
    def weight(self) -> float:
        """How much there is to learn from the wait: a short one depends on a few people's chance."""
        return self.base / (self.base + SHORT)

    def scored(self, waited: float) -> float:
        """The log ratio of the wait, in open minutes, to what was expected."""
        return math.log((waited + self.unit) / (self.minutes + self.unit))

    def at(self, ratio: float) -> float:
        """The wait, in open minutes, that is scored by this log ratio: the opposite of `scored`."""
        return max(0.0, (self.minutes + self.unit) * math.exp(ratio) - self.unit)


def log_ratio(a: float, b: float) -> float:
    return max(-1.5, min(1.5, math.log((a + ABOUT) / (b + ABOUT))))


def expect(model: Model, ahead: Ahead, now: float) -> Expectation:
    """What the model says of a ticket with these tickets ahead, but for how sure it is."""
    number, work = 0.0, model.typical
    for kind, n in ahead.items():
        # Where windows serve several counters, other windows call some of these.
        n_here = n * model.shares.get(counter_of(kind), 1.0)
        number += n_here
        work += n_here * of_kind(model.minutes, kind, model.typical)
    outlook = model.outlook
    during = closure_at(outlook.closures, now)
    if not during:
        # How much sooner or later the windows get free than on average.
        stationary = (1 + model.regular**2) / 2
        late = sum(
            max(serving.mean - (now - serving.since), model.regular * serving.mean) - stationary * serving.mean
            for serving in model.serving
        )
        work = max(0.25 * model.typical, work + late)
    base = minutes_for(work, model.typical, now, outlook)
    # In a closure, the windows are those that will be open after it.
    windows = outlook.expected(during[1]) if during else float(outlook.windows)
    as_now = work / max(1.0, windows)
    if outlook.windows and not during:
        base = min(base, LONGEST * as_now + ABOUT)
    coming = next_closure(outlook.closures, now)
    near = coming is not None and coming[0] < now + base + NEAR
    bucket = bucket_of(round(number), before_closure=near, during_closure=during is not None)
    features = _features(model, number, base, base if during else as_now, windows, now)
    ratio = max(-2.0, min(2.0, sum(map(_times, model.weights, features))))
    known = math.log(base + ABOUT)
    unit = min(LARGEST_UNIT, max(SMALLEST_UNIT, UNIT * model.between))
    ratios = (
        0.0,
        ratio,
        (model.past.mean(number, known) - known) / 2,
        (ratio + model.past.mean(number, known + ratio) - known) / 2,
    )
    return Expectation(base, features, number, ratio, ratios, model.rule, bucket, hour_of(now), unit)


def _features(model: Model, number: float, base: float, as_now: float, windows_now: float, now: float) -> list[float]:
    outlook = model.outlook
    windows = math.log(max(1.0, windows_now))
    usually = max(outlook.usual.windows) if outlook.usual.days else windows_now
    waited = base if model.last_wait is None else model.last_wait
    oldest = base if model.oldest is None else open_minutes(outlook.closures, model.oldest, now)
    place = min(3.999, max(0.0, (now - HOUR_MARKS[0]) / 120))
    hours = [0.0] * 5
    hours[int(place)], hours[int(place) + 1] = 1 - place % 1, place % 1
    return [
        1.0,
        math.log(number + 1) - 1.5,
        windows - 0.7,
        math.log(max(1.0, usually)) - windows,
        log_ratio(as_now, base),
        max(-1.5, min(1.5, math.log(model.typical / model.city_typical))),
        model.pace_today,
        model.pace_lately,
        model.drift,
        log_ratio(waited, base),
        log_ratio(oldest, base),
        hours[0],
        hours[1],
        hours[3],
        hours[4],
    ]


def _times(a: float, b: float) -> float:
    return a * b


def is_next(model: Model, ahead: Ahead, now: float) -> bool:
    """Whether such a ticket is called at once: a window is idle, and is left when each of those ahead has one.

    Not where somebody waits beside idle windows for longer than `PROMPTLY`: their clerks have something else to do.
    """
    if closure_at(model.outlook.closures, now):
        return False
    if model.oldest is not None and now - model.oldest > PROMPTLY and any(ahead.values()):
        return False
    idle = list(model.idle)
    for kind, n in ahead.items():
        counter = counter_of(kind)
        for served in [served for served in idle if counter in served][:n]:
            idle.remove(served)
    return bool(idle)


def estimate(model: Model, ahead: Ahead, now: float, expected: Expectation | None = None) -> Estimate:
    """What somebody who takes a ticket at `now` (minute of the day) waits, or who has one with these tickets ahead.

    `expected`: what `expect` says of it, where that is known already; so for `served_today`.
    """
    closures, windows = model.outlook.closures, model.outlook.windows
    during, coming = closure_at(closures, now), next_closure(closures, now)
    if is_next(model, ahead, now):
        return Estimate(0.0, 0.0, 0.0, "now")
    expected = expected or expect(model, ahead, now)
    low, minutes, high = (
        clock_minutes(closures, now, open) for open in (quantile(model, expected, q) for q in (LOW, MIDDLE, HIGH))
    )
    resumes = during or (coming if coming and now + high >= coming[0] else None)
    word: Word = "minutes"
    if not windows and not during and not model.outlook.usual.days:
        word = "unknown"
    elif during or (resumes and now + low >= resumes[0]):
        word = "after_closure"
    provisional = model.spread.scores < KNOWN
    return Estimate(minutes, low, high, word, resumes[1] if resumes else None, provisional)


def quantile(model: Model, expected: Expectation, share: float) -> float:
    """The open minutes within which this share of such tickets are called."""
    # The corrections make the middle right at every counter; how wide the range is, differs.
    rank = MIDDLE if share == MIDDLE else model.ranks.city_rank(share)
    ratio = model.spread.ratio(expected.bucket, expected.hour, rank)
    return expected.at(ratio)


def served_today(model: Model, ahead: Ahead, now: float, expected: Expectation | None = None) -> float | None:
    """The probability that such a ticket is called before the office closes; None where the hours are not known."""
    if model.closes is None:
        return None
    left = open_minutes(model.outlook.closures, now, model.closes)
    if left <= 0:
        return 0.0
    expected = expected or expect(model, ahead, now)
    rank = model.spread.rank(expected.bucket, expected.hour, expected.scored(left))
    return model.ranks.own_rank(rank)
