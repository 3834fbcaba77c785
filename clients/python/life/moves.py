"""The moves of simulated people and clerks; each is one request. `key` is its Idempotency-Key in all attempts."""

from dataclasses import dataclass

from ..simulation.people import Person


@dataclass(frozen=True, slots=True)
class Take:
    """Somebody takes a number."""

    person: Person
    key: str


@dataclass(frozen=True, slots=True)
class Arrive:
    """The holder of an online number stands at the kiosk."""

    number: int


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The holder of a number cancels it."""

    number: int


@dataclass(frozen=True, slots=True)
class AtWindow:
    """A clerk's move, `what`: open, next, recall, finish, no_show or close. `number` is who is at the window then."""

    window: int
    what: str
    number: int | None
    key: str


Move = Take | Arrive | GiveUp | AtWindow
