"""`python -m service.voice.maker FOLDER`: the program that makes the synthesized clips, at the lowest priority.

It is a process of its own, since it computes for some seconds. FOLDER appears when all clips are in it. A second one
that is to make the same folder waits for the first, and one whose parent has ended ends too.
"""

import fcntl
import os
import shutil
import sys
from hashlib import sha256
from pathlib import Path

from service.voice import clip_set, sound, synthesizer

FORMAT = 1
"""Counted up when the same text gives another file."""


def fingerprint(version: str) -> str:
    """The name of the folder with the clips that this version of the synthesizer makes of the present texts."""
    said = [FORMAT, version, synthesizer.VOICES, synthesizer.WORDS_A_MINUTE, synthesizer.LOUDNESS]
    texts = [sorted(clip_set.synthesized(language).items()) for language in clip_set.LANGUAGES]
    return sha256(repr([*said, texts]).encode()).hexdigest()[:16]


def make_clip(folder: Path, language: str, name: str) -> None:
    """Makes one clip in its place in the folder. Raises SynthesizerError and OSError."""
    samples, rate = synthesizer.say(language, clip_set.synthesized(language)[name])
    place = folder / language
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.wav").write_bytes(sound.encode(sound.trim(samples, rate), rate))


def make(folder: Path, parent: int | None = None) -> None:
    """Makes all clips, one folder for each language, and removes older ones beside `folder`.

    Stops when its parent is not `parent` any more. Raises SynthesizerError and OSError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return
        unfinished = folder.with_name("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for language in clip_set.LANGUAGES:
            for name in clip_set.synthesized(language):
                if parent is not None and os.getppid() != parent:
                    return
                make_clip(unfinished, language, name)
        unfinished.rename(folder)
        for other in folder.parent.iterdir():
            if other.is_dir() and other != folder:
                shutil.rmtree(other, ignore_errors=True)


if __name__ == "__main__":
    started_by = os.getppid()
    os.nice(19)
    try:
        make(Path(sys.argv[1]), started_by)
    except (synthesizer.SynthesizerError, OSError) as error:
        raise SystemExit(str(error)) from error
