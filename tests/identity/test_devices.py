"""Devices are found by their keys."""

from service.identity.devices import Device, Devices, hash_key


def test_a_device_is_found_by_its_key_and_knows_its_name() -> None:
    devices = Devices({"kiosk-a": Device(office="passport", key=hash_key("a")), "kiosk-b": Device(key=hash_key("b"))})
    found = devices.find("a")
    assert found
    assert (found.name, found.office) == ("kiosk-a", "passport")
    assert devices.find(hash_key("a")) is None
    assert devices.find("") is None


def test_the_demos_key_is_noticed() -> None:
    assert Devices.demo().have_the_demos_key
    assert not Devices({"kiosk": Device(key=hash_key("a"))}).have_the_demos_key
