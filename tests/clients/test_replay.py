"""A recorded day through the API of the real service."""

import asyncio
import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clients.python import Client
from clients.python.replay import player
from clients.python.replay.__main__ import main
from clients.python.replay.pace import Pace
from clients.python.replay.plan import Step
from clients.python.replay.player import Compared, Player
from service.domain.board import BoardContent
from service.store.records import Records
from tests.clients.test_plan import HEAD, RECORDINGS, needs_recordings
from tests.support import ROOT, Running, running

DAY = ((0, 0), (0, 4), (3, 2), (3, 1), (5, 4), (502, 3), (505, 0))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A made-up day: queue O/1 on 2020-01-13; somebody leaves, and numbers are skipped."""
    file = tmp_path / "day.csv.gz"
    rows = [f"O,1,Made up,2020-01-13,08:{i * 5:02},{called},{waiting},2,0" for i, (called, waiting) in enumerate(DAY)]
    file.write_bytes(gzip.compress((HEAD + "\n".join(rows)).encode()))
    return file


async def replay(service: Running, *arguments: str | Path) -> int:
    """The command's exit code, as fast as possible."""
    return await asyncio.to_thread(main, ["--url", service.url, "--speed", "0", *map(str, arguments)])


async def test_the_day_that_comes_along_agrees_at_every_moment(
    service: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await replay(service) == 0
    said = capsys.readouterr().out
    assert f"watch {service.url}/display/passport" in said
    assert "109 rows: 109 of 109 that can be compared agree, 0 disagree, 0 can't be compared" in said
    assert "201 numbers given, 201 called, 0 cancelled" in said


@needs_recordings
async def test_the_passport_day_agrees_at_every_moment(service: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert await replay(service, "--data", RECORDINGS) == 0
    said = capsys.readouterr().out
    assert "127 rows: 127 of 127 that can be compared agree, 0 disagree, 0 can't be compared" in said
    assert "147 numbers given, 147 called, 0 cancelled" in said
    board = await service.http.board("passport")
    assert (board["counters"][0]["called"], board["counters"][0]["issued"]) == (247, 247)


async def test_what_cannot_be_compared_is_said(
    service: Running, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--data", recording, "--queue", "O/1", "--office", "howon1", "--counter", "seal")
    assert await replay(service, *arguments) == 0
    said = capsys.readouterr().out
    assert "7 rows: 6 of 6 that can be compared agree, 0 disagree, 1 can't be compared" in said
    assert "1 agree after people left uncalled, played as cancelled tickets: 08:15" in said
    assert "not compared: 1 · skipped numbers" in said
    assert "08:25  called 502, waiting 3, before it 5 and 4" in said


async def test_a_second_day_goes_on_where_the_first_ended(service: Running, recording: Path) -> None:
    arguments = ("--data", recording, "--queue", "O/1")
    assert [await replay(service, *arguments), await replay(service, *arguments)] == [0, 0]
    board = await service.http.board("passport")
    assert board["counters"][0]["issued"] == 118
    assert board["counters"][0]["waiting"] == 0
    assert {window["state"] for window in board["windows"]} == {"closed"}


async def test_a_board_that_disagrees_is_found(
    service: Running, recording: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Records.board

    def wrong(self: Records, *args: Any) -> BoardContent:
        board = honest(self, *args)
        first, *others = board.counters
        if first.called == 103:
            first = first.model_copy(update={"waiting": first.waiting + 1})
        return board.model_copy(update={"counters": [first, *others]})

    monkeypatch.setattr(Records, "board", wrong)
    assert await replay(service, "--data", recording, "--queue", "O/1") == 1
    said = capsys.readouterr().out
    assert "08:10  recorded: called 103, waiting 2; board: called 103, waiting 3" in said
    assert "7 rows: 4 of 6 that can be compared agree, 2 disagree, 1 can't be compared" in said


async def test_whoever_waits_is_called_first(
    service: Running, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = await service.http.take("passport", "apply")
    at_home = await service.http.take("passport", "apply", channel="online")
    desk = await service.desk("passport", 1, "apply")
    assert await replay(service, "--data", recording, "--queue", "O/1") == 0
    said = capsys.readouterr().out
    assert "the first ticket is number 103" in said
    assert "7 rows: 6 of 6 that can be compared agree, 0 disagree" in said
    assert (await service.http.ticket(mine["id"]))["state"] == "served"
    assert (await service.http.ticket(at_home["id"]))["state"] == "waiting"
    # A window that a person opened is no concern of the replay.
    board = await service.http.board("passport")
    assert [window["state"] for window in board["windows"]] == ["idle", *["closed"] * 4]
    assert await desk.next() is None


async def test_somebody_who_comes_meanwhile_is_served_among_the_others(
    service: Running, recording: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, loop = Player.play, asyncio.get_running_loop()
    mine: list[dict[str, Any]] = []

    async def disturbed(self: Player, step: Step, pace: Pace) -> Compared:
        if step.row.time == "08:10":
            taken = asyncio.run_coroutine_threadsafe(service.http.take("passport", "apply"), loop)
            mine.append(await asyncio.wrap_future(taken))
        return await honest(self, step, pace)

    monkeypatch.setattr(Player, "play", disturbed)
    assert await replay(service, "--data", recording, "--queue", "O/1") == 0
    said = capsys.readouterr().out
    assert (await service.http.ticket(mine[0]["id"]))["state"] == "served"
    assert "0 disagree" in said
    assert "not compared: 1 · somebody else took, held or called numbers in the office" in said
    assert "08:10  called 3, waiting 2, before it 0 and 4" in said


async def test_a_number_that_somebody_else_calls_is_no_disagreement(
    service: Running, recording: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, loop = Player.play, asyncio.get_running_loop()
    desk = await service.desk("passport", 4, "apply")

    async def disturbed(self: Player, step: Step, pace: Pace) -> Compared:
        if step.row.time == "08:15":
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(desk.next(), loop))
        return await honest(self, step, pace)

    monkeypatch.setattr(Player, "play", disturbed)
    assert await replay(service, "--data", recording, "--queue", "O/1") == 0
    said = capsys.readouterr().out
    assert desk.at_window == 104
    assert "0 disagree" in said
    assert "somebody else took, held or called numbers in the office\n  08:15" in said


async def test_the_life_of_its_office_makes_room(
    store_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, paused = Client.send, list[list[str]]()

    async def noted(self: Client, method: str, *path: str | int, **more: Any) -> Any:
        answer = await honest(self, method, *path, **more)
        if path[0] == "demo":
            paused.append(answer["paused"])
        return answer

    monkeypatch.setattr(Client, "send", noted)
    async with running(store_url, demo_life=True) as service:
        assert await replay(service) == 0
        assert "the simulated people of passport keep away meanwhile" in capsys.readouterr().out
        assert paused == [[], ["passport"], []]


async def test_refuses_without_a_free_window(
    service: Running, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await service.desk("cityhall", 5)
    arguments = ("--data", recording, "--queue", "O/1", "--office", "cityhall", "--counter", "tax")
    assert await replay(service, *arguments) == 2
    assert "close one first" in capsys.readouterr().err


async def test_refuses_what_is_no_demo(
    service: Running, recording: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "PASSWORD", "another")
    assert await replay(service, "--data", recording, "--queue", "O/1") == 2
    assert "on a demo only" in capsys.readouterr().err


async def test_refuses_more_people_than_numbers(service: Running) -> None:
    async with Client(service.url) as client:
        with pytest.raises(player.CannotPlay, match="has 4899 numbers left today, the recording needs 4900"):
            async with player.playing(client, "passport", "apply", windows=1, tickets=4900):
                pass


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--office", "nowhere"], "no office nowhere: there are cityhall, passport"),
        (["--counter", "nothing"], "passport has no counter nothing: it has apply, pickup"),
        (["--queue", "O/2"], "no queue O/2: there are O/1"),
    ],
)
async def test_says_what_there_is(
    service: Running, recording: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await replay(service, "--data", recording, "--queue", "O/1", *arguments) == 2
    assert message in capsys.readouterr().err


async def test_the_pace_is_the_recording_s(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    pace = Pace(speed=60, minute=480)
    await pace.until(485)
    await pace.until(480)
    await Pace(speed=0, minute=480).until(485)
    assert slept == [pytest.approx(5, abs=0.1), 0]


@pytest.mark.parametrize("wrong", [["--speed", "-1"], ["--speed", "fast"], ["--url", "localhost:8000"]])
def test_arguments_are_checked(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert "give" in capsys.readouterr().err


def test_the_recordings_can_be_named_by_the_environment(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "clients.python.replay"],
        cwd=ROOT,
        env={"SUNBEON_RECORDINGS": str(tmp_path / "absent.gz")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "absent.gz can't be read" in ended.stderr
