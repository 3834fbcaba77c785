"""What an office's fold remembers: what a counter keeps over the days, and what until the day is over."""

import math
from dataclasses import dataclass, field

from service.domain.wait.answer import Estimate
from service.domain.wait.capacity import SLOTS, Usual
from service.domain.wait.city import Mean
from service.domain.wait.estimation import Expectation
from service.domain.wait.past import Contest, Past
from service.domain.wait.ridge import Ridge
from service.domain.wait.spread import Ranks

LATELY = 40.0
"""Minutes after which what happened weighs a third in `pace_lately` and `drift`."""


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
    kind: str = ""
    order: int = 0
    """Its seniority in the office: lower numbers were issued earlier."""
    priority: bool = False
    expected: list[tuple[float, Expectation]] = field(default_factory=list)
    said: Estimate | None = None
    """What was said when it was issued, where its wait is scored."""


@dataclass(frozen=True, slots=True)
class Score:
    """What was said of a wait when its ticket was issued, and what it was, in minutes."""

    counter: str
    said: Estimate
    wait: float
