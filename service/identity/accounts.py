"""Accounts: the members of staff and their hashed passwords."""

import hashlib
import logging
import secrets
from functools import cached_property
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

    def __init__(self, staff: dict[str, Account], *, demo: bool = False) -> None:
        """In a `demo` a weak password will do. Raises argon2's HashingError for hashes with unusable parameters."""
        self.staff = staff
        self._demo = demo
        self._hasher = PasswordHasher()
        # Verified for unknown users, so that they take as long as known ones.
        self._nobody = _hash_of_nobody([account.password for account in staff.values()])

    @classmethod
    def demo(cls, city: City) -> Self:
        """`clerk-<office>` and `manager-<office>` for each office, and `admin`."""
        password = PasswordHasher().hash(DEMO_PASSWORD, salt=DEMO_SALT)
        staff = {"admin": Account(role=Role.ADMIN, password=password)}
        for office in city.offices:
            for role in (Role.CLERK, Role.MANAGER):
                staff[f"{role}-{office.id}"] = Account(role=role, office=office.id, password=password)
        return cls(staff, demo=True)

    def users_with_the_demos_password(self) -> list[str]:
        """Users whose password everyone knows. Takes 50 ms of a core an account: for the start only.

        Afterwards `verify` refuses it, as it does every weak password.
        """
        return [name for name, account in self.staff.items() if self._is_right(account.password, DEMO_PASSWORD)]

    def verify(self, user: str, password: str) -> Account | None:
        """The user's account, or None. Takes some 50 ms of a core: call it in a thread.

        Raises WeakPassword for a right password that must not be used.
        """
        account = self.staff.get(user)
        if not self._is_right(account.password if account else self._nobody, password):
            return None
        if account and not self._demo and (wrong := weakness(password)):
            logger.error(
                "the password of %s is too weak: %s. Make another hash with python -m service hash-password",
                user,
                wrong,
            )
            raise WeakPassword
        return account

    def admits(self, session: StartedSession) -> bool:
        """Whether the account that this session began with still exists, unchanged."""
        account = self.staff.get(session.user)
        return account is not None and account.fingerprint == session.account

    def _is_right(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except Argon2Error:
            return False


def _hash_of_nobody(hashes: list[str]) -> str:
    """A hash of no known password, that takes as long to verify as most of these."""
    hasher = PasswordHasher()
    if hashes:
        usual = mode(hashed.rsplit("$", 2)[0] for hashed in hashes)
        hasher = PasswordHasher.from_parameters(
            extract_parameters(next(hashed for hashed in hashes if hashed.startswith(usual)))
        )
    return hasher.hash(secrets.token_urlsafe())
