"""What an edit changes in the city's document, for people who read the revisions and the audit."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from service.directory.document import Document


class Change(NamedTuple):
    """One change. `before` or `after` is None where the place is new, or gone."""

    at: str
    """The place, such as `offices/passport/counters/apply/numbers`: entries of lists go by their id or date."""
    before: Any
    after: Any


def changes(before: Document, after: Document) -> list[Change]:
    """All that differs, in the order of the documents."""
    return list(_differences("", before, after))


def _differences(at: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    parts_before, parts_after = _parts(before), _parts(after)
    if parts_before is None or parts_after is None:
        yield Change(at, before, after)
        return
    found = False
    for name in dict.fromkeys([*parts_before, *parts_after]):
        place = f"{at}/{name}" if at else name
        for change in _differences(place, parts_before.get(name), parts_after.get(name)):
            found = True
            yield change
    if not found:
        # The same entries in another order.
        yield Change(at, list(parts_before), list(parts_after))


def _parts(value: Any) -> dict[str, Any] | None:
    """The members of an object, and the entries of a list that go by names; None for any other value."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        names = [str(entry.get("id") or entry.get("date") or "") for entry in value]
        if all(names) and len(set(names)) == len(names):
            return dict(zip(names, value, strict=True))
    return None
