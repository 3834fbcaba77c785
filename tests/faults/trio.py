"""Three nodes, each a server and a Sentinel: a primary and two replicas, that can be killed, frozen and cut off.

Each node has a network namespace of its own, on one bridge, so that it can lose the others and keep its clients, which
is the worst partition. A node that comes back asks the Sentinels first who is the primary, as a node should.
"""

import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from argon2 import PasswordHasher
from redis import Redis
from redis.exceptions import RedisError

from service.identity.devices import hash_key
from tests.faults.stands import Server, Stand
from tests.machine import Network, wait_for
from tests.support import SECRET

NAME = "faults"
PORT, SENTINEL_PORT = 6379, 26379
DOWN_AFTER_MS = 2000
QUICK = ("INFO-PERIOD", "1000", "PUBLISH-PERIOD", "500")
"""How soon Sentinels see that a former primary is back and make it a replica: 1 to 2 s, instead of the default's 10."""


class Node:
    """A server and its Sentinel."""

    def __init__(self, folder: Path, host: str, prefix: tuple[str, ...], first: str) -> None:
        """`first` is the host that begins as the primary."""
        self.host = host
        open_to_all = {"protected-mode": "no"}
        self.server = Server(folder / "server", PORT, host, prefix, open_to_all | {"repl-diskless-sync-delay": "0"})
        watch = {
            f"sentinel monitor {NAME}": f"{first} {PORT} 2",
            f"sentinel down-after-milliseconds {NAME}": str(DOWN_AFTER_MS),
            f"sentinel failover-timeout {NAME}": "4000",
            f"sentinel parallel-syncs {NAME}": "2",
        }
        self.sentinel = Server(folder / "sentinel", SENTINEL_PORT, host, prefix, open_to_all | watch, keeps=False)

    def primary(self) -> str | None:
        """The host that this node's Sentinel takes for the primary."""
        with suppress(RedisError, OSError), self.sentinel.client() as client:
            host, _ = client.sentinel_get_master_addr_by_name(NAME)
            return host.decode() if isinstance(host, bytes) else str(host)
        return None

    def replicas(self) -> int | None:
        """How many replicas follow this node's server and have all it has; None where it isn't a primary."""
        with suppress(RedisError, OSError), self.server.client() as client:
            info = client.info("replication")
            if info["role"] == "master":
                followers = [info[f"slave{i}"] for i in range(info["connected_slaves"])]
                return sum(follower["state"] == "online" for follower in followers)
        return None


class TrioStand(Stand):
    """One service on the trio, through Sentinel; `replicas` of the two must confirm, None for the default: all."""

    secret = SECRET
    device, user, password = "the tests' device", "manager", "the tests' password"

    def __init__(self, folder: Path, replicas: int | None, **environment: str) -> None:
        self.network = Network(3)
        hosts = self.network.hosts
        sentinels = ",".join(f"{host}:{SENTINEL_PORT}" for host in hosts)
        if replicas is not None:
            environment |= {"SUNBEON_REPLICAS": str(replicas)}
        folder.mkdir(parents=True, exist_ok=True)
        access = folder / "access.toml"
        access.write_text(
            f'[staff.{self.user}]\nrole = "admin"\npassword = "{PasswordHasher().hash(self.password)}"\n'
            f'[devices.kiosk]\nkey = "{hash_key(self.device)}"\n'
        )
        super().__init__(
            folder,
            SUNBEON_REDIS_URL=f"redis+sentinel://{sentinels}/{NAME}",
            SUNBEON_DEMO="0",
            SUNBEON_BOOTSTRAP_STORE="1",
            SUNBEON_SECRET=self.secret,
            SUNBEON_ACCESS_FILE=str(access),
            # It isn't a demo, and the workload's few offices give as many numbers as hundreds would.
            SUNBEON_WALK_INS_A_MINUTE="100000",
            **environment,
        )
        self.nodes = [Node(folder / f"node{i}", host, self.network.prefix(i), hosts[0]) for i, host in enumerate(hosts)]

    @property
    def primary(self) -> Node:
        """The node on which most Sentinels agree."""
        return wait_for(self._primary)

    def redis(self) -> Redis:
        return self.primary.server.client()

    def start(self) -> None:
        for node in self.nodes:
            follows = () if node is self.nodes[0] else ("--replicaof", self.nodes[0].host, str(PORT))
            node.server.start(*follows)
        for node in self.nodes:
            node.sentinel.start("--sentinel")
            with node.sentinel.client() as client:
                client.execute_command("SENTINEL", "DEBUG", *QUICK)
        wait_for(self.is_whole)
        super().start()

    def stop(self) -> None:
        for node in self.nodes:
            node.server.kill()
            node.sentinel.kill()
        try:
            super().stop()
        finally:
            self.network.close()

    def come_back(self, node: Node) -> None:
        """Restarts the node's server, as a replica of the present primary if there is another."""
        others = [primary for other in self.nodes if other is not node and (primary := other.primary())]
        leader = max(set(others), key=others.count, default=node.host)
        node.server.start(*(() if leader == node.host else ("--replicaof", leader, str(PORT))), ready=False)

    def is_whole(self) -> bool:
        """Whether all agree on a primary, and both others follow it."""
        said = {node.primary() for node in self.nodes}
        leader = next((node for node in self.nodes if {node.host} == said), None)
        knows = leader and leader.sentinel.answers() and self._knows_all(leader)
        return bool(leader and knows and leader.replicas() == 2)

    def _knows_all(self, leader: Node) -> bool:
        with suppress(RedisError, OSError), leader.sentinel.client() as client:
            followers = client.sentinel_slaves(NAME)
            well = [one for one in followers if "down" not in str(one["flags"]) and one["master-link-status"] == "ok"]
            return len(well) == 2 and len(client.sentinel_sentinels(NAME)) == 2
        return False

    def _primary(self) -> Node | None:
        said = [node.primary() for node in self.nodes]
        return next((node for node in self.nodes if said.count(node.host) > 1), None)


def kill_primary(stand: TrioStand) -> Callable[[], None]:
    """Its node comes back as a replica."""
    node = stand.primary
    node.server.kill()
    return lambda: stand.come_back(node)


def freeze_primary(stand: TrioStand) -> Callable[[], None]:
    """The node comes back as a primary that doesn't know of the failover, until a Sentinel tells it."""
    node = stand.primary
    node.server.signal(signal.SIGSTOP)
    return lambda: node.server.signal(signal.SIGCONT)


def cut_off_primary(stand: TrioStand) -> Callable[[], None]:
    """The primary loses the other nodes and keeps its clients; its own Sentinel still takes it for the primary."""
    node = stand.nodes.index(stand.primary)
    stand.network.cut_off(node)
    return lambda: stand.network.mend(node)
