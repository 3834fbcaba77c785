"""The checker itself: it finds nothing in a good history, and each kind of mistake in a bad one."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.faults.checker import check
from tests.faults.evidence import Evidence
from tests.faults.history import Answer, History, Operation, Recorder, read_history
from tests.faults.replay import Entry, Replay, Rules, Violation

OFFICE = "hall1"


def ticket(state: str, channel: str = "walk_in", **more: Any) -> dict[str, Any]:
    return {"state": state, "counter": "a", "lane": "normal", "channel": channel, **more}


def board(version: int, waiting: int, called: int | None, issued: int, window: int | None) -> dict[str, Any]:
    return {
        "office": OFFICE,
        "epoch": "e",
        "version": version,
        "counters": {"a": [waiting, called, issued]},
        "windows": {"1": window},
    }


def good() -> tuple[History, Evidence]:
    """Three tickets, one from home and not there yet; the first is served, the third called, the second passed over."""
    log = [
        Entry("open", 1, window=1),
        Entry("issue", 2, 1, "a", "normal"),
        Entry("issue", 3, 2, "a", "normal"),
        Entry("issue", 4, 3, "a", "normal"),
        Entry("call", 5, 1, "a", "normal", 1),
        Entry("finish", 6, 1, "a", "normal", 1),
        Entry("pass", 6, 2, "a", "front", 1),
        Entry("call", 6, 3, "a", "normal", 1),
    ]
    told = [
        *(
            Operation(n, "issue", OFFICE, {"key": str(n)}, [0], [Answer(1, 201, {"id": f"id{n}", "number": n})])
            for n in (1, 2, 3)
        ),
        Operation(4, "next", OFFICE, press(None), [2], [Answer(3, 200, {"finished": None, "called": 1})], unknown=1),
        Operation(5, "next", OFFICE, press(1), [4], [Answer(5, 200, {"finished": 1, "called": 3})]),
    ]
    frames = [("wall", board(4, 3, None, 3, None)), ("wall", board(6, 0, 3, 3, 3))]
    evidence = Evidence(
        office=OFFICE,
        day=date(2026, 11, 23),
        epoch="e",
        version=6,
        log=log,
        tickets={
            1: ticket("served", window=1),
            2: ticket("waiting", "online", arrive_by=9, lane="front"),
            3: ticket("called", window=1),
        },
        ids={1: "id1", 2: "id2", 3: "id3"},
        lanes={"front": [], "priority": [], "normal": [], "passed": [2], "held": [], "no_show": []},
        windows={1: 3},
        requests=[1, 2, 3],
        board=board(6, 0, 3, 3, 3),
    )
    return History({operation.id: operation for operation in told}, frames), evidence


def press(finished: int | None) -> dict[str, Any]:
    return {"window": 1, "key": str(finished), "finished": finished}


def kinds(history: History, evidence: Evidence) -> set[str]:
    return {violation.kind for violation in check(history, [evidence])}


def test_a_good_history_is_good() -> None:
    history, evidence = good()
    assert check(history, [evidence]) == []


@pytest.mark.parametrize(
    ("press", "wrong"),
    [
        ([Entry("pass", 5, 1, window=1), Entry("call", 5, 3, window=1)], 0),
        ([Entry("call", 5, 3, window=1)], 1),
        ([Entry("pass", 5, 1, window=1), Entry("pass", 5, 2, window=1), Entry("call", 5, 3, window=1)], 1),
        ([Entry("pass", 5, 1, window=1), Entry("call", 5, 4, window=1)], 1),
        ([Entry("pass", 5, 1, window=1), Entry("call", 6, 3, window=1)], 1),
    ],
    ids=["one passed", "none passed", "two passed", "out of turn", "another press"],
)
def test_one_press_passes_over_one_and_steps_over_the_rest(press: list[Entry], wrong: int) -> None:
    replay = Replay(OFFICE, Rules(windows={1: ("a",)}, in_a_row=3, online={1, 2}))
    for number in (1, 2, 3, 4):
        replay.step(Entry("issue", number, number, "a", "normal"))
    for entry in press:
        replay.step(entry)
    assert [violation.kind for violation in replay.violations] == ["order"] * wrong


def lose_a_ticket(history: History, evidence: Evidence) -> None:
    del evidence.tickets[2], evidence.ids[2], evidence.log[2], evidence.log[5]
    evidence.lanes["passed"] = []


def give_it_to_another(history: History, evidence: Evidence) -> None:
    evidence.ids[2] = "id of another"


def forget_an_acknowledged_call(history: History, evidence: Evidence) -> None:
    del evidence.log[7]


def not_know_a_holder(history: History, evidence: Evidence) -> None:
    history.operations[9] = Operation(
        9, "arrive", OFFICE, {"id": "id2"}, [6], [Answer(7, 404, {"code": "unknown_ticket"})]
    )


def give_a_number_twice(history: History, evidence: Evidence) -> None:
    history.operations[3].answers[0] = Answer(1, 201, {"id": "id3", "number": 2})


def issue_a_number_twice(history: History, evidence: Evidence) -> None:
    evidence.log.insert(4, Entry("issue", 4, 3, "a", "normal"))


def answer_two_requests_with_one_number(history: History, evidence: Evidence) -> None:
    evidence.requests = [1, 2, 2]


def call_to_two_windows(history: History, evidence: Evidence) -> None:
    evidence.log.insert(5, Entry("call", 5, 1, "a", "normal", 2))


def call_two_to_one_window(history: History, evidence: Evidence) -> None:
    evidence.log[5:6] = []


def call_out_of_turn(history: History, evidence: Evidence) -> None:
    evidence.log[4] = Entry("call", 5, 3, "a", "normal", 1)


def call_the_absent(history: History, evidence: Evidence) -> None:
    evidence.log[6:8] = [Entry("call", 6, 2, "a", "normal", 1)]


def pass_over_the_present(history: History, evidence: Evidence) -> None:
    evidence.tickets[2]["channel"] = "walk_in"


def leave_a_ticket_nowhere(history: History, evidence: Evidence) -> None:
    evidence.lanes["passed"] = []


def leave_a_ticket_in_two_lines(history: History, evidence: Evidence) -> None:
    evidence.lanes["held"] = [2]


def forget_a_ticket_of_the_log(history: History, evidence: Evidence) -> None:
    del evidence.tickets[1]


def change_a_state_silently(history: History, evidence: Evidence) -> None:
    evidence.tickets[1]["state"] = "no_show"
    evidence.lanes["no_show"] = [1]


def serve_the_cancelled(history: History, evidence: Evidence) -> None:
    evidence.log.insert(4, Entry("cancel", 5, 1, "a", "normal"))


def give_one_key_two_tickets(history: History, evidence: Evidence) -> None:
    history.operations[1].answers.append(Answer(2, 201, {"id": "id9", "number": 9}))


def give_a_ticket_nobody_asked_for(history: History, evidence: Evidence) -> None:
    del history.operations[3]


def press_twice_at_once(history: History, evidence: Evidence) -> None:
    del history.operations[5]


def tell_one_press_two_things(history: History, evidence: Evidence) -> None:
    history.operations[5].answers.append(Answer(6, 200, {"finished": 1, "called": 2}))


def refuse_what_was_done(history: History, evidence: Evidence) -> None:
    history.operations[5].answers.append(Answer(6, 409, {"code": "window_changed"}, sent=5.5))


def finish_unasked(history: History, evidence: Evidence) -> None:
    history.operations[5] = Operation(
        5, "next", OFFICE, press(None), [4], [Answer(5, 200, {"finished": None, "called": 3})]
    )


def show_a_wrong_count(history: History, evidence: Evidence) -> None:
    history.frames.insert(1, ("wall", board(5, 3, 1, 3, 1)))


def show_a_wrong_window(history: History, evidence: Evidence) -> None:
    history.frames.insert(1, ("wall", board(5, 2, 1, 3, None)))


def leave_a_board_behind(history: History, evidence: Evidence) -> None:
    history.frames.append(("street", board(4, 3, None, 3, None)))


def stay_behind_the_store(history: History, evidence: Evidence) -> None:
    evidence.version = 7


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lose_a_ticket, "lost"),
        (give_it_to_another, "lost"),
        (forget_an_acknowledged_call, "lost"),
        (not_know_a_holder, "lost"),
        (give_a_number_twice, "twice"),
        (issue_a_number_twice, "twice"),
        (answer_two_requests_with_one_number, "twice"),
        (call_to_two_windows, "two windows"),
        (call_two_to_one_window, "two windows"),
        (call_out_of_turn, "order"),
        (call_the_absent, "order"),
        (pass_over_the_present, "order"),
        (leave_a_ticket_nowhere, "gone"),
        (leave_a_ticket_in_two_lines, "gone"),
        (forget_a_ticket_of_the_log, "gone"),
        (change_a_state_silently, "gone"),
        (serve_the_cancelled, "gone"),
        (give_one_key_two_tickets, "repeated"),
        (give_a_ticket_nobody_asked_for, "repeated"),
        (press_twice_at_once, "repeated"),
        (tell_one_press_two_things, "repeated"),
        (refuse_what_was_done, "repeated"),
        (finish_unasked, "repeated"),
        (show_a_wrong_count, "board"),
        (show_a_wrong_window, "board"),
        (leave_a_board_behind, "board"),
        (stay_behind_the_store, "board"),
    ],
)
def test_a_bad_history_is_caught(spoil: Any, kind: str) -> None:
    history, evidence = good()
    before = copy.deepcopy((history, evidence))
    spoil(history, evidence)
    assert (history, evidence) != before
    assert kind in kinds(history, evidence)


def test_a_lost_answer_may_or_may_not_have_had_its_effect() -> None:
    history, evidence = good()
    history.operations[8] = Operation(8, "issue", OFFICE, {"key": "8"}, [9], [], unknown=1)
    assert not kinds(history, evidence)
    history.operations[3].answers.clear()
    assert not kinds(history, evidence)


def test_copies_on_their_way_together_may_be_told_different_things() -> None:
    history, evidence = good()
    history.operations[5].answers.insert(0, Answer(4.5, 409, {"code": "window_changed"}, sent=4))
    assert not kinds(history, evidence)


def test_what_an_earlier_epoch_showed_is_not_held_against_the_log() -> None:
    history, evidence = good()
    history.frames.insert(0, ("wall", board(4, 99, None, 99, None) | {"epoch": "earlier"}))
    assert not kinds(history, evidence)


def test_priority_comes_twice_in_a_row_and_no_more() -> None:
    history, evidence = good()
    lanes = ["normal", "normal", "priority", "priority", "priority"]
    log = [Entry("issue", n, n, "b", lane) for n, lane in enumerate(lanes, 1)]
    for version, number in enumerate([3, 4, 1, 5, 2], 6):
        log += [Entry("call", version, number, "b", lanes[number - 1], 4)]
        log += [Entry("finish", version, number, "b", lanes[number - 1], 4)]
    evidence.log = log
    evidence.tickets = {n: ticket("served", counter="b", lane=lane) for n, lane in enumerate(lanes, 1)}
    assert "order" not in kinds(history, evidence)
    evidence.log[9:13:2] = reversed(evidence.log[9:13:2])
    assert "order" in kinds(history, evidence)


def test_a_history_is_read_as_it_was_written(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")
    op = recorder.operation()
    first = recorder.invoke(op, "issue", OFFICE, {"key": "k"})
    recorder.unknown(op, first, "TimeoutError")
    for status, body in ((503, {"code": "not_confirmed"}), (201, {"id": "id1", "number": 1})):
        recorder.answer(op, recorder.invoke(op, "issue", OFFICE, {"key": "k"}), status, body)
    recorder.frame("wall", board(1, 0, None, 1, None))
    recorder.fault("kill the store")
    recorder.close()
    history = read_history(recorder.file)
    (operation,) = history.operations.values()
    assert (len(operation.asked), operation.unknown, operation.done) == (3, 2, [{"id": "id1", "number": 1}])
    assert history.frames == [("wall", board(1, 0, None, 1, None))]
    assert recorder.answered_since(first) is not None
    assert [json.loads(line)["is"] for line in recorder.file.read_text().splitlines()][-1] == "fault"


def test_a_violation_says_where() -> None:
    assert str(Violation("lost", OFFICE, "7 is gone")) == "lost: hall1: 7 is gone"
