"""What an edit changes is said place by place."""

from copy import deepcopy
from typing import Any

from service.directory.changes import Change, changes
from tests.store.town import document


def edited(*steps: tuple[tuple[Any, ...], Any]) -> dict[str, Any]:
    """The town's document with other values at these paths."""
    found = deepcopy(document())
    for path, value in steps:
        place: Any = found
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    return found


def test_the_same_document_has_no_changes() -> None:
    assert changes(document(), document()) == []


def test_a_value_is_named_by_ids() -> None:
    after = edited((("offices", 0, "counters", 1, "numbers"), [21, 49]), (("offices", 0, "lunch"), "none"))
    assert changes(document(), after) == [
        Change("offices/hall/lunch", "12:00-13:00", "none"),
        Change("offices/hall/counters/b/numbers", [21, 39], [21, 49]),
    ]


def test_an_entry_that_is_new_or_gone_is_told_whole() -> None:
    counters = document()["offices"][0]["counters"]
    new = {"id": "d", "name": {"ko": "라", "en": "D"}, "numbers": [51, 59]}
    after = edited((("offices", 0, "counters"), [*counters[1:], new]))
    assert changes(document(), after) == [
        Change("offices/hall/counters/a", counters[0], None),
        Change("offices/hall/counters/d", None, new),
    ]


def test_another_order_is_a_change() -> None:
    counters = document()["offices"][0]["counters"]
    after = edited((("offices", 0, "counters"), [counters[1], counters[0], counters[2]]))
    assert changes(document(), after) == [Change("offices/hall/counters", ["a", "b", "c"], ["b", "a", "c"])]


def test_a_list_that_becomes_empty_is_a_change() -> None:
    closed = [{"date": "2026-12-31", "name": {"ko": "종무일", "en": "Last day"}}]
    before = edited((("holidays", "closed"), closed))
    after = edited((("holidays", "closed"), []))
    assert changes(before, after) == [Change("holidays/closed", closed, [])]
    assert changes(after, document()) == [Change("holidays/closed", [], None)]
