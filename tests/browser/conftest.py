"""Settings for all browser tests."""

from playwright.async_api import expect

# Pages load slowly while the cores are busy, and no test is about the time that takes.
expect.set_options(timeout=30_000)
