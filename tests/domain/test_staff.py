"""Roles, kinds of devices, and what each may do at which office."""

import pytest

from service.domain.staff import CITY_WIDE, GRANTS, Actor, DeviceKind, Permission, Role, has


def test_a_manager_may_do_all_that_a_clerk_may_and_an_admin_everything_that_staff_do() -> None:
    assert GRANTS[Role.CLERK] <= GRANTS[Role.MANAGER] <= GRANTS[Role.ADMIN]
    assert GRANTS[Role.ADMIN] == set(Permission) - {Permission.ISSUE_TICKETS, Permission.REPORT_SCREEN}


def test_every_role_and_kind_of_device_has_its_row() -> None:
    assert GRANTS.keys() == {*Role, *DeviceKind}


@pytest.mark.parametrize(
    ("belongs_to", "office", "allowed"),
    [
        ("passport", "passport", True),
        ("passport", "howon1", False),
        ("passport", None, False),
        (None, "passport", True),
        (None, None, True),
    ],
)
def test_a_permission_counts_where_one_belongs(belongs_to: str | None, office: str | None, allowed: bool) -> None:
    assert has(Role.ADMIN, belongs_to, Permission.EDIT_CITY, office) == allowed


def test_who_lacks_a_permission_has_it_nowhere() -> None:
    for office in ("passport", None):
        assert not has(Role.CLERK, office, Permission.EDIT_CITY, office)
        assert not has(DeviceKind.SCREEN, office, Permission.ISSUE_TICKETS, office)


def test_what_counts_in_the_whole_city_is_for_admins() -> None:
    assert not any(CITY_WIDE & granted for grantee, granted in GRANTS.items() if grantee is not Role.ADMIN)


@pytest.mark.parametrize("text", ["staff:kim", "device:kiosk:a", "operator:root", "holder", "time"])
def test_an_actor_is_written_and_read_as_text(text: str) -> None:
    assert str(Actor.parse(text)) == text
