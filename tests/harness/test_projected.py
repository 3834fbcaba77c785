"""The check of the database accepts what the service has projected, and finds every kind of difference."""

import json
import sqlite3
import uuid
from pathlib import Path
from typing import Any

from redis import Redis

from service.database.engine import sqlite_url
from service.store.keys import Keys
from tests.faults.projected import check_projected
from tests.support import Running, running

OFFICE, COUNTER, TAKEN_OVER = "passport", "apply", "cityhall"

TICKET = {"counter": "a", "channel": "online", "people": 2, "lane": "normal", "arrived": True, "confirmed": False}
TICKET |= {"issued_at": 1, "recalls": 0}
EVENT = {"epoch": "2.abc", "version": 900, "at": 5, "day": "2026-03-02", "revision": 1, "actor": "service"}
FAILOVER = {**EVENT, "kind": "failover", "previous_epoch": "gone", "last_id": "0-0", "epochs": 1, "replid": "abc"}
FAILOVER |= {"issued": {"apply": [103, 203], "pickup": [5001, 5001]}}
TAKE_OVER = {**EVENT, "kind": "take_over", "seq": 3, "windows": {}, "issued": {"a": 2}, "called": {}, "online": {}}
TAKE_OVER |= {"calls": [], "streak": {}}
TAKE_OVER["tickets"] = [
    {**TICKET, "number": 1, "order": 1, "state": "served", "first_called_at": 2, "called_at": 3, "window": 1},
    {**TICKET, "number": 2, "order": 2, "state": "waiting"},
]

COPIED = "office, day, counter, channel, people, outcome, windows, recalls, issued_at, epoch"
DIFFERENCES = {
    "DELETE FROM history WHERE number = 101": ["history 2", "is missing"],
    f"INSERT INTO history ({COPIED}, number, position, lost_epoch) SELECT {COPIED}, 999, position, '' FROM history "
    "WHERE number = 101": [", 999", "is extra"],
    f"INSERT INTO history ({COPIED}, number, position, lost_epoch) SELECT {COPIED}, number, 'later', '' FROM history "
    "WHERE number = 101": [", 101, later is extra"],
    "UPDATE history SET outcome = 'expired' WHERE number = 101": ["outcome is 'expired' and not 'served'"],
    "UPDATE history SET windows = '[7]', finished_at = 6 WHERE number = 101": [
        "windows is [7]",
        "finished_at is 6 and",
    ],
    "UPDATE history SET lost_epoch = epoch WHERE number = 101": ["lost_epoch is '"],
    "DELETE FROM days WHERE office = 'cityhall'": ["days 2026-03-02 is missing"],
    "UPDATE days SET issued = issued + 1 WHERE office = 'cityhall'": ["days 2026-03-02: issued is 3 and not 2"],
    "INSERT INTO days (office, day, issued) VALUES ('passport', '2001-02-03', 0)": ["days 2001-02-03 is extra"],
    "DELETE FROM skipped_numbers": ["skipped_numbers 2026-03-02", "is missing"],
    "UPDATE skipped_numbers SET last = 204": ["skipped_numbers 2026-03-02", "last is 204 and not 203"],
    "INSERT INTO skipped_numbers SELECT office, day, position, 'pickup', 1, 2 FROM skipped_numbers": ["is extra"],
    "DELETE FROM tickets_per_hour WHERE office = 'cityhall'": ["tickets_per_hour 2026-03-02, 9, a is missing"],
    "UPDATE tickets_per_hour SET tickets = 4 WHERE office = 'cityhall'": ["9, a: tickets is 4 and not 2"],
    "UPDATE tickets_per_hour SET people = 5 WHERE office = 'cityhall'": ["9, a: people is 5 and not 4"],
    "INSERT INTO tickets_per_hour VALUES ('cityhall', '2026-03-02', 8, 'a', 1, 1)": ["8, a is extra"],
    "DELETE FROM audit WHERE kind = 'open'": ["audit ", "is missing", "'open'"],
    "DELETE FROM audit WHERE kind = 'sign_in'": ["audit ", "is missing", "'sign_in'"],
    "INSERT INTO audit (source, position, epoch, at, actor, kind, lost) SELECT source, position, 'x', at, actor, kind, "
    "lost FROM audit WHERE kind = 'open'": [", x is extra"],
    "UPDATE audit SET actor = 'staff:kim' WHERE kind = 'open'": ["actor is 'staff:kim' and not 'staff:clerk-passport'"],
    "UPDATE audit SET about = '{\"counters\": []}' WHERE kind = 'open'": ["about is {'counters': []} and not {"],
    "UPDATE audit SET lost = 1 WHERE kind = 'open'": ["lost is True and not False"],
    "UPDATE checkpoints SET position = '000000000000001-000000' WHERE projection = 'history' AND source = 'passport'": [
        "history has come to 000000000000001-000000, and the log to "
    ],
    "DELETE FROM checkpoints WHERE projection = 'audit' AND source = '*'": ["audit has come to None"],
}
"""What is done to the database -> parts of the one line that tells of it."""

