"""What a wait at one counter is estimated from: a few hundred numbers, without names, tickets or past waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.domain.wait.capacity import Outlook
from service.domain.wait.features import FEATURES
from service.domain.wait.past import Past
from service.domain.wait.spread import CitySpread, Ranks

Ahead = Mapping[str, int]
"""Tickets that will be called before this one, by kind (`kind_of`)."""

GROUPS = (1, 2, 3, 5)
"""The smallest number of people of each group of tickets that has a mean of its own."""
EACH_MORE = 0.5
"""How much longer a ticket takes for each further person, as long as nothing is known."""


def kind_of(counter: str, people: int = 1) -> str:
    """What kind of work a ticket is: its counter, and how many people it stands for.

    A family of four at the counter for passports brings four applications, but is called once. Its time is no multiple
    of one person's, so that groups of 1, 2, 3 to 4 and 5 or more people have means of their own.
    """
    group = max(size for size in GROUPS if size <= max(1, people))
    return counter if group == 1 else f"{counter}*{group}"


def times_one(kind: str) -> float:
    """What a ticket of this kind is supposed to take, as a multiple of one for one person."""
    _, _, group = kind.partition("*")
    return 1 + EACH_MORE * (int(group) - 1) if group else 1.0


def of_kind(minutes: Mapping[str, float], kind: str, otherwise: float) -> float:
    """The window-minutes of a ticket of this kind; `otherwise` is that of an unknown counter's."""
    found = minutes.get(kind)
    return minutes.get(counter_of(kind), otherwise) * times_one(kind) if found is None else found


def counter_of(kind: str) -> str:
    """The counter of a kind of ticket."""
    return kind.partition("*")[0]


FORGOTTEN_AFTER, FORGOTTEN_TIMES = 30.0, 6.0
"""A ticket is at the window for longer than it can be served: so many minutes at least, and so many times the mean."""


def is_forgotten(spent: float, mean: float) -> bool:
    """Whether a ticket that has been at a window for so many minutes was probably forgotten there."""
    return spent > max(FORGOTTEN_AFTER, FORGOTTEN_TIMES * mean)


@dataclass
class Serving:
    """A window at which somebody is: since when, and how long that takes on average."""

    since: float
    mean: float


@dataclass
class Model:
    """A counter as it is now, for `estimate`."""

    minutes: dict[str, float]
    """Window-minutes of a ticket of each kind."""
    shares: dict[str, float]
    """By counter: how much of its work is done at windows that serve this one too."""
    idle: list[list[str]]
    """The counters of each idle window that serves this one."""
    typical: float
    """Those of this counter's mean ticket."""
    between: float
    """Minutes between two calls at its windows, when all of them work."""
    city_typical: float
    """Those of the city's mean ticket."""
    outlook: Outlook
    serving: list[Serving]
    closes: float | None = None
    """When the office closes today."""
    regular: float = 0.6
    """The standard deviation of a ticket's time, as a share of its mean."""
    pace_today: float = 0.0
    """Log ratio of the window-minutes of today's tickets to the usual ones."""
    pace_lately: float = 0.0
    """The same of about the last hour."""
    drift: float = 0.0
    """The mean log ratio of today's waits to their estimates, the newest ones first of all."""
    last_wait: float | None = None
    """Of the ticket called last, in open minutes."""
    oldest: float | None = None
    """When the ticket was taken that has waited longest."""
    past: Past = field(default_factory=Past)
    rule: int = 0
    """Which of the `RULES` was nearest to the waits lately."""
    weights: list[float] = field(default_factory=lambda: [0.0] * len(FEATURES))
    ranks: Ranks = field(default_factory=Ranks)
    spread: CitySpread = field(default_factory=CitySpread)
    """Of the city: the same for all counters."""
