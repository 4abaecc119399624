"""Mail: an HTML part from templates, and a text part of its own that keeps every link."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from wirebell.alerts.render_words import Digest, Piece, Words

_templates = Environment(
    loader=PackageLoader("wirebell.alerts"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def alert_html(title: str, alert: Words, held: str) -> str:
    """One alert as a page: no images, nothing that calls home."""
    template = _templates.get_template("alert.html")
    return template.render(title=title, lead=alert, alert=alert, held=held)


def digest_html(title: str, digest: Digest) -> str:
    """Many alerts on one page."""
    template = _templates.get_template("digest.html")
    return template.render(title=title, lead=digest.items[0], digest=digest)


def alert_text(alert: Words, held: str) -> str:
    """One alert in plain text: what, where, when and why stand in the first lines."""
    lines = [
        *([held, ""] if held else []),
        *_head(alert),
        f"Seen {alert.seen}{', ' if alert.lag else ''}{alert.lag}",
        "",
        "Why you get this",
    ]
    for why in alert.why:
        lines.append(f"  {why.title}{': ' if why.why else ''}{why.why}")
        lines.extend(f"    {finding}" for finding in why.findings)
    lines += _titled("In the article", [_marked(pieces) for pieces in alert.snippets])
    lines += _titled("What changed", [_change(*edit) for edit in alert.edits])
    lines += _titled("Also in", [" ".join(also).rstrip() for also in alert.also_in])
    if alert.caveat:
        lines += ["", alert.caveat]
    desk = f" · desk {alert.desk_hash}" if alert.desk_hash else ""
    return "\n".join([*lines, "", "-- ", f"Alert {alert.alert_id}{desk}", ""])


def digest_text(digest: Digest) -> str:
    """Many alerts in plain text, in the order of the page."""
    lines = [digest.intro]
    for alert in digest.items:
        lines += ["", *_head(alert)]
        lines += [f"  {_marked(pieces)}" for pieces in alert.snippets[:1]]
        lines += [f"  {_change(*edit)}" for edit in alert.edits[:2]]
        lines.append(" · ".join(filter(None, (alert.reason, alert.caveat, alert.alert_id))))
    lines += _titled("In brief", [" ".join(alert.headline).rstrip() for alert in digest.brief])
    if digest.more:
        lines += ["", digest.more]
    return "\n".join([*lines, "", "-- ", digest.foot, ""])


def _head(alert: Words) -> list[str]:
    return [
        f"{alert.severity} · {alert.kind}",
        alert.headline.words,
        *filter(None, [alert.headline.url]),
        f"{alert.source} · published {alert.published}",
    ]


def _titled(title: str, lines: list[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines)] if lines else []


def _marked(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"*{piece.words}*" if piece.marked else piece.words for piece in pieces)


def _change(old: str, new: str) -> str:
    return f"{old or '(new)'} -> {new or '(withdrawn)'}"
