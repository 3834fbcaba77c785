"""What is said of a wait: an estimate with its range, never a bare number."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Word = Literal["minutes", "now", "after_closure", "unknown"]
"""How a wait is said. `after_closure`: nobody is called before the closure that is on or at hand is over."""

WHOLE_MINUTES_BELOW = 30

NEARLY_SURE = 0.95
"""Where the probability of being served today is this high, it is not said."""
PROBABILITY_STEP = 0.05


class Wait(BaseModel):
    """An estimate of the minutes until the call: 80 of 100 calls should come between `low` and `high`."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    minutes: int = Field(ge=0, description="Whole minutes below 30, then steps of five.")
    low: int = Field(ge=0)
    high: int = Field(ge=0)
    word: Literal["minutes", "now", "after_closure"] = Field(
        default="minutes",
        description="How to say it. `now`: a window is free, also when each of those ahead has one. `after_closure`: "
        "nobody is called before the break that is on or at hand is over, at `resumes`.",
    )
    resumes: str | None = Field(
        description='When the break ends that the call may come after, as "13:00"; null where there is none.',
    )
    provisional: bool = Field(
        default=False, description="Too little has been seen yet for the range to be as sure as usual."
    )
    served_today: float | None = Field(
        ge=0,
        le=1,
        description="The probability of being called before the office closes, in steps of 0.05; null where it is "
        "nearly sure (0.95 or more), or where the hours are not known.",
    )


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

    def wait(self, served_today: float | None = None) -> Wait | None:
        """As screens show it: whole minutes below 30, then steps of five. None where it can't honestly be said.

        `served_today`: the probability of being called before the office closes.
        """
        if self.word == "unknown":
            return None
        return Wait(
            minutes=_rounded(self.minutes, round),
            low=_rounded(self.low, math.floor),
            high=_rounded(self.high, math.ceil),
            word=self.word,
            resumes=None if self.resumes is None else _clock(self.resumes),
            provisional=self.provisional,
            served_today=None if served_today is None or served_today >= NEARLY_SURE else _in_steps(served_today),
        )


def _rounded(minutes: float, how: Callable[[float], int]) -> int:
    step = 1 if minutes < WHOLE_MINUTES_BELOW else 5
    return step * how(minutes / step)


def _clock(minute: float) -> str:
    """A minute of the day as "13:00"."""
    hours, minutes = divmod(math.ceil(minute), 60)
    return f"{hours:02}:{minutes:02}"


def _in_steps(probability: float) -> float:
    return round(PROBABILITY_STEP * round(probability / PROBABILITY_STEP), 2)
