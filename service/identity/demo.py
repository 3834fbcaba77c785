"""The well-known secrets of a demo, which the real thing refuses."""

DEMO_PASSWORD = "sunbeon"
DEMO_DEVICE_KEY = "demo-device"
