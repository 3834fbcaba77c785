"""What holds for every test in a browser."""

from playwright.async_api import expect

# A page that loads beside busy cores takes its time; how long is no test's business.
expect.set_options(timeout=30_000)
