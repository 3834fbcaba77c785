"""Secrets that can be guessed are refused: in the settings, where a hash is made, and at the sign-in."""

import io
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from pydantic import ValidationError

from service.__main__ import main
from service.identity.passwords import weakness
from service.settings import Settings
from tests.access import real, write_access
from tests.support import SECRET, running

WEAK = ["", "a", "1234567", "aaaaaaaa", "abcabcabc", "12121212", "sunbeon", "Sunbeon2026!", "x" * 200, "abcd" * 51]


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_has_no_hash(
    password: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weakness(password)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    monkeypatch.setattr(sys, "argv", ["sunbeon", "hash-password"])
    with pytest.raises(SystemExit, match="2"):
        main()
    told = capsys.readouterr()
    assert told.out == ""
    assert "too weak" in told.err


@pytest.mark.parametrize("password", ["four random words", "여덟 글자 비밀번호", "k3v9QxTm", "abcd" * 50])
def test_a_good_password_has_one(
    password: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    monkeypatch.setattr(sys, "argv", ["sunbeon", "hash-password"])
    main()
    assert PasswordHasher().verify(capsys.readouterr().out.strip(), password)


@pytest.mark.parametrize("secret", ["a" * 32, "ab" * 20, "1234567" * 5])
def test_a_simple_secret_is_refused_with_its_mend(secret: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="token_urlsafe") as refused:
        Settings(demo=False, secret=secret, access_file=tmp_path / "access.toml")
    assert secret not in str(refused.value)
    Settings(demo=False, secret=SECRET, access_file=tmp_path / "access.toml")


@pytest.mark.parametrize("password", [password for password in WEAK if 0 < len(password) <= 200])
async def test_an_account_with_a_weak_password_cannot_sign_in(
    store_url: str, tmp_path: Path, password: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings: dict[str, Any] = real(tmp_path)
    write_access(settings["access_file"], "clerk-passport", password=password)
    async with running(store_url, **settings) as service:
        wanted = {"user": "clerk-passport", "password": password}
        answer = await service.http.post("/api/v1/session", json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (403, "weak_password")
        assert "set-cookie" not in answer.headers
        (told,) = [record.message for record in caplog.records if record.levelno == logging.ERROR]
        assert "clerk-passport" in told
        assert "hash-password" in told
        # A caller with a wrong password learns nothing.
        answer = await service.http.post("/api/v1/session", json=wanted | {"password": "guess"})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
