"""Is it news? One pure function from a candidate and its history to a decision with reasons.

The order of the questions is the order of the code: was it there before we looked, do we have
this very version, is it another version, does it run elsewhere too, is it too old. A rule that
has not rung in the story rings; a rule that has rings again only for a matched sentence that
is new in fact, or for a correction. Similarity alone never silences anything.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from wirebell.core.decisions import (
    Candidate,
    Change,
    Decision,
    History,
    KnownArticle,
    Outcome,
    Relation,
    Ruling,
    Verdict,
)
from wirebell.core.matches import Match
from wirebell.core.text import one_line, sentences
from wirebell.stories.facts import change_in, split

MAX_AGE = timedelta(hours=72)
"""News older than this is filed and not rung: feeds re-publish archives, and a story's window
is three days (stories further apart that look alike are mostly two events)."""

_CORRECTION = re.compile(
    r"^\W*(?:corrected|correction|withdrawn|story withdrawn|retracted|retraction|kill)\b\s*[:\-–—(]"
    r"|^\W*editor['’]s note\s*:",
    re.IGNORECASE,
)

Judge = Callable[[Match], tuple[Verdict, str]]


def decide(
    candidate: Candidate, history: History, now: datetime, *, max_age: timedelta = MAX_AGE
) -> Decision:
    """Decide whether a candidate is news, rule by rule, and say why.

    Deciding twice on the same facts gives the same answer, and a version on file never rings
    again.

    Args:
        candidate: the entry, read and matched.
        history: what the store recalls of its article, its copies and what rang there.
        now: the instant of the decision, aware.
        max_age: entries published longer ago are filed, not rung.
    """
    if candidate.inbox.backlog:
        relation = Relation.SAME if history.article else Relation.NEW
        reason = "was in the feed when it was first polled"
        return _quiet(candidate, history, Outcome.BACKLOG, relation, reason)
    if candidate.matches and not history.rung and (reason := _age(candidate, now, max_age)):
        relation = Relation.UPDATE if history.article else Relation.NEW
        return _quiet(candidate, history, Outcome.TOO_OLD, relation, reason)
    if history.article is not None:
        return _decide_version(candidate, history, history.article)
    if not candidate.matches:
        relation = Relation.COPY if history.copies else Relation.NEW
        return _quiet(candidate, history, Outcome.UNMATCHED, relation, "no rule fired")
    return _decide_first(candidate, history)


def _age(candidate: Candidate, now: datetime, max_age: timedelta) -> str:
    """Why a candidate is too old to ring, or "". What nobody dated is as new as its poll."""
    published = candidate.article.published or candidate.inbox.entry.published
    if published is None or now - published <= max_age:
        return ""
    hour = timedelta(hours=1)
    return f"published {(now - published) / hour:.0f} h ago; the limit is {max_age / hour:.0f} h"


def _decide_first(candidate: Candidate, history: History) -> Decision:
    """The article is not on file: it rings, unless its text has rung from another outlet."""
    rung = {past.rule: past for past in history.rung}
    if not history.copies:
        return _rule_by_rule(
            candidate,
            history,
            Relation.NEW,
            Outcome.UNMATCHED,
            lambda _: (Verdict.RING, "new story"),
        )
    original = history.copies[0]

    def judge(match: Match) -> tuple[Verdict, str]:
        if match.rule in rung:
            told = rung[match.rule].alert_id
            return Verdict.DROP, f"the same text as {original.source}, told in {told}"
        return Verdict.RING, f"the same text as {original.source}, which rang for other rules"

    evidence = (f"equal text: {original.url}",)
    return _rule_by_rule(candidate, history, Relation.COPY, Outcome.COPY, judge, evidence=evidence)


def _decide_version(candidate: Candidate, history: History, known: KnownArticle) -> Decision:
    """The article is on file: the same version, its teaser completed, or another version."""
    # A feed that lags brings an older version again; a new headline over the newest is an edit.
    title_stands = one_line(candidate.article.title) == one_line(known.newest.article.title)
    older = candidate.text_hash != known.newest.text_hash
    if candidate.text_hash in known.text_hashes and (title_stands or older):
        reason = "this version is on file"
        return _quiet(candidate, history, Outcome.KNOWN, Relation.SAME, reason)
    was_full, is_full = known.newest.article.scope == "full", candidate.article.scope == "full"
    completed = is_full and not was_full
    differences = _Differences.between(candidate, known)
    if was_full and not is_full and not differences.correction:
        # A page that answers badly today must not pass for an edit of what it said before.
        reason = "a shorter reading of a version on file"
        return _quiet(candidate, history, Outcome.UNCHANGED, Relation.SAME, reason)
    if differences.correction:
        relation = Relation.CORRECTION
    else:
        relation = Relation.SAME if completed else Relation.UPDATE
    judge = _judge_version(history, known, differences, completed)
    if not candidate.matches:
        return _quiet(candidate, history, Outcome.UNMATCHED, relation, "no rule fires any more")
    return _rule_by_rule(
        candidate, history, relation, Outcome.UNCHANGED, judge, differences=differences
    )


def _judge_version(
    history: History, known: KnownArticle, differences: _Differences, completed: bool
) -> Judge:
    rung = {past.rule: past for past in history.rung}

    def judge(match: Match) -> tuple[Verdict, str]:
        past = rung.get(match.rule)
        changed = () if completed else differences.by_rule.get(match.rule, ())
        if past is None and match.rule in known.fired and not changed:
            return Verdict.DROP, "nothing new since it was filed as too old to tell"
        if past is None:
            return Verdict.RING, "this rule had not rung in this story"
        elsewhere = (copy.source for copy in history.copies if copy.first_seen <= past.at)
        if source := next(elsewhere, ""):  # wire copy is updated in every outlet
            return Verdict.DROP, f"the same text as {source}, told in {past.alert_id}"
        if differences.correction:
            return Verdict.RING, f"corrected: {one_line(differences.correction, 160)}"
        if changed:
            return Verdict.RING, f"new in a matched sentence: {one_line(changed[0].new, 160)}"
        return Verdict.DROP, f"nothing new since {past.alert_id}"

    return judge


@dataclass(frozen=True, slots=True)
class _Differences:
    """What changed between the newest version on file and the candidate."""

    by_rule: dict[str, tuple[Change, ...]]
    correction: str

    @classmethod
    def between(cls, candidate: Candidate, known: KnownArticle) -> _Differences:
        old = (known.newest.article.title, *split(known.newest.article.text))
        by_rule = {}
        for match in candidate.matches:
            found = (change_in(sentence, old) for sentence in _matched_sentences(candidate, match))
            by_rule[match.rule] = tuple(dict.fromkeys(change for change in found if change))
        return cls(by_rule, _correction_label(candidate, old))

    @property
    def all(self) -> tuple[Change, ...]:
        return tuple(dict.fromkeys(change for some in self.by_rule.values() for change in some))


def _matched_sentences(candidate: Candidate, match: Match) -> tuple[str, ...]:
    """The sentences of headline and text that hold a rule's evidence.

    Key points and lead are left out: versions on file keep the text alone, and against it
    every unchanged key point would look new.
    """
    found = []
    for field in ("title", "text"):
        words = candidate.article.words_of(field)
        spots = [e.start for e in match.evidence if e.field == field]
        found += [
            words[start:end]
            for start, end in (sentences(words) if spots else ())
            if any(start <= spot < end for spot in spots)
        ]
    return tuple(dict.fromkeys(found))


def _correction_label(candidate: Candidate, old: tuple[str, ...]) -> str:
    """The sentence by which the publisher calls this version a correction, if it is new."""
    seen = {one_line(sentence) for sentence in old}
    lines = (candidate.article.title, *split(candidate.article.text))
    labelled = (line for line in lines if _CORRECTION.match(line) and one_line(line) not in seen)
    return next(labelled, "")


def _rule_by_rule(
    candidate: Candidate,
    history: History,
    relation: Relation,
    otherwise: Outcome,
    judge: Judge,
    *,
    evidence: tuple[str, ...] = (),
    differences: _Differences | None = None,
) -> Decision:
    """Judge each match; one rule that rings makes the entry ring, else it is `otherwise`."""
    rulings = tuple(
        Ruling(match.rule, match.severity, *judge(match), match.evidence)
        for match in candidate.matches
    )
    ringing = [ruling for ruling in rulings if ruling.verdict is Verdict.RING]
    verdict = Verdict.RING if ringing else Verdict.DROP
    changes = differences.all if differences else ()
    return Decision(
        verdict=verdict,
        outcome=Outcome.RUNG if ringing else otherwise,
        reason=(ringing or rulings)[0].reason,
        relation=relation,
        story=_story(candidate, history),
        evidence=evidence or tuple(change.new for change in changes),
        rulings=rulings,
        changes=changes,
    )


def _quiet(
    candidate: Candidate, history: History, outcome: Outcome, relation: Relation, reason: str
) -> Decision:
    """No rule may ring; the rulings keep what would have."""
    rulings = tuple(
        Ruling(match.rule, match.severity, Verdict.DROP, reason, match.evidence)
        for match in candidate.matches
    )
    story = _story(candidate, history)
    return Decision(Verdict.DROP, outcome, reason, relation, story, rulings=rulings)


def _story(candidate: Candidate, history: History) -> str:
    """The story on file, or a new one named after its first article, the same at every try."""
    known = history.article or (history.copies[0] if history.copies else None)
    if known is not None:
        return known.story
    digest = hashlib.sha256(candidate.url_key.encode("utf-8", "surrogatepass")).digest()
    return "st-" + b32encode(digest).decode("ascii").lower()[:10]
