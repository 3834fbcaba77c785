"""Settings as the environment gives them."""

import pytest

from service.settings import Settings


@pytest.mark.parametrize("name", ["SUNBEON_BOOTSTRAP_STORE", "SUNBEON_FOUND_STORE"])
def test_the_bootstrap_is_asked_for_by_its_name_of_now_or_of_before(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().bootstrap_store is None
    monkeypatch.setenv(name, "1")
    assert Settings().bootstrap_store is True
