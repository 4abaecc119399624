"""What publishers' own files may hold."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from soupsieve import compile as selector

from parsers.sites import FIELDS, read_sites, site_of


@pytest.mark.parametrize("domain", sorted(read_sites()))
def test_a_publishers_file_names_fields_selectors_and_a_zone(domain: str) -> None:
    site = read_sites()[domain]
    assert site.keys() <= {*FIELDS, "zone", "language"}
    assert all(selector(site[name]) for name in FIELDS if name in site)
    assert ZoneInfo(site.get("zone", "UTC"))


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://harbour-bulletin.example/a", True),
        ("https://m.Harbour-Bulletin.example:8443/a", True),
        ("https://not-harbour-bulletin.example/a", False),
        ("https://harbour-bulletin.example.org/a", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_a_file_holds_for_every_host_under_its_domain(url: str, *, known: bool) -> None:
    assert bool(site_of(url)) is known
