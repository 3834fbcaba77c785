"""The short form of `scripts/bench soak`: thousands of boards leave a lobby board's page as it was."""

from tests.bench import soak
from tests.browser.support import chromium
from tests.support import Running


async def test_thousands_of_boards_leave_memory_and_nodes_flat(service: Running) -> None:
    async with chromium() as browser:
        taken = [
            sample
            async for sample in soak.samples(browser, service.url, "passport", steps=6, minutes=30, call_every=15)
        ]
    assert taken[-1].frames > 3_000
    heap, nodes = soak.growth(taken)
    assert heap < soak.MOST_HEAP, taken
    assert nodes < soak.MOST_NODES, taken
    assert taken[-1].listeners - taken[1].listeners < soak.MOST_LISTENERS, taken
