"""Publishers whose pages the general reader misreads: a small file each, see README.md."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from wirebell.core.text import one_line

SITE = "the site's file"
Selected = dict[str, list[str]]
SELECTED = ("title", "authors", "published", "modified", "lead", "section", "text")
"""The fields a site's file may select."""


@cache
def read_site(host: str) -> dict[str, Any]:
    """What is written of the publisher at `host` or at a domain above it, {} for nothing."""
    while host:
        path = files("parsers.sites") / f"{host}.toml"
        if path.is_file():
            return tomllib.loads(path.read_text("utf-8"))
        host = host.partition(".")[2]
    return {}


def site_of(url: str) -> dict[str, Any]:
    """What is written of the publisher of `url`."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return {}
    return (
        read_site(host)
        if host.isascii() and host.replace("-", "").replace(".", "").isalnum()
        else {}
    )


def select(site: dict[str, Any], soup: BeautifulSoup) -> Selected:
    """The words of each field the site's file selects; an element's date before its words."""
    found = {}
    for name in SELECTED:
        tags = soup.select(site[name], limit=1_000) if name in site else []
        words = (tag.get("datetime") or tag.get("content") or tag.get_text(" ") for tag in tags)
        found[name] = [line for word in words if (line := one_line(str(word)))]
    return found
