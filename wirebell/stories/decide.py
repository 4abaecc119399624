"""Is it news? One pure function from a candidate and its history to a decision with reasons.

The order of the questions is the order of the code: was it there before we looked, whose story
is it, do we have this very version, is it too old, what of it is new. A rule that has not rung
in the story rings; a rule that has rings again only for a matched sentence that is new in
fact, or for a correction. Similarity alone never silences anything.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wirebell.core.alerts import Edit
from wirebell.core.decisions import (
    Candidate,
    Decision,
    History,
    KnownArticle,
    Outcome,
    Relation,
    Ruling,
    Rung,
    Verdict,
)
from wirebell.core.matches import Evidence, Match
from wirebell.core.news import FIELDS, Article
from wirebell.core.text import one_line, sentences
from wirebell.stories.facts import Account, account, change_in, claim
from wirebell.stories.kinship import Kin, find_kin
from wirebell.stories.words import bare_title, pattern, story_lines

MAX_AGE = timedelta(hours=72)
"""News older than this is filed and not rung: feeds re-publish archives, and a story's window
is three days (stories further apart that look alike are mostly two events)."""

_MENDED = {"corrected", "withdrawn", "clarified"}  # labels of an article

_TOLD = 5  # sentences of a correction that are set side by side


def decide(
    candidate: Candidate, history: History, now: datetime, *, max_age: timedelta = MAX_AGE
) -> Decision:
    """Decide whether a candidate is news, rule by rule, and say why.

    Deciding twice on the same facts gives the same answer, and a version on file never rings
    again.

    Args:
        candidate: the entry, read and matched.
        history: what the store recalls of its article, its kin and what rang there.
        now: the instant of the decision, aware.
        max_age: entries published longer ago are filed, not rung.
    """
    case = _Case.of(candidate, history, now)
    own = case.own
    if candidate.inbox.backlog:
        reason = "was in the feed when it was first polled"
        return case.quiet(Outcome.BACKLOG, reason, Relation.SAME if own else None)
    if candidate.matches and not case.rung and (reason := _age(candidate, now, max_age)):
        return case.quiet(Outcome.TOO_OLD, reason)
    if own is not None and not case.fresh and (seen := _seen_before(case, own)):
        return case.quiet(*seen, Relation.SAME)
    return case.ruled()


def overrule(decision: Decision, reason: str) -> Decision:
    """The same decision, ringing for every rule that matched; `reason` says on whose word."""
    ring = Verdict.RING
    rulings = tuple(replace(each, verdict=ring, reason=reason) for each in decision.rulings)
    return replace(decision, verdict=ring, outcome=Outcome.RUNG, reason=reason, rulings=rulings)


def _age(candidate: Candidate, now: datetime, max_age: timedelta) -> str:
    """Why a candidate is too old to ring, or "". What nobody dated is as new as its poll."""
    published = candidate.article.published or candidate.inbox.entry.published
    if published is None or now - published <= max_age:
        return ""
    hour = timedelta(hours=1)
    return f"published {(now - published) / hour:.0f} h ago; the limit is {max_age / hour:.0f} h"


def _seen_before(case: _Case, own: KnownArticle) -> tuple[Outcome, str] | None:
    """The outcome of a version that is on file, or of a poorer reading of one."""
    # A feed that lags brings an older version again; a new headline over the newest is an edit.
    read, newest = case.candidate.article, own.newest
    title_stands = one_line(read.title) == one_line(newest.article.title)
    older = case.candidate.text_hash != newest.text_hash
    if case.candidate.text_hash in own.text_hashes and (title_stands or older):
        return Outcome.KNOWN, "this version is on file"
    if newest.article.scope == "full" and read.scope != "full" and not case.correction:
        # A page that answers badly today must not pass for an edit of what it said before.
        return Outcome.UNCHANGED, "a shorter reading of a version on file"
    return None


@dataclass(frozen=True, slots=True)
class _Case:
    """A candidate among what is on file: its article, its kin, and what rang in their story."""

    candidate: Candidate
    own: KnownArticle | None
    kin: Kin | None
    story: str
    rung: tuple[Rung, ...]
    olds: tuple[Account, ...] = ()
    correction: str = ""

    @classmethod
    def of(cls, candidate: Candidate, history: History, now: datetime) -> _Case:
        own = history.article
        told = own is not None and any(past.story == own.story for past in history.rung)
        kin = None if told else find_kin(candidate, history, now)
        story = kin.known.story if kin else own.story if own else _new_story(candidate)
        rung = tuple(past for past in history.rung if past.story == story)
        versions = (own.newest, own.latest or own.newest) if own else ()
        olds = tuple(dict.fromkeys(account(version.article) for version in versions))
        said = [*olds, *(account(past.article) for past in rung if past.article)]
        repeats = kin is not None and (kin.relation is Relation.COPY or kin.distinct)
        label = _correction(candidate.article, said) if own or repeats else ""
        return cls(candidate, own, kin, story, rung, olds, label)

    @property
    def fresh(self) -> bool:
        """Whether the article stood in other feeds' backlogs only, and is new in this one."""
        backlog = self.own.backlog if self.own else frozenset[str]()
        return bool(backlog) and self.candidate.inbox.feed_id not in backlog and not self.rung

    @property
    def completed(self) -> bool:
        """Whether this is the first full text after teasers."""
        before = self.own.newest.article.scope if self.own else "full"
        return before != "full" and self.candidate.article.scope == "full"

    @property
    def relation(self) -> Relation:
        if self.correction and (self.rung or self.own):
            return Relation.CORRECTION
        if self.kin is not None:
            return self.kin.relation
        if self.own is None:
            return Relation.NEW
        return Relation.SAME if self.completed or self.fresh else Relation.UPDATE

    def quiet(self, outcome: Outcome, reason: str, relation: Relation | None = None) -> Decision:
        """No rule may ring; the rulings keep what would have."""
        rulings = [
            Ruling(match.rule, match.severity, Verdict.DROP, reason, match.evidence)
            for match in self.candidate.matches
        ]
        return self._decision(outcome, reason, relation or self.relation, rulings)

    def ruled(self) -> Decision:
        """Judge rule by rule; one that rings makes the entry ring."""
        judged = [*map(self._judge, self.candidate.matches), *self._lapsed()]
        rulings = [ruling for ruling, _ in judged]
        changes = [change for _, found in judged for change in found]
        if self.correction and self.olds:
            said = account(self.candidate.article).claims
            edits = (change_in(each.sentence, self.olds) for each in said)
            changes += [edit for edit in edits if edit][:_TOLD]
        ringing = [ruling for ruling in rulings if ruling.verdict is Verdict.RING]
        if ringing:
            outcome = Outcome.RUNG
        elif not rulings:
            outcome = Outcome.UNMATCHED
        else:
            outcome = Outcome.COPY if self.relation is Relation.COPY else Outcome.UNCHANGED
        still = "no rule fires any more" if self.own else "no rule fired"
        reason = (ringing or rulings)[0].reason if rulings else still
        return self._decision(outcome, reason, self.relation, rulings, dict.fromkeys(changes))

    def _decision(
        self,
        outcome: Outcome,
        reason: str,
        relation: Relation,
        rulings: Iterable[Ruling],
        changes: Iterable[Edit] = (),
    ) -> Decision:
        edits = tuple(changes)
        lines = [f"{edit.old} → {edit.new}" if edit.old else edit.new for edit in edits]
        copied = self.kin is not None and self.kin.relation is Relation.COPY
        return Decision(
            verdict=Verdict.RING if outcome is Outcome.RUNG else Verdict.DROP,
            outcome=outcome,
            reason=reason,
            relation=relation,
            story=self.story,
            evidence=(*(self.kin.evidence if self.kin else ()), *lines),
            rulings=tuple(rulings),
            changes=edits,
            original=self.kin.known.id if self.kin and copied else None,
        )

    def _judge(self, match: Match) -> tuple[Ruling, tuple[Edit, ...]]:
        verdict, reason, changes = self._verdict(match)
        return Ruling(match.rule, match.severity, verdict, reason, match.evidence), changes

    def _verdict(self, match: Match) -> tuple[Verdict, str, tuple[Edit, ...]]:
        past = [each for each in self.rung if each.rule == match.rule]
        changed = self._news_in(match, past)
        if not past:
            fired = self.own is not None and match.rule in self.own.fired and not self.fresh
            if fired and (self.completed or not changed):
                return Verdict.DROP, "nothing new since it was filed as too old to tell", ()
            first = "this rule had not rung in this story" if self.rung or self.own else "new story"
            return Verdict.RING, first, changed if self.own else ()
        told = past[-1].alert_id
        if self.correction:
            return Verdict.RING, f"corrected: {one_line(self.correction, 160)}", changed
        if self.kin is not None and self.kin.distinct:
            return Verdict.RING, f"other facts in the words of {self.kin.known.source}", changed
        if changed and not self.completed:
            words = one_line(changed[0].new, 160)
            return Verdict.RING, f"new in a matched sentence: {words}", changed
        if self.kin is not None and self.kin.relation is Relation.COPY:
            return Verdict.DROP, f"the same text as {self.kin.known.source}, told in {told}", ()
        return Verdict.DROP, f"nothing new since {told}", ()

    def _news_in(self, match: Match, past: Iterable[Rung]) -> tuple[Edit, ...]:
        """What the matched sentences say that neither the article nor what rang for this rule
        said. In a copy misprints and cuts are no news; in another report of the event the first
        sentences count as matched, because a new lead is a new story to tell.
        """
        olds = (*self.olds, *(account(each.article) for each in past if each.article))
        relation = self.kin.relation if self.kin else None
        # another outlet's headline over copied text says nothing that the text does not
        bare = relation is Relation.COPY and self.own is None
        evidence = [e for e in match.evidence if not (bare and e.field == "title")]
        matched = _matched(self.candidate.article, evidence)
        if relation is Relation.SAME_EVENT:
            matched += account(self.candidate.article).opening(2)
        polish, misread = relation is not Relation.COPY, self.kin is not None and self.kin.misread
        read = self.candidate.article
        kept = account(read).words if self.own and read.scope == "full" else None
        found = (change_in(s, olds, polish=polish, misread=misread, kept=kept) for s in matched)
        return tuple(dict.fromkeys(change for change in found if change)) if olds else ()

    def _lapsed(self) -> Iterator[tuple[Ruling, tuple[Edit, ...]]]:
        """Rules that rang and fire no more, where what they rang for was corrected."""
        fired = {match.rule for match in self.candidate.matches}
        mine = [r for r in self.rung if self.own is None or r.article_id == self.own.id]
        for past in {past.rule: past for past in mine if past.rule not in fired}.values():
            changes = () if self.completed else tuple(_contradicted(past, self.candidate.article))
            if self.correction or changes:
                label = self.correction or f"it no longer says: {changes[0].old}"
                reason = f"corrected: {one_line(label, 160)}"
                yield Ruling(past.rule, past.severity, Verdict.RING, reason, ()), changes


