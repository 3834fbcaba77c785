"""`python -m service.voice.maker FOLDER`: the program that makes synthesized clips, at the lowest priority.

It is a process of its own, since it computes for some seconds. It reads from standard input what to make: JSON with the
words of each clip by language and file name. FOLDER appears when all clips are in it. A second one that is to make the
same folder waits for the first, and one whose parent has ended ends too.
"""

import fcntl
import json
import os
import shutil
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from service.voice import sound, synthesizer

FORMAT = 1
"""Counted up when the same text gives another file."""

Wanted = Mapping[str, Mapping[str, str]]
"""The words of each clip, by language and by the name of its file without the suffix."""


def fingerprint(version: str, wanted: Wanted) -> str:
    """The name of the folder with the clips that this version of the synthesizer makes of these words."""
    said = [FORMAT, version, synthesizer.VOICES, synthesizer.WORDS_A_MINUTE, synthesizer.LOUDNESS]
    texts = [(language, sorted(words.items())) for language, words in sorted(wanted.items())]
    return sha256(repr([*said, texts]).encode()).hexdigest()[:16]


def make_clip(folder: Path, language: str, name: str, text: str) -> None:
    """Makes one clip in its place in the folder. Raises SynthesizerError and OSError."""
    samples, rate = synthesizer.say(language, text)
    place = folder / language
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.wav").write_bytes(sound.encode(sound.trim(samples, rate), rate))


def make(folder: Path, wanted: Wanted, parent: int | None = None) -> None:
    """Makes all clips. Stops when its parent is not `parent` any more. Raises SynthesizerError and OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return
        unfinished = folder.with_name("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        for language, words in wanted.items():
            for name, text in words.items():
                if parent is not None and os.getppid() != parent:
                    return
                make_clip(unfinished, language, name, text)
        unfinished.rename(folder)


if __name__ == "__main__":
    started_by = os.getppid()
    os.nice(19)
    try:
        make(Path(sys.argv[1]), json.load(sys.stdin), started_by)
    except (synthesizer.SynthesizerError, OSError) as error:
        raise SystemExit(str(error)) from error
