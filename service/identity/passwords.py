"""Password strength: which passwords are too weak to protect an account."""

from service.identity.demo import DEMO_PASSWORD

SHORTEST, LONGEST = 8, 200
"""Characters. A sign-in accepts no longer password."""

FEWEST_DIFFERENT = 4
"""Different characters: "aaaaaaaa" and "12121212" are as quickly guessed as one letter."""


def weakness(password: str) -> str | None:
    """What is wrong with the password, as a sentence's end; None for one that may be used."""
    if len(password) < SHORTEST:
        return f"it has fewer than {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"it has more than {LONGEST} characters"
    if len(set(password)) < FEWEST_DIFFERENT:
        return f"it has fewer than {FEWEST_DIFFERENT} different characters"
    if DEMO_PASSWORD in password.casefold():
        return f"it holds the demo's password, {DEMO_PASSWORD!r}"
    return None
