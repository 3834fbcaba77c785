"""The store follows the rules, and a broken script is found with an example."""

import asyncio
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha1

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from redis.asyncio import Redis

from service.domain.service_clock import Clock
from service.store.driver.topology import OnePrimary
from service.store.scripts import load_scripts
from tests.store.machine import StoreAndRules
from tests.store.queue import KEPT_HERE, Queue
from tests.store.servers import have_patience
from tests.store.town import ONLINE_SHARE, document

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "0"))
"""The number of random examples for a long run; without it, the examples are the same each time."""

SETTINGS = settings(
    max_examples=EXAMPLES or 60,
    derandomize=not EXAMPLES,
    stateful_step_count=60,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


class Rig:
    """The machine, on a store whose scripts may be broken."""

    def __init__(self, loop: asyncio.AbstractEventLoop, redis: Redis, url: str) -> None:
        self.loop = loop
        self.redis = redis
        self.topology = OnePrimary(url, KEPT_HERE)
        self.scripts = load_scripts()

    def break_scripts(self, right: str, wrong: str) -> None:
        """Replaces a text in every script that has it."""
        found = [script for script in self.scripts.values() if right in script.text]
        assert found, f"no script says {right!r}"
        for script in found:
            text = script.text.replace(right, wrong)
            self.scripts[script.name] = replace(script, text=text, sha1=sha1(text.encode()).hexdigest())

    def run(self, how: settings = SETTINGS) -> None:
        run_state_machine_as_test(lambda: StoreAndRules(self.loop, self.new_queue), settings=how)

    def new_queue(self, clock: Clock) -> Queue:
        queue = Queue(document(), clock, self.scripts, self.topology, self.redis, online_share=ONLINE_SHARE)
        self.loop.run_until_complete(queue.bootstrap())
        return queue


@pytest.fixture
def rig(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    # Under load the store may be slow to answer; here that is no finding.
    have_patience(monkeypatch)
    loop = asyncio.new_event_loop()
    redis = Redis.from_url(store_url, protocol=2)
    rig = Rig(loop, redis, store_url)
    yield rig
    loop.run_until_complete(rig.topology.aclose())
    loop.run_until_complete(redis.aclose())
    loop.close()


def test_the_store_keeps_the_rules(rig: Rig) -> None:
    rig.run()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param("if window.number ~= believed then", "if false then", id="next does not ask who is there"),
        pytest.param("if earlier then", "if false then", id="keys are forgotten"),
        pytest.param(
            'first - 1) + 1\nwhile redis.call("HEXISTS", tickets, number) == 1 do',
            "first)\nwhile false do",
            id="a number is given twice",
        ),
        pytest.param("streak() < in_a_row", "true", id="priority starves the others"),
        pytest.param("while called and not called.arrived do", "while false do", id="absent holders are called"),
        pytest.param('"-inf", by or now)', '"-inf", 0)', id="places are kept for ever"),
        pytest.param('and source ~= "online",', ",", id="who claims a priority online is first"),
        pytest.param(
            "own_lane(ticket)\nend\nticket.arrived", "ticket.lane\nend\nticket.arrived", id="nothing is confirmed"
        ),
        pytest.param("if has_passed then", "if false then", id="all absent holders lose their places"),
        pytest.param("waiting_field(ticket)) >=", 'counter .. ":waiting:walk_in") >=', id="channels share their room"),
        pytest.param(
            'HINCRBY", counters, counter .. ":online", 1', 'HGET", counters, counter .. ":online"', id="no online quota"
        ),
        pytest.param('counter .. ":left", -1', 'counter .. ":left", 0', id="a limit is not counted down"),
        pytest.param(
            'reason ~= "" and cjson.decode(reason) or nil', "nil", id="the log forgets why a counter is paused"
        ),
        pytest.param("leave(ticket)\nmove_state(", "move_state(", id="who cancelled is still in the line"),
        pytest.param('move_state("arrive", ticket)\n', "", id="arrival signals no change"),
        pytest.param('counter .. ":streak") or 0),\n  }', '":streak") or 0),\n  }', id="a line forgets priority calls"),
        pytest.param('":away", change', '":away", 0', id="who is absent counts as here"),
        pytest.param("in_turn = in_turn", "in_turn = true", id="the log takes a chosen ticket for one in turn"),
        pytest.param('event("pass", {', "tostring({", id="nothing is logged when a turn passes"),
        pytest.param(
            "window = id, counters = serves",
            "window = id, counters = { serves[1] }",
            id="the log forgets what a window serves",
        ),
        pytest.param("if parked[ticket.state] then", "if false then", id="who was called back is still parked"),
    ],
)
def test_a_broken_script_is_found(rig: Rig, right: str, wrong: str) -> None:
    rig.break_scripts(right, wrong)
    with pytest.raises(AssertionError, match="do not agree"):
        rig.run(settings(SETTINGS, max_examples=400, phases=[Phase.generate]))


def test_an_example_shrinks_to_its_point(rig: Rig) -> None:
    rig.break_scripts("while called and not called.arrived do", "while false do")
    with pytest.raises(AssertionError) as found:
        rig.run(settings(SETTINGS, stateful_step_count=15, max_examples=1000))
    story, _, differences = str(found.value).partition("\n\n")
    taken, pressed = story.splitlines()[-2:]
    assert re.fullmatch(r"issue at \w, online, \w+, \d, None -> \d+ waiting", taken)
    assert re.fullmatch(r"next at \d after None, None -> None, \d+ called", pressed)
    assert differences.startswith("answer [1]: the store says {")
