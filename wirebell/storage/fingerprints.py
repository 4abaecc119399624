"""Keys and the articles that hold them: how what may be a copy or tell of the same is found."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest

from sqlalchemy import bindparam
from sqlmodel import Session, text

from wirebell.core.decisions import COMMON, Candidate
from wirebell.storage.tables import Row

WINDOW = timedelta(days=14)  # in which an article is another's original
_SKETCH = 24  # keys of a sketch that are looked up: of a copy half of them are found
_SHARED = 3  # keys of a sketch that two texts share by more than a quotation
_STRETCHES = 256  # of keys that are pruned one by one, so that nobody waits for all of them
_COPIED, _ALIKE = 8, 12  # articles proposed by sketch, by terms

# Of a key in every page of a publisher no more is read than of any other: the index is read
# from its newest end, and nothing but the index, for the table holds nothing else. A key that
# counts for nothing is not listed either: "" (listing all those took a third of the time).
_HELD = "fingerprint WHERE key = CAST(wanted.value AS bigint) AND article_id > oldest.id"
_LIST = {
    "sqlite": f"""
        CASE WHEN EXISTS (SELECT 1 FROM {_HELD} LIMIT 1 OFFSET :common)
        THEN '' ELSE (SELECT group_concat(article_id) FROM {_HELD}) END""",  # noqa: S608
    "postgresql": f"""
        (SELECT CASE WHEN count(*) > :common THEN '' ELSE array_to_string(array_agg(id), ',') END
        FROM (SELECT article_id AS id FROM {_HELD}
            ORDER BY article_id DESC LIMIT :common + 1) AS newest)""",  # noqa: S608
}
_OLDEST = "SELECT id FROM article WHERE first_seen < :since ORDER BY first_seen DESC LIMIT 1"
_ADD = """
    INSERT INTO fingerprint (key, article_id)
    SELECT CAST(wanted.value AS bigint), :article FROM {keys} WHERE true ON CONFLICT DO NOTHING"""
_KEYS = {
    "sqlite": "json_each(:keys) AS wanted",
    "postgresql": "json_array_elements_text(CAST(:keys AS json)) AS wanted(value)",
}
_SINCE = bindparam("since", type_=Row.metadata.tables["article"].c.first_seen.type)
_SHARING = {
    name: text(
        f"SELECT wanted.value, {_LIST[name]}"  # noqa: S608
        f" FROM {keys}, (SELECT coalesce(({_OLDEST}), 0) AS id) AS oldest"
    ).bindparams(_SINCE)
    for name, keys in _KEYS.items()
}
_ADDING = {name: text(_ADD.format(keys=keys)) for name, keys in _KEYS.items()}
_PRUNING = text(
    f"DELETE FROM fingerprint WHERE key BETWEEN :low AND :high AND article_id <= ({_OLDEST})"  # noqa: S608
).bindparams(_SINCE)


def add(session: Session, article: int, keys: Sequence[int]) -> None:
    """File an article under its keys, each once."""
    values = {"keys": json.dumps(keys), "article": article}
    session.connection().execute(_ADDING[_dialect(session)], values)


def stretches() -> Iterator[tuple[int, int]]:
    """All keys there can be in short stretches, first to last: keys are spread evenly."""
    step = 2**64 // _STRETCHES
    return ((low, low + step - 1) for low in range(-(2**63), 2**63, step))


def prune(session: Session, low: int, high: int, now: datetime) -> int:
    """Let go of a stretch of the keys of articles out of the window; returns how many rows."""
    values = {"low": low, "high": high, "since": now - WINDOW}
    return session.connection().execute(_PRUNING, values).rowcount


def propose(
    session: Session, candidate: Candidate, now: datetime
) -> tuple[list[int], dict[int, int]]:
    """The articles that share most with a candidate, likeliest first, and how many have
    each key, COMMON + 1 for any more.
    """
    if not candidate.sketch and not candidate.terms:
        return [], {}
    prints = frozenset(candidate.sketch[:_SKETCH])
    keys = json.dumps([*prints, *candidate.terms])
    values = {"keys": keys, "common": COMMON, "since": now - WINDOW}
    found = session.connection().execute(_SHARING[_dialect(session)], values)
    copied, alike, frequency = Counter[str](), defaultdict[str, float](float), dict[int, int]()
    for key, listed in ((int(key), listed) for key, listed in found if listed is not None):
        articles = listed.split(",") if listed else []
        frequency[key] = count = len(articles) or COMMON + 1
        if key in prints:
            copied.update(articles)
        else:
            for article in articles:
                alike[article] += 1 / count
    likely = [article for article in _most(copied, _COPIED) if copied[article] >= _SHARED]
    return list(dict.fromkeys(map(int, (*likely, *_most(alike, _ALIKE))))), frequency


def _most(scores: Mapping[str, float], count: int) -> list[str]:
    return nsmallest(count, scores, key=lambda article: (-scores[article], int(article)))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
