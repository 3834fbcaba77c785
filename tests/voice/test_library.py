"""What screens can have, with and without espeak-ng and recordings.

The synthesizer here is a program that says a tone. All clips are made as seldom as possible, since that takes seconds.
"""

import asyncio
import os
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from service.voice import clip_set, library, maker
from service.voice.clips import LONGEST_SECONDS, Clip
from service.voice.library import Library, Shelf, Texts, put_together
from tests.voice.recorded import record, tone

SYNTHESIZER = """#!/bin/sh
case "$*" in
--version) echo "eSpeak NG %(version)s" ;;
*) while [ "$1" != -w ]; do shift; done; %(say)s ;;
esac
"""


class Machine:
    """A machine with a synthesizer of its own, or without one; nothing else is on its PATH but what that needs."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data, self._bin, self._tone = folder / "data", folder / "bin", folder / "tone.wav"
        self._bin.mkdir()
        write_16_bits(self._tone)
        monkeypatch.setenv("PATH", str(self._bin))

    def install(self, version: str = "1.51", *, works: bool = True) -> None:
        say = f'/bin/cp {self._tone} "$2"' if works else "echo no voice >&2; exit 1"
        program = self._bin / "espeak-ng"
        program.write_text(SYNTHESIZER % {"version": version, "say": say})
        program.chmod(0o755)

    async def makes_clips(self) -> None:
        """Waits until the synthesizer is at work."""
        async with asyncio.timeout(120):
            while not any((self.data / "voice").glob("unfinished/ko/*.wav")):
                hurry(self.data)
                await asyncio.sleep(0.05)


def makers(folder: Path) -> list[int]:
    """Ids of the processes that make clips in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            line = (process / "cmdline").read_text(errors="replace")
            if maker.__name__ in line and str(folder) in line:
                found.append(int(process.name))
    return found


def hurry(folder: Path) -> None:
    """Takes the lowest priority from those that make clips, which on a busy machine have no time at all."""
    for process in makers(folder):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process, 0)


