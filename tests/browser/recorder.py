"""What a lobby board shows and says: recorded in the page."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

SPEAKER = """
/** Speaks in silence, and notes what it says. */
export class Speaker extends EventTarget {
  state = 'on';
  unblock() {}
  use(settings) {
    this.settings = settings;
  }
  async say({ number, window, again }) {
    const { languages, volume } = this.settings;
    const note = { number, window, again, languages, volume, from: Date.now(), to: null };
    globalThis.spoken.push(note);
    await new Promise((resolve) => setTimeout(resolve, globalThis.speechMs));
    note.to = Date.now();
  }
}
"""

WATCH = """([speechMs]) => {
  Object.assign(globalThis, { speechMs, spoken: [], shown: [] });
  const look = () => {
    for (const tile of document.querySelectorAll('.tile[data-state=serving]')) {
      const number = Number(tile.querySelector('.tile-number').textContent);
      const window = Number(tile.dataset.window);
      const again = tile.dataset.call === 'again';
      const last = globalThis.shown.findLast((one) => one.window === window);
      if (last?.number !== number || last.again !== again) globalThis.shown.push({ number, window, again });
    }
  };
  document.addEventListener('DOMContentLoaded', () => {
    const all = { subtree: true, childList: true, characterData: true, attributes: true };
    new MutationObserver(look).observe(document.body, all);
  });
}"""


@dataclass(frozen=True)
class Said:
    number: int
    window: int
    again: bool
    began: int
    """Epoch milliseconds."""
    ended: int | None
    languages: tuple[str, ...]
    volume: int


@dataclass
class Recorder:
    page: Page

    async def said(self) -> list[Said]:
        """The announcements so far."""
        notes: list[dict[str, Any]] = await self.page.evaluate("globalThis.spoken")
        return [
            Said(
                one["number"],
                one["window"],
                one["again"],
                one["from"],
                one["to"],
                tuple(one["languages"]),
                one["volume"],
            )
            for one in notes
        ]

    async def shown(self) -> list[tuple[int, int, bool]]:
        """What came to stand in the tiles, in this order: number, window, and whether it was a recall."""
        notes: list[dict[str, Any]] = await self.page.evaluate("globalThis.shown")
        return [(one["number"], one["window"], one["again"]) for one in notes]

    async def silence(self) -> None:
        """Waits until nothing is being said, and nothing waits to be."""
        await self.page.wait_for_function(
            "() => globalThis.spoken.every(({ to }) => to !== null) && !document.querySelector('[data-spoken=true]')"
        )


async def recorder(page: Page, speech_ms: int = 200) -> Recorder:
    """Records what the page shows and says, once it has an address. An announcement takes `speech_ms`."""
    await page.add_init_script(f"({WATCH})([{speech_ms}])")
    await page.route(
        "**/static/clients/lib/voice/speaker.js",
        lambda route: route.fulfill(body=SPEAKER, content_type="text/javascript"),
    )
    return Recorder(page)
