-- Keeps a copy of the registry of accounts and devices, unless the store has a newer one of the same database.
--
-- KEYS  1 city  hash  database; registry, JSON; registry_of, registry_version: which database's and version it is
-- ARGV  1 the database   2 the version   3 the registry, JSON
-- Returns the version that the store has of that database now; -1 if the database is not the store's own.

local city, database, version, registry = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3]

local own, of, known = unpack(redis.call("HMGET", city, "database", "registry_of", "registry_version"))
if own ~= database then
  return -1
end
if of == database and tonumber(known) > version then
  return tonumber(known)
end
redis.call("HSET", city, "registry", registry, "registry_of", database, "registry_version", version)
return version
