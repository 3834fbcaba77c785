"""WebSocket frames without IO, the server's side (RFC 6455): encodes messages, and decodes what a client sends.

Clients have nothing to send, so their messages are checked and dropped; only their control frames matter. A client has
an allowance of frames and bytes, which is renewed with each ping; a client that sends more breaks a limit.
"""

from collections.abc import Iterator

from websockets.exceptions import ProtocolError
from websockets.frames import Close as ClosePayload
from websockets.frames import Frame, Opcode
from websockets.utils import apply_mask

from service.live.close_codes import INVALID_TEXT, MESSAGE_TOO_BIG, PROTOCOL_ERROR, TOO_MUCH_SAID, Close

NO_CODE = 1005
"""The code that stands for a close frame without one; never sent."""

LONGEST_CONTROL = 125

LONGEST_MESSAGE = 4096
"""Bytes of a client's message, at most. Clients have nothing to send."""

MOST_FRAMES = 100
"""Frames of one allowance. A client owes one pong for each ping, and some libraries ping too, every few seconds."""

MOST_BYTES = 16_384
"""Bytes of one allowance: four of the longest messages. A pong has 6 bytes."""


class Violation(Exception):
    """The client broke the protocol or a limit; `close` says how the connection ends."""

    def __init__(self, close: Close) -> None:
        super().__init__(close.reason)
        self.close = close


def encode(data: str | bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    """A whole message as the bytes on the wire: one frame, unmasked."""
    payload = data.encode() if isinstance(data, str) else data
    return bytes(Frame(opcode, payload).serialize(mask=False, extensions=[]))


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame; for `NO_CODE` an empty one."""
    return encode(b"" if code == NO_CODE else ClosePayload(code, reason).serialize(), Opcode.CLOSE)


def close_code(payload: bytes) -> int:
    """The code in a close frame's payload, `NO_CODE` for an empty one. Raises Violation."""
    try:
        return int(ClosePayload.parse(payload).code)
    except ProtocolError:
        raise Violation(PROTOCOL_ERROR) from None
    except UnicodeDecodeError:
        raise Violation(INVALID_TEXT) from None


class Reader:
    """Decodes the bytes of one client, as they come in, to control frames."""

    __slots__ = ("_bytes", "_frames", "_message", "_opcode", "_unread")

    def __init__(self) -> None:
        self._unread = b""
        self._message = b""
        self._opcode = Opcode.CONT
        """Of the message under way; CONT while there is none."""
        self.renew()

    def renew(self) -> None:
        """Gives the client a whole allowance again."""
        self._frames, self._bytes = MOST_FRAMES, MOST_BYTES

    def read(self, data: bytes) -> Iterator[tuple[Opcode, bytes]]:
        """Opcode and payload of each control frame that is complete now. Raises Violation; then read no further.

        Bytes past the allowance are not parsed, so that the work is bounded. A violation before them is reported first.
        """
        self._bytes -= len(data)
        data, at = self._unread + (data if self._bytes >= 0 else data[: self._bytes]), 0
        while head := self._head(data, at):
            opcode, fin, start, length = head
            end = start + 4 + length
            if len(data) < end:
                break
            self._frames -= 1
            if self._frames < 0:
                raise Violation(TOO_MUCH_SAID)
            payload = apply_mask(data[start + 4 : end], data[start : start + 4])
            at = end
            if opcode >= Opcode.CLOSE:
                yield opcode, payload
            else:
                self._take(opcode, fin, payload)
        if self._bytes < 0:
            raise Violation(TOO_MUCH_SAID)
        self._unread = data[at:]

    def _head(self, data: bytes, at: int) -> tuple[Opcode, bool, int, int] | None:
        """Opcode, whether final, where its mask begins, its payload's length; None if more bytes are needed."""
        if len(data) < at + 2:
            return None
        first, second = data[at], data[at + 1]
        fin, length, start = first >= 0x80, second & 0x7F, at + 2
        if first & 0x70 or second < 0x80 or first & 0x0F not in _OPCODES:
            raise Violation(PROTOCOL_ERROR)
        opcode = _OPCODES[first & 0x0F]
        if opcode >= Opcode.CLOSE:
            if not fin or length > LONGEST_CONTROL:
                raise Violation(PROTOCOL_ERROR)
            return opcode, fin, start, length
        if (opcode is Opcode.CONT) == (self._opcode is Opcode.CONT):
            raise Violation(PROTOCOL_ERROR)
        if length > LONGEST_CONTROL:
            start += 2 if length == 126 else 8
            if len(data) < start:
                return None
            length = int.from_bytes(data[at + 2 : start], "big")
        if len(self._message) + length > LONGEST_MESSAGE:
            raise Violation(MESSAGE_TOO_BIG)
        return opcode, fin, start, length

    def _take(self, opcode: Opcode, fin: bool, payload: bytes) -> None:
        """A part of a message."""
        self._message += payload
        self._opcode = self._opcode if opcode is Opcode.CONT else opcode
        if fin:
            if self._opcode is Opcode.TEXT:
                try:
                    self._message.decode()
                except UnicodeDecodeError:
                    raise Violation(INVALID_TEXT) from None
            self._message, self._opcode = b"", Opcode.CONT


_OPCODES = {int(opcode): opcode for opcode in Opcode}
