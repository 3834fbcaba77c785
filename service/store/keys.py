"""Every key and channel in the store, with its type.

`{office}` is a hash tag: all keys of one office live in one slot, so every script runs unchanged on a Cluster.
Keys of a business day carry its date: numbers start again by themselves, with nothing to run at midnight.

    <ns>:city                       hash    generation; database, the id of the SQL database that is its own;
                                            registry, a copy of accounts and devices, JSON; registry_of and
                                            registry_version, of which database and version it is;
                                            office:<id> -> 1 for each office that has been set up;
                                            replicas, the most that were ever connected; confirmed, counted up
                                            before every wait for them
    <ns>:{*}:revisions              hash    latest, a number; number -> the city's configuration, who made it and
                                            when, JSON (lua/setup/commit_revision.lua)
    <ns>:secret                     string  the demo's secret (else: settings)
    <ns>:session:<token hash>       string  who is signed in, JSON; expires
    <ns>:sessions:<user>            zset    token hashes of the user's sessions, by when they expire (ms); expires
    <ns>:{attempts}:<user hash>:user        hash    failed sign-ins, and turns at further ones
    <ns>:{attempts}:<user hash>:turns       zset      (lua/sign_in/count.lua says what each holds)
    <ns>:{attempts}:<address hash>:address  hash
    <ns>:{attempts}:<browser hash>:browser  hash      The hashes are keyed ones; all expire within 15 minutes
    <ns>:rate:<of what>:<address hash>  zset    what an address has taken, by time (ms); expires

    <ns>:demo-life                  hash    a demo's switch: off; paused:<office>, until when (ms)

    <ns>:{projections}:processes    zset    (lua/leases/renew.lua says what each holds)
    <ns>:{projections}:leases       hash
    <ns>:{projections}:generation   string

    <ns>:{*}:log                    stream  the city's events, such as sign-ins; as the offices' logs

    <ns>:{office}:meta              hash    generation epoch version seq day status status_at; revision, the one that
                                            is in force here; notices, JSON, and notices_until, when the first of
                                            them ends (ms); lobby, JSON; replid, the server that it was on;
                                            epochs, counted up at every failover; format, of all these keys
                                            (lua/take_over.lua brings an earlier one to it); waits, the version
                                            of the models in the office's waits
    <ns>:{office}:waits             hash    models, what waits are estimated from, JSON; spread, that of the city, JSON,
                                            and spread_id, its hash (lua/waits/publish.lua)
    <ns>:{office}:screens           hash    lobby screen -> its last report, JSON (lua/screens/report.lua); expires
    <ns>:{office}:orders            hash    lobby screen -> what it is to do, a JSON list of {id, order, at}; expires
    <ns>:{office}:log               stream  one entry an event, over all days: `event`, JSON (domain/event.py)
    <ns>:{office}:<day>:tickets     hash    number -> ticket, JSON (lua/issue.lua writes the first)
    <ns>:{office}:<day>:counters    hash    order; minute, minute:walk_ins; <counter>:issued :called :streak :paused
                                            :paused_online; :paused_for, why, JSON; :left, how many
                                            numbers it still gives where the staff set a limit;
                                            :online (how many were issued so) :waiting:<channel>
                                            :away (how many of those in line have not arrived)
    <ns>:{office}:<day>:windows     hash    window -> window, JSON
    <ns>:{office}:<day>:calls       list    the last 12 calls, JSON, the newest last
    <ns>:{office}:<day>:front       zset    the three lanes of every counter, read by member
    <ns>:{office}:<day>:priority    zset      "counter:order:number", score 0
    <ns>:{office}:<day>:normal      zset
    <ns>:{office}:<day>:passed      zset    number, by when it must have arrived (ms)
    <ns>:{office}:<day>:held        zset    number of the parked who are held, by order
    <ns>:{office}:<day>:no_show     zset    number of the parked no-shows, by order
    <ns>:{office}:<day>:requests    hash    <operation>:<hash of who asks and Idempotency-Key> -> the answer,
                                            JSON (lua/lib/idempotency.lua)

    <ns>:{office}:changed           channel the office changed; the payload is its version
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

CITY = "*"
"""The source of the city's own events, where others are offices."""

