"""The guard: which addresses we connect to, decided when the socket is made.

A feed's address comes from an analyst, but where it leads (redirects, links inside entries,
names that resolve to 127.0.0.1) is up to strangers. The check sits at the one place every
connection passes, after resolving: a check before it can be tricked by a second resolution,
and aiohttp's resolver hook never sees an address that is written as a number.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

from wirebell.core.errors import SettingsError

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: where IPv6-only networks put all of IPv4
_SPECIAL: tuple[tuple[_Network, str], ...] = (
    (IPv6Network("2002::/16"), "6to4"),  # these three can carry any IPv4 address (RFC 3056,
    (IPv6Network("2001::/32"), "Teredo"),  # 4380, 8215), and nobody publishes on them
    (IPv6Network("64:ff9b:1::/48"), "local NAT64"),
    (IPv4Network("100.64.0.0/10"), "carrier-grade NAT"),
    (IPv4Network("0.0.0.0/8"), "unspecified"),
)
_CLASSES = ("unspecified", "loopback", "link_local", "multicast", "reserved", "private")


def address_class(address: _Address) -> str:
    """What kind of non-public address this is ("loopback"), or "" for a public one.

    An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as itself.
    """
    inner = _unwrapped(address)
    for network, name in _SPECIAL:
        if inner in network:
            return name
    for name in _CLASSES:
        if getattr(inner, f"is_{name}"):
            return name.replace("_", "-")
    return "" if inner.is_global else "special-purpose"


def _unwrapped(address: _Address) -> _Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


@dataclass(frozen=True, slots=True)
class _Opening:
    """One entry of WIREBELL_ALLOW_HOSTS: a name or a network, on one port or on all."""

    name: str
    network: _Network | None
    port: int | None

    def admits_name(self, host: str, port: int) -> bool:
        return self.name == host and self.port in (None, port)

    def admits_address(self, address: _Address, port: int) -> bool:
        return self.network is not None and address in self.network and self.port in (None, port)


@dataclass(slots=True)
class Passage:
    """One request on its way: whether its host is trusted by name, and what was refused."""

    trusted: bool
    refused: str = ""


_passage: ContextVar[Passage] = ContextVar("passage")


class Guard:
    """Makes sockets to public addresses, and to those the operator allowed.

    Args:
        allow: host names, addresses and networks, each with or without `:port`. A name admits
            whatever it resolves to; an address admits every name that resolves to it.

    Raises:
        SettingsError: an entry is none of these.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._openings = tuple(_opening(entry) for entry in allow)

    @contextmanager
    def passage(self, host: str, port: int) -> Iterator[Passage]:
        """The scope of one request: sockets made inside it go to this host.

        A context variable carries it, because aiohttp hands `open_socket` the resolved address
        and not the name; tasks that aiohttp starts inside the scope inherit it.
        """
        name = host.lower().rstrip(".")
        passage = Passage(any(o.admits_name(name, port) for o in self._openings))
        token = _passage.set(passage)
        try:
            yield passage
        finally:
            _passage.reset(token)

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for one resolved address, as `TCPConnector(socket_factory=...)` asks for it.

        Raises:
            PermissionError: the address is not public and nobody allowed it. The passage
                remembers why, because aiohttp may fold several errors into one.
        """
        family, kind, protocol, _, (host, port, *_) = info
        passage = _passage.get()
        address = _unwrapped(ip_address(host))
        if not passage.trusted and not any(
            opening.admits_address(address, port) for opening in self._openings
        ):
            passage.refused = address_class(address)
            if passage.refused:
                raise PermissionError(errno.EACCES, f"a {passage.refused} address is refused")
        return socket.socket(family, kind, protocol)


def _opening(entry: str) -> _Opening:
    try:
        return _Opening("", ip_network(entry, strict=False), None)
    except ValueError:
        host, colon, port = entry.lower().rpartition(":")
    if not colon:
        return _named(entry, port, None)
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise _unusable(entry)
    try:
        return _Opening("", ip_network(host.strip("[]")), int(port))
    except ValueError:
        return _named(entry, host, int(port))


def _named(entry: str, name: str, port: int | None) -> _Opening:
    if not name.isascii() or not name.replace("-", "").replace(".", "").isalnum():
        raise _unusable(entry)
    return _Opening(name.rstrip("."), None, port)


def _unusable(entry: str) -> SettingsError:
    return SettingsError(
        "WIREBELL_ALLOW_HOSTS",
        f"{entry!r} is neither a host, host:port, an address nor a network",
        "Write entries like localhost:8080 or 10.0.0.0/8, separated by commas",
    )
