"""The guard: which addresses we connect to, decided when the socket is made.

Where an analyst's feed leads (redirects, links, names that resolve to 127.0.0.1) is up to
strangers. The check sits at the one place every connection passes, after resolving: one before
can be tricked by a second resolution, and aiohttp's resolver hook sees no literal addresses.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from wirebell.core.errors import SettingsError

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network

_CARRIERS = tuple(
    IPv6Network(prefix)
    for prefix in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
"""Mapped, NAT64, Teredo, 6to4 (RFC 4291, 6052, 8215, 4380, 3056): any IPv4 address can be inside,
and nobody publishes on them. On an IPv6-only network, the operator allows 64:ff9b::/96."""
_CLASSES = "unspecified loopback link_local site_local multicast reserved private".split()
_ENTRY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([1-9]\d{0,4}))?")


def address_class(address: _Address) -> str:
    """What kind of non-public address this is ("loopback"), or "" for a public one."""
    if any(address in network for network in _CARRIERS):
        return "wrapped IPv4"
    names = (name.replace("_", "-") for name in _CLASSES if getattr(address, f"is_{name}", False))
    return next(names, "" if address.is_global else "special-purpose")


class NotPublic(OSError):
    """A socket was asked for to an address that is not public, and that nobody allowed."""


class Guard:
    """Makes sockets to public addresses, and to those the operator allowed.

    Args:
        allow: host names and addresses, each with or without `:port`, and networks. A name
            admits whatever it resolves to; an address admits every name that resolves to it.

    Raises:
        SettingsError: an entry is none of these.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._openings = {_opening(entry) for entry in allow}

    def trusts(self, host: str, port: int) -> bool:
        """Whether this host is allowed by name, and so needs no guarded socket."""
        name = host.lower().rstrip(".")
        return not self._openings.isdisjoint({(name, port), (name, None)})

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for one resolved address, as `TCPConnector(socket_factory=...)` asks for it.

        Raises:
            NotPublic: in words for operators.
        """
        family, kind, protocol, _, (host, port, *_) = info
        self.admit(host, port)
        return socket.socket(family, kind, protocol)

    def admit(self, host: str, port: int) -> None:
        """Refuse an address that is not public; of a name, nothing is known here."""
        try:
            address = ip_address(host)
        except ValueError:
            return
        allowed = any(
            only in (None, port) and not isinstance(place, str) and address in place
            for place, only in self._openings
        )
        if (refused := address_class(address)) and not allowed:
            raise NotPublic(f"it leads to a {refused} address, which is refused")


def _opening(entry: str) -> tuple[str | _Network, int | None]:
    """One entry of WIREBELL_ALLOW_HOSTS: a name or a network, on one port or on all (None)."""
    found = _ENTRY.fullmatch(entry.lower())
    host, port = (found[1].strip("[]"), found[2]) if found else (entry, None)
    only = int(port) if port else None
    try:
        return ip_network(host, strict=False), only
    except ValueError:
        if found:
            return host.rstrip("."), only
        raise SettingsError(
            "WIREBELL_ALLOW_HOSTS",
            f"{entry!r} is neither a host, host:port, an address nor a network",
            "Write entries like localhost:8080 or 10.0.0.0/8, separated by commas",
        ) from None
