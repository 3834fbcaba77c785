"""Exponential backoff with full jitter, so that a city's screens don't all reconnect at the same time."""

import random


def full_jitter(attempt: int, first: float, most: float) -> float:
    """Random seconds from 0 to a limit: `first`, doubled with each `attempt` (counted from 0), at most `most`."""
    return random.uniform(0, min(most, first * 2 ** min(attempt, 30)))
