"""Who is called before whom at one counter: the arithmetic behind `ahead` and `waiting`.

A counter's line has three lanes. `front`: online tickets whose turn passed before their holder arrived; they go
first. `priority` (우선배려) goes before `normal`, but after `in_a_row` priority calls in a row one normal ticket is
called, so that nobody starves; `streak` is how many priority calls in a row there have been.
"""

from dataclasses import dataclass


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