OFFICE_KEYS = (
    "meta",
    "tickets",
    "counters",
    "windows",
    "calls",
    "front",
    "priority",
    "normal",
    "passed",
    "held",
    "no_show",
    "requests",
    "log",
)
"""KEYS of every script of an office, under the names that the scripts know them by."""

UNDATED = ("meta", "log")
"""Those of the office; the others are of one business day."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one namespace: several cities can share a store."""

    namespace: str

    @property
    def city(self) -> str:
        return f"{self.namespace}:city"

    @property
    def secret(self) -> str:
        return f"{self.namespace}:secret"

    @property
    def demo_life(self) -> str:
        return f"{self.namespace}:demo-life"

    def session(self, token_hash: str) -> str:
        return f"{self.namespace}:session:{token_hash}"

    def sessions_of(self, user: str) -> str:
        return f"{self.namespace}:sessions:{user}"

    def attempts(self, user_hash: str, address_hash: str, browser_hash: str) -> list[str]:
        """KEYS of lua/sign_in/; one hash tag, since a script's keys must lie together."""
        prefix = f"{self.namespace}:{{attempts}}"
        return [
            f"{prefix}:{user_hash}:user",
            f"{prefix}:{user_hash}:turns",
            f"{prefix}:{address_hash}:address",
            f"{prefix}:{browser_hash}:browser",
        ]

    @property
    def leases(self) -> list[str]:
        """KEYS of lua/leases/."""
        prefix = f"{self.namespace}:{{projections}}"
        return [f"{prefix}:processes", f"{prefix}:leases", f"{prefix}:generation"]

    def rate(self, name: str, address_hash: str) -> str:
        return f"{self.namespace}:rate:{name}:{address_hash}"

    @property
    def revisions(self) -> str:
        return f"{self.namespace}:{{{CITY}}}:revisions"

    @property
    def earlier_revisions(self) -> str:
        """Where stores had them before the city could be edited."""
        return f"{self.namespace}:revisions"

    def meta(self, office: str) -> str:
        return f"{self.namespace}:{{{office}}}:meta"

    def screens(self, office: str) -> list[str]:
        """KEYS of lua/screens/."""
        prefix = f"{self.namespace}:{{{office}}}"
        return [f"{prefix}:screens", f"{prefix}:orders", f"{prefix}:meta"]

    def waits(self, office: str) -> list[str]:
        """KEYS of lua/waits/."""
        prefix = f"{self.namespace}:{{{office}}}"
        return [f"{prefix}:waits", f"{prefix}:meta"]

    def log(self, source: str) -> str:
        """The events of an office, or of CITY."""
        return f"{self.namespace}:{{{source}}}:log"

    def earlier_log(self, office: str, day: date) -> str:
        """The log of one day, in a store that lua/take_over.lua has not taken over yet."""
        return f"{self.namespace}:{{{office}}}:{day.isoformat()}:log"

    def of_day(self, office: str, day: date) -> list[str]:
        """KEYS of every script of the office, in the order of `OFFICE_KEYS`."""
        return _keys_of_day(self, office, day)

    def changed(self, office: str) -> str:
        return f"{self.namespace}:{{{office}}}:changed"

    @property
    def all_changed(self) -> str:
        """The channel pattern that matches every office."""
        return f"{self.namespace}:*:changed"

    def office_of(self, channel: str) -> str:
        """The office that a `changed` channel belongs to."""
        return channel[channel.index("{") + 1 : channel.index("}")]


@lru_cache(10_000)
def _keys_of_day(keys: Keys, office: str, day: date) -> list[str]:
    prefix = f"{keys.namespace}:{{{office}}}"
    return [f"{prefix}:{name}" if name in UNDATED else f"{prefix}:{day.isoformat()}:{name}" for name in OFFICE_KEYS]
