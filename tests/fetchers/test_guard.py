from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetchers.conftest import a_fetcher, poll
from tests.servers.web import WebServer
from wirebell.core.errors import SettingsError
from wirebell.core.feeds import Failure, FailureKind, Page
from wirebell.fetchers.guard import Guard, NotPublic, address_class


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"), ("127.8.8.8", "loopback"), ("::1", "loopback"),
        ("10.1.2.3", "private"), ("172.16.0.1", "private"), ("192.168.1.1", "private"),
        ("fd00::1", "private"), ("169.254.169.254", "link-local"), ("fe80::1%1", "link-local"),
        ("fec0::1", "site-local"),
        ("100.64.0.1", "special-purpose"), ("224.0.0.251", "multicast"), ("ff02::1", "multicast"),
        ("0.0.0.0", "unspecified"), ("0.1.2.3", "private"), ("::", "unspecified"),
        ("240.0.0.1", "reserved"), ("255.255.255.255", "reserved"), ("::7f00:1", "reserved"),
        ("192.0.2.1", "private"), ("2001:db8::1", "private"),
        ("::ffff:127.0.0.1", "wrapped IPv4"), ("64:ff9b::7f00:1", "wrapped IPv4"),
        ("64:ff9b:1::1", "wrapped IPv4"), ("2002:808:808::", "wrapped IPv4"),
        ("2001:0:808:808::1", "wrapped IPv4"),
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_told_by_class(address: str, kind: str) -> None:
    assert address_class(ip_address(address)) == kind


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are_let_through(address: str) -> None:
    assert address_class(ip_address(address)) == ""


@given(st.ip_addresses(v=4))
def test_no_wrapping_makes_an_address_public(address: IPv4Address) -> None:
    for prefix in ("::ffff:0:0", "64:ff9b::", "64:ff9b:1::"):
        assert address_class(IPv6Address(int(IPv6Address(prefix)) + int(address)))


@given(st.ip_addresses())
def test_whatever_is_not_global_is_refused(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global:
        assert address_class(address)


def knock(guard: Guard, host: str, address: str, port: int = 80) -> bool:
    """Whether a request to `host`, resolved to `address`, gets a socket."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        guard.open_socket((family, socket.SOCK_STREAM, 0, "", (address, port))).close()
    except NotPublic:
        return guard.trusts(host, port)
    return True


@pytest.mark.parametrize(
    ("allow", "host", "address", "port", "opens"),
    [
        ("", "feeds.example", "93.184.215.14", 443, True),
        ("", "feeds.example", "127.0.0.1", 80, False),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", 9090, True),
        ("127.0.0.1:8080", "127.0.0.1", "127.0.0.1", 8080, True),
        ("127.0.0.1:8080", "127.0.0.1", "127.0.0.1", 9090, False),
        ("127.0.0.1:8080", "127.0.0.1", "127.0.0.2", 8080, False),
        ("127.0.0.1:8080", "rebound.example", "127.0.0.1", 8080, True),
        ("127.0.0.1", "mapped.example", "::ffff:127.0.0.1", 80, False),
        ("64:ff9b::/96", "behind.example", "64:ff9b::808:808", 80, True),
        ("localhost", "localhost", "127.0.0.1", 80, True),
        ("localhost", "LOCALHOST.", "::1", 80, True),
        ("localhost:8080", "localhost", "127.0.0.1", 9090, False),
        ("localhost:8080", "rebound.example", "127.0.0.1", 8080, False),
        ("localhost", "evil.localhost", "127.0.0.1", 80, False),
        ("10.0.0.0/8", "bridge.internal", "10.20.30.40", 80, True),
        ("10.0.0.0/8", "bridge.internal", "192.168.0.1", 80, False),
        ("[::1]:8080", "::1", "::1", 8080, True),
        ("[::1]:8080", "::1", "::1", 80, False),
        ("::1", "::1", "::1", 80, True),
        ("Bridge.Internal:81", "bridge.internal", "10.0.0.1", 81, True),
    ],
)
def test_private_addresses_open_only_to_what_was_allowed(
    allow: str, host: str, address: str, port: int, opens: bool
) -> None:
    guard = Guard([allow] if allow else [])
    assert knock(guard, host, address, port) is opens


def test_one_trusted_name_does_not_trust_the_next_request() -> None:
    guard = Guard(["bridge.internal"])
    assert knock(guard, "bridge.internal", "10.0.0.1")
    assert not knock(guard, "rebound.example", "10.0.0.1")


@pytest.mark.parametrize(
    "entry", ["", "http://a.example/", "a b", "a.example:", "a.example:0", "a.example:http", "*"]
)
def test_an_entry_that_allows_nothing_is_a_mistake(entry: str) -> None:
    with pytest.raises(SettingsError, match="WIREBELL_ALLOW_HOSTS"):
        Guard([entry])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_every_spelling_of_this_machine_is_refused_at_the_socket(
    web: WebServer, host: str
) -> None:
    web.put("/", b"inside")
    async with a_fetcher() as fetcher:
        found = await poll(fetcher, web.url("/", host=host))
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.GUARDED
    assert web.requests == []


async def test_allowing_one_port_leaves_the_others_shut(web: WebServer) -> None:
    web.put("/", b"inside")
    async with WebServer() as other, a_fetcher(f"127.0.0.1:{web.port}") as fetcher:
        assert isinstance(await poll(fetcher, web.url("/")), Page)
        assert isinstance(await poll(fetcher, web.url("/", host="localhost")), Page)
        assert isinstance(await poll(fetcher, other.url("/")), Failure)
        assert other.requests == []


async def test_an_allowed_host_that_is_down_is_not_called_guarded(web: WebServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with a_fetcher("127.0.0.1") as fetcher:
        found = await poll(fetcher, f"http://localhost:{port}/")
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.REFUSED
