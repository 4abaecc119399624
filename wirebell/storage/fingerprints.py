"""Keys and the articles that hold them: how what may be a copy or tell of the same is found."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, text

from wirebell.core.decisions import COMMON, Candidate

WINDOW = timedelta(days=14)  # after its text last stood there an article is an original
_SKETCH = 128  # keys of a sketch that are looked up: a long text needs no more to be found
_SHARED = 3  # keys of a sketch that two texts share by more than a quotation
_STRETCHES = 256  # of keys that are pruned one by one, so that nobody waits for all of them
_COPIED, _ALIKE = 8, 12  # articles proposed by sketch, by terms

_KEYS = {
    "sqlite": "json_each(:keys) AS wanted",
    "postgresql": "json_array_elements_text(CAST(:keys AS json)) AS wanted(value)",
}
_LIST = {
    "sqlite": "group_concat(article_id)",
    "postgresql": "string_agg(CAST(article_id AS text), ',')",
}


def add(session: Session, article: int, keys: Sequence[int], now: datetime) -> None:
    """File an article under its keys, each once."""
    insert = text(  # made of our own constants alone
        "INSERT INTO fingerprint (key, article_id, day)"  # noqa: S608
        f" SELECT CAST(wanted.value AS bigint), :article, :day FROM {_KEYS[_dialect(session)]}"
        " WHERE true ON CONFLICT (key, article_id) DO UPDATE SET day = excluded.day"
    )
    values = {"keys": json.dumps(keys), "article": article, "day": _day(now)}
    session.connection().execute(insert, values)


def stretches() -> Iterator[tuple[int, int]]:
    """All keys there can be in short stretches, first to last: keys are spread evenly."""
    step = 2**64 // _STRETCHES
    return ((low, low + step - 1) for low in range(-(2**63), 2**63, step))


def prune(session: Session, low: int, high: int, now: datetime) -> int:
    """Let go of a stretch of keys whose window is over; returns how many rows."""
    old = text("DELETE FROM fingerprint WHERE key BETWEEN :low AND :high AND day < :since")
    values = {"low": low, "high": high, "since": _day(now - WINDOW)}
    return session.connection().execute(old, values).rowcount


def sharing(session: Session, keys: Sequence[int], now: datetime) -> dict[int, list[int]]:
    """Each key with the newest articles filed under it in the window, one more than COMMON at
    most: of a key in every page of a publisher no more is read than of any other.
    """
    name = _dialect(session)
    query = text(
        f"SELECT wanted.value, (SELECT {_LIST[name]} FROM (SELECT f.article_id, f.day"  # noqa: S608
        " FROM fingerprint AS f WHERE f.key = CAST(wanted.value AS bigint)"
        " ORDER BY f.article_id DESC LIMIT :most) AS newest WHERE newest.day >= :since)"
        f" FROM {_KEYS[name]}"
    )
    values = {"keys": json.dumps(keys), "most": COMMON + 1, "since": _day(now - WINDOW)}
    found = session.connection().execute(query, values)
    return {int(key): [int(each) for each in ids.split(",")] for key, ids in found if ids}


def propose(
    session: Session, candidate: Candidate, now: datetime
) -> tuple[list[int], dict[int, int]]:
    """The articles that share most with a candidate, likeliest first, and how many have
    each key.
    """
    if not candidate.sketch and not candidate.terms:
        return [], {}
    prints = frozenset(candidate.sketch[:_SKETCH])
    shared = sharing(session, (*prints, *candidate.terms), now)
    copied, alike = Counter[int](), defaultdict[int, float](float)
    for key, ids in shared.items():
        if len(ids) <= COMMON and key in prints:
            copied.update(ids)
        elif len(ids) <= COMMON:
            for article in ids:
                alike[article] += 1 / len(ids)
    sharing_most = sorted(copied, key=lambda article: (-copied[article], article))[:_COPIED]
    likely = [article for article in sharing_most if copied[article] >= _SHARED]
    likely += sorted(alike, key=lambda article: (-alike[article], article))[:_ALIKE]
    return list(dict.fromkeys(likely)), {key: len(ids) for key, ids in shared.items()}


def _day(instant: datetime) -> int:
    return instant.date().toordinal()


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
