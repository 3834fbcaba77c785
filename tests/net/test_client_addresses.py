"""The address that a caller counts under, and which proxies are trusted."""

import pytest

from service.net.client_addresses import NOBODY, UNREADABLE, ClientAddresses
from service.settings import Settings


@pytest.mark.parametrize(
    ("host", "counts_under"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("127.0.0.1", NOBODY),
        ("127.8.0.1", NOBODY),
        ("::1", NOBODY),
        ("10.0.0.5", NOBODY),
        ("10.0.0.6", "10.0.0.6"),
        (None, NOBODY),
        ("x" * 10_000, UNREADABLE),
        ("1.2.3.4.5", UNREADABLE),
    ],
)
def test_whose_it_is(host: str | None, counts_under: str) -> None:
    assert ClientAddresses("10.0.0.5, 10.1.0.0/16", counted=True).of(host) == counts_under


def test_nobody_is_counted_where_rates_are_off() -> None:
    assert ClientAddresses("127.0.0.1", counted=False).of("203.0.113.7") == NOBODY


@pytest.mark.parametrize("listed", ["*", "127.0.0.1, *", "0.0.0.0/0", "::/0", "proxy.example.kr", "10.0.0.1/8"])
def test_a_proxy_has_an_address_of_its_own(listed: str) -> None:
    with pytest.raises(ValueError, match=r"no address or network|everyone's"):
        Settings(trusted_proxies=listed)


def test_only_a_demo_goes_without_limits() -> None:
    with pytest.raises(ValueError, match="SUNBEON_RATE_LIMITS=0 is for load tests"):
        Settings(demo=False, rate_limits=False)
    Settings(rate_limits=False)
