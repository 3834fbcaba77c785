"""Commands for staff and devices. They need the database of the settings only; the service may run meanwhile."""

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Container, Sequence
from datetime import datetime
from typing import TypeAlias

from service.database.engine import Database, sqlite_url
from service.directory.loader import load_city
from service.domain.hours import KST
from service.domain.service_clock import Clock
from service.domain.staff import Actor, DeviceKind, Role
from service.identity.accounts import demo_accounts
from service.identity.administration import Administration, AdministrationError
from service.identity.registry import Registered, RegisteredAccount, RegisteredDevice, Registry
from service.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_parsers(commands: Commands) -> None:
    """Adds `staff` and `device` to the command line."""
    staff = commands.add_parser("staff", help="the accounts of staff").add_subparsers(dest="what", required=True)
    add = _named(staff, "add", "user", "add an account; its password is asked for, or read from standard input")
    add.add_argument("--role", choices=[*Role], required=True)
    add.add_argument("--office", help="the id of the office of a clerk or a manager")
    _named(staff, "disable", "user", "let an account count no more, and end its sessions")
    _named(staff, "enable", "user", "let an account count again")
    _named(staff, "password", "user", "set another password, and end the account's sessions")
    staff.add_parser("list", help="all accounts")
    device = commands.add_parser("device", help="kiosks and screens").add_subparsers(dest="what", required=True)
    add = _named(device, "add", "name", "add a device and print its key, once")
    add.add_argument("--office", required=True, help="the id of its office")
    add.add_argument("--kind", choices=[*DeviceKind], default=DeviceKind.KIOSK)
    _named(device, "revoke", "name", "let a device's key count no more")
    device.add_parser("list", help="all devices")


def _named(commands: Commands, command: str, what: str, help: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(command, help=help)
    parser.add_argument("name", metavar=what.upper())
    return parser


def run(asked: argparse.Namespace, settings: Settings, clock: Clock) -> str:
    """Does what is asked, and returns what to print.

    Raises AdministrationError, DatabaseAway, and CityFileError.
    """
    if getattr(asked, "office", None):
        _note_unknown_office(asked.office, settings)
    if asked.command == "staff" and settings.demo and asked.what != "list" and asked.name in _of_demo(settings):
        raise AdministrationError(f"the demo has {asked.name} itself, and nothing changes it: choose another name")
    password = read_password() if asked.what in ("add", "password") and asked.command == "staff" else ""
    return asyncio.run(_run(asked, settings, clock, password))


def read_password() -> str:
    """From the terminal, twice; where there is none, the first line of standard input. Raises AdministrationError."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    try:
        password, again = getpass.getpass(), getpass.getpass("Again: ")
    except EOFError:
        raise AdministrationError("no password was given") from None
    if again != password:
        raise AdministrationError("the two are not the same: try again")
    return password


async def _run(asked: argparse.Namespace, settings: Settings, clock: Clock, password: str) -> str:
    database = Database(settings.database_url or sqlite_url(settings.data_dir))
    try:
        await database.prepare()
        administration = Administration(Registry(database, clock), Actor("operator", _unix_user()))
        return await (_staff if asked.command == "staff" else _device)(administration, asked, password)
    finally:
        await database.aclose()


async def _staff(administration: Administration, asked: argparse.Namespace, password: str) -> str:
    match asked.what:
        case "add":
            await administration.add_account(asked.name, Role(asked.role), asked.office, password)
            return f"{asked.name} may sign in"
        case "password":
            await administration.set_password(asked.name, password)
            return f"{asked.name} has another password"
        case "disable":
            await administration.disable_account(asked.name)
            return f"{asked.name} may not sign in any more"
        case "enable":
            await administration.enable_account(asked.name)
            return f"{asked.name} may sign in again"
    accounts = await administration.accounts()
    return _table("user", "role", [(name, account.role, account) for name, account in accounts.items()])


async def _device(administration: Administration, asked: argparse.Namespace, _: str) -> str:
    match asked.what:
        case "add":
            key = await administration.add_device(asked.name, DeviceKind(asked.kind), asked.office)
            return f"key of {asked.name}, shown this once: {key}"
        case "revoke":
            await administration.revoke_device(asked.name)
            return f"the key of {asked.name} counts no more"
    devices = await administration.devices()
    return _table("device", "kind", [(name, device.kind, device) for name, device in devices.items()])


def _table(name: str, kind: str, registered: Sequence[tuple[str, str, RegisteredAccount | RegisteredDevice]]) -> str:
    """Aligned columns with a head, sorted by name."""
    rows = [(name, kind, "office", "from", "state", "changed")]
    for id, is_a, each in sorted(registered, key=lambda row: row[0]):
        changed = datetime.fromtimestamp(each.changed_at / 1000, KST).isoformat(" ", "minutes")
        rows.append((id, is_a, each.office or "all", each.origin.replace("_", " "), _state(each), changed))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _state(registered: Registered) -> str:
    if registered.in_force:
        return "in force"
    return "disabled" if registered.disabled else "gone from the file"


def _note_unknown_office(office: str, settings: Settings) -> None:
    if load_city(settings.city).find(office) is None:
        print(f"sunbeon: note: the city's file has no office {office}; nobody works there yet", file=sys.stderr)


def _of_demo(settings: Settings) -> Container[str]:
    """The names of the demo's own accounts."""
    return demo_accounts(load_city(settings.city))


def _unix_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        return str(os.getuid())
