"""An alert in words, ready for any family of channel: clean, cut, in the reader's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from wirebell.core.alerts import Alert, AlertRule, Finding, Snippet
from wirebell.core.text import clean, one_line

_TIERS = {1: "tier 1, official", 4: "tier 4, aggregator"}
_SCOPES = {"teaser": "Teaser only", "headline": "Headline only"}
_LINK = 2000  # longer ones are not sure to survive a mail reader
_ENCODED = {ord(char): f"%{ord(char):02X}" for char in "|<>\"'`\\^{}"}


class Piece(NamedTuple):
    """A stretch of a sentence: matched words, or those between."""

    words: str
    marked: bool


class Why(NamedTuple):
    """One rule's reason: its title, its `why`, and what was found with counts."""

    title: str
    why: str
    findings: tuple[str, ...]


class Link(NamedTuple):
    """Words with an address; "" where there is none that is safe to follow."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says about one alert, in its order. Each family escapes it for itself."""

    kind: str
    severity: str
    headline: Link
    source: str
    published: str
    seen: str
    lag: str
    why: tuple[Why, ...]
    snippets: tuple[tuple[Piece, ...], ...]
    edits: tuple[tuple[str, str], ...]
    also_in: tuple[Link, ...]
    caveat: str
    alert_id: str
    desk_hash: str

    @property
    def reason(self) -> str:
        """Why the alert rang, in one line: the first rule and what was found."""
        return one_line(f"{self.why[0].title}: {', '.join(self.why[0].findings)}", 200)


@dataclass(frozen=True, slots=True)
class Digest:
    """Many alerts in one message: told in full, told by headline, and only counted."""

    label: str
    intro: str
    items: tuple[Words, ...]
    brief: tuple[Words, ...]
    more: str
    foot: str


def in_digest(alerts: Sequence[Alert], zone: str, label: str, cut: int = 1) -> Digest:
    """`alerts`, the loudest and then the oldest first; `cut` divides how many are told in full."""
    ordered = sorted(alerts, key=lambda alert: (-alert.severity.rank, alert.seen, alert.id))
    full, listed = max(1, 40 // cut), max(1, 160 // cut)
    words = [in_words(alert, zone, cut, _LINK // cut) for alert in ordered[: full + listed]]
    hidden = len(ordered) - len(words)
    left_out = " ".join(alert.id for alert in ordered[len(words) :])
    since = _clock(min(alert.seen for alert in alerts), zone)
    return Digest(
        label=label,
        intro=f"{len(ordered)} alerts since {since}",
        items=tuple(words[:full]),
        brief=tuple(words[full:]),
        more=f"And {hidden} more: {one_line(left_out, 4000 // cut)}" if hidden else "",
        foot=f"Digest of {len(ordered)} alerts · desk {words[0].desk_hash}",
    )


def in_words(alert: Alert, zone: str, cut: int = 1, link: int = _LINK) -> Words:
    """`alert` for a reader in `zone`. `cut` divides how much is told of what can be long.

    An address of more than `link` characters is left out.
    """
    published = alert.published
    edits, also_in = alert.edits[: 8 // cut], alert.also_in[: 12 // cut]
    return Words(
        kind=alert.kind.upper(),
        severity=alert.severity.upper(),
        headline=Link(_line(alert.headline, 300) or "(no headline)", safe_link(alert.url, link)),
        source=f"{_line(alert.source, 80)}, {_TIERS.get(alert.tier, f'tier {alert.tier}')}",
        published=_clock(published, zone) if published else "at a time it does not give",
        seen=_clock(alert.seen, zone),
        lag=_lag(alert.seen - published) if published else "",
        why=tuple(_why(rule, 12 // cut) for rule in alert.rules[: max(1, 6 // cut)]),
        snippets=tuple(_pieces(snippet) for snippet in alert.snippets[: 3 // cut]),
        edits=tuple((_line(e.old, 400), _line(e.new, 400)) for e in edits),
        also_in=tuple(Link(_line(a.source, 80), safe_link(a.url)) for a in also_in),
        caveat=_caveat(alert, len(alert.edits) - len(edits), len(alert.also_in) - len(also_in)),
        alert_id=alert.id,
        desk_hash=_line(alert.desk_hash, 12),
    )


def safe_link(url: str, limit: int = _LINK) -> str:
    """`url` if a reader may follow it: http or https, of a sane length, encoded; or ""."""
    link = one_line(url).translate(_ENCODED).replace(" ", "%20")
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return ""
    good = parts.scheme in ("http", "https") and host and len(link) <= limit
    return link if good else ""


def _line(text: str, limit: int) -> str:
    """One line of at most `limit` characters; what is far behind is not even looked at."""
    return one_line(text[: 4 * limit], limit)


def _clock(at: datetime, zone: str) -> str:
    """The reader's clock first, then UTC: "Thu 5 Jun 2025, 11:10 EDT (15:10 UTC)"."""
    local = at.astimezone(ZoneInfo(zone))
    day = f"{local:%a} {local.day} {local:%b %Y}"
    if local.utcoffset() == timedelta():
        return f"{day}, {local:%H:%M} UTC"
    return f"{day}, {local:%H:%M %Z} ({at.astimezone(UTC):%H:%M} UTC)"


def _lag(lag: timedelta) -> str:
    minutes = int(lag.total_seconds() // 60)
    if minutes < 1:
        return "within a minute"
    if minutes < 60:
        return f"{minutes} min later"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min later"
    return f"{minutes // (24 * 60)} days later"


def _caveat(alert: Alert, edits: int, outlets: int) -> str:
    """What the reader should know is missing: in our reading (a note says so itself), in here."""
    note = _line(alert.note, 300)
    scope = "" if alert.scope in note.lower() else _SCOPES.get(alert.scope, "")
    parts = [": ".join(filter(None, (scope, note)))]
    if alert.url and not safe_link(alert.url):
        parts.append(f"no address to follow: {_line(alert.url, 200)}")
    if edits or outlets:
        parts.append(f"left out: {edits} changes, {outlets} outlets")
    return " · ".join(filter(None, parts))


def _why(rule: AlertRule, limit: int) -> Why:
    shown = [_finding(finding) for finding in rule.findings[: max(1, limit)]]
    hidden = len(rule.findings) - len(shown)
    more = [f"{hidden} more"] if hidden else []
    return Why(_line(rule.title or rule.id, 120), _line(rule.why, 300), (*shown, *more))


def _finding(finding: Finding) -> str:
    term, surface = _line(finding.term, 80), _line(finding.surface, 80)
    same = not surface or term.casefold() == surface.casefold()
    return f"{term} ×{finding.count}" if same else f"{term} (“{surface}”) ×{finding.count}"


def _pieces(snippet: Snippet) -> tuple[Piece, ...]:
    """The sentence in stretches, marked and not; marks that overlap or lie outside are skipped."""
    pieces: list[Piece] = []
    at = 0
    for start, end in (*snippet.marks, (len(snippet.text), len(snippet.text))):
        if at <= start <= end <= len(snippet.text):
            pieces += (
                Piece(_inner(snippet.text[at:start]), False),
                Piece(_inner(snippet.text[start:end]), True),
            )
            at = end
    return tuple(piece for piece in pieces if piece.words)


def _inner(text: str) -> str:
    """Cleaned like a line, but with the spaces at its ends."""
    return "".join(" " if char.isspace() else char for char in clean(text))