def write_16_bits(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x20\x00\xe0" * 400)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(library, "LOOK_SECONDS", 0.05)
    return Machine(tmp_path, monkeypatch)


@asynccontextmanager
async def at_work(
    data: Path, recordings: Path | None = None, texts: Texts | None = None, *, synthesize: bool = True
) -> AsyncIterator[Library]:
    it = Library(data, recordings, lambda: texts or {}, synthesize=synthesize)
    task = asyncio.create_task(it.run())
    yield it
    task.cancel()
    await asyncio.wait([task])


async def until(it: Library, seen: Callable[[Shelf], bool]) -> Shelf:
    async with asyncio.timeout(120):
        while not seen(it.shelf):
            hurry(it._folder)
            await asyncio.sleep(0.05)
    return it.shelf


async def test_it_makes_the_clips_at_the_first_start_and_finds_them_at_the_second(machine: Machine) -> None:
    machine.install()
    async with at_work(machine.data) as it:
        assert it.shelf.state == "preparing"
        shelf = await until(it, lambda shelf: shelf.state == "ready")
        assert shelf.languages.keys() == {"ko", "en"}
        for language, has in shelf.languages.items():
            assert (has.source, has.missing) == ("synthesized", frozenset())
            assert has.clips.keys() == clip_set.synthesized(language).keys()
    (made,) = (path for path in (machine.data / "voice").iterdir() if path.is_dir())
    moment = made.stat().st_mtime_ns
    async with at_work(machine.data) as it:
        await until(it, lambda shelf: shelf.state == "ready")
    assert made.stat().st_mtime_ns == moment
    # Another version: they are made again.
    machine.install("1.52")
    async with at_work(machine.data):
        await machine.makes_clips()


async def test_without_a_synthesizer_the_voice_is_missing_until_there_is_one(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(machine.data) as it:
        shelf = await until(it, lambda shelf: shelf.state == "missing")
        assert shelf.languages == {}
        assert "no voice: espeak-ng is not installed" in caplog.text
        machine.install()
        await machine.makes_clips()
        assert it.shelf.state == "preparing"


async def test_a_synthesizer_that_fails_ends_nothing(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    machine.install(works=False)
    async with at_work(machine.data) as it:
        await until(it, lambda shelf: shelf.state == "missing")
        assert "no voice: espeak-ng: no voice" in caplog.text
        machine.install("1.51.1")
        await machine.makes_clips()


async def test_the_making_stops_with_the_service(machine: Machine) -> None:
    machine.install()
    async with at_work(machine.data):
        await machine.makes_clips()
        assert makers(machine.data)
    assert not makers(machine.data)
    assert len(list((machine.data / "voice/unfinished/ko").iterdir())) < len(clip_set.synthesized("ko"))


def test_recordings_come_first_and_only_what_they_lack_is_synthesized() -> None:
    made = {name: Clip(Path("made"), name, 0.5) for name in clip_set.synthesized("ko")}
    wanted = clip_set.recordable("ko").keys()
    recorded = {name: Clip(Path("recorded"), name, 0.5) for name in wanted - {"17", "again"}}
    together = put_together(recorded, made, {}, "ko")
    assert together
    assert (together.source, together.missing, together.clips.keys()) == ("mixed", frozenset(), wanted)
    assert {name for name, clip in together.clips.items() if clip.path == Path("made")} == {"17", "again"}


async def test_recordings_are_taken_without_a_restart(machine: Machine, tmp_path: Path) -> None:
    recordings = record(tmp_path / "recorded", "ko", "16")
    async with at_work(machine.data, recordings) as it:
        await until(it, lambda shelf: shelf.state == "missing")
        record(recordings, "ko", "17")
        await until(it, lambda shelf: shelf.languages["ko"].clips.keys() == {"16", "17"})
        (recordings / "ko/16.wav").unlink()
        await until(it, lambda shelf: shelf.languages["ko"].clips.keys() == {"17"})


async def test_recordings_that_say_everything_need_no_synthesizer(machine: Machine, tmp_path: Path) -> None:
    for language in clip_set.LANGUAGES:
        record(tmp_path / "recorded", language, *clip_set.recordable(language))
    async with at_work(machine.data, tmp_path / "recorded") as it:
        shelf = await until(it, lambda shelf: shelf.state == "ready")
        assert {has.source for has in shelf.languages.values()} == {"recorded"}
    assert not machine.data.exists()


async def test_texts_of_pages_are_made_again_when_they_change(machine: Machine, tmp_path: Path) -> None:
    machine.install()
    long = "아주 긴 안내 말씀입니다. " * 20
    recordings = tmp_path / "recorded"
    for language in clip_set.LANGUAGES:
        record(recordings, language, *clip_set.recordable(language))
    record(recordings, "ko", "부동산_지적", content=tone(0.5))
    texts = {"ko": ["인감", "부동산/지적", long], "en": ["Seals", "window"]}
    async with at_work(machine.data, recordings, texts) as it:
        shelf = await until(it, lambda shelf: shelf.state == "ready")
        korean = shelf.languages["ko"]
        assert korean.texts.keys() == {"인감", "부동산/지적", long}
        assert korean.clips.keys() == clip_set.recordable("ko").keys()
        # A text that is called as a phrase is another clip.
        english = shelf.languages["en"]
        assert english.clips["window"].path.parents[1] == recordings
        assert english.texts["window"].path.name == "window~.wav"
        assert recordings in korean.texts["부동산/지적"].path.parents
        assert machine.data in korean.texts["인감"].path.parents
        assert korean.texts["부동산/지적"].file in shelf.files
        before = korean.texts["인감"].path.parents[1]
        texts["ko"] = ["인감", "복지"]
        await until(it, lambda shelf: "복지" in shelf.languages["ko"].texts and shelf.state == "ready")
        async with asyncio.timeout(60):
            while before.exists():
                await asyncio.sleep(0.02)
        # Calls are recorded, and so none of their clips was made.
        (made,) = (path for path in (machine.data / "voice").iterdir() if path.is_dir())
        assert {path.stem for path in made.rglob("*.wav")} == {"인감", "복지", "Seals", "window~"}


async def test_what_is_no_clip_is_left_out(machine: Machine, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recordings = record(tmp_path / "recorded", "ko", "7", "100.before-6", "0", "10000", "seven", "7.beside-1")
    record(recordings, "ko", "8", content=b"RIFF, or so it says")
    record(recordings, "ko", "9", content=tone(LONGEST_SECONDS + 1))
    (recordings / "ko/notes.txt").write_text("recorded in November")
    async with at_work(machine.data, recordings, synthesize=False) as it:
        shelf = await until(it, lambda shelf: shelf.state == "missing")
        assert shelf.languages["ko"].clips.keys() == {"7", "100.before-6"}
        assert {"1", "100", "window"} <= shelf.languages["ko"].missing
    for name in ("0", "10000", "seven", "7.beside-1", "8", "9"):
        assert f"{name}.wav is not used" in caplog.text
    assert "notes.txt" not in caplog.text
