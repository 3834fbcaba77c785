"""The workload and the checker find the mistakes of services that were broken on purpose."""

from pathlib import Path

from tests.faults import faults
from tests.faults.faults import Fault
from tests.faults.parts import TWO_WORKERS
from tests.faults.powercut import PowerCut
from tests.faults.proxy import Proxy
from tests.faults.stands import EmbeddedStand, broken_copy
from tests.faults.trial import trial
from tests.faults.workload import Load

BUSY = Load(tickets_a_second=200, offices=2, kiosks=6, think=0.05)

FORGET_REQUESTS = {
    "store/lua/lib/idempotency.lua": lambda text: text.replace(
        'redis.call("HSET", requests, request, cjson.encode(kept))', ""
    )
}

SYNC_LATER = {
    "store/driver/bundled_server.py": lambda text: text.replace('"appendfsync": "always"', '"appendfsync": "everysec"')
}

# First it asks who is next, then it calls that ticket. In between, another window may ask, too.
CALL_THE_ASKED = """
-- @include preconditions, records, calls, leave_window, answers
local id, number = tonumber(args[1]), tonumber(args[2])
local window = read_window(id)
local finished = window.number and read_ticket(window.number)
if finished then
  release("finish", finished, window)
  write_ticket(finished)
end
local called = number and read_ticket(number)
if called then
  call_to(called, id, window, true)
end
write_window(id, window)
return ok(finished, called)
"""
NEXT_IN_TWO_STEPS = """

import asyncio


async def _next(self, office, window, finished, *, by, key=None):
    _, (number,) = await self._executor.execute("ask", office.id, window, finished or "", 2, 60_000)
    await asyncio.sleep(0.05)
    day, (was, now, state) = await self._executor.execute("call_the_asked", office.id, window, number or "")
    return Pressed(
        finished=self._records.ticket(office.id, day, was) if was else None,
        called=self._records.ticket(office.id, day, now) if now else None,
        **of_state(state),
    )


Windows.next = _next
"""


def ask_only(_: str) -> str:
    """next.lua up to the point where it begins to change something."""
    text = (Path(faults.__file__).parents[2] / "service/store/lua/next.lua").read_text()
    before, found, _ = text.partition("\nlapse()\n")
    assert found
    return before + '\nlocal turn = whose_turn()\nreturn { "ok", turn and turn.number or false }\n'


TWO_STEPS = {
    "store/lua/ask.lua": ask_only,
    "store/lua/call_the_asked.lua": lambda _: CALL_THE_ASKED,
    "store/windows.py": lambda text: text + NEXT_IN_TWO_STEPS,
}

# The checkpoint moves in a transaction of its own. Between it and the facts, the process is killed once.
FACTS_LATER = """\
        import os, pathlib
        kinds = {logged.event.kind for batch in batches.values() for logged in batch.events}
        mark = pathlib.Path("killed")
        if self.projection.name == "history" and "issue" in kinds and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), 9)
        async with self._database.begin() as connection:
            await self.projection.apply("""
MOVE_FIRST = {
    "projections/projector.py": lambda text: text.replace("            await self.projection.apply(", FACTS_LATER, 1)
}


async def test_a_forgotten_key_gives_two_tickets(tmp_path: Path) -> None:
    stand = EmbeddedStand(tmp_path / "stand", **broken_copy(tmp_path / "copy", FORGET_REQUESTS))
    try:
        stand.start()
        async with Proxy(stand.addresses[0], 0.1) as proxy:
            outcome = await trial("forgotten keys", stand, None, 2, tmp_path, BUSY, through=[proxy.address])
    finally:
        stand.stop()
    assert proxy.dropped
    assert outcome.count("repeated")


async def test_syncing_later_loses_tickets_in_a_power_cut(tmp_path: Path) -> None:
    folder = tmp_path / "stand"
    cut = PowerCut(folder, EmbeddedStand.store_folder(folder))
    late = {**broken_copy(tmp_path / "copy", SYNC_LATER), "SUNBEON_DURABLE": "0", "SUNBEON_NUMBER_GAP": "0"}
    stand = EmbeddedStand(folder, **late, **cut.environment)
    try:
        stand.start()
        outcome = await trial("late sync", stand, Fault("cut the power", faults.kill_store), 2, tmp_path, BUSY)
    finally:
        stand.stop()
    assert cut.dropped
    assert outcome.count("lost")


async def test_a_next_in_two_steps_calls_to_two_windows(tmp_path: Path) -> None:
    stand = EmbeddedStand(tmp_path / "stand", **broken_copy(tmp_path / "copy", TWO_STEPS))
    try:
        stand.start()
        outcome = await trial("two steps", stand, None, 3, tmp_path, BUSY)
    finally:
        stand.stop()
    assert outcome.count("two windows")


async def test_a_checkpoint_that_moves_before_the_facts_loses_them_in_a_kill(tmp_path: Path) -> None:
    stand = EmbeddedStand(tmp_path / "stand", **TWO_WORKERS, **broken_copy(tmp_path / "copy", MOVE_FIRST))
    try:
        stand.start()
        outcome = await trial("facts later", stand, None, 2, tmp_path, BUSY, projected=True)
    finally:
        stand.stop()
    assert (stand.services[0].folder / "killed").exists()
    assert outcome.count("projected") == len(outcome.violations) > 0
