"""Verifying a password, in an order that nobody can use against the service or against an account.

First a place in line: verifying takes a core and 64 MiB, so few are verified at a time, and every address has its
turns. Then the attempt is counted in the store, so that guesses sent together count as if they had come one after
another. Only then the password is verified; a right one gives its count back. The line stands first so that invented
users can't fill the store with keys faster than passwords are verified.
"""

import asyncio
from functools import partial

from starlette.requests import ClientDisconnect, Request

from service.domain.errors import StoreUnavailable
from service.live.relay import Relay
from service.store.attempts import Attempts
from service.web.access import Account
from service.web.access_in_force import AccessInForce
from service.web.turns import Caller, Turns


class SignIn:
    """`account = await sign_in.verify(...)`."""

    def __init__(self, turns: Turns, attempts: Attempts | None, access: AccessInForce, relay: Relay) -> None:
        """Where `attempts` is None none are counted."""
        self._turns = turns
        self._attempts = attempts
        self._access = access
        self._relay = relay

    async def verify(
        self, request: Request, user: str, password: str, *, address: str, browser: str | None
    ) -> Account | None:
        """The user's account, None if there is none or the password is wrong; `browser` names a known one.

        Raises TooManyAttempts, WeakPassword, Unavailable, and ClientDisconnect for a client that has hung up.
        """
        caller = Caller(address) if browser is None else Caller(f"{user}\0{browser}", known=True)
        async with self._turns.turn(caller, partial(_hang_up, request)):
            if not self._relay.ready:
                # Or everyone in line would wait here for it, two at a time.
                raise StoreUnavailable
            attempt = await self._attempts.count(user, address, browser) if self._attempts else None
            gone = await request.is_disconnected()
            account = None if gone else await asyncio.to_thread(self._access.now.sign_in, user, password)
            if self._attempts and attempt and (gone or account):
                await self._attempts.give_back(attempt)
        if gone:
            raise ClientDisconnect
        return account


async def _hang_up(request: Request) -> None:
    """Returns when the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
