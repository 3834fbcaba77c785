"""The people who come to an office on a day."""

from dataclasses import dataclass

OPENS, CLOSES = 9 * 3600, 18 * 3600
"""Seconds of the day, as all times here."""

LANGUAGES = {"ko": 93.0, "en": 3.0, "zh": 2.0, "vi": 2.0}
PRIORITIES = {"elderly": 6.0, "disabled": 1.5, "pregnant": 1.5, "infant": 1.0}


@dataclass(frozen=True, slots=True)
class Person:
    """`at`: takes a number, second of the day. `service`: seconds at the window."""

    at: int
    counter: str
    channel: str
    priority: str
    lang: str
    service: int
    arrives: int | None
    """Is in the office: a walk-in at once, an online holder later, None for one who never comes."""
    answers: int | None
    """Comes to the window after so many recalls; None never."""
    gives_up: int | None
    """Cancels if not called by then; None never."""
    people: int = 1
    """How many the number stands for."""
