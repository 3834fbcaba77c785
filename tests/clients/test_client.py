"""The Python client's requests, against the real service."""

import ast
import asyncio
import sys
from datetime import datetime

import pytest

from clients.python import Clerk, Client, Holder, Kiosk, Lobby, Problem, Unreachable, Window
from service.domain.hours import KST
from tests.clients.wire import wire
from tests.past import database_of, day_of, fill, working_days
from tests.support import ROOT, Running

KEY = "demo-device"


async def test_reads_offices_and_boards(service: Running) -> None:
    async with Client(service.url) as client:
        offices = {office.id: office for office in await client.offices()}
        assert len(offices) == 16
        assert offices["passport"].name["ko"] == "여권민원실"
        assert offices["passport"].counters[0].numbers == (101, 4999)
        assert offices["passport"].windows[0].counters == ("apply",)
        board = await client.board("passport")
        assert board.counter("apply").called is None
        assert [window.state for window in board.windows] == ["closed"] * 5
        with pytest.raises(KeyError):
            board.counter("nothing")


async def test_offices_near_a_position(service: Running) -> None:
    async with Client(service.url) as client:
        near = await client.nearby("move-in", (37.7120444, 127.0487191))
        assert [(office.office, office.distance_m) for office in near][:2] == [("howon1", 50), ("jangam", 1650)]
        assert {office.distance_m for office in await client.nearby("move-in")} == {None}
        with pytest.raises(Problem) as refused:
            await client.nearby("moving")
        assert refused.value.code == "unknown_counter"


async def test_reads_quiet_hours(service: Running) -> None:
    async with Client(service.url) as client, database_of(service) as database:
        # No holiday is among the days before.
        service.clock.set(datetime(2026, 11, 25, 15, tzinfo=KST))
        for day in working_days(service.clock().date(), 6):
            await fill(database, day_of("passport", day, {"09:10": 12, "10:10": 12}))
        found = await client.quiet_hours("passport", "apply")
        assert (found.days, found.counter, found.provisional) == (6, "apply", True)
        assert [(slot.since, slot.minutes) for slot in found.slots if slot.weekday == "mon"] == [
            ("09:00", 12),
            ("10:00", 12),
        ]
        assert (await client.quiet_hours("passport")).counter is None
        with pytest.raises(Problem) as refused:
            await client.quiet_hours("passport", "a counter & more")
        assert refused.value.code == "unknown_counter"


async def test_a_walk_in_from_kiosk_to_served(service: Running) -> None:
    async with Client(service.url) as client:
        kiosk = Kiosk(client, KEY)
        assert (await kiosk.device()).office is None
        one = await kiosk.issue("passport", "apply")
        two = await kiosk.issue("passport", "apply", priority="elderly", lang="en")
        assert (one.number, one.state, one.ahead, one.channel) == (101, "waiting", 0, "walk_in")
        assert two.priority == "elderly"

        clerk = await Clerk.sign_in(client, "clerk-passport", "sunbeon")
        assert (clerk.office, clerk.session.role) == ("passport", "clerk")
        assert (await clerk.open(4)).counters == ("apply", "pickup")
        assert (await clerk.open(4, ["apply"])).counters == ("apply",)
        first = await clerk.next(4, None)
        assert first.finished is None
        assert first.called
        assert first.called.number == 102
        assert (await clerk.recall(4, 102)).recalls == 1
        second = await clerk.next(4, 102)
        assert second.finished
        assert second.called
        assert (second.finished.state, second.called.number) == ("served", 101)
        assert (await Holder(client, one.id).ticket()).window == 4
        assert (await clerk.hold(4, 101)).state == "held"
        assert (await clerk.call(4, 101)).state == "called"
        assert (await clerk.no_show(4, 101)).state == "no_show"
        assert (await clerk.call(4, 101)).state == "called"
        assert (await clerk.transfer(4, 101, "pickup")).counter == "pickup"
        await clerk.open(4)
        assert (await clerk.call(4, 101)).state == "called"
        assert (await clerk.finish(4, 101)).state == "served"
        assert (await clerk.close(4)).state == "closed"


async def test_an_online_ticket(service: Running) -> None:
    async with Client(service.url) as client:
        ticket = await client.issue("passport", "apply")
        holder = Holder(client, ticket.id)
        assert (ticket.channel, ticket.arrived) == ("online", False)
        assert (await holder.arrive()).arrived
        assert (await holder.cancel()).state == "cancelled"
        assert (await holder.ticket()).ahead is None


async def test_ticketing_is_paused_and_resumed(service: Running) -> None:
    async with Client(service.url) as client:
        clerk = await Clerk.sign_in(client, "clerk-passport", "sunbeon")
        assert (await clerk.pause("apply")).ticketing == "paused"
        with pytest.raises(Problem) as refused:
            await client.issue("passport", "apply")
        assert (refused.value.status, refused.value.code) == (409, "counter_paused")
        assert refused.value.detail
        assert (await clerk.resume("apply")).ticketing == "open"


async def test_a_pause_says_why_and_a_limit_counts_down(service: Running) -> None:
    async with Client(service.url) as client:
        clerk = await Clerk.sign_in(client, "clerk-passport", "sunbeon")
        reason = {"ko": "점심 교대", "en": "Lunch shift"}
        assert (await clerk.pause("apply", reason=reason)).paused_for == reason
        assert (await clerk.resume("apply")).paused_for is None
        assert (await clerk.limit("apply", 1)).left == 1
        await service.http.take("passport", "apply")
        full = (await client.board("passport")).counter("apply")
        assert (full.left, full.ticketing) == (0, "full")
        assert (await clerk.limit("apply", None)).left is None


