"""Accounts: the members of staff and their hashed passwords."""

import hashlib
import logging
import secrets
from collections.abc import Mapping
from functools import cache, cached_property
from statistics import mode
from typing import Self

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import Argon2Error
from pydantic import BaseModel, ConfigDict, model_validator

from service.domain.errors import WeakPassword
from service.domain.office import City
from service.domain.staff import Role
from service.identity.demo import DEMO_PASSWORD
from service.identity.passwords import weakness
from service.identity.sessions import StartedSession

logger = logging.getLogger(__name__)

DEMO_SALT = b"sunbeon's demo's"
"""Every process of a demo has the same hashes, so that a session counts in all of them, and after a restart."""


class Account(BaseModel):
    """One member of staff: a clerk or manager of an office, or an admin, who belongs to all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    office: str | None = None
    password: str

    @model_validator(mode="after")
    def _all_but_admins_have_an_office(self) -> Self:
        if (self.role is Role.ADMIN) != (self.office is None):
            raise ValueError("a clerk or a manager needs an office, and an admin has none")
        return self

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the role, the office and the password, and so ends the sessions that began before the change."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]


class Accounts:
    """The accounts by user name."""

    def __init__(self, staff: Mapping[str, Account], *, demo: bool = False) -> None:
        """In a `demo` a weak password will do. Raises argon2's HashingError for hashes with unusable parameters."""
        self.staff = staff
        self._demo = demo
        # Verified for unknown users, so that they take as long as most known ones.
        hashes = [account.password for account in staff.values()]
        usual = mode(map(parameters, hashes)) if hashes else None
        self._nobody = hash_of_nobody(next((hashed for hashed in hashes if parameters(hashed) == usual), None))

    def verify(self, user: str, password: str) -> Account | None:
        """The user's account, or None. Takes some 50 ms of a core: call it in a thread.

        Raises WeakPassword for a right password that must not be used.
        """
        account = self.staff.get(user)
        if not is_right(account.password if account else self._nobody, password):
            return None
        if account and not self._demo and (wrong := weakness(password)):
            logger.error(
                "the password of %s is too weak: %s. Set another with python -m service staff password, or make "
                "another hash for the access file with python -m service hash-password",
                user,
                wrong,
            )
            raise WeakPassword
        return account

    def admits(self, session: StartedSession) -> bool:
        """Whether the account that this session began with still exists, unchanged."""
        account = self.staff.get(session.user)
        return account is not None and account.fingerprint == session.account


def demo_accounts(city: City) -> dict[str, Account]:
    """`clerk-<office>` and `manager-<office>` for each office, and `admin`."""
    password = _demo_hash()
    staff = {"admin": Account(role=Role.ADMIN, password=password)}
    for office in city.offices:
        for role in (Role.CLERK, Role.MANAGER):
            staff[f"{role}-{office.id}"] = Account(role=role, office=office.id, password=password)
    return staff


def is_right(hashed: str, password: str) -> bool:
    """Whether it is the hash of this password."""
    try:
        return PasswordHasher().verify(hashed, password)
    except Argon2Error:
        return False


@cache
def _demo_hash() -> str:
    return PasswordHasher().hash(DEMO_PASSWORD, salt=DEMO_SALT)


def parameters(hashed: str) -> str:
    """The beginning of an argon2 hash, which says how long it takes to verify."""
    return hashed.rsplit("$", 2)[0]


@cache
def hash_of_nobody(like: str | None) -> str:
    """A hash of no known password, that takes as long to verify as `like`, or as new ones where that is None.

    Raises argon2's HashingError where the parameters of `like` are unusable, and InvalidHashError where it is no hash.
    """
    hasher = PasswordHasher.from_parameters(extract_parameters(like)) if like else PasswordHasher()
    return hasher.hash(secrets.token_urlsafe())
