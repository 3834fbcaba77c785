"""The state of the fold, the city and the models as JSON."""

from typing import TypeVar

from pydantic import TypeAdapter

from service.domain.wait.city import City
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.model import Model

Kept = TypeVar("Kept", OfficeWaits, City, Model)

_ADAPTERS = {kind: TypeAdapter(kind) for kind in (OfficeWaits, City, Model)}


def dump(state: OfficeWaits | City | Model) -> bytes:
    """As JSON. A city that an office has joined is not part of it."""
    return _ADAPTERS[type(state)].dump_json(state)


def load(kind: type[Kept], text: bytes | str) -> Kept:
    """What `dump` wrote. Raises pydantic's ValidationError for anything else."""
    found = _ADAPTERS[kind].validate_json(text)
    assert isinstance(found, kind)
    return found
