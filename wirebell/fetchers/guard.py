"""The guard: which addresses we connect to, decided when the socket is made.

A feed's address comes from an analyst, but where it leads (redirects, links inside entries,
names that resolve to 127.0.0.1) is up to strangers. The check sits at the one place every
connection passes, after resolving: a check before it can be tricked by a second resolution,
and aiohttp's resolver hook never sees an address that is written as a number.
"""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
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
    """One entry of WIREBELL_ALLOW_HOSTS: a name or a network, on one port or on all (None)."""

    place: str | _Network
    port: int | None

    def admits(self, place: str | _Address, port: int) -> bool:
        if self.port not in (None, port):
            return False
        if isinstance(self.place, str) or isinstance(place, str):
            return self.place == place
        return place in self.place


@dataclass(slots=True)
class Passage:
    """One request on its way: whether its host is trusted by name, and what became of it.

    `refused` names the class of the last address refused; `opened` says that another was not.
    """

    trusted: bool
    refused: str = ""
    opened: bool = False


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
        passage = Passage(self._admits(host.lower().rstrip("."), port))
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
        address = ip_address(host)
        refused = address_class(address)
        if refused and not (passage.trusted or self._admits(_unwrapped(address), port)):
            passage.refused = refused
            raise PermissionError(errno.EACCES, f"a {refused} address is refused")
        passage.opened = True
        return socket.socket(family, kind, protocol)

    def _admits(self, place: str | _Address, port: int) -> bool:
        return any(opening.admits(place, port) for opening in self._openings)


def _opening(entry: str) -> _Opening:
    if network := _network(entry):
        return _Opening(network, None)
    host, colon, digits = entry.lower().rpartition(":")
    name, port = (host, int(digits)) if colon and digits.isdecimal() else (entry.lower(), None)
    place = _network(name.strip("[]")) or name.rstrip(".")
    known = not isinstance(place, str) or re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", place)
    if not known or port == 0:
        raise SettingsError(
            "WIREBELL_ALLOW_HOSTS",
            f"{entry!r} is neither a host, host:port, an address nor a network",
            "Write entries like localhost:8080 or 10.0.0.0/8, separated by commas",
        )
    return _Opening(place, port)


def _network(text: str) -> _Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
