"""Devices: kiosks and screens, each known by a key of which only the hash is kept."""

import hashlib
import secrets
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from service.domain.staff import Actor, DeviceKind, Permission, has
from service.identity.demo import DEMO_DEVICE_KEY, DEMO_KEYS, DEMO_SCREEN_KEY


class Device(BaseModel):
    """A kiosk or a screen. `office` is None for one that may stand anywhere, as the demo's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field("", exclude=True)
    kind: DeviceKind = DeviceKind.KIOSK
    office: str | None = None
    key: str

    @property
    def actor(self) -> Actor:
        """As events name it."""
        return Actor("device", self.name)

    @property
    def grantee(self) -> DeviceKind:
        """What its permissions follow from."""
        return self.kind

    def may(self, permission: Permission, office: str | None) -> bool:
        """Whether it has the permission at an office; `office` None: in the whole city."""
        return has(self.kind, self.office, permission, office)


class Devices:
    """The devices by name."""

    def __init__(self, devices: Mapping[str, Device], *, demo: bool = False) -> None:
        """Outside of a `demo`, the demo's keys are nobody's."""
        self._devices = [device.model_copy(update={"name": name}) for name, device in devices.items()]
        self._demo = demo

    def __len__(self) -> int:
        return len(self._devices)

    def find(self, key: str) -> Device | None:
        """The device with this key, or None."""
        if key in DEMO_KEYS and not self._demo:
            return None
        hashed = hash_key(key)
        return next((d for d in self._devices if secrets.compare_digest(d.key, hashed)), None)


def demo_devices() -> dict[str, Device]:
    """One key for every kiosk, and one for every lobby screen."""
    return {
        "demo": Device(key=hash_key(DEMO_DEVICE_KEY)),
        "demo-screen": Device(kind=DeviceKind.SCREEN, key=hash_key(DEMO_SCREEN_KEY)),
    }


def hash_key(key: str) -> str:
    """A device key as it is kept. Keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
