"""Real Chromium for tests, and a site on another origin."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests import network_lock

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Pages of one test share a screen; none of them is in the background.
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
]

TEXT_OF = """selector => {
  const of = child => child.nodeType === 3 ? child.data : child.nodeType === 1 ? text(child) : '';
  const text = node => [...(node.shadowRoot ?? node).childNodes].map(of).join(' ');
  return [...document.querySelectorAll(selector)].map(text).join(' ');
}"""

WATCH = (
    """([selector, wanted]) => new Promise(resolve => {
  const text = """
    + TEXT_OF
    + """;
  const look = () => text(selector).includes(wanted) ? resolve(Date.now()) : setTimeout(look, 10);
  look();
})"""
)


@asynccontextmanager
async def chromium(*options: str) -> AsyncIterator[Browser]:
    """A browser of the test's own, with further options of its command line."""
    with ExitStack() as until_closed:
        # In a thread: it may take a while, and the service may run in this one.
        await asyncio.to_thread(until_closed.enter_context, network_lock.unchanged())
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *options])
            try:
                yield browser
            finally:
                await browser.close()


async def text_of(page: Page, selector: str) -> str:
    """All text within the elements, shadow trees included."""
    text: str = await page.evaluate(TEXT_OF, selector)
    return text


async def seen_at(page: Page, selector: str, wanted: str, within: float = 40) -> float:
    """The moment (ms since the epoch) at which the text is in the elements."""
    try:
        moment: float = await asyncio.wait_for(page.evaluate(WATCH, [selector, wanted]), within)
    except TimeoutError:
        shown = await text_of(page, selector)
        raise AssertionError(f"{page.url}: {wanted!r} is not in {selector}: {shown!r}") from None
    return moment


def watch_console(page: Page) -> list[str]:
    """Errors that the page reports from now on."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    return errors


@contextmanager
def other_site(html: str) -> Iterator[str]:
    """A page on another origin: its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
