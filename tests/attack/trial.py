"""Runs one attack on one new service."""

from pathlib import Path

from tests.attack.attacks import Attack, Finding, Target
from tests.support import ServiceProcess


async def attempt(attack: Attack, folder: Path, size: float) -> Finding:
    """The attack's finding; the service is stopped afterwards."""
    service = ServiceProcess(folder, **attack.environment)
    service.command = (*attack.command, *service.command)
    service.start()
    try:
        return await attack.run(Target(service, size))
    finally:
        service.stop()
