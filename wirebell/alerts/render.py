"""A dispatch as a message: one alert or a digest of many, for every family of channel.

The templates say what stands where. They are given alerts that were cleaned and cut to fit;
HTML is escaped by Jinja, Slack's markup by `_inert`, and in a text part addresses from outside
are broken by `_still`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from wirebell.alerts.bundle import fold
from wirebell.alerts.pages import Pages
from wirebell.core.alerts import (
    Alert,
    AlertKind,
    AlertRule,
    Dispatch,
    How,
    Message,
    Silence,
    Snippet,
)
from wirebell.core.text import clean, one_line
from wirebell.desk.values import Recipient

_SUBJECT = 120
_BYTES = 64_000  # both parts; 90 kB once encoded for the wire, and Gmail clips at 102
_LINK = 2000  # longer ones are not sure to survive a mail reader
_NAMES = 16_000  # of ids that are only named: of a thousand alerts none goes untold
_SECTION = 2900  # Slack refuses a section of more than 3,000 characters
_TOO_LONG = re.compile(rf".{{{_SECTION + 1},}}")
_PACKED = re.compile(rf"(.{{1,{_SECTION}}})(?:\n|\Z)", re.DOTALL)  # as many lines as fit
_BLOCKS = 48  # and a message of more than 50 blocks; two are ours
_TIERS = {1: ", official", 4: ", aggregator"}
_LABELS = {How.QUIET: "HELD", How.LATE: "LATE"}
_HELD = {
    How.QUIET: "Held until your quiet hours or your absence ended.",
    How.CAPPED: "Too many at once: these were held for one message.",
    How.SILENCED: "Held by a silence, which has ended.",
    How.LATE: "Late: an outage held this back.",
}
_SCOPES = {"teaser": "Teaser only", "headline": "Headline only"}
_ENCODED = {ord(char): f"%{ord(char):02X}" for char in "|<>\"'`\\^{} "}
_LOOKALIKE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "¦"}
    | {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}  # Slack has no way to escape its markup
)
_MENTION = re.compile(r"@(?=\w)")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_NO_PAGES = Pages()


def render(
    dispatch: Dispatch, recipient: Recipient | None, *, domain: str, pages: Pages = _NO_PAGES
) -> Message:
    """`dispatch` rendered for its recipient, in UTC for one who is no longer on the desk.

    A digest tells each story once, the loudest first, then the oldest. A message that would be
    too long tells less of everything, but always headline, link and why. All alerts of a story
    refer to one id made from its first, so that mail readers keep them together; a digest
    refers to none.
    """
    alerts = sorted(fold(dispatch.alerts), key=lambda alert: (-alert.severity.rank, alert.seen))
    first, many = alerts[0], len(alerts) > 1
    zone = recipient.zone if recipient else "UTC"
    label = _LABELS.get(dispatch.how, "DIGEST")
    again = "" if first.kind is AlertKind.NEW else "Re: "
    told = f"[{label}] {len(alerts)} alerts: {first.headline}" if many else again + first.subject
    subject = one_line(told, _SUBJECT)
    values = {
        "subject": subject,
        "label": label,
        "zone": zone,
        "count": len(alerts),
        "since": min(alert.seen for alert in alerts),
        "notices": [*_notices(dispatch, first, zone)],
        "page": lambda alert: pages.address(alert.id, dispatch.recipient),
    }
    name = "digest" if many else "alert"
    for cut in (1, 2, 4, 8, 16, 32):
        values |= _shares(alerts, cut, _LINK // cut if many else _LINK)
        text = _text_templates.get_template(f"{name}.txt").render(values)
        html = _templates.get_template(f"{name}.html").render(values)
        if len(text.encode()) + len(html.encode()) <= _BYTES:
            break
    return Message(
        subject=subject,
        text=text,
        html=html,
        slack=_document(subject, _slack_templates.get_template(f"{name}.slack").render(values)),
        message_id=f"<{dispatch.message_key}@{domain}>",
        thread_id="" if many else f"<{first.root}@{domain}>",
        headers=_headers(dispatch.alerts, domain),
        thread=dispatch.thread,
    )


def _notices(dispatch: Dispatch, first: Alert, zone: str) -> Iterator[str]:
    """What stands before everything else: how well we looked, and what this message is."""
    if dispatch.coverage:
        yield _line(dispatch.coverage, 600)
    if dispatch.how in _HELD:
        yield _HELD[dispatch.how]
    if dispatch.first_told:
        yield f"Adds to alert {first.root} of {_clock(dispatch.first_told, zone)}."
    if dispatch.instead_of:
        yield f"Sent this way because {dispatch.instead_of} is out of order."
    if dispatch.repeat:
        yield "Perhaps a repeat: an earlier try may have arrived."


def render_page(
    alert: Alert, *, zone: str, form: str, vote: bool | None, silence: Silence | None = None
) -> str:
    """The page of one alert: all its message says, a form for what it was worth and for a silence.

    `form` is the token without which the form is not taken, `vote` what the reader said before,
    `silence` what holds such alerts now.
    """
    values = {"subject": alert.headline, "zone": zone, "notices": (), "page": lambda _: ""}
    values |= {"form": form, "vote": vote, "silence": silence} | _shares([alert], 1, _LINK)
    return _templates.get_template("page.html").render(values)


def _headers(alerts: Sequence[Alert], domain: str) -> tuple[tuple[str, str], ...]:
    """What mail filters sort by, and what keeps out-of-office notes away."""
    rules = dict.fromkeys(rule.id for alert in alerts for rule in alert.rules)
    return (
        ("List-Id", f"Wirebell alerts <alerts.{domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Wirebell-Alerts", one_line(" ".join(alert.id for alert in alerts), 400)),
        ("X-Wirebell-Rules", one_line(" ".join(rules), 400)),
    )


def _shares(alerts: Sequence[Alert], cut: int, link: int) -> dict[str, object]:
    """The alerts told in full, those told by their headline, and the ids of those only named."""
    full, listed = max(1, 40 // cut), max(1, 160 // cut)
    fitted = [_fitted(alert, cut, link) for alert in alerts[: full + listed]]
    named = alerts[len(fitted) :]
    return {
        "cut": cut,
        "told": fitted[:full],
        "brief": fitted[full:],
        "more": len(named),
        "named": one_line(" ".join(alert.id for alert in named), _NAMES),
    }


def _fitted(alert: Alert, cut: int, link: int) -> Alert:
    """`alert` cleaned, with 1/`cut` of what can be long; its note says what is missing.

    An address of more than `link` characters is left out.
    """
    note = _line(alert.note, 300)
    scope = "" if alert.scope in note.lower() else _SCOPES.get(alert.scope, "")
    notes = [": ".join(filter(None, (scope, note)))]
    if alert.url and not _safe_link(alert.url):
        notes.append(f"no address to follow: {_line(alert.url, 200)}")
    authors = ", ".join(_line(name, 80) for name in alert.authors)
    by = f" · by {authors}" if authors else ""
    edits, also_in = alert.edits[: 8 // cut], alert.also_in[: 12 // cut]
    missing = len(alert.edits) - len(edits), len(alert.also_in) - len(also_in)
    if any(missing):
        notes.append(f"left out: {missing[0]} changes, {missing[1]} outlets")
    return replace(
        alert,
        headline=_line(alert.headline, 300) or "(no headline)",
        url=_safe_link(alert.url, link),
        source=f"{_line(alert.source, 80)}, tier {alert.tier}{_TIERS.get(alert.tier, '')}{by}",
        rules=tuple(
            replace(rule, title=_line(rule.title or rule.id, 120), why=_line(rule.why, 300))
            for rule in alert.rules[: max(1, 6 // cut)]
        ),
        snippets=alert.snippets[: 3 // cut],
        edits=tuple(replace(e, old=_line(e.old, 400), new=_line(e.new, 400)) for e in edits),
        also_in=tuple(
            replace(also, source=_line(also.source, 80), url=_safe_link(also.url))
            for also in also_in
        ),
        note=" · ".join(filter(None, notes)),
        desk_hash=alert.desk_hash[:8],
    )


def _safe_link(url: str, limit: int = _LINK) -> str:
    """`url` if a reader may follow it: http or https, of a sane length, encoded; or ""."""
    link = one_line(url).translate(_ENCODED)
    try:
        parts = urlsplit(link)
        good = parts.scheme in ("http", "https") and parts.hostname and len(link) <= limit
    except ValueError:
        return ""
    return link if good else ""


def _line(text: str, limit: int) -> str:
    """One line of at most `limit` characters; what is far behind is not even looked at."""
    return one_line(text[: 4 * limit], limit)


def _clock(at: datetime | None, zone: str) -> str:
    """The reader's clock first, then UTC: "Thu 5 Jun 2025, 11:10 EDT (15:10 UTC)"."""
    if at is None:
        return "at a time it does not give"
    local = at.astimezone(ZoneInfo(zone))
    day = f"{local:%a} {local.day} {local:%b %Y}"
    if not local.utcoffset():
        return f"{day}, {local:%H:%M} UTC"
    return f"{day}, {local:%H:%M %Z} ({at.astimezone(UTC):%H:%M} UTC)"


