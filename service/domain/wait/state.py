"""The states of the fold, of the city and of what is published, as JSON."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

from service.domain.wait.city import City
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.log import OfficeFold
from service.domain.wait.model import Model
from service.domain.wait.published import Published
from service.domain.wait.spread import CitySpread

Kept = TypeVar("Kept", OfficeWaits, OfficeFold, City, Model, CitySpread, Published)

_ADAPTERS = {kind: TypeAdapter(kind) for kind in (OfficeWaits, OfficeFold, City, Model, CitySpread, Published)}

_LEFT_OUT: dict[type, Any] = {Published: {"counters": {"__all__": {"spread"}}}}
"""The city's spread is the same in all models, and larger than the rest: it is published apart from them."""


def dump(state: OfficeWaits | OfficeFold | City | Model | CitySpread | Published) -> bytes:
    """As JSON. A city that an office has joined is not part of it, and the city's spread no part of `Published`."""
    return _ADAPTERS[type(state)].dump_json(state, exclude=_LEFT_OUT.get(type(state)))


def load(kind: type[Kept], text: bytes | str) -> Kept:
    """What `dump` wrote. Raises pydantic's ValidationError for anything else."""
    found = _ADAPTERS[kind].validate_json(text)
    assert isinstance(found, kind)
    return found
