"""A minimal service that issues tickets: FastAPI, one script, JSON. No authentication, idempotency, rules, days or
signal.

python -m tests.bench.servers.prototype PORT STORE_URL
"""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from redis.asyncio import Redis

ISSUE = """
local number = redis.call("HINCRBY", KEYS[1], ARGV[1], 1)
redis.call("ZADD", KEYS[2], number, number)
redis.call("HSET", KEYS[3], number, cjson.encode({ number = number, state = "waiting", counter = ARGV[1] }))
return { number, redis.call("ZCARD", KEYS[2]) - 1 }
"""


class Request(BaseModel):
    channel: str = "walk_in"
    priority: str = "none"
    lang: str = "ko"


def create_app(store: str) -> FastAPI:
    app = FastAPI()
    redis = Redis.from_url(store)
    script = redis.register_script(ISSUE)

    @app.post("/api/v1/offices/{office}/counters/{counter}/tickets", status_code=201)
    async def issue(office: str, counter: str, wanted: Request) -> dict[str, Any]:
        number, ahead = await script(keys=["counters", "line", "tickets"], args=[counter])
        return {"office": office, "counter": counter, "number": number, "ahead": ahead, **wanted.model_dump()}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[2]), port=int(sys.argv[1]), log_level="warning", access_log=False)
