"""Client addresses: the address that a caller counts under, for rate limits and caps per address."""

import ipaddress
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NOBODY = ""
"""Stands for callers without an address of their own, which count in totals only."""

UNREADABLE = "unreadable"
"""The address of every caller whose proxy names something that is no IP address."""


class ClientAddresses:
    """Callers by address: an IPv4 address, or an IPv6 /64, which one customer of a provider has to themselves."""

    def __init__(self, trusted_proxies: str, *, counted: bool) -> None:
        """`trusted_proxies` as in the settings; not `counted`: everyone is NOBODY."""
        self._trusted = networks(trusted_proxies)
        self.of = lru_cache(4096)(self._of if counted else lambda host: NOBODY)
        """The address that `host`, the first part of a scope's `client`, counts under.

        NOBODY for this machine and for trusted proxies: a request from them without X-Forwarded-For says nothing about
        whose it is, and may be anyone's.
        """

    def _of(self, host: str | None) -> str:
        if host is None:
            return NOBODY
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return UNREADABLE
        if isinstance(address, ipaddress.IPv6Address):
            address = address.ipv4_mapped or address
        if address.is_loopback or any(address in network for network in self._trusted):
            return NOBODY
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
        return str(address)


def networks(listed: str) -> list[Network]:
    """Addresses and networks in a list with commas. Raises ValueError, saying what to change."""
    found: list[Network] = []
    for entry in filter(None, map(str.strip, listed.split(","))):
        try:
            network = ipaddress.ip_network(entry)
        except ValueError as error:
            raise ValueError(f"{entry!r} is no address or network: write it like 10.0.0.5 or 10.0.0.0/24") from error
        if not network.prefixlen:
            raise ValueError(f"{entry} trusts everyone's X-Forwarded-For: name the proxies' own addresses")
        found.append(network)
    return found
