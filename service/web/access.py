"""Access: who may use a call or a socket. Routes declare it, the descriptions say it, and a test tries all of it.

A route for which staff need a permission declares it with `auth.require`; every other one names who may use it with
`openapi_extra=access(...)`. Both stand in the descriptions as `x-callers` and `x-permission`.
"""

from enum import StrEnum
from typing import Any

from service.domain.staff import GRANTS, DeviceKind, Permission, Role


class Caller(StrEnum):
    """Who may use a call without a permission; roles and kinds of devices are callers too."""

    ANYONE = "anyone"
    """Everybody, whatever they show."""
    ANONYMOUS = "anonymous"
    """Who shows nothing: no device key, no session."""
    HOLDER = "holder"
    """Who knows the ticket's id. Staff of another office who know it are its holders, too."""


def access(*callers: Caller | Role | DeviceKind, permission: Permission | None = None) -> dict[str, Any]:
    """What an operation says of its callers: those named, and everyone who has the permission.

    `security` follows from it. A credential of a scheme that it does not list is not accepted.
    """
    named = [*callers, *(grantee for grantee, granted in GRANTS.items() if permission in granted)]
    said: dict[str, Any] = {"x-callers": [str(caller) for caller in named]}
    if permission:
        said["x-permission"] = str(permission)
    security: list[dict[str, list[str]]] = []
    if any(isinstance(caller, DeviceKind) for caller in named):
        security += [{"device": []}]
    if any(isinstance(caller, Role) for caller in named):
        security += [{"token": []}, {"session": []}]
    if security:
        if any(isinstance(caller, Caller) for caller in callers):
            security += [{}]
        said["security"] = security
    return said
