"""What an article is to others on file: a copy of one, a report of the same event, neither.

Similarity proposes, facts dispose. Every measure of likeness links nine in ten copies whose
facts were changed, and reports made from one template ("raises", "holds"); comparing what
aligned sentences claim tells them apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from wirebell.core.decisions import COMMON, Candidate, History, KnownArticle, Relation
from wirebell.core.news import Article
from wirebell.core.text import one_line
from wirebell.stories.facts import account, claim
from wirebell.stories.sketch import containment, shingles, terms

CONTAINED = 0.5  # share of the newer text in the older one from which it is a copy of it
SAME_EVENT = 0.20  # likeness; .28 of the cosine alone groups ECB+ worse by .01
APART = 0.10  # what all names that one text opens with cost if the other has none of them
WINDOW = timedelta(hours=72)  # stories further apart that look alike are mostly two events
_LEAST = 18  # shingles of a text that may be a copy: below it is a headline, and those are alike
_DOCUMENTS = 10_000  # what frequencies are measured against, about those of a fortnight
_LEAD = 3


@dataclass(frozen=True, slots=True)
class Kin:
    """The article on file a candidate belongs to, and the proof.

    `distinct` says that the candidate shares its words and states other facts, `misread` that
    its letters are too unsure to tell.
    """

    relation: Relation
    known: KnownArticle
    evidence: tuple[str, ...]
    distinct: bool = False
    misread: bool = False


def find_kin(candidate: Candidate, history: History, now: datetime) -> Kin | None:
    """What it copies, else the article of the same event that is nearest, else None."""
    for known in history.copies:
        if candidate.text_hash in known.text_hashes:
            return Kin(Relation.COPY, known, (f"equal text: {known.url}",))
    read = candidate.article
    scored = [(containment(read, known.newest.article), known) for known in history.near]
    distinct = None
    for score, known in sorted(scored, key=lambda pair: (-pair[0], pair[1].id)):
        if score < CONTAINED or len(shingles(read)) < _LEAST:
            break
        kin = _compare(read, known, score)
        if kin.relation is Relation.COPY:
            return kin
        distinct = distinct or kin
    recent = [known for known in history.near if now - known.newest.seen_at <= WINDOW]
    likely = [(_likeness(read, known.newest.article, history.frequency), known) for known in recent]
    score, nearest = max(likely, key=lambda pair: pair[0], default=(0.0, None))
    if distinct is not None or nearest is None or score < SAME_EVENT:
        return distinct
    shared = terms(read).keys() & terms(nearest.newest.article).keys()
    words = f"terms in common with {nearest.url}: {', '.join(sorted(shared)[:8])}"
    return Kin(Relation.SAME_EVENT, nearest, (f"likeness {score:.2f}", words))


def _compare(read: Article, known: KnownArticle, score: float) -> Kin:
    """A text that mostly stands in another: a copy unless its facts conflict or its lead is new."""
    ours, theirs = account(read), account(known.newest.article)
    found = ours.compared_with(theirs)
    evidence = [f"{score:.0%} of the text stands in {known.url}"]
    evidence.append(
        f"{found.aligned} of {len(ours.claims)} sentences align, {found.conflicts} conflict"
    )
    body = [claim(sentence) for sentence in ours.opening(_LEAD)]
    unlike = [each for each in body if theirs.counterpart(each) is None]
    evidence += [f"shared: {one_line(c.sentence, 200)}" for c in body if theirs.states(c)]
    # who begins with a fact of their own follows up; what they quote below is background
    begun = [c for c in body[:1] if c in unlike and (c.numbers | c.names) - theirs.words]
    copied = not found.distinct and not begun and len(unlike) <= len(body) // 2
    relation = Relation.COPY if copied else Relation.SAME_EVENT
    return Kin(relation, known, tuple(evidence), found.distinct, found.misread)


def _likeness(read: Article, known: Article, frequency: Mapping[int, int]) -> float:
    """How alike the terms of two texts are, less what their leading names have not in common."""
    alike = _cosine(read, known, frequency)
    if alike < SAME_EVENT:
        return 0.0
    ours, theirs = account(read), account(known)
    return alike - APART * (ours.apart(theirs) + theirs.apart(ours))


def _cosine(read: Article, known: Article, frequency: Mapping[int, int]) -> float:
    """tf-idf cosine of the terms, 0 without two rare names or numbers in common.

    Frequencies are those of the newer article's terms; the other's count as the mean of them.
    """
    ours, theirs = terms(read), terms(known)
    rarity = {
        word: math.log((_DOCUMENTS + 1) / (frequency.get(key, 0) + 1))
        for word, (key, _, _) in ours.items()
        if frequency.get(key, 0) <= COMMON
    }
    shared = rarity.keys() & theirs.keys()
    if sum(ours[word][2] for word in shared) < 2:
        return 0.0
    mean = sum(rarity.values()) / len(ours)
    product = sum(ours[w][1] * theirs[w][1] * rarity[w] ** 2 for w in shared)
    length = math.hypot(*(ours[word][1] * weight for word, weight in rarity.items()))
    other = math.hypot(
        *(w * (rarity.get(t, 0.0) if t in ours else mean) for t, (_, w, _) in theirs.items())
    )
    return product / (length * other or 1)
