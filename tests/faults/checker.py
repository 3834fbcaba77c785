"""The checker: compares the recorded history with the store's log and last state."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from tests.faults import town
from tests.faults.evidence import Evidence
from tests.faults.history import History, Operation
from tests.faults.replay import Replay, Rules, Violation

MOVES = {"finish": "finish", "hold": "hold", "no-show": "no_show", "transfer": "transfer", "recall": "recall"}
"""What the API calls a move at a window -> what the log calls it."""


def check(history: History, offices: Iterable[Evidence]) -> list[Violation]:
    """All violations; empty if there are none."""
    found: list[Violation] = []
    for evidence in offices:
        operations = list(history.of(evidence.office))
        frames = [(listener, board) for listener, board in history.frames if board["office"] == evidence.office]
        found += tickets_kept(operations, evidence)
        found += effects_once(operations, evidence)
        replay = replayed(operations, frames, evidence)
        found += replay.violations
        found += state_as_logged(replay, evidence)
        found += last_boards(frames, evidence)
    return found


def tickets_kept(operations: list[Operation], evidence: Evidence) -> Iterator[Violation]:
    """Every acknowledged ticket exists as it was given, each number went to one person, each key got one ticket."""
    holders: dict[int, str] = {}
    for operation in operations:
        if operation.kind in ("arrive", "cancel"):
            if any(answer.body.get("code") == "unknown_ticket" for answer in operation.answers):
                yield Violation("lost", evidence.office, f"{operation.args['id']} is unknown to the service")
            continue
        if operation.kind != "issue" or not operation.done:
            continue
        ids = {body["id"]: body["number"] for body in operation.done}
        if len(ids) > 1:
            yield Violation("repeated", evidence.office, f"one key was given {sorted(ids.values())}")
        for id, number in ids.items():
            if holders.setdefault(number, id) != id:
                yield Violation("twice", evidence.office, f"{number} was given to two people")
            if number not in evidence.ids:
                yield Violation("lost", evidence.office, f"{number} was acknowledged and is gone")
            elif evidence.ids[number] != id:
                yield Violation("lost", evidence.office, f"{number} was acknowledged and is another's now")
    for number, keys in Counter(evidence.requests).items():
        if keys > 1:
            yield Violation("twice", evidence.office, f"{number} was given for {keys} requests")
    asked = sum(1 for operation in operations if operation.kind == "issue" and operation.may_have_happened)
    if len(evidence.tickets) > asked:
        extra = len(evidence.tickets) - asked
        yield Violation("repeated", evidence.office, f"{extra} tickets more than anyone asked for")


def effects_once(operations: list[Operation], evidence: Evidence) -> Iterator[Violation]:
    """Moves that a clerk was told about are in the log, and no move is there more often than it was requested."""
    moves = [entry for entry in evidence.log if entry.window and entry.number]
    logged = Counter((entry.move, entry.window, entry.number) for entry in moves)
    told: Counter[tuple[str, int, int]] = Counter()
    asked: Counter[tuple[str, int, int]] = Counter()
    presses: Counter[int] = Counter()
    for operation in operations:
        window, number = operation.args.get("window"), operation.args.get("number")
        if operation.kind == "next":
            yield from _press(operation, evidence, told, asked)
            presses[window] += not operation.answers or any(body["called"] for body in operation.done)
        elif operation.kind == "call" or operation.kind in MOVES:
            effect = (MOVES.get(operation.kind, "call"), window, number)
            asked[effect] += operation.may_have_happened
            if operation.done:
                # The same recall again is another recall; any other move may find it done.
                told[effect] = told[effect] + 1 if operation.kind == "recall" else max(told[effect], 1)
    for effect, times in told.items():
        if logged[effect] < times:
            yield Violation(
                "lost", evidence.office, f"{effect} was acknowledged {times} times, logged {logged[effect]}"
            )
    for effect, times in logged.items():
        move, window, _ = effect
        if move not in ("call", "pass") and times > asked[effect]:
            yield Violation("repeated", evidence.office, f"{effect} happened {times} times, asked {asked[effect]}")
    calls: Counter[int] = Counter()
    chosen: Counter[int] = Counter()
    for (move, window, _), times in logged.items():
        calls[window] += times if move == "call" else 0
    for (move, window, _), times in asked.items():
        chosen[window] += times if move == "call" else 0
    for window, times in calls.items():
        if times > presses[window] + chosen[window]:
            text = f"window {window} called {times} times, for {presses[window]} presses and {chosen[window]} choices"
            yield Violation("repeated", evidence.office, text)


def _press(operation: Operation, evidence: Evidence, told: Any, asked: Any) -> Iterator[Violation]:
    window, finished = operation.args["window"], operation.args["finished"]
    if operation.refused_after_done:
        yield Violation("repeated", evidence.office, f"one press at window {window} was acknowledged and refused")
    outcomes = {(body["finished"], body["called"]) for body in operation.done}
    if len(outcomes) > 1:
        yield Violation(
            "repeated", evidence.office, f"one press at window {window} was told {sorted(outcomes, key=str)}"
        )
    if finished:
        asked["finish", window, finished] += operation.may_have_happened
    for _, called in outcomes:
        if finished:
            told["finish", window, finished] = 1
        if called:
            told["call", window, called] += 1


def replayed(operations: list[Operation], frames: list[tuple[str, dict[str, Any]]], evidence: Evidence) -> Replay:
    """Replays the log through the rules, and compares each board that anyone saw with the state of its version."""
    rules = Rules(
        windows=town.WINDOWS,
        in_a_row=town.IN_A_ROW,
        online={number for number, record in evidence.tickets.items() if record["channel"] == "online"},
        chosen={(op.args["window"], op.args["number"]) for op in operations if op.kind == "call"},
    )
    replay = Replay(evidence.office, rules)
    shown: dict[int, list[dict[str, Any]]] = defaultdict(list)
    failovers = [entry.version for entry in evidence.log if entry.move == "failover"]
    for _, board in frames:
        # A board of an earlier epoch may show changes that were not confirmed. These may be lost.
        if board["epoch"] == evidence.epoch and board["version"] >= max(failovers, default=0):
            shown[board["version"]].append(board)
    for entry, following in zip(evidence.log, [*evidence.log[1:], None], strict=True):
        replay.step(entry)
        if following is None or following.version != entry.version:
            for board in shown.pop(entry.version, ()):
                replay.violations += _board_differs(board, replay, evidence.office)
    return replay


def _board_differs(board: dict[str, Any], replay: Replay, office: str) -> Iterator[Violation]:
    version = board["version"]
    for counter, (waiting, called, issued) in board["counters"].items():
        facts = (replay.line(counter).before_newcomer(town.IN_A_ROW), replay.called.get(counter))
        if (waiting, called) != facts or issued != (replay.issued.get(counter) or issued):
            text = f"version {version} showed {counter} as {waiting, called, issued}, it was {facts}"
            yield Violation("board", office, text)
    for window, number in board["windows"].items():
        if number != replay.at_window.get(int(window)):
            yield Violation("board", office, f"version {version} showed {number} at window {window}")


def state_as_logged(replay: Replay, evidence: Evidence) -> Iterator[Violation]:
    """The tickets, the lines and the windows are as the log leaves them, and every ticket is somewhere."""
    office = evidence.office
    for number in sorted(replay.tickets.keys() ^ evidence.tickets.keys()):
        yield Violation("gone", office, f"{number} is in the log or among the tickets, not in both")
    places: dict[int, list[str]] = defaultdict(list)
    for lane, numbers in evidence.lanes.items():
        for number in numbers:
            places[number].append(lane)
    for window, there in evidence.windows.items():
        if there:
            places[there].append(f"window {window}")
    for number, record in evidence.tickets.items():
        seat = replay.tickets.get(number)
        if seat and (record["state"], record["counter"]) != (seat.state, seat.counter):
            yield Violation("gone", office, f"{number} is {record['state']}, by the log {seat.state}")
        expected = {
            "waiting": ["passed" if "arrive_by" in record else record["lane"]],
            "called": [f"window {record.get('window')}"],
            "held": ["held"],
            "no_show": ["no_show"],
        }.get(record["state"], [])
        if places[number] != expected:
            yield Violation("gone", office, f"{number} is {record['state']}, and is in {places[number]}")


def last_boards(frames: list[tuple[str, dict[str, Any]]], evidence: Evidence) -> Iterator[Violation]:
    """Every listener's last board is the store's."""
    if evidence.board and (evidence.board["epoch"], evidence.board["version"]) != (evidence.epoch, evidence.version):
        yield Violation("board", evidence.office, f"the service shows version {evidence.board['version']} at the end")
    for listener, board in dict(frames).items():
        if board != evidence.board:
            text = f"{listener} last saw version {board['version']}, it is {evidence.board['version']}"
            yield Violation("board", evidence.office, text)
