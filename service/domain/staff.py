"""Actors: who did something in an office."""

from typing import Literal, NamedTuple, Self

ActorKind = Literal["staff", "device", "operator", "holder", "anonymous", "time", "service"]


class Actor(NamedTuple):
    """Who did it. As text it is the kind, for staff and devices with the name: `staff:kim`, `holder`."""

    kind: ActorKind
    name: str = ""
    """The user of a member of staff, the name of a device, an operator's name on their machine; empty for the others,
    who have none."""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @classmethod
    def parse(cls, text: str) -> Self:
        """The actor of such a text."""
        kind, _, name = text.partition(":")
        return cls(kind, name)  # type: ignore[arg-type]


HOLDER = Actor("holder")
"""Whoever holds the ticket, or took it online."""

ANONYMOUS = Actor("anonymous")
"""Someone who did not say who they are."""

TIME = Actor("time")
"""Nobody: it was due."""

SERVICE = Actor("service")
"""The service itself, such as after a failover."""
