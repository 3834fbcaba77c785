"""The kiosk by keys alone, and read aloud: every step, for somebody who doesn't see or touch the screen."""

import re
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.pages import focused
from tests.browser.support import chromium
from tests.support import Running

SPEECH = """
window.spoken = [];
window.print = () => {};
Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: class { constructor(text) { this.text = text; } } });
Object.defineProperty(window, 'speechSynthesis', { value: {
  cancel() {},
  getVoices: () => ['ko', 'en'].map(lang => ({ lang, localService: true })),
  speak({ text, lang, volume }) { window.spoken.push({ text, lang, volume }); },
} });
const devices = new EventTarget();
devices.outputs = 1;
devices.enumerateDevices = async () =>
  Array.from({ length: devices.outputs }, (_, id) => ({ kind: 'audiooutput', deviceId: `${id}` }));
devices.addEventListener = (...args) => {
  EventTarget.prototype.addEventListener.apply(devices, args);
  window.listensToDevices = true;
};
Object.defineProperty(navigator, 'mediaDevices', { value: devices });
window.plug = outputs => {
  devices.outputs = outputs;
  devices.dispatchEvent(new Event('devicechange'));
};
"""


HEAR = """pattern => {
  const at = spoken.findIndex(({ text }) => new RegExp(pattern).test(text));
  return at >= 0 && spoken.splice(0, at + 1).at(-1);
}"""


async def open_kiosk(browser: Browser, service: Running) -> Page:
    """A kiosk whose speech is written down in `spoken`, and whose headphones a test plugs in."""
    page = await browser.new_page(locale="ko-KR", viewport={"width": 1080, "height": 1920}, reduced_motion="reduce")
    await page.add_init_script(SPEECH)
    await page.goto(f"{service.url}/kiosk/passport")
    await expect(page.locator("#counters [aria-disabled=false]").first).to_be_visible()
    await page.wait_for_function("window.listensToDevices")
    return page


async def said(page: Page, pattern: str) -> dict[str, Any]:
    """Waits until this is said, after what was waited for before. Other things may be said in between."""
    handle = await page.wait_for_function(HEAR, arg=pattern)
    heard: dict[str, Any] = await handle.json_value()
    return heard


RING = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle === 'solid' && parseFloat(outlineWidth) >= 3;
}"""


async def test_every_step_by_keys_alone(service: Running) -> None:
    async with chromium() as browser:
        page = await open_kiosk(browser, service)
        seen = []
        # Round all controls, and back to the first.
        await page.keyboard.press("ArrowDown")
        while (name := await page.evaluate("document.activeElement.textContent.trim()")) not in seen:
            assert await page.evaluate(RING), name
            seen.append(name)
            await page.keyboard.press("ArrowRight")
        shown = await page.locator("button:visible").count()
        assert (len(seen), seen[0].split()[:2]) == (shown, ["여권", "접수"])
        await page.keyboard.press("ArrowUp")
        await expect(page.locator("lang-switch button").last).to_be_focused()

        await page.locator("#priority-ask").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Enter")
        await expect(page.locator("#priority-chosen")).to_be_visible()
        await page.locator("#counters button").first.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#result-number")).to_have_text("101")
        await expect(page.locator("#result h1")).to_be_focused()
        await page.keyboard.press("ArrowDown")
        assert await focused(page) == "result-print"
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Escape")
        await expect(page.locator("#start h1")).to_be_focused()
        await expect(page.locator("#priority-chosen")).to_be_hidden()


async def test_a_key_has_each_step_read_aloud(service: Running) -> None:
    async with chromium() as browser:
        page = await open_kiosk(browser, service)
        assert await page.evaluate("spoken") == []
        await page.keyboard.press("F2")
        start = await said(page, "어떤 업무로 오셨나요\\? .*업무 2가지 중에서 고르세요\\. 화살표 키로 고르고")
        assert (start["lang"], start["volume"]) == ("ko", 1)
        await expect(page.locator("#reading")).to_have_text("소리 안내 중")
        assert await violations(page) == []
        await page.keyboard.press("ArrowDown")
        await said(page, "^여권 접수, 대기 없음$")
        await page.keyboard.press("PageDown")
        assert (await said(page, "어떤 업무로"))["volume"] < 1
        await page.keyboard.press("PageUp")

        # The number on the paper is read, with all that stands beside it.
        await page.keyboard.press("Enter")
        await said(page, "여권 접수 101번\\. 내 앞에\\. 없음 · 다음 차례\\. 예상 대기시간\\. .*창구\\. .*번호가 나오면")
        # Who listens has more time.
        await expect(page.locator("#result-left")).to_have_text(re.compile("^(60|5[0-9])$"))
        await page.keyboard.press("F3")
        await said(page, "101번")
        await page.keyboard.press("Home")
        # The next person is left in peace.
        await expect(page.locator("#start")).to_be_visible()
        await expect(page.locator("#reading")).to_be_empty()
        before = await page.evaluate("spoken.length")
        await page.keyboard.press("ArrowDown")
        assert await page.evaluate("spoken.length") == before


async def test_headphones_begin_it_and_end_it_in_the_language_that_is_chosen(service: Running) -> None:
    async with chromium() as browser:
        page = await open_kiosk(browser, service)
        await page.evaluate("plug(2)")
        await said(page, "어떤 업무로 오셨나요")
        await page.locator("lang-switch button[lang=en]").press("Enter")
        assert (await said(page, "What are you here for\\? .*There are 2 choices\\."))["lang"] == "en"
        await page.locator("#priority-ask").press("Enter")
        await said(page, "Choose what applies")
        await page.keyboard.press("Escape")
        # What a screen reader is told of, too.
        await page.context.set_offline(True)
        await page.locator("#counters button").first.press("Enter")
        await said(page, "The connection is slow|We couldn’t give you a number")
        await page.evaluate("plug(1)")
        await expect(page.locator("#reading")).to_be_empty()


async def test_a_device_without_speech_says_so(service: Running) -> None:
    async with chromium() as browser:
        page = await browser.new_page(locale="ko-KR", viewport={"width": 1080, "height": 1920})
        await page.add_init_script("delete window.speechSynthesis; delete Window.prototype.speechSynthesis")
        await page.goto(f"{service.url}/kiosk/passport")
        await expect(page.locator("#counters [aria-disabled=false]").first).to_be_visible()
        await page.keyboard.press("F2")
        await expect(page.locator("#reading")).to_have_text("이 기기에는 소리 안내가 없습니다. 직원을 불러 주세요.")
