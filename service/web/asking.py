"""Who asks, as far as a route has found it out by now: for the audit of what was refused."""

from starlette.types import Scope

from service.domain.staff import ANONYMOUS, Actor

ACTOR = "sunbeon.actor"
ACCOUNT = "sunbeon.account"


def set_actor(scope: Scope, actor: Actor) -> None:
    """A member of staff, or a device."""
    scope[ACTOR] = actor


def actor_of(scope: Scope) -> Actor:
    """The same; ANONYMOUS where nobody has said who they are."""
    found: Actor = scope.get(ACTOR, ANONYMOUS)
    return found


def set_account(scope: Scope, user: str) -> None:
    """The existing account that somebody tries to sign in to."""
    scope[ACCOUNT] = user


def account_of(scope: Scope) -> str | None:
    """The same, or None."""
    found: str | None = scope.get(ACCOUNT)
    return found
