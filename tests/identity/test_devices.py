"""Devices are found by their keys."""

from service.domain.staff import DeviceKind
from service.identity.demo import DEMO_KEYS
from service.identity.devices import Device, Devices, demo_devices, hash_key


def test_a_device_is_found_by_its_key_and_knows_its_name() -> None:
    devices = Devices({"kiosk-a": Device(office="passport", key=hash_key("a")), "kiosk-b": Device(key=hash_key("b"))})
    found = devices.find("a")
    assert found
    assert (found.name, found.office) == ("kiosk-a", "passport")
    assert devices.find(hash_key("a")) is None
    assert devices.find("") is None


def test_a_device_is_a_kiosk_unless_it_says_otherwise() -> None:
    assert Device(key=hash_key("a")).kind is DeviceKind.KIOSK


def test_the_demos_key_opens_a_demo_only() -> None:
    for key in DEMO_KEYS:
        assert Devices(demo_devices(), demo=True).find(key)
        assert Devices(demo_devices()).find(key) is None
