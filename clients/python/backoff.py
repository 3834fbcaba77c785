"""How long to pause before the next attempt: random from the start, so that a city's screens don't return as one."""

import random


def full_jitter(attempt: int, first: float, most: float) -> float:
    """Seconds from 0 to `first`, doubled with each `attempt` (from 0), to `most` in the end."""
    return random.uniform(0, min(most, first * 2 ** min(attempt, 30)))
