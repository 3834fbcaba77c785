"""Clips as files."""

from array import array
from pathlib import Path

from tinytag import TinyTag

from service.voice.sound import MARGIN_SECONDS, TABLE, encode, trim

RATE = 8000


def expand(byte: int) -> int:
    """The sample that a µ-law byte means: ITU-T G.711, decoded."""
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 0x84 << ((byte & 0x70) >> 4)) - 0x84
    return -magnitude if byte & 0x80 else magnitude


def test_a_sample_of_one_byte_is_near_its_sample_of_two() -> None:
    for sample in range(-32_000, 32_000, 7):
        error = abs(expand(TABLE[sample & 0xFFFF]) - sample)
        assert error <= 8 + abs(sample) / 30, sample


def test_silence_stays_silence() -> None:
    assert abs(expand(TABLE[0])) <= 4


def test_a_clip_has_no_silence_at_its_ends() -> None:
    quiet, loud = [5] * RATE, [3000, -3000] * RATE
    trimmed = trim(array("h", quiet + loud + quiet), RATE)
    assert len(trimmed) == len(loud) + 2 * int(MARGIN_SECONDS * RATE)
    assert trim(array("h", loud), RATE) == array("h", loud)
    assert len(trim(array("h", quiet), RATE)) == 0


def test_a_clip_is_a_sound_file_of_its_length(tmp_path: Path) -> None:
    # An odd number of bytes is made even, and the length says so.
    (tmp_path / "clip.wav").write_bytes(encode(array("h", [3000, -3000] * RATE + [0]), RATE))
    tag = TinyTag.get(tmp_path / "clip.wav")
    assert (tag.samplerate, tag.channels) == (RATE, 1)
    assert abs((tag.duration or 0) - 2) < 0.001
