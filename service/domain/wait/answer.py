"""What is said of a wait: an estimate with its range, never a bare number."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Word = Literal["minutes", "now", "after_closure", "unknown"]
"""How a wait is said. `after_closure`: nobody is called before the closure that is on or at hand is over."""

WHOLE_MINUTES_BELOW = 30


class Wait(BaseModel):
    """Minutes until the call; 80 of 100 calls should come between `low` and `high`."""

    model_config = ConfigDict(frozen=True)

    minutes: int = Field(ge=0)
    low: int = Field(ge=0)
    high: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A wait in minutes, not yet rounded. 8 of 10 calls should come between `low` and `high`, 1 before and 1 after."""

    minutes: float
    low: float
    high: float
    word: Word = "minutes"
    resumes: float | None = None
    """The minute of the day at which the closure ends that the call may have to wait for; None where there is none.

    The call surely comes after it where the word is `after_closure`, and perhaps where it is another.
    """
    provisional: bool = False
    """Too little has been learnt yet for the range to be sure."""

    def wait(self) -> Wait | None:
        """As screens show it: whole minutes below 30, then steps of five. None where it can't honestly be said."""
        if self.word == "unknown":
            return None
        return Wait(
            minutes=_rounded(self.minutes, round),
            low=_rounded(self.low, math.floor),
            high=_rounded(self.high, math.ceil),
        )


def _rounded(minutes: float, how: Callable[[float], int]) -> int:
    step = 1 if minutes < WHOLE_MINUTES_BELOW else 5
    return step * how(minutes / step)
