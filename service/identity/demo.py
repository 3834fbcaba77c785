"""The well-known secrets of a demo, which the real thing refuses."""

DEMO_PASSWORD = "sunbeon"
DEMO_DEVICE_KEY = "demo-device"
DEMO_SCREEN_KEY = "demo-screen"

DEMO_KEYS = frozenset({DEMO_DEVICE_KEY, DEMO_SCREEN_KEY})
"""Of a kiosk, and of a lobby screen, in any office."""
