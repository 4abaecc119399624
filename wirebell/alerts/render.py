"""A dispatch as a message: one alert or a digest of many, for every family of channel."""

from __future__ import annotations

from collections.abc import Iterator

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


def render(dispatch: Dispatch, recipient: Recipient | None, *, domain: str) -> Message:
    """`dispatch` rendered for its recipient, in UTC for one who is no longer on the desk.

    A message that would be too long tells less of everything, but always headline, link and
    why. All alerts of a story refer to one id made from its first, so that mail readers keep
    them together; a digest refers to none.
    """
    zone = recipient.zone if recipient else "UTC"
    first, *others = dispatch.alerts
    label = _LABELS.get(dispatch.how, "DIGEST")
    subject = _digest_subject(dispatch.alerts, label) if others else _subject(first)
    for cut in (1, 2, 4, 8, 16, 32):
        if others:
            digest = in_digest(dispatch.alerts, zone, label, cut)
            text, html = _filled("digest", title=subject, lead=digest.items[0], digest=digest)
            slack = digest_slack(subject, digest)
        else:
            alert = in_words(first, zone, cut)
            held = _HELD if dispatch.how is How.QUIET else ""
            text, html = _filled("alert", title=subject, lead=alert, alert=alert, held=held)
            slack = alert_slack(subject, alert, held)
        if len(text.encode()) + len(html.encode()) <= _BYTES:
            break
    return Message(
        subject=subject,
        text=text,
        html=html,
        slack=slack,
        message_id=f"<{dispatch.message_key}@{domain}>",
        thread_id="" if others else f"<{first.root}@{domain}>",
        headers=_headers(dispatch.alerts, domain),
    )


def _filled(name: str, **values: object) -> Iterator[str]:
    """The text and the HTML of one pair of templates."""
    for family in ("txt", "html"):
        yield _templates.get_template(f"{name}.{family}").render(values)


def _subject(alert: Alert) -> str:
    """That of the story's first alert, after "Re: " where this one follows it up."""
    again = "" if alert.kind is AlertKind.NEW else "Re: "
    return one_line(again + alert.subject, _SUBJECT)


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
