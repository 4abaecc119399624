"""Publishers whose pages the general reader misreads: a small file each, see README.md."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from bs4 import BeautifulSoup

from wirebell.core.text import one_line

SITE = "the site's file"
FIELDS = ("headline", "author", "datePublished", "dateModified", "description", "articleSection",
    "articleBody")  # fmt: skip
"""What a file may select, by the names of schema.org."""
Selected = dict[str, list[str]]
_HOST = re.compile(r"https?://([^/?#:]+)", re.IGNORECASE)


@cache
def read_sites() -> dict[str, dict[str, Any]]:
    """What is written of each publisher, by domain."""
    written = (path for path in files("parsers.sites").iterdir() if path.name.endswith(".toml"))
    return {path.name[:-5]: tomllib.loads(path.read_text("utf-8")) for path in written}


def site_of(url: str) -> dict[str, Any]:
    """What is written of the publisher of `url`: of its host, or of a domain above it."""
    found, sites = _HOST.match(url), read_sites()
    labels = found[1].lower().split(".") if found else []
    names = (".".join(labels[place:]) for place in range(len(labels)))
    return next((sites[name] for name in names if name in sites), {})


def select(site: dict[str, Any], soup: BeautifulSoup) -> Selected:
    """The words of each field the site's file selects; an element's date before its words."""
    found = {}
    for name in FIELDS:
        tags = soup.select(site[name], limit=1_000) if name in site else []
        words = (str(t.get("datetime") or t.get("content") or t.get_text(" ")) for t in tags)
        found[name] = [line for word in words if (line := one_line(word))]
    return {name: lines for name, lines in found.items() if lines}
