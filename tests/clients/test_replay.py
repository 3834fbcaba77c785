"""A recorded day through the API of the real service."""

import asyncio
import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from clients.python import Client
from clients.python.replay import player
from clients.python.replay.__main__ import main
from clients.python.replay.pace import Pace
from clients.python.replay.plan import Step
from clients.python.replay.player import Compared, Player
from tests.clients.test_plan import HEAD, RECORDINGS, needs_recordings
from tests.support import ROOT, Running

DAY = ((0, 0), (0, 4), (3, 2), (3, 1), (5, 4), (502, 3), (505, 0))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A made-up day: queue O/1 on 2020-01-13; somebody leaves, and numbers are skipped."""
    file = tmp_path / "day.csv.gz"
    rows = [f"O,1,Made up,2020-01-13,08:{i * 5:02},{called},{waiting},2,0" for i, (called, waiting) in enumerate(DAY)]
    file.write_bytes(gzip.compress((HEAD + "\n".join(rows)).encode()))
    return file


async def replay(service: Running, *arguments: str | Path) -> int:
    """The command's exit code."""
    return await asyncio.to_thread(main, ["--url", service.url, *map(str, arguments)])


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
    honest, loop = Player.play, asyncio.get_running_loop()

    async def disturbed(self: Player, step: Step, pace: Pace) -> Compared:
        if step.row.time == "08:10":
            stranger = service.http.take("passport", "apply")
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(stranger, loop))
        return await honest(self, step, pace)

    monkeypatch.setattr(Player, "play", disturbed)
    assert await replay(service, "--data", recording, "--queue", "O/1") == 1
    said = capsys.readouterr().out
    assert "08:10  recorded: called 103, waiting 2; board: called 103, waiting 3" in said
    assert "7 rows: 2 of 7 that can be compared agree, 5 disagree, 0 can't be compared" in said


async def test_refuses_a_counter_where_people_wait(
    service: Running, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await service.http.take("passport", "apply")
    before = await service.http.board("passport")
    assert await replay(service, "--data", recording, "--queue", "O/1") == 2
    assert "1 wait already" in capsys.readouterr().err
    assert (await service.http.board("passport"))["version"] == before["version"]


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
