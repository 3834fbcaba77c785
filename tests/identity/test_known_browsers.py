"""The token of a known browser: it counts for one user of one service."""

import pytest

from service.identity.known_browsers import KnownBrowsers
from service.store.seal import Seal
from tests.support import SECRET


def browsers(secret: str = SECRET) -> KnownBrowsers:
    seal = Seal()
    seal.sign_with(secret)
    return KnownBrowsers(seal)


def test_a_token_is_read_by_every_process_of_the_service() -> None:
    token = browsers().new_token("kim")
    nonce = browsers().nonce("kim", token)
    assert nonce
    assert browsers().nonce("kim", browsers().new_token("kim")) not in (None, nonce)


@pytest.mark.parametrize("token", ["", ".", "made-up.made-up", "\xff.\xff", "여.덟"])
def test_another_text_is_no_token(token: str) -> None:
    assert browsers().nonce("kim", token) is None


def test_a_token_counts_for_its_user_and_its_service_only() -> None:
    token = browsers().new_token("kim")
    assert browsers().nonce("lee", token) is None
    assert browsers("another secret, of 32 letters or more").nonce("kim", token) is None