LOST = (
    "UPDATE history SET lost_epoch = 'gone', epoch = 'gone', number = 999 WHERE office = 'cityhall'",
    "UPDATE audit SET lost = 1, epoch = 'gone' WHERE kind = 'failover'",
)
"""Makes rows of lost events of two, whose own rows are missing then."""


async def work_two_days(service: Running) -> None:
    """One ticket with each outcome, one that was called back after a no-show, and one of the next day."""
    desk = await service.desk(OFFICE, 1, COUNTER)
    for _ in range(5):
        await service.http.take(OFFICE, COUNTER)
    online = await service.http.take(OFFICE, COUNTER, channel="online")
    assert (await service.http.delete(f"/api/v1/tickets/{online['id']}")).status_code == 200

    async def press(move: str, number: int) -> None:
        answer = await desk.post(move, {"number": number})
        assert answer.status_code == 200, answer.text

    assert [await desk.next(), await desk.next()] == [101, 102]
    await press("no-show", 102)
    await press("call", 102)
    await press("recall", 102)
    await press("no-show", 102)
    desk.at_window = None
    assert await desk.next() == 103
    await press("no-show", 103)
    await press("call", 103)
    service.clock.move(days=1)
    # Where nobody looks, the day ends some seconds later.
    for office in service.app.state.context.city.offices:
        await service.http.board(office.id)
    await service.http.take(OFFICE, COUNTER)


def log_by_hand(redis: Redis, keys: Keys, office: str, event: dict[str, Any]) -> None:
    redis.xadd(keys.log(office), {"event": json.dumps(event)})
    redis.publish(keys.changed(office), 1)


async def test_each_difference_is_one_line(store_url: str, tmp_path: Path) -> None:
    keys, copies = Keys(f"t{uuid.uuid4().hex}"), 0
    data = tmp_path / "data"
    with Redis.from_url(store_url) as redis:

        async def lines_after(*changes: str) -> list[str]:
            nonlocal copies
            copies += 1
            file = tmp_path / str(copies) / "sunbeon.db"
            file.parent.mkdir()
            source, copy = sqlite3.connect(data / "sunbeon.db"), sqlite3.connect(file)
            source.backup(copy)
            source.close()
            with copy:
                for change in changes:
                    assert copy.execute(change).rowcount == 1, change
            copy.close()
            found = await check_projected(redis, sqlite_url(file.parent), keys=keys, within=0)
            return list(map(str, found))

        async with running(store_url, namespace=keys.namespace, data_dir=data) as service:
            await work_two_days(service)
            log_by_hand(redis, keys, OFFICE, FAILOVER)
            log_by_hand(redis, keys, TAKEN_OVER, TAKE_OVER)
            assert await check_projected(redis, sqlite_url(data), keys=keys) == []

            assert await lines_after() == []
            for change, told in DIFFERENCES.items():
                (line,) = await lines_after(change)
                assert [part for part in told if part not in line] == [], (change, line)
            lost = await lines_after(*LOST)
            assert len(lost) == len(LOST)
            assert all("is missing" in line for line in lost)
