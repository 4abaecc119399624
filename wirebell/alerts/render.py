"""A dispatch as a message: one alert or a digest of many, for every family of channel."""

from __future__ import annotations

from wirebell.alerts.render_mail import alert_html, alert_text, digest_html, digest_text
from wirebell.alerts.render_slack import alert_slack, digest_slack
from wirebell.alerts.render_words import in_digest, in_words
from wirebell.core.alerts import Alert, AlertKind, Dispatch, How, Message
from wirebell.core.text import one_line
from wirebell.desk.values import Recipient

_SUBJECT = 120
_BYTES = 64_000  # both parts; under 90 kB once encoded for the wire, Gmail clips at 102
_LABELS = {
    How.DIGEST: "DIGEST",
    How.QUIET: "HELD",
    How.CAPPED: "CATCHING UP",
    How.SILENCED: "AFTER A SILENCE",
}
_HELD = "Held until your quiet hours or your absence ended."


def render(dispatch: Dispatch, recipient: Recipient | None, *, domain: str) -> Message:
    """`dispatch` rendered for its recipient, in UTC for one who is no longer on the desk.

    A message that would be too long tells less of everything, never less than headline, link
    and why. Every alert of a story refers to one id made from its first alert, so that mail
    readers keep them together.
    """
    zone = recipient.zone if recipient else "UTC"
    message_id = f"<{dispatch.message_key}@{domain}>"
    headers = _headers(dispatch.alerts, domain)
    for cut in (1, 2, 4, 8, 16, 32):
        if len(dispatch.alerts) == 1:
            alert = dispatch.alerts[0]
            subject, text, html, slack = _single(alert, zone, dispatch.how, cut)
            thread = f"<{alert.root}@{domain}>"
        else:
            subject, text, html, slack = _many(dispatch, zone, cut)
            thread = ""
        if len(text.encode()) + len(html.encode()) <= _BYTES:
            break
    return Message(subject, text, html, slack, message_id, thread, headers)


def _single(alert: Alert, zone: str, how: How, cut: int) -> tuple[str, str, str, str]:
    subject = _subject(alert)
    words = in_words(alert, zone, cut)
    held = _HELD if how is How.QUIET else ""
    return (
        subject,
        alert_text(words, held),
        alert_html(subject, words, held),
        alert_slack(subject, words, held),
    )


def _many(dispatch: Dispatch, zone: str, cut: int) -> tuple[str, str, str, str]:
    label = _LABELS.get(dispatch.how, "DIGEST")
    digest = in_digest(dispatch.alerts, zone, label, cut)
    top = digest.items[0].headline.words
    subject = one_line(f"[{label}] {len(dispatch.alerts)} alerts: {top}", _SUBJECT)
    return subject, digest_text(digest), digest_html(subject, digest), digest_slack(subject, digest)


def _subject(alert: Alert) -> str:
    """The same for every alert of a story whose headline stays; "Re:" for what follows up."""
    source = one_line(alert.source, 30)
    again = "" if alert.kind is AlertKind.NEW else "Re: "
    start = f"[{alert.severity.upper()}] "
    room = _SUBJECT - len("Re: ") - len(start) - len(source) - len(" — ")
    return f"{again}{start}{one_line(alert.headline, room)} — {source}"


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