def _contradicted(past: Rung, read: Article) -> Iterator[Edit]:
    """The sentences a rule rang for that say something else now."""
    if past.article is None or read.scope != "full":
        return
    ours, theirs = account(read), account(past.article)
    for old in map(claim, _matched(past.article, past.evidence)):
        new = ours.counterpart(old)
        if new and new.conflicts_with(old, ours=ours.words, theirs=theirs.words):
            yield Edit(old.sentence, new.sentence)


def _matched(article: Article, evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """The sentences of the story that hold a rule's evidence; those of the page are left out."""
    spots: dict[str, list[int]] = {}
    for piece in evidence:
        spots.setdefault(piece.field, []).append(piece.start)
    found: list[str] = []
    for field in FIELDS:
        words = article.words_of(field) if field in spots else ""
        for start, end in sentences(words):
            if any(start <= spot < end for spot in spots[field]):
                sentence = words[start:end]
                found += [bare_title(sentence)] if field == "title" else story_lines(sentence)
    return tuple(dict.fromkeys(found))


def _correction(article: Article, said: Iterable[Account]) -> str:
    """The sentence by which the publisher calls this version a correction, if nobody was told.

    The article's labels know more languages than our words; a label without a notice is the
    headline's.
    """
    marked = (
        (article.notices or (bare_title(article.title),)) if _MENDED & {*article.labels} else ()
    )
    claims = (
        c
        for c in account(article).claims
        if pattern("correction").match(c.sentence) or any(m.startswith(c.sentence) for m in marked)
    )
    return next((c.sentence for c in claims if not any(old.states(c) for old in said)), "")


def _new_story(candidate: Candidate) -> str:
    """A story named after its first article, the same at every try."""
    digest = hashlib.sha256(candidate.url_key.encode("utf-8", "surrogatepass")).digest()
    return "st-" + b32encode(digest).decode("ascii").lower()[:10]
