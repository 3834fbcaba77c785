"""Events of the city's service that belong to no office's queue: one class a kind. They are in a log of their own.

Moments are epoch milliseconds.
"""

from datetime import date
from typing import Any, Literal

from service.domain.facts import Facts


class _CityEvent(Facts):
    """What happened in the city's service, and in no office's queue."""

    at: int
    day: date
    actor: str


class SignIn(_CityEvent):
    """A member of staff signed in."""

    kind: Literal["sign_in"]


class SignOut(_CityEvent):
    """A member of staff signed out."""

    kind: Literal["sign_out"]


class Refusals(_CityEvent):
    """What one actor was refused in one minute, which begins at `at`. Everyone without a name is one actor."""

    kind: Literal["refusals"]
    code: str
    """Of the problem documents."""
    count: int
    user: str | None = None
    """The account that somebody tried to sign in to; None where there is no such account."""


class EditCity(_CityEvent):
    """Somebody changed the city's configuration."""

    kind: Literal["edit_city"]
    to: int
    """The new revision."""
    changes: tuple[dict[str, Any], ...]
    """`at`, `before` and `after` of each."""


CityEvent = SignIn | SignOut | Refusals | EditCity