def _lag(lag: timedelta) -> str:
    minutes = int(lag.total_seconds()) // 60
    if minutes >= 48 * 60:
        return f"{minutes // (24 * 60)} days later"
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min later"
    return f"{minutes} min later" if minutes else "within a minute"


def _findings(rule: AlertRule, cut: int) -> list[str]:
    """What was found with counts: "rare earth (“rare-earth magnets”) ×3"."""
    lines = []
    for finding in rule.findings[: max(1, 12 // cut)]:
        term, surface = _line(finding.term, 80), _line(finding.surface, 80)
        printed = f" (“{surface}”)" if surface and surface.casefold() != term.casefold() else ""
        lines.append(f"{term}{printed} ×{finding.count}")
    hidden = len(rule.findings) - len(lines)
    return [*lines, f"{hidden} more"] if hidden else lines


def _foot(alert: Alert) -> str:
    """By which state of the desk it rang and who wrote that; who answers for its rules."""
    owners = _line(", ".join(dict.fromkeys(rule.owner for rule in alert.rules if rule.owner)), 80)
    author = f" by {_line(alert.desk_author, 80)}" * bool(alert.desk_author)
    desk = f" · desk {alert.desk_hash}{author}" * bool(alert.desk_hash)
    return desk + f" · rules of {owners}" * bool(owners)


def _reason(alert: Alert, cut: int) -> str:
    """Why the alert rang, in one line: the first rule and what was found."""
    rule = alert.rules[0]
    return one_line(": ".join(filter(None, (rule.title, ", ".join(_findings(rule, cut))))), 200)


def _pieces(snippet: Snippet) -> list[tuple[str, bool]]:
    """The sentence in stretches, marked or not; marks that overlap or lie outside are skipped."""
    pieces = []
    at, last = 0, len(snippet.text)
    for start, end in (*snippet.marks, (last, last)):
        if at <= start <= end <= last:
            pieces += [(snippet.text[at:start], False), (snippet.text[start:end], True)]
            at = end
    cleaned = ((re.sub(r"\s", " ", clean(words)), marked) for words, marked in pieces)
    return [(words, marked) for words, marked in cleaned if words]


def _inert(value: object) -> Markup:
    """What a Slack template fills in, as no more than words; its own markup stays."""
    if isinstance(value, Markup):
        return value
    return Markup(_MENTION.sub("@\u200b", str(value)).translate(_LOOKALIKE))  # noqa: S704


def _still(value: object) -> Markup:
    """What a text template fills in, as words that lead nowhere: links are ours alone."""
    if isinstance(value, Markup):
        return value
    return Markup(_ADDRESS.sub("\u200b", str(value)))  # noqa: S704 - text has no markup


def _document(subject: str, filled: str) -> str:
    """Slack's JSON: a section for each paragraph of `filled`, more if it is long; then a foot.

    A line too long for any section gives way to an ellipsis.
    """
    *paragraphs, foot = re.split(r"\n{2,}", _TOO_LONG.sub("…", filled.strip()))
    sections = [section for paragraph in paragraphs for section in _PACKED.findall(paragraph)]
    if (surplus := len(sections) - _BLOCKS) > 0:
        left_out = f"And {surplus} parts more than Slack takes in one message."
        sections = [*sections[:_BLOCKS], left_out]
    texts = [{"type": "mrkdwn", "text": text, "verbatim": True} for text in (*sections, foot)]
    blocks: list[object] = [{"type": "section", "text": text} for text in texts[:-1]]
    blocks.append({"type": "context", "elements": texts[-1:]})
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return json.dumps({"text": _inert(subject), "blocks": blocks, **quiet}, ensure_ascii=False)


_templates = Environment(
    loader=PackageLoader("wirebell.alerts"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
)
_templates.filters.update(
    clock=_clock, findings=_findings, foot=_foot, lag=_lag, pieces=_pieces, reason=_reason
)
_text_templates = _templates.overlay(autoescape=True, finalize=_still)
_slack_templates = _templates.overlay(autoescape=True, finalize=_inert)
