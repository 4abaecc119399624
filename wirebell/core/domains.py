"""Registrable domains: which hosts are one publisher's."""

from __future__ import annotations

from functools import cache, lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

_suffixes = cache(PublicSuffixList)  # 0.1 s to read


@lru_cache(maxsize=4096)
def domain_of(host: str) -> str:
    """The registrable domain of a host: "bbc.co.uk" of "news.bbc.co.uk"; "" where it has none,
    as an address or a private name.
    """
    domain: str | None = _suffixes(accept_unknown=False).privatesuffix(host.lower().rstrip("."))
    return domain or ""


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one registrable domain, or of one host that has none."""
    try:
        hosts = [urlsplit(url).hostname or "" for url in (one, other)]
    except ValueError:  # "https://[x" is no address, and of no site
        return False
    first, second = (domain_of(host) or host for host in hosts)
    return bool(first) and first == second
