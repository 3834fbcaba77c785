"""What each listener gets while a frame is handed out, slice by slice."""

import asyncio

from service.live.hub import AT_A_TIME, Topic


class Screen:
    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def push(self, frame: bytes) -> None:
        self.frames.append(frame)


async def test_others_have_their_turn_between_slices() -> None:
    topic, screens = Topic(), [Screen() for _ in range(3 * AT_A_TIME)]
    for screen in screens:
        topic.join(screen)
    publishing = asyncio.create_task(topic.publish(b"1"))
    await asyncio.sleep(0)
    served = [screen for screen in screens if screen.frames]
    assert len(served) == AT_A_TIME
    await publishing
    assert [screen.frames for screen in screens] == [[b"1"]] * len(screens)


async def test_who_comes_and_goes_meanwhile_has_the_frame_once_or_not_at_all() -> None:
    topic, screens = Topic(), [Screen() for _ in range(2 * AT_A_TIME)]
    for screen in screens:
        topic.join(screen)
    publishing = asyncio.create_task(topic.publish(b"1"))
    await asyncio.sleep(0)
    left = [screen for screen in screens if not screen.frames]
    for screen in left:
        topic.leave(screen)
    late = Screen()
    assert topic.join(late) == b"1"
    await publishing
    assert late.frames == []
    assert not any(screen.frames for screen in left)


async def test_the_same_frame_is_not_handed_out_again() -> None:
    topic, screen = Topic(), Screen()
    topic.join(screen)
    for frame in (b"1", b"1", b"2"):
        await topic.publish(frame)
    assert screen.frames == [b"1", b"2"]
