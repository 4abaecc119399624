"""An alert out of a decision: everything a message will need, frozen."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Sequence
from hashlib import sha256

from wirebell.core.alerts import NOTICE, Alert, AlertKind, AlertRule, AlsoIn, Edit, Finding, Snippet
from wirebell.core.decisions import Candidate, Decision, History, Relation, Ruling, Verdict
from wirebell.core.feeds import OWN_FEED
from wirebell.core.matches import Evidence, Severity
from wirebell.core.news import Article
from wirebell.core.text import clean, one_line, sentences
from wirebell.desk.values import Desk

_KINDS = {
    Relation.UPDATE: AlertKind.UPDATE,
    Relation.SAME_EVENT: AlertKind.UPDATE,
    Relation.CORRECTION: AlertKind.CORRECTION,
}
_SNIPPETS = 3
_SENTENCE = 400  # characters shown of a sentence that has no end
_HEADLINE = 300
_SUBJECT = 120 - len("Re: ")


def compose(candidate: Candidate, decision: Decision, history: History, desk: Desk) -> Alert | None:
    """The alert for a decision to ring, or None for any other.

    Only the rules that ring are in it; its severity is the loudest of theirs. The id depends
    on story, rules, text and headline alone, so that composing twice makes one alert. While
    nobody was told of the story, an update is news.
    """
    ringing = [ruling for ruling in decision.rulings if ruling.verdict is Verdict.RING]
    if decision.verdict is not Verdict.RING or not ringing:
        return None
    article, entry = candidate.article, candidate.inbox.entry
    seen, source = candidate.inbox.first_seen, one_line(candidate.feed_name)
    published = article.published or entry.published
    severity = max((ruling.severity for ruling in ringing), key=lambda s: s.rank)
    headline = one_line(article.title or entry.title, _HEADLINE)
    rules = ",".join(sorted(ruling.rule for ruling in ringing))
    digest = sha256(f"{decision.story}|{rules}|{candidate.text_hash}|{headline}".encode()).digest()
    ours = candidate.inbox.feed_id == OWN_FEED
    id_ = (NOTICE if ours else "al-") + b32encode(digest).decode()[:10].lower()
    first = next((past for past in history.rung if past.story == decision.story), None)
    copies = [c for c in history.near if c.id == decision.original] + list(history.copies)
    return Alert(
        id=id_,
        story=decision.story,
        kind=_KINDS.get(decision.relation, AlertKind.NEW) if first else AlertKind.NEW,
        severity=severity,
        headline=headline,
        url=article.url or entry.url,
        source=source,
        tier=candidate.tier,
        seen=seen,
        root=first.alert_id if first else id_,
        subject=first.subject if first else _subject(severity, headline, source),
        rules=tuple(_alert_rule(ruling, desk) for ruling in ringing),
        published=min(published, seen) if published else None,
        snippets=_snippets(article, [e for ruling in ringing for e in ruling.evidence]),
        edits=tuple(Edit(clean(change.old), clean(change.new)) for change in decision.changes),
        also_in=tuple({c.url: AlsoIn(one_line(c.source), c.url) for c in copies}.values()),
        scope=article.scope,
        note=one_line(candidate.note),
        desk_hash=candidate.desk_hash,
        desk_author=desk.author,
        feed=candidate.inbox.feed_id,
        authors=tuple(one_line(name, 80) for name in (article.authors or entry.authors)[:3]),
    )


def _subject(severity: Severity, headline: str, source: str) -> str:
    """How loud, what and who, with room for a "Re: " before it."""
    start, end = f"[{severity.upper()}] ", f" — {one_line(source, 30)}"
    return f"{start}{one_line(headline, _SUBJECT - len(start) - len(end))}{end}"


def _alert_rule(ruling: Ruling, desk: Desk) -> AlertRule:
    """A rule with each term or person found: its fullest surface, and in how many places."""
    names = {person.id: person.name for person in desk.people}
    found: dict[str, list[Evidence]] = {}
    for piece in ruling.evidence:
        found.setdefault(piece.who or piece.term, []).append(piece)
    findings = tuple(
        Finding(
            term=names.get(pieces[0].who, pieces[0].term),
            surface=one_line(max((piece.surface for piece in pieces), key=len)),
            count=len({(piece.field, piece.start, piece.end) for piece in pieces}),
            who=pieces[0].who,
        )
        for pieces in found.values()
    )
    rule = next((rule for rule in desk.rules if rule.id == ruling.rule), None)
    if rule is None:  # taken off the desk between matching and filing
        return AlertRule(ruling.rule, ruling.rule, "", ruling.severity, findings=findings)
    title = rule.title or rule.id
    told = (rule.why, ruling.severity, rule.tags, rule.to, findings, rule.owner)
    return AlertRule(rule.id, title, *told)


def _snippets(article: Article, evidence: Sequence[Evidence]) -> tuple[Snippet, ...]:
    """The sentences with the most different terms in them, in reading order.

    The headline stands in the message anyway and is no snippet.
    """
    held: dict[str, tuple[int, int, Snippet]] = {}
    for place in dict.fromkeys(piece.field for piece in evidence if piece.field != "title"):
        words = article.words_of(place)
        found = [piece for piece in evidence if piece.field == place]
        for start, end in sentences(words):
            inside = [piece for piece in found if start <= piece.start and piece.end <= end]
            sentence = words[start:end]
            if inside and sentence not in held:
                terms = {piece.who or piece.term for piece in inside}
                spans = [(piece.start - start, piece.end - start) for piece in inside]
                held[sentence] = (len(terms), len(inside), _snippet(sentence, spans))
    best = sorted(held.values(), key=lambda weighed: weighed[:2], reverse=True)[:_SNIPPETS]
    return tuple(weighed[2] for weighed in held.values() if weighed in best)


def _snippet(sentence: str, spans: Sequence[tuple[int, int]]) -> Snippet:
    """The sentence, cleaned and cut around its first mark, with the marks moved along."""
    ordered = sorted(spans, key=lambda span: (span[0], -span[1]))  # of two the longer first
    at = max(0, ordered[0][0] - _SENTENCE // 3) if len(sentence) > _SENTENCE else 0
    last = at + _SENTENCE
    text = "… " if at else ""
    marks = []
    for start, end in ordered:
        if at <= start and end <= last:
            text += clean(sentence[at:start])
            begin, at = len(text), end
            text += clean(sentence[start:end])
            marks.append((begin, len(text)))
    text += clean(sentence[at:last]) + (" …" if last < len(sentence) else "")
    return Snippet(text, tuple(marks))