async def test_lobby_settings_are_read_and_set(service: Running) -> None:
    async with Client(service.url) as client:
        clerk = await Clerk.sign_in(client, "clerk-passport", "sunbeon")
        assert await clerk.lobby() == Lobby()
        quieter = Lobby(volume=30, quiet_hours=(("12:00", "13:00"),))
        assert await clerk.set_lobby(quieter) == quieter
        assert (await client.board("passport")).lobby == quieter


async def test_only_online_numbers_are_paused_and_resumed(service: Running) -> None:
    async with Client(service.url) as client:
        clerk = await Clerk.sign_in(client, "clerk-passport", "sunbeon")
        paused = await clerk.pause("apply", only_online=True)
        assert (paused.ticketing, paused.online) == ("open", "paused")
        with pytest.raises(Problem) as refused:
            await client.issue("passport", "apply")
        assert refused.value.code == "counter_paused"
        assert (await clerk.resume("apply")).online == "paused"
        assert (await clerk.resume("apply", only_online=True)).online == "open"


async def test_refusals_say_what_they_are(service: Running) -> None:
    async with Client(service.url) as client:
        for office in ("nowhere", "pass/port"):
            with pytest.raises(Problem) as problem:
                await client.board(office)
            assert problem.value.status == 404
        with pytest.raises(Problem, match="unauthenticated"):
            await Kiosk(client, "wrong").issue("passport", "apply")
        with pytest.raises(Problem, match="unauthenticated"):
            await Clerk.sign_in(client, "clerk-passport", "wrong")
        with pytest.raises(Problem, match="unknown_ticket"):
            await Holder(client, "nobody").ticket()
        other = await Clerk.sign_in(client, "clerk-howon1", "sunbeon", office="passport")
        with pytest.raises(Problem, match="forbidden"):
            await other.open(1)


async def test_a_changed_window_comes_with_the_problem(service: Running) -> None:
    async with Client(service.url) as client:
        await client.issue("passport", "apply")
        clerk = await Clerk.sign_in(client, "clerk-passport", "sunbeon")
        await clerk.open(1)
        with pytest.raises(Problem) as refused:
            await clerk.next(1, 101)
        assert refused.value.code == "window_changed"
        assert Window.model_validate(refused.value.data["window"]).state == "idle"


async def test_who_belongs_to_every_office_names_one(service: Running) -> None:
    async with Client(service.url) as client:
        with pytest.raises(ValueError, match="admin belongs to every office"):
            await Clerk.sign_in(client, "admin", "sunbeon")
        clerk = await Clerk.sign_in(client, "admin", "sunbeon", office="howon1")
        assert (await clerk.open(1)).state == "idle"


async def test_a_session_counts_only_with_its_token(service: Running) -> None:
    async with Client(service.url) as client:
        clerk = await Clerk.sign_in(client, "clerk-passport", "sunbeon")
        with pytest.raises(Problem, match="unauthenticated"):
            await client.send("POST", "offices", "passport", "windows", 1, "open")
        await clerk.sign_out()
        with pytest.raises(Problem, match="unauthenticated"):
            await clerk.open(1)


async def test_a_number_whose_answer_was_lost_is_given_once(service: Running) -> None:
    async with wire(service.url) as line, Client(line.url) as client:
        line.lose = 2
        ticket = await Kiosk(client, KEY).issue("passport", "apply")
        assert (ticket.number, line.lose, line.connections) == (101, 0, 3)
        assert (await client.board("passport")).counter("apply").issued == 101


async def test_a_press_whose_answer_was_lost_calls_once(service: Running) -> None:
    for _ in range(3):
        await service.http.take("passport", "apply")
    async with wire(service.url) as line, Client(line.url) as client:
        clerk = await Clerk.sign_in(client, "clerk-passport", "sunbeon")
        await clerk.open(1)
        for before, number in ((None, 101), (101, 102)):
            line.lose = 1
            pressed = await clerk.next(1, before)
            assert pressed.called
            assert pressed.called.number == number
        line.lose = 1
        assert (await clerk.recall(1, 102)).recalls == 1
        line.lose = 1
        assert (await clerk.finish(1, 102)).state == "served"
        assert (await client.board("passport")).counter("apply").waiting == 1


async def test_a_service_that_is_away_is_asked_again(service: Running) -> None:
    async with wire(service.url) as line, Client(line.url) as client:
        line.busy = 2
        assert (await client.board("passport")).office == "passport"


async def test_after_the_deadline_the_key_remains_to_try_again(service: Running) -> None:
    async with wire(service.url) as line, Client(line.url, deadline=0.3) as client:
        kiosk = Kiosk(client, KEY)
        line.lose = 99
        with pytest.raises(Unreachable) as failed:
            await kiosk.issue("passport", "apply")
        line.lose, line.busy = 0, 99
        with pytest.raises(Problem, match="http_503") as refused:
            await kiosk.issue("passport", "apply", key=failed.value.key)
        line.busy = 0
        assert (await kiosk.issue("passport", "apply", key=refused.value.key)).number == 101
        assert (await client.board("passport")).counter("apply").issued == 101


async def test_what_is_no_service_is_named(service: Running) -> None:
    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<hi>")
        writer.close()

    server = await asyncio.start_server(page, "127.0.0.1", 0)
    async with server, Client(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        with pytest.raises(Problem, match="is no Sunbeon service"):
            await client.offices()


def test_it_stands_alone() -> None:
    allowed = {"httpx", "pydantic", "websockets", "rich", *sys.stdlib_module_names}
    for file in (ROOT / "clients" / "python").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                assert {name.name.split(".")[0] for name in node.names} <= allowed, file
            elif isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module
                assert node.module.split(".")[0] in allowed, file
