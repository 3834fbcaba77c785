"""Sounds: from the synthesizer's samples to the bytes of a clip.

A clip is a WAV file with µ-law samples (ITU-T G.711): one byte a sample, which every browser decodes, and half the size
of the 16 bits that it comes from.
"""

import sys
import wave
from array import array
from io import BytesIO
from pathlib import Path

MU_LAW = 7
"""The format's number in a WAV file."""
BIAS, CLIP = 33, 8158
"""Of G.711, for samples of 14 bits."""

AUDIBLE = 250
"""Samples below are silence: 1/130 of full scale, 42 dB below it."""
MARGIN_SECONDS = 0.012
"""What stays of the silence at both ends, so that no sound begins or ends abruptly."""


def _mu_law(sample: int) -> int:
    """One byte for a signed sample of 16 bits."""
    magnitude = min(abs(sample) >> 2, CLIP) + BIAS
    segment = magnitude.bit_length() - 6
    byte = segment << 4 | magnitude >> (segment + 1) & 0x0F
    return ~(byte | (0x80 if sample < 0 else 0)) & 0xFF


TABLE = bytes(_mu_law(sample - 0x10000 if sample >= 0x8000 else sample) for sample in range(0x10000))


def read(path: Path) -> "tuple[array[int], int]":
    """The samples of a mono WAV file of 16 bits, and how many there are a second."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        samples = array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples, file.getframerate()


def trim(samples: "array[int]", rate: int) -> "array[int]":
    """Without the silence at both ends, all but MARGIN_SECONDS."""
    audible = [i for i, sample in enumerate(samples) if abs(sample) >= AUDIBLE]
    if not audible:
        return samples[:0]
    margin = int(MARGIN_SECONDS * rate)
    return samples[max(0, audible[0] - margin) : audible[-1] + 1 + margin]


def encode(samples: "array[int]", rate: int) -> bytes:
    """The clip's file."""
    data = bytes(map(TABLE.__getitem__, array("H", samples.tobytes())))
    form = b"".join(
        number.to_bytes(size, "little")
        for number, size in ((MU_LAW, 2), (1, 2), (rate, 4), (rate, 4), (1, 2), (8, 2), (0, 2))
    )
    out = BytesIO()
    chunks = (b"fmt ", form), (b"fact", len(data).to_bytes(4, "little")), (b"data", data + b"\0" * (len(data) % 2))
    out.write(b"WAVE")
    for name, content in chunks:
        # The length of the last one is of its data, without the byte that makes it even.
        length = len(data) if name == b"data" else len(content)
        out.write(name + length.to_bytes(4, "little") + content)
    body = out.getvalue()
    return b"RIFF" + len(body).to_bytes(4, "little") + body
