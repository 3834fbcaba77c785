"""How scripts are assembled from their parts, and that a script marked as readonly only reads."""

import re
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ResponseError

import service.store.scripts
from service.store.keys import OFFICE_KEYS, Keys
from service.store.scripts import load_scripts
from tests.store.town import MORNING

LUA = Path(service.store.scripts.__file__).parent / "lua"
PARTS = {path.stem: path.read_text("utf-8") for path in (LUA / "lib").glob("*.lua")}
SCRIPTS = load_scripts()
READONLY = {name for name, script in SCRIPTS.items() if script.readonly}
WRITES = re.compile(r'redis\.call\(\s*"(HSET|HDEL|HINCRBY|ZADD|ZREM|RPUSH|LTRIM|XADD|PUBLISH|DEL|EXPIRE)"')


def test_each_file_is_an_operation() -> None:
    assert SCRIPTS.keys() == {path.stem for path in LUA.glob("*.lua")}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_header_says_what_the_next_reader_needs(name: str) -> None:
    header = (LUA / f"{name}.lua").read_text("utf-8").partition("\n\n")[0]
    assert header.startswith(f"-- {name}: ")
    assert "-- Returns" in header
    assert "-- @include preconditions" in header


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_part_stands_once_and_behind_those_that_it_includes(name: str) -> None:
    text = SCRIPTS[name].text
    found = {part: text.index(lua) for part, lua in PARTS.items() if lua in text}
    assert all(text.count(PARTS[part]) == 1 for part in found)
    for part in found:
        for line in re.findall(r"^-- @include (.+)$", PARTS[part], re.MULTILINE):
            assert all(found[included] < found[part] for included in line.split(", "))


def test_a_script_says_that_it_only_reads_where_it_does() -> None:
    # Every script needs the records, and includes what writes them.
    texts = {name: script.text.replace(PARTS["records"], "") for name, script in SCRIPTS.items()}
    assert {name for name, text in texts.items() if not WRITES.search(text)} == READONLY


def test_the_store_holds_a_script_that_only_reads_to_it(store_url: str) -> None:
    command, _ = SCRIPTS["read_board"].by_hash()
    assert command == "EVALSHA_RO"
    with Redis.from_url(store_url) as redis, pytest.raises(ResponseError, match="Write commands are not allowed"):
        redis.eval_ro("return redis.call('SET', KEYS[1], 1)", 1, "read-only")


def test_keys_are_known_in_lua_by_the_names_that_they_have_in_python() -> None:
    keys = Keys("city").of_day("hall", MORNING.date())
    assert len(keys) == len(OFFICE_KEYS)
    assert all(key.endswith(f":{name}") for key, name in zip(keys, OFFICE_KEYS, strict=True))
    assert f"local {', '.join(OFFICE_KEYS)} = unpack(KEYS)" in SCRIPTS["issue"].text
