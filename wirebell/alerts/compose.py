"""An alert out of a decision: everything a message will need, frozen."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from wirebell.core.alerts import (
    Alert,
    AlertKind,
    AlertRule,
    AlsoIn,
    Edit,
    Finding,
    Snippet,
)
from wirebell.core.decisions import Candidate, Decision, History, Relation, Ruling, Verdict
from wirebell.core.matches import Evidence, Severity
from wirebell.core.news import Article
from wirebell.core.text import clean, one_line, sentences
from wirebell.desk.values import Desk

_KINDS = {Relation.UPDATE: AlertKind.UPDATE, Relation.CORRECTION: AlertKind.CORRECTION}
_SNIPPETS = 3
_SENTENCE = 400  # characters shown of a sentence that has no end
_HEADLINE = 300
_SUBJECT = 120 - len("Re: ")


def compose(candidate: Candidate, decision: Decision, history: History, desk: Desk) -> Alert | None:
    """The alert for a decision to ring, or None for any other.

    Only the rules that ring are in it; its severity is the loudest of theirs. The id depends
    on story, rules and text alone, so that composing twice makes one alert.
    """
    ringing = [ruling for ruling in decision.rulings if ruling.verdict is Verdict.RING]
    if decision.verdict is not Verdict.RING or not ringing:
        return None
    article, entry = candidate.article, candidate.inbox.entry
    seen = candidate.inbox.first_seen
    published = article.published or entry.published
    id_ = _alert_id(decision.story, ringing, candidate.text_hash)
    severity = max((ruling.severity for ruling in ringing), key=lambda s: s.rank)
    headline = one_line(article.title or entry.title, _HEADLINE)
    first = history.rung[0] if history.rung else None
    return Alert(
        id=id_,
        story=decision.story,
        kind=_KINDS.get(decision.relation, AlertKind.NEW) if first else AlertKind.NEW,
        severity=severity,
        headline=headline,
        url=article.url or entry.url,
        source=one_line(candidate.feed_name),
        tier=candidate.tier,
        seen=seen,
        root=first.alert_id if first else id_,
        subject=first.subject if first else _subject(severity, headline, candidate.feed_name),
        rules=tuple(_alert_rule(ruling, desk) for ruling in ringing),
        published=min(published, seen) if published else None,
        snippets=_snippets(article, [e for ruling in ringing for e in ruling.evidence]),
        edits=tuple(Edit(clean(change.old), clean(change.new)) for change in decision.changes),
        also_in=tuple(
            AlsoIn(source, url)
            for url, source in {copy.url: one_line(copy.source) for copy in history.copies}.items()
        ),
        scope=article.scope,
        note=one_line(candidate.note),
        desk_hash=candidate.desk_hash,
    )


def _subject(severity: Severity, headline: str, source: str) -> str:
    """How loud, what and who, with room for a "Re: " before it."""
    start, end = f"[{severity.upper()}] ", f" — {one_line(source, 30)}"
    return f"{start}{one_line(headline, _SUBJECT - len(start) - len(end))}{end}"


def _alert_id(story: str, ringing: Iterable[Ruling], text_hash: str) -> str:
    rules = ",".join(sorted(ruling.rule for ruling in ringing))
    digest = sha256(f"{story}|{rules}|{text_hash}".encode()).digest()
    return "al-" + b32encode(digest).decode()[:10].lower()


def _alert_rule(ruling: Ruling, desk: Desk) -> AlertRule:
    rule = next((rule for rule in desk.rules if rule.id == ruling.rule), None)
    findings = _findings(ruling.evidence, {person.id: person.name for person in desk.people})
    if rule is None:  # taken off the desk between matching and filing
        return AlertRule(ruling.rule, ruling.rule, "", ruling.severity, findings=findings)
    title = rule.title or rule.id
    return AlertRule(rule.id, title, rule.why, ruling.severity, rule.tags, rule.to, findings)


def _findings(evidence: Sequence[Evidence], names: dict[str, str]) -> tuple[Finding, ...]:
    """Each term or person once, in reading order, with its fullest surface and its count."""
    found: dict[str, dict[tuple[str, int, int], Evidence]] = {}
    for piece in evidence:
        place = (piece.field, piece.start, piece.end)
        found.setdefault(piece.who or piece.term, {})[place] = piece
    findings = []
    for places in found.values():
        first = next(iter(places.values()))
        surface = max((piece.surface for piece in places.values()), key=len)
        term = names.get(first.who, first.term)
        findings.append(Finding(term, one_line(surface), len(places), first.who))
    return tuple(findings)


class _Sentence(NamedTuple):
    """A sentence with the evidence inside it; `start` is where it begins in its field."""

    text: str
    start: int
    evidence: list[Evidence]


def _snippets(article: Article, evidence: Sequence[Evidence]) -> tuple[Snippet, ...]:
    """The sentences with the most different terms in them, in reading order.

    The headline stands in the message anyway and is no snippet.
    """
    held: dict[str, _Sentence] = {}
    for place in dict.fromkeys(piece.field for piece in evidence if piece.field != "title"):
        words = article.words_of(place)
        found = [piece for piece in evidence if piece.field == place]
        for start, end in sentences(words):
            inside = [piece for piece in found if start <= piece.start and piece.end <= end]
            if inside:
                held.setdefault(words[start:end], _Sentence(words[start:end], start, inside))
    best = sorted(held.values(), key=_weight, reverse=True)[:_SNIPPETS]
    return tuple(_snippet(sentence) for sentence in held.values() if sentence in best)


def _weight(sentence: _Sentence) -> tuple[int, int]:
    """How many different terms or people it holds, then how many occurrences."""
    return len({piece.who or piece.term for piece in sentence.evidence}), len(sentence.evidence)


def _snippet(sentence: _Sentence) -> Snippet:
    """The sentence, cleaned and cut around its first mark, with the marks moved along."""
    words, begin = sentence.text, sentence.start
    spans = sorted((piece.start - begin, begin - piece.end) for piece in sentence.evidence)
    at = max(0, spans[0][0] - _SENTENCE // 3) if len(words) > _SENTENCE else 0
    last = at + _SENTENCE
    text = "… " if at else ""
    marks = []
    for start, end in ((start, -end) for start, end in spans):  # of two at one start the longer
        if at <= start and end <= last:
            text += clean(words[at:start])
            marks.append((len(text), len(text) + len(clean(words[start:end]))))
            text += clean(words[start:end])
            at = end
    text += clean(words[at:last]) + (" …" if last < len(words) else "")
    return Snippet(text, tuple(marks))
