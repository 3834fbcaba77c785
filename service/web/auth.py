"""Who asks: staff by session (cookie or token), devices by key; and whether they may."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from service.domain.errors import Forbidden, Unauthenticated
from service.domain.request_errors import CrossSite, FormRefused
from service.domain.staff import CITY_WIDE, GRANTS, Actor, Permission
from service.identity.devices import Device
from service.identity.sessions import Staff
from service.web.asking import set_actor
from service.web.context import Context, InContext, TheOffice
from service.web.cookies import session_cookie
from service.web.csrf import refuse_cross_site


def bearer(connection: HTTPConnection) -> str | None:
    """The token of an Authorization: Bearer header."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def session_token(connection: HTTPConnection, context: Context) -> str | None:
    """The session's token: from the header, or from the cookie where a page of our own sent it."""
    token = bearer(connection)
    if token is None and context.csrf.is_from_own_page(connection):
        return session_cookie(connection, context.settings)
    return token


async def find_staff(connection: HTTPConnection, context: InContext) -> Staff | None:
    """Who is signed in, if anyone."""
    token = session_token(connection, context)
    session = await context.sessions.find(token) if token else None
    if session is None or not context.credentials.now.accounts.admits(session):
        return None
    set_actor(connection.scope, session.actor)
    return session


CsrfChecked = Depends(refuse_cross_site)
"""For routes that take a session, or give one; raises CrossSite, FormRefused."""


async def _staff(_: Annotated[None, CsrfChecked], found: Annotated[Staff | None, Depends(find_staff)]) -> Staff:
    if found is None:
        raise Unauthenticated
    return found


SignedIn = Annotated[Staff, Depends(_staff)]
"""Any member of staff; raises what `STAFF_ERRORS` names."""

STAFF_ERRORS = (Unauthenticated, CrossSite, FormRefused)
"""The refusals of a call that is for staff only."""


def check(who: Staff | Device, permission: Permission, office: str | None) -> None:
    """Raises Forbidden unless they have the permission at the office; `office` None: in the whole city."""
    if who.may(permission, office):
        return
    if permission in GRANTS[who.grantee]:
        raise Forbidden
    others = ", ".join(grantee for grantee, granted in GRANTS.items() if permission in granted)
    raise Forbidden(f"This is not for a {who.grantee}. It is for: {others}.")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A dependency that returns the Actor if staff with this permission ask."""

    permission: Permission


class _AtOffice(Requirement):
    async def __call__(self, staff: SignedIn, office: TheOffice) -> Actor:
        check(staff, self.permission, office.id)
        return staff.actor


class _InCity(Requirement):
    async def __call__(self, staff: SignedIn) -> Actor:
        check(staff, self.permission, None)
        return staff.actor


@cache
def require(permission: Permission) -> Any:
    """`actor: Annotated[Actor, require(Permission.SERVE)]`: the member of staff who asks, as events name them.

    They have the permission at the office that the path names, or in the whole city for one that is `CITY_WIDE`.
    Raises what `STAFF_ERRORS` names, Forbidden, UnknownOffice. The descriptions say of the route what it requires.
    """
    return Depends(_InCity(permission) if permission in CITY_WIDE else _AtOffice(permission))


async def find_device(connection: HTTPConnection, context: InContext) -> Device | None:
    """The device that asks, if it is one. Raises Unauthenticated for a key that isn't known."""
    key = bearer(connection)
    if key is None:
        return None
    device = context.credentials.now.devices.find(key)
    if device is None:
        raise Unauthenticated("This device key isn't known. Enter the kiosk's key again.")
    set_actor(connection.scope, device.actor)
    return device


async def actor_at(connection: HTTPConnection, context: Context, permission: Permission, office: str) -> Actor | None:
    """The device or the member of staff that asks, with this permission at the office; None for just the holder of a
    ticket.

    Staff without it are as good as anyone. Raises Unauthenticated for a bearer token that is nobody's, and Forbidden
    for a device without it: the user of another office's kiosk would be called elsewhere.
    """
    key = bearer(connection)
    if key and (device := context.credentials.now.devices.find(key)):
        set_actor(connection.scope, device.actor)
        check(device, permission, office)
        return device.actor
    staff = await find_staff(connection, context)
    if key and staff is None:
        raise Unauthenticated
    return staff.actor if staff and staff.may(permission, office) else None


AskingDevice = Annotated[Device | None, Depends(find_device)]
