"""Access files, for services that are no demo."""

from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from service.identity.devices import hash_key
from tests.support import SECRET

PASSWORD = "four random words"
KEY = "the key of a kiosk"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes that are verified quickly, since nobody attacks a test's accounts."""


def write_access(file: Path, *staff: str, password: str = PASSWORD, devices: tuple[str, ...] = (KEY,)) -> None:
    """Replaces the access file `file`. `staff` are "admin", "clerk-<office>" or "manager-<office>", as in a demo.

    An account that is written again as it was has the same hash.
    """
    lines = []
    for name in staff:
        role, _, office = name.partition("-")
        place = f'role = "{role}"' + (f'\noffice = "{office}"' if office else "")
        hashed = QUICK.hash(password, salt=f"the salt of {name}".encode())
        lines.append(f'[staff.{name}]\n{place}\npassword = "{hashed}"')
    lines += [f'[devices.kiosk-{n}]\nkey = "{hash_key(key)}"' for n, key in enumerate(devices)]
    new = file.with_suffix(".new")
    new.write_text("\n".join(lines) or "# nobody")
    new.replace(file)


def real(folder: Path, *staff: str, **settings: Any) -> dict[str, Any]:
    """Settings of a service that is no demo, with these accounts and a kiosk."""
    file = folder / "access.toml"
    write_access(file, *staff)
    return {"demo": False, "secret": SECRET, "access_file": file, "bootstrap_store": True, **settings}
