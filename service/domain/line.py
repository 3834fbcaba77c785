"""Who is called before whom: the arithmetic behind `ahead` and `waiting`, and the order in which a window calls.

A counter's line has three lanes. `front`: online tickets whose turn passed before their holder arrived; they go
first. `priority` (우선배려) goes before `normal`, but after `in_a_row` priority calls in a row one normal ticket is
called, so that nobody starves; `streak` is how many priority calls in a row there have been.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

Waiting = TypeVar("Waiting")


@dataclass(frozen=True, slots=True)
class Line:
    """A counter's lanes, counted in tickets, and its streak."""

    front: int
    priority: int
    normal: int
    streak: int

    def before_normal(self, normal_before: int, in_a_row: int) -> int:
        """How many are called before the normal ticket that has `normal_before` normal tickets before it."""
        turns = max(0, in_a_row - self.streak) + normal_before * in_a_row
        return self.front + normal_before + min(self.priority, turns)

    def before_priority(self, priority_before: int, in_a_row: int) -> int:
        """How many are called before the priority ticket that has `priority_before` priority tickets before it."""
        until_normal = max(0, in_a_row - self.streak)
        past = priority_before - until_normal
        normal_turns = 0 if past < 0 else 1 + past // in_a_row
        return self.front + priority_before + min(self.normal, normal_turns)

    def before_newcomer(self, in_a_row: int) -> int:
        """How many are called before someone who takes a normal ticket now: the board's `waiting`."""
        return self.before_normal(self.normal, in_a_row)


def calling_order(
    front: Iterable[Waiting], priority: Iterable[Waiting], normal: Iterable[Waiting], streak: int, in_a_row: int
) -> list[Waiting]:
    """Whom a window calls, press after press, if nobody comes or leaves.

    The lanes are those of all counters that it serves, each lane by seniority. Tickets whose holders haven't arrived
    are left out, because a window skips them. `streak` is the highest of these counters', as every call at the window
    counts for all of them.
    """
    order, first, others = list(front), deque(priority), deque(normal)
    while first or others:
        if first and (not others or streak < in_a_row):
            order.append(first.popleft())
            streak += 1
        else:
            order.append(others.popleft())
            streak = 0
    return order
