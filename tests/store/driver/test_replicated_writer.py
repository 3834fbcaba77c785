"""Writes that wait for replicas: the error of one batch goes to its callers only, and the next batch works."""

import asyncio

import pytest

from service.domain.errors import NotConfirmed, StoreUnavailable
from service.store.driver.replicated_writer import ReplicatedWriter
from service.store.driver.write_concern import WriteConcern
from service.store.keys import Keys
from tests.store.driver.test_pipelining import pipelined
from tests.store.scripted import Scripted

CONFIRMED = b"*2\r\n:1\r\n:1\r\n"
NOT_CONFIRMED = b"*2\r\n:1\r\n:0\r\n"
NONSENSE = b":7\r\n"


class Store(Scripted):
    """Accepts every write, and answers as a test says."""

    def __init__(self, *confirmations: bytes) -> None:
        super().__init__(self._answer)
        self._confirmations = [*confirmations]
        self.asked = 0

    def _answer(self, words: list[bytes]) -> bytes:
        if words[0] == b"WAITAOF":
            self.asked += 1
            return self._confirmations.pop(0)
        return b":1\r\n"


async def test_an_answer_that_makes_no_sense_is_told_and_the_next_change_goes_on() -> None:
    concern = WriteConcern(1, Keys("confirmed"), durable=True)
    async with Store(NONSENSE, CONFIRMED) as store, pipelined(store.url) as connection, asyncio.timeout(30):
        writes = ReplicatedWriter(connection, concern)
        together = await asyncio.gather(*(writes.send("INCR", "key") for _ in range(3)), return_exceptions=True)
        assert {type(answer) for answer in together} == {TypeError}
        assert await writes.send("INCR", "key") == 1


async def test_each_is_told_of_its_own_batch() -> None:
    concern = WriteConcern(1, Keys("confirmed"), durable=True)
    async with Store(NOT_CONFIRMED, CONFIRMED) as store, pipelined(store.url) as connection:
        writes = ReplicatedWriter(connection, concern)
        first = asyncio.create_task(writes.send("INCR", "key"))
        while not store.asked:
            await asyncio.sleep(0)
        assert await writes.send("INCR", "key") == 1
        with pytest.raises(NotConfirmed):
            await first


async def test_who_gave_up_before_it_was_sent_makes_no_change() -> None:
    concern = WriteConcern(1, Keys("confirmed"), durable=True)
    async with Store(CONFIRMED, CONFIRMED) as store, pipelined(store.url) as connection:
        writes = ReplicatedWriter(connection, concern)
        first = asyncio.create_task(writes.send("INCR", "first"))
        while [b"INCR", b"first"] not in store.heard:
            await asyncio.sleep(0)
        given_up = asyncio.create_task(writes.send("INCR", "given up", deadline=asyncio.get_running_loop().time()))
        assert await asyncio.gather(first, writes.send("INCR", "third")) == [1, 1]
        with pytest.raises(StoreUnavailable):
            await given_up
        assert [b"INCR", b"third"] in store.heard
        assert [b"INCR", b"given up"] not in store.heard
