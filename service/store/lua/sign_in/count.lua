-- Counts one attempt to sign in before its password is verified; or refuses it, and says how long to wait.
--
-- KEYS  1 user     hash  failures at free_at   attempts of unknown browsers at this user: how many failed, when
--                                              the last was made, when the next is free for all (ms)
--       2 turns    zset  who, by from when     turns that were promised to refused callers, and when
--       3 address  hash  failures since        attempts of all users from this address, in the window since then (ms)
--       4 browser  hash  failures since        the same of one known browser at this user
-- ARGV  1 now, ms     2 who asks, a member of turns      3 "1" where the address counts     4 "1" for a known browser
--       5 how many may fail of a user or a known browser     6 how many of an address      7 window, ms
--       8 when a user's failures are forgotten, ms           9 longest delay, ms          10 most turns
--
-- Returns {"browser", 0} or {"user", 0} if it was counted there; forgive.lua takes it back. Returns {"refused", ms}
-- if it was not, with the time until the caller's turn. Only the time in ARGV decides; the keys expire to save memory.

local user, turns, address, browser = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, who, address_counts, is_known = tonumber(ARGV[1]), ARGV[2], ARGV[3] == "1", ARGV[4] == "1"
local most, most_of_address, window = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local forget, longest, most_turns = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])

local function in_window(key)
  local failures, since = unpack(redis.call("HMGET", key, "failures", "since"))
  if not since or now - since >= window then
    return 0, now
  end
  return tonumber(failures), tonumber(since)
end

local function count_in_window(key, failures, since)
  redis.call("HSET", key, "failures", failures + 1, "since", since)
  redis.call("PEXPIRE", key, window)
end

-- From 1 s, twice as long after each further failure.
local function delay(failures)
  return failures < most and 0 or math.min(longest, 1000 * 2 ^ math.min(failures - most, 20))
end

if is_known then
  local failures, since = in_window(browser)
  if failures < most then
    count_in_window(browser, failures, since)
    return { "browser", 0 }
  end
  -- Too many failures: the browser counts as unknown until its window ends.
end

local of_address, since = in_window(address)
if address_counts and of_address >= most_of_address then
  return { "refused", since + window - now }
end

local failures, at, free_at = unpack(redis.call("HMGET", user, "failures", "at", "free_at"))
failures, free_at = tonumber(failures or 0), tonumber(free_at or 0)
if not at or now - at >= forget then
  failures, free_at = 0, 0
  redis.call("DEL", turns)
end
-- A turn is kept for as long as its owner may have had to wait for it.
redis.call("ZREMRANGEBYSCORE", turns, "-inf", now - longest)

if failures >= most then
  local promised = redis.call("ZSCORE", turns, who)
  local from = tonumber(promised or math.min(free_at, now + longest))
  if from > now then
    local others = redis.call("ZCARD", turns)
    if not promised and others >= most_turns then
      return { "refused", longest }
    elseif not promised then
      redis.call("ZADD", turns, from, who)
      redis.call("PEXPIRE", turns, forget)
      redis.call("HSET", user, "free_at", math.max(free_at, from + delay(failures + others + 1)))
    end
    return { "refused", from - now }
  end
end

failures = failures + 1
redis.call("ZREM", turns, who)
redis.call("HSET", user, "failures", failures, "at", now, "free_at", math.max(free_at, now + delay(failures)))
redis.call("PEXPIRE", user, forget)
if address_counts then
  count_in_window(address, of_address, since)
end
return { "user", 0 }
