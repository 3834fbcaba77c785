"""Who does something, and what they may do: actors, roles of staff, kinds of devices, and their permissions."""

from enum import StrEnum
from typing import Literal, NamedTuple, Self


class Role(StrEnum):
    """What a member of staff is. Clerks and managers belong to one office; an admin belongs to all."""

    CLERK = "clerk"
    MANAGER = "manager"
    ADMIN = "admin"


class DeviceKind(StrEnum):
    """What a device is: a ticket kiosk (번호표 발급기), or a screen that only shows."""

    KIOSK = "kiosk"
    SCREEN = "screen"


class Permission(StrEnum):
    """What somebody may do: in the whole city where it is `CITY_WIDE`, else at an office."""

    ISSUE_TICKETS = "issue_tickets"
    """Give walk-in numbers."""
    CONFIRM_ARRIVAL = "confirm_arrival"
    """Say that a ticket's holder has arrived, and whether they have priority."""
    SERVE = "serve"
    """Work at the windows, pause counters, and limit their numbers."""
    EDIT_NOTICES = "edit_notices"
    """Write what the office's screens say, and set how they speak and show."""
    REPORT_SCREEN = "report_screen"
    """Say how a lobby screen is, and fetch what it is to do."""
    TEND_SCREENS = "tend_screens"
    """See how the office's lobby screens are, and order them to do something."""
    EDIT_CITY = "edit_city"


CITY_WIDE = frozenset({Permission.EDIT_CITY})

_CLERKS = frozenset({Permission.CONFIRM_ARRIVAL, Permission.SERVE, Permission.EDIT_NOTICES, Permission.TEND_SCREENS})

GRANTS: dict[Role | DeviceKind, frozenset[Permission]] = {
    Role.CLERK: _CLERKS,
    Role.MANAGER: _CLERKS,
    Role.ADMIN: _CLERKS | CITY_WIDE,
    DeviceKind.KIOSK: frozenset({Permission.ISSUE_TICKETS, Permission.CONFIRM_ARRIVAL}),
    DeviceKind.SCREEN: frozenset({Permission.REPORT_SCREEN}),
}
"""The permissions of each role and of each kind of device, at the office that they belong to."""


def has(grantee: Role | DeviceKind, belongs_to: str | None, permission: Permission, office: str | None) -> bool:
    """Whether the permission is granted at an office; `office` None: in the whole city.

    `belongs_to`: the office of the member of staff or of the device; None for one of all offices.
    """
    return permission in GRANTS[grantee] and belongs_to in (None, office)


ActorKind = Literal["staff", "device", "holder", "anonymous", "time", "service", "operator"]


class Actor(NamedTuple):
    """Who did it. As text it is the kind, and the name where there is one: `staff:kim`, `holder`."""

    kind: ActorKind
    name: str = ""
    """The user of a member of staff or of an operator, the name of a device; empty for the others, who have none."""

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
