"""What a lobby screen reports."""

from typing import Any

SCREEN_KEY = {"Authorization": "Bearer demo-screen"}

REPORT: dict[str, Any] = {
    "build": "0123456789abcdef",
    "epoch": None,
    "version": None,
    "painted_ms_ago": 120,
    "visible": True,
    "viewport": {"width": 1920, "height": 1080, "scale": 1},
    "sound": "on",
    "memory": 9_000_000,
    "reloads": 0,
}
"""Of a screen that has no board yet."""
