"""What is heard of a call: rendered by a real Chromium from the clips of espeak-ng, and measured."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from service.voice import clip_set, maker, synthesizer
from tests.browser.support import chromium, watch_console
from tests.support import Running, running
from tests.voice.announcements import Announcement, render
from tests.voice.recorded import looked, record, tone

AUTOPLAY = "--autoplay-policy=no-user-gesture-required"

CALLS: list[tuple[dict[str, Any], list[str], list[str]]] = [
    (
        {"number": 117, "window": 3, "again": False},
        ["ko"],
        ["100", "17.after-100", "number", "3", "window"],
    ),
    (
        {"number": 3006, "window": 6, "again": True},
        ["ko", "en"],
        [
            *("again", "3000", "6.after-100-1000", "number.after-6-10-100", "6", "window.after-6-10-100"),
            *("again", "number", "3000", "6.after-100-1000", "window", "6"),
        ],
    ),
    (
        {"number": 5216, "window": 12, "again": False},
        ["en", "ko"],
        [
            *("number", "5200", "16.after-100-1000", "window", "12"),
            *("5200", "16.after-100", "number.after-6-10-100", "12", "window"),
        ],
    ),
]

WATCH_SOUNDS = """() => {
  window.sounds = [];
  const { start } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (at, offset, seconds) {
    window.sounds.push([at, seconds]);
    return start.call(this, at, offset, seconds);
  };
}"""
"""Keeps in `sounds` when each clip is to begin on the audio clock, and how long it is."""

SAY = """async calls => {
  const { ClipList } = await import('/static/clients/lib/voice/clip-list.js');
  const { Speaker } = await import('/static/clients/lib/voice/speaker.js');
  const list = new ClipList();
  await list.follow();
  const speaker = new Speaker({ list });
  while (speaker.state !== 'on') await new Promise(resolve => speaker.addEventListener('change', resolve));
  const over = [];
  await Promise.all(calls.map(call => speaker.say(call).then(() => over.push([call.number, window.sounds.length]))));
  await speaker.close();
  return over;
}"""
"""Says the calls, which are all asked for at once: each number, and how many clips had begun when it was over."""


READ = """async text => {
  const { ClipList } = await import('/static/clients/lib/voice/clip-list.js');
  const { Speaker } = await import('/static/clients/lib/voice/speaker.js');
  const list = new ClipList();
  await list.follow();
  const speaker = new Speaker({ list });
  while (speaker.state !== 'on') await new Promise(resolve => speaker.addEventListener('change', resolve));
  const before = window.sounds.length;
  let over = false;
  const reading = speaker.read(text, 'ko', 80).then(() => { over = true; });
  while (window.sounds.length < before + 3) await new Promise(resolve => setTimeout(resolve, 5));
  if (over) throw new Error('it was not read to its end');
  speaker.hush();
  await reading;
  await speaker.close();
  return window.sounds.length - before;
}"""
"""Reads a text, ends it, and returns how many clips it has begun."""


async def page_of(browser: Browser, service: Running) -> Page:
    await looked(service)
    page = await browser.new_page(locale="ko-KR")
    await page.goto(f"{service.url}/start")
    return page


def check(made: Announcement, names: list[str]) -> None:
    """Right clips in the right order, each at its moment and whole; nothing else; and no long silence."""
    assert made.names == names
    for i in range(len(names)):
        assert made.likeness(i) > 0.999, names[i]
    assert made.end - made.starts[0] == pytest.approx(sum(made.lengths) + sum(made.pauses), abs=0.001)
    assert made.longest_silence() < 0.4


@pytest.mark.skipif(synthesizer.version() is None, reason="espeak-ng is not installed")
async def test_a_call_is_said_with_the_right_clips_in_the_right_order(store_url: str, tmp_path: Path) -> None:
    # Only what these calls need: to make all takes half a minute.
    needed = {form for _, _, names in CALLS for name in names for form in (name, name.partition(".")[0])}
    for language in clip_set.LANGUAGES:
        for name in needed & clip_set.synthesized(language).keys():
            maker.make_clip(tmp_path, language, name, clip_set.synthesized(language)[name])
    async with running(store_url, voice_dir=tmp_path) as service, chromium() as browser:
        page = await page_of(browser, service)
        for call, languages, names in CALLS:
            check(await render(page, call, languages, chime=False), names)
            # The voice begins while the last note fades, and nothing is so loud that it is distorted.
            rung = await render(page, call, languages, chime=True)
            assert rung.starts[0] > 1
            assert rung.longest_silence() < 0.4
            assert rung.peak <= 1


async def test_announcements_do_not_overlap_and_a_touch_is_asked_for_once(store_url: str, tmp_path: Path) -> None:
    recordings = record(tmp_path, "ko", "1", "2", "number", "window", content=tone(0.2))
    record(recordings, "ko", "앞에", "명", content=tone(3))
    async with running(store_url, voice_dir=recordings) as service:
        async with chromium(AUTOPLAY) as browser:
            page = await page_of(browser, service)
            errors = watch_console(page)
            await page.evaluate(WATCH_SOUNDS)
            calls = [{"number": number, "window": 1, "again": False} for number in (1, 2, 1)]
            # Each is over when its four clips are, and only then the next one begins.
            assert await page.evaluate(SAY, calls) == [[1, 4], [2, 8], [1, 12]]
            sounds = await page.evaluate("window.sounds")
            for (at, seconds), (next, _) in pairwise(sounds):
                assert next >= at + seconds - 1e-6
            # A text is read with clips, and cut off by the next one: it ends before its six seconds are over.
            assert await page.evaluate(READ, "앞에 2명") == 3
            assert errors == []
        async with chromium() as browser:
            context = await browser.new_context(locale="ko-KR")
            page = await context.new_page()
            await page.goto(f"{service.url}/display/passport")
            question = page.locator("#sound")
            await expect(question).to_contain_text("소리를 켜려면 누르세요")
            await expect(question).to_have_attribute("data-asked", "never")
            await question.click()
            await expect(question).to_be_hidden()
            # Another page of the same browser is blocked again, and the question is no more than a reminder.
            other = await context.new_page()
            await other.goto(f"{service.url}/display/passport")
            await expect(other.locator("#sound")).to_have_attribute("data-asked", "before")


async def test_a_lobby_without_a_voice_says_how_to_get_it(service: Running) -> None:
    async with chromium(AUTOPLAY) as browser:
        await looked(service)
        page = await browser.new_page(locale="ko-KR")
        await page.goto(f"{service.url}/display/passport")
        await expect(page.locator("#voice-missing")).to_contain_text("espeak-ng")
        await expect(page.locator("#sound")).to_be_hidden()
