"""Every page of tests/data/articles against the fields reviewed beside it, and the gate.

A JSON file names the page's address, what a caller may hand in (`zone`, `now`) and the fields
that were reviewed. `not_yet` lists those we are known to misread: they count at the gate.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from parsers.article import parse_article
from wirebell.core.news import Article

PAGES = Path(__file__).parent.parent / "data" / "articles"
NAMES = sorted(path.stem for path in PAGES.glob("*.json") if path.stem != "floor")
HANDED_IN = {"url", "zone", "now", "not_yet"}


def wanted(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    return found


@cache
def read(name: str) -> Article:
    told = wanted(name)
    now = datetime.fromisoformat(told["now"]) if "now" in told else None
    page = (PAGES / f"{name}.html").read_bytes()
    return parse_article(page, url=told["url"], zone=told.get("zone", ""), now=now)


def is_right(article: Article, field: str, value: Any) -> bool:
    match field:
        case "published" | "modified":
            return bool(getattr(article, field) == (value and datetime.fromisoformat(value)))
        case "published_from" | "modified_from":
            return dict(article.origins).get(field.removesuffix("_from")) == str(value)
        case "text_has":
            return all(words in article.text for words in value)
        case "text_lacks":
            return not any(words in article.text for words in value)
        case "page_url":
            return article.url == str(value)
        case "live":
            dates = [(b.id, b.published, b.title) for b in article.live]
            return dates == [(i, datetime.fromisoformat(at), title) for i, at, title in value]
    found = getattr(article, field)
    return bool((list(found) if isinstance(found, tuple) else found) == value)


@cache
def misread(name: str) -> dict[str, bool]:
    """The fields of a page that are wrong; those known to be are True."""
    told, article = wanted(name), read(name)
    fields = told.keys() - HANDED_IN
    wrong = {field for field in fields if not is_right(article, field, told[field])}
    return {field: field in told.get("not_yet", ()) for field in wrong}


@pytest.mark.parametrize("name", NAMES)
def test_the_reviewed_fields_of_a_page_are_read(name: str) -> None:
    article = read(name)
    wrong = [field for field, known in misread(name).items() if not known]
    assert {field: getattr(article, field, article.origins) for field in wrong} == {}


def test_the_share_of_right_fields_never_falls() -> None:
    floor = json.loads((PAGES / "floor.json").read_text("utf-8"))
    reviewed = sum(len(wanted(name).keys() - HANDED_IN) for name in NAMES)
    wrong = sum(len(misread(name)) for name in NAMES)
    assert len(NAMES) >= floor["pages"]
    assert reviewed >= floor["reviewed fields"]
    assert 1 - wrong / reviewed >= floor["share right"]
