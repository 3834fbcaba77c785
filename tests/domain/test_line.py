"""The arithmetic of `ahead` and `waiting` agrees with calling people one by one."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.line import Line

small = st.integers(0, 9)


def calls(line: Line, in_a_row: int) -> list[str]:
    """The order in which the lanes are called, by lua/next.lua's rule."""
    priority, normal, streak, order = line.priority, line.normal, line.streak, ["front"] * line.front
    while priority or normal:
        if priority and (not normal or streak < in_a_row):
            order.append("priority")
            priority, streak = priority - 1, streak + 1
        else:
            order.append("normal")
            normal, streak = normal - 1, 0
    return order


@given(front=small, priority=small, normal=small, streak=st.integers(0, 5), in_a_row=st.integers(1, 4))
def test_ahead_is_what_happens(front: int, priority: int, normal: int, streak: int, in_a_row: int) -> None:
    line = Line(front, priority, normal, streak)
    order = calls(line, in_a_row)
    normals = [place for place, lane in enumerate(order) if lane == "normal"]
    priorities = [place for place, lane in enumerate(order) if lane == "priority"]
    assert [line.before_normal(nth, in_a_row) for nth in range(normal)] == normals
    assert [line.before_priority(nth, in_a_row) for nth in range(priority)] == priorities


@given(front=small, priority=small, normal=small, streak=st.integers(0, 5), in_a_row=st.integers(1, 4))
def test_waiting_is_the_newcomers_place(front: int, priority: int, normal: int, streak: int, in_a_row: int) -> None:
    with_newcomer = calls(Line(front, priority, normal + 1, streak), in_a_row)
    place = max(i for i, lane in enumerate(with_newcomer) if lane == "normal")
    assert Line(front, priority, normal, streak).before_newcomer(in_a_row) == place
