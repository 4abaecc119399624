"""A dispatch as a message: one alert or a digest of many, for every family of channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from wirebell.alerts.render_slack import alert_slack, digest_slack
from wirebell.alerts.render_words import in_digest, in_words
from wirebell.core.alerts import Alert, AlertKind, Dispatch, How, Message
from wirebell.core.text import one_line
from wirebell.desk.values import Recipient

_SUBJECT = 120
_BYTES = 64_000  # both parts; 90 kB once encoded for the wire, and Gmail clips at 102
_LABELS = {How.QUIET: "HELD", How.CAPPED: "CATCHING UP", How.SILENCED: "AFTER A SILENCE"}
_HELD = "Held until your quiet hours or your absence ended."

_templates = Environment(
    loader=PackageLoader("wirebell.alerts"),
    autoescape=select_autoescape(["html"]),  # a text part is shown as it is
    undefined=StrictUndefined,
    trim_blocks=True,
)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The same words for every family."""

    text: str
    html: str
    slack: str


def render(dispatch: Dispatch, recipient: Recipient | None, *, domain: str) -> Message:
    """`dispatch` rendered for its recipient, in UTC for one who is no longer on the desk.

    A message that would be too long tells less of everything, but always headline, link and
    why. All alerts of a story refer to one id made from its first, so that mail readers keep
    them together; a digest refers to none.
    """
    zone = recipient.zone if recipient else "UTC"
    first = dispatch.alerts[0]
    alone = len(dispatch.alerts) == 1
    label = _LABELS.get(dispatch.how, "DIGEST")
    subject = _subject(first) if alone else _digest_subject(dispatch.alerts, label)
    for cut in (1, 2, 4, 8, 16, 32):
        if alone:
            parts = _single(first, subject, zone, dispatch.how, cut)
        else:
            parts = _many(dispatch.alerts, subject, zone, label, cut)
        if len(parts.text.encode()) + len(parts.html.encode()) <= _BYTES:
            break
    return Message(
        subject=subject,
        text=parts.text,
        html=parts.html,
        slack=parts.slack,
        message_id=f"<{dispatch.message_key}@{domain}>",
        thread_id=f"<{first.root}@{domain}>" if alone else "",
        headers=_headers(dispatch.alerts, domain),
    )


def _single(alert: Alert, subject: str, zone: str, how: How, cut: int) -> _Parts:
    words = in_words(alert, zone, cut)
    held = _HELD if how is How.QUIET else ""
    values = {"title": subject, "lead": words, "alert": words, "held": held}
    return _Parts(
        _fill("alert.txt", values), _fill("alert.html", values), alert_slack(subject, words, held)
    )


def _many(alerts: tuple[Alert, ...], subject: str, zone: str, label: str, cut: int) -> _Parts:
    digest = in_digest(alerts, zone, label, cut)
    values = {"title": subject, "lead": digest.items[0], "digest": digest}
    return _Parts(
        _fill("digest.txt", values), _fill("digest.html", values), digest_slack(subject, digest)
    )


def _fill(template: str, values: dict[str, Any]) -> str:
    return _templates.get_template(template).render(values)


def _subject(alert: Alert) -> str:
    """The same for every alert of a story whose headline stays; "Re:" for what follows up."""
    source = one_line(alert.source, 30)
    again = "" if alert.kind is AlertKind.NEW else "Re: "
    start = f"[{alert.severity.upper()}] "
    room = _SUBJECT - len("Re: ") - len(start) - len(source) - len(" — ")
    return f"{again}{start}{one_line(alert.headline, room)} — {source}"


def _digest_subject(alerts: tuple[Alert, ...], label: str) -> str:
    loudest = max(alerts, key=lambda alert: alert.severity.rank)
    return one_line(f"[{label}] {len(alerts)} alerts: {loudest.headline}", _SUBJECT)


def _headers(alerts: tuple[Alert, ...], domain: str) -> tuple[tuple[str, str], ...]:
    """What mail filters sort by, and what keeps out-of-office notes away."""
    rules = dict.fromkeys(rule.id for alert in alerts for rule in alert.rules)
    return (
        ("List-Id", f"Wirebell alerts <alerts.{domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Wirebell-Alerts", one_line(" ".join(alert.id for alert in alerts), 400)),
        ("X-Wirebell-Rules", one_line(" ".join(rules), 400)),
    )
