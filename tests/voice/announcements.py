"""Announcements as a real Chromium makes them, as samples; and what can be measured of these."""

import sys
import wave
from array import array
from base64 import b64decode
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from playwright.async_api import Page

RATE = 44_100
FULL = 32_767
SILENCE = 0.01
"""Of full scale: 40 dB below it, which nobody hears in a lobby."""

RENDER = """async ([call, languages, rate, withChime]) => {
  const lib = '/static/clients/lib/voice';
  const { CallChime } = await import(`${lib}/call-chime.js`);
  const { ClipCache } = await import(`${lib}/clip-cache.js`);
  const { ClipList } = await import(`${lib}/clip-list.js`);
  const { Player } = await import(`${lib}/player.js`);
  const { oneAfterAnother, sentenceOf } = await import(`${lib}/sentences.js`);
  const context = new OfflineAudioContext(1, 40 * rate, rate);
  const list = new ClipList();
  await list.follow();
  list.close();
  const cache = new ClipCache(context);
  const bell = new CallChime(context);
  const chime = withChime ? (at, into) => bell.ring(call.again, at, into) : null;
  const parts = oneAfterAnother(languages.map(language => sentenceOf(call, language, list.of(language))));
  const program = await new Player(context, cache).schedule(parts, { chime });
  const sound = await context.startRendering();
  const bytes = (floats) => {
    const samples = Int16Array.from(floats, one => Math.round(32767 * Math.max(-1, Math.min(1, one))));
    return new Uint8Array(samples.buffer).toBase64();
  };
  const clips = [];
  for (const part of parts.filter(one => one.url)) {
    const { buffer, offset, seconds } = await cache.get(part.url);
    const from = Math.round(offset * rate);
    clips.push(bytes(buffer.getChannelData(0).subarray(from, from + Math.round(seconds * rate))));
  }
  return {
    starts: program.starts, end: program.end, pauses: parts.filter(one => one.pause).map(one => one.pause), clips,
    peak: sound.getChannelData(0).reduce((most, one) => Math.max(most, Math.abs(one)), 0),
    samples: bytes(sound.getChannelData(0).subarray(0, Math.ceil(program.end * rate))),
  };
}"""


@dataclass
class Announcement:
    names: list[str]
    """The clips, in their order."""
    starts: list[float]
    lengths: list[float]
    """In seconds, of each clip."""
    pauses: list[float]
    end: float
    peak: float
    """1 is full scale: above it, it is distorted."""
    samples: "array[int]"
    clips: "list[array[int]]"

    def longest_silence(self) -> float:
        """Seconds, between the first sound and the last. The envelope is that of 5 ms."""
        step = RATE // 200
        blocks = [self.samples[i : i + step] for i in range(0, len(self.samples), step)]
        loud = [max(map(abs, block)) >= SILENCE * FULL for block in blocks]
        while not loud[-1]:
            loud.pop()
        quiet = [len(list(run)) for sounds, run in groupby(loud[loud.index(True) :]) if not sounds]
        return max(quiet, default=0) / 200

    def likeness(self, i: int) -> float:
        """How alike the sound at the i-th clip's moment and that clip are: 1 is the same. (A correlation.)"""
        clip = self.clips[i]
        at = round(self.starts[i] * RATE)
        best = 0.0
        # A start between two samples is rounded by the browser.
        for shift in (-1, 0, 1):
            heard = self.samples[at + shift : at + shift + len(clip)]
            both = sum(a * b for a, b in zip(clip, heard, strict=False))
            norm = (sum(a * a for a in clip) * sum(b * b for b in heard)) ** 0.5
            best = max(best, both / norm)
        return best

    def write(self, path: Path) -> None:
        """As a WAV file."""
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(self.samples.tobytes())


def _samples(text: str) -> "array[int]":
    samples = array("h", b64decode(text))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


async def render(page: Page, call: dict[str, Any], languages: list[str], *, chime: bool) -> Announcement:
    """The call as the service's page would say it. The page may be any one of a service that has clips."""
    made = await page.evaluate(RENDER, [call, languages, RATE, chime])
    return Announcement(
        names=[start["name"] for start in made["starts"]],
        starts=[start["at"] for start in made["starts"]],
        lengths=[start["seconds"] for start in made["starts"]],
        pauses=made["pauses"],
        end=made["end"],
        peak=made["peak"],
        samples=_samples(made["samples"]),
        clips=[_samples(clip) for clip in made["clips"]],
    )
