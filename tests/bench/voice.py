"""scripts/bench voice: writes announcements as WAV files, and measures the clips and what is heard."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from service.store.driver.bundled_server import BundledServer
from service.voice import clip_set, maker, synthesizer
from tests.browser.support import chromium
from tests.support import running
from tests.voice.announcements import render
from tests.voice.recorded import looked

CALLS = [
    (117, 3, False),
    (106, 1, False),
    (101, 6, True),
    (216, 10, False),
    (999, 12, False),
    (1001, 2, False),
    (3006, 4, True),
    (5160, 7, False),
    (9999, 8, False),
]
"""Number, window, and whether it is a recall: every joint at which a sound changes."""


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench voice", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("announcements"), help="the folder of the WAV files")
    parser.add_argument("--clips", type=Path, help="a folder of clips; made by espeak-ng where it isn't given")
    return parser.parse_args()


def made(folder: Path) -> Path:
    """All synthesized clips, in a new folder in this one; says what they cost."""
    began = time.monotonic()
    maker.make(folder / "voice/made", {language: clip_set.synthesized(language) for language in clip_set.LANGUAGES})
    files = list((folder / "voice/made").rglob("*.wav"))
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{len(files)} clips, {size:.1f} MB, made in {time.monotonic() - began:.0f} s")
    return folder / "voice/made"


async def measure(clips: Path, out: Path, store_url: str) -> bool:
    """Whether all is as it must be."""
    right = True
    async with running(store_url, voice_dir=clips) as service, chromium() as browser:
        await looked(service)
        page = await browser.new_page()
        await page.goto(f"{service.url}/start")
        print(f"{'number':>6} {'window':>6} {'clips':>5} {'seconds':>7} {'longest silence':>15}  least likeness")
        for number, window, again in CALLS:
            call: dict[str, Any] = {"number": number, "window": window, "again": again}
            bare = await render(page, call, list(clip_set.LANGUAGES), chime=False)
            heard = await render(page, call, list(clip_set.LANGUAGES), chime=True)
            heard.write(out / f"{number}-window-{window}{'-again' if again else ''}.wav")
            likeness = min(bare.likeness(i) for i in range(len(bare.clips)))
            silence = max(bare.longest_silence(), heard.longest_silence())
            right = right and likeness > 0.999 and silence < 0.4 and heard.peak <= 1
            print(f"{number:6} {window:6} {len(bare.clips):5} {heard.end:7.2f} {silence:15.3f}  {likeness:.4f}")
    print(f"the WAV files are in {out}")
    return right


def main() -> None:
    asked = parsed()
    if not asked.clips and not synthesizer.version():
        sys.exit("espeak-ng is not installed, and no --clips are given")
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sunbeon-bench-") as folder:
        store = BundledServer(Path(folder) / "store")
        store.start()
        try:
            clips = asked.clips or made(Path(folder))
            right = asyncio.run(measure(clips, asked.out, store.url))
        finally:
            store.stop()
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
