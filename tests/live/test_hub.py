"""What each listener gets while a frame is handed out, slice by slice."""

import asyncio

from service.live.hub import AT_A_TIME, Topic
from service.live.websocket_frames import encode

CONTENT = b'{"n":1}'
FRAME = encode('{"n":1,"at":0}')


def stamp() -> bytes:
    return b'"at":0'


class Screen:
    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def push(self, frame: bytes) -> None:
        self.frames.append(frame)


async def test_others_have_their_turn_between_slices() -> None:
    topic, screens = Topic(stamp), [Screen() for _ in range(3 * AT_A_TIME)]
    for screen in screens:
        topic.join(screen)
    publishing = asyncio.create_task(topic.publish(CONTENT))
    await asyncio.sleep(0)
    served = [screen for screen in screens if screen.frames]
    assert len(served) == AT_A_TIME
    await publishing
    assert [screen.frames for screen in screens] == [[FRAME]] * len(screens)


async def test_who_comes_and_goes_meanwhile_has_the_frame_once_or_not_at_all() -> None:
    topic, screens = Topic(stamp), [Screen() for _ in range(2 * AT_A_TIME)]
    for screen in screens:
        topic.join(screen)
    publishing = asyncio.create_task(topic.publish(CONTENT))
    await asyncio.sleep(0)
    left = [screen for screen in screens if not screen.frames]
    for screen in left:
        topic.leave(screen)
    late = Screen()
    assert topic.join(late) == FRAME
    await publishing
    assert late.frames == []
    assert not any(screen.frames for screen in left)


async def test_the_same_frame_is_not_handed_out_again() -> None:
    topic, screen = Topic(stamp), Screen()
    topic.join(screen)
    other = b'{"n":2}'
    for content in (CONTENT, CONTENT, other):
        await topic.publish(content)
    assert screen.frames == [FRAME, encode('{"n":2,"at":0}')]


async def test_nobody_gets_what_is_older_after_what_is_newer() -> None:
    topic, screens = Topic(stamp), [Screen() for _ in range(3 * AT_A_TIME)]
    for screen in screens:
        topic.join(screen)
    await topic.publish(CONTENT)
    saying_again = asyncio.create_task(topic.say_again())
    await asyncio.sleep(0)
    await topic.publish(b'{"n":2}')
    await saying_again
    for screen in screens:
        news = screen.frames.index(encode('{"n":2,"at":0}'))
        assert FRAME not in screen.frames[news:]
