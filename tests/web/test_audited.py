"""Who did what: actors in the events of offices, sign-ins and refusals in the city's log."""

import json
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from service.domain.city_event import CityEvent, Refusals, SignIn, SignOut
from service.domain.event import Event, parse
from service.store.keys import CITY, Keys
from tests.support import DEVICE, MovableClock, Running, StoppedClock, running

KEYS = Keys("audited")


async def events(store_url: str, service: Running, source: str) -> list[Event | CityEvent]:
    """The events of a log."""
    keys = Keys(service.app.state.context.settings.namespace)
    async with Redis.from_url(store_url) as redis:
        return [parse(fields[b"event"]) for _, fields in await redis.xrange(keys.log(source))]


async def refused(store_url: str, service: Running) -> list[dict[str, Any]]:
    """The refusals of all minutes so far."""
    await service.app.state.context.refusals.write(until=service.clock())
    found = await events(store_url, service, CITY)
    return [
        event.model_dump(include={"actor", "code", "count", "user"}) for event in found if isinstance(event, Refusals)
    ]


async def test_every_event_says_who_did_it(store_url: str) -> None:
    async with running(store_url, MovableClock()) as service:
        desk = await service.desk("passport", 1)
        first = await service.http.take("passport", "apply")
        online = await service.http.take("passport", "apply", channel="online", people=3)
        await service.http.post(f"/api/v1/tickets/{online['id']}/arrive", headers=DEVICE)
        await desk.next()
        await service.http.delete(f"/api/v1/tickets/{online['id']}")
        waiting = await service.http.take("passport", "apply")
        await service.http.delete(f"/api/v1/tickets/{waiting['id']}", headers=desk.staff)
        service.clock.move(days=1)
        await service.http.get(f"/api/v1/tickets/{first['id']}")
        await service.http.take("passport", "apply")
        found = [(event.kind, event.actor) for event in await events(store_url, service, "passport")]
    assert found == [
        ("bootstrap", "service"),
        ("status", "time"),
        ("open", "staff:clerk-passport"),
        ("issue", "device:demo"),
        ("issue", "holder"),
        ("arrive", "device:demo"),
        ("call", "staff:clerk-passport"),
        ("cancel", "holder"),
        ("issue", "device:demo"),
        ("cancel", "staff:clerk-passport"),
        ("close_out", "time"),
        ("end_of_day", "time"),
        ("issue", "device:demo"),
    ]


async def test_a_ticket_stands_for_some_people(service: Running) -> None:
    assert (await service.http.take("passport", "apply", people=9))["people"] == 9
    assert (await service.http.take("passport", "apply"))["people"] == 1
    for people in (0, 10, "2", 1.5):
        path = "/api/v1/offices/passport/counters/apply/tickets"
        answer = await service.http.post(path, json={"people": people}, headers=DEVICE)
        assert answer.status_code == 422, people


async def test_the_log_keeps_nothing_personal(store_url: str, service: Running) -> None:
    desk = await service.desk("passport", 1)
    for body in ({"priority": "pregnant", "lang": "vi"}, {"priority": "elderly", "channel": "online"}):
        ticket = await service.http.take("passport", "apply", **body)
        await service.http.post(f"/api/v1/tickets/{ticket['id']}/arrive", json={"priority": "disabled"}, headers=DEVICE)
    await desk.next()
    await desk.next()
    keys = Keys(service.app.state.context.settings.namespace)
    async with Redis.from_url(store_url) as redis:
        text = str(await redis.xrange(keys.log("passport")))
        records = await redis.hvals(keys.of_day("passport", service.clock().date())[1])
    salts = [json.loads(record)["salt"] for record in records]
    for word in ("pregnant", "elderly", "disabled", "lang", '"vi"', "salt", "127.0.0.1", *salts):
        assert word not in text, word
    assert len(salts) == 2


async def test_sign_ins_and_sign_outs_are_events(store_url: str, service: Running) -> None:
    staff = await service.http.sign_in("clerk-howon1")
    await service.http.delete("/api/v1/session", headers=staff)
    await service.http.delete("/api/v1/session", headers=staff)
    found = await events(store_url, service, CITY)
    assert [(type(event), event.actor) for event in found] == [
        (SignIn, "staff:clerk-howon1"),
        (SignOut, "staff:clerk-howon1"),
    ]


async def test_refusals_are_counted_by_actor_and_minute(store_url: str) -> None:
    async with running(store_url, StoppedClock()) as service:
        clerk = await service.http.sign_in("clerk-howon1")
        other = "/api/v1/offices/passport/windows/1"
        for _ in range(30):
            await service.http.post(f"{other}/next", json={"finished": None})
        for _ in range(3):
            await service.http.post(f"{other}/close", headers=clerk)
        await service.http.post("/api/v1/session", json={"user": "clerk-howon1", "password": "guessed"})
        await service.http.post("/api/v1/session", json={"user": "nobody-of-ours", "password": "guessed"})
        await service.http.get("/api/v1/tickets/unknown")
        assert await refused(store_url, service) == [
            {"actor": "anonymous", "code": "unauthenticated", "count": 31, "user": None},
            {"actor": "staff:clerk-howon1", "code": "forbidden", "count": 3, "user": None},
            {"actor": "anonymous", "code": "unauthenticated", "count": 1, "user": "clerk-howon1"},
        ]
        service.clock.move(minutes=1)
        await service.http.post(f"{other}/next", json={"finished": None})
        assert (await refused(store_url, service))[3:] == [
            {"actor": "anonymous", "code": "unauthenticated", "count": 1, "user": None}
        ]


async def test_a_minute_that_goes_on_is_not_written_yet(store_url: str) -> None:
    async with running(store_url, StoppedClock()) as service:
        await service.http.get("/api/v1/session")
        await service.app.state.context.refusals.write(until=service.clock() - timedelta(minutes=1))
        assert not await events(store_url, service, CITY)


async def test_refusals_are_written_when_the_service_stops(store_url: str) -> None:
    async with running(store_url, namespace=KEYS.namespace) as service:
        await service.http.get("/api/v1/session")
    assert [event.kind for event in await events(store_url, service, CITY)] == ["refusals"]
