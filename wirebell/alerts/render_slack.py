"""Slack: a JSON document of blocks, in which nothing from outside is more than words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from wirebell.alerts.render_words import Digest, Link, Piece, Words

_SECTION = 2900  # Slack refuses a section of more than 3,000 characters
_BLOCKS = 48  # and a message of more than 50 blocks; two are ours
_LOOKALIKE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    | {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}  # Slack has no way to escape its markup
)
_MENTION = re.compile(r"@(?=\w)")


def alert_slack(subject: str, alert: Words, held: str) -> str:
    """One alert: headline, why, sentences, changes and copies in a section each."""
    head = [
        f"*{alert.severity}* · {alert.kind}",
        *_head(alert),
        f"Seen {_words(alert.seen)}{', ' if alert.lag else ''}{alert.lag}",
    ]
    why = [line for why in alert.why for line in _why(why.title, why.why, why.findings)]
    foot = [
        "alert " + _words(alert.alert_id),
        *(["desk " + _words(alert.desk_hash)] if alert.desk_hash else []),
    ]
    parts = [
        [_words(held)] if held else [],
        head,
        ["*Why you get this*", *why],
        [_quoted(pieces) for pieces in alert.snippets],
        ["*What changed*", *(_change(*edit) for edit in alert.edits)] if alert.edits else [],
        ["*Also in* " + " · ".join(_link(also) for also in alert.also_in)] if alert.also_in else [],
        [_words(alert.caveat)] if alert.caveat else [],
    ]
    return _document(subject, parts, " · ".join(foot))


def digest_slack(subject: str, digest: Digest) -> str:
    """Many alerts, as many as a message takes."""
    parts = [[f"*{_words(digest.label)}* · {_words(digest.intro)}"]]
    for alert in digest.items:
        quote = [_quoted(pieces) for pieces in alert.snippets[:1]]
        reason = [_words(f"{alert.reason} · {alert.alert_id}")]
        parts.append([f"*{alert.severity}* · {alert.kind}", *_head(alert), *quote, *reason])
    parts.append([_link(alert.headline) for alert in digest.brief])
    parts.append([_words(digest.more)] if digest.more else [])
    return _document(subject, parts, _words(digest.foot))


def _document(subject: str, parts: Iterable[list[str]], foot: str) -> str:
    sections = [section for part in parts for section in _sections(part)]
    if len(sections) > _BLOCKS:
        left_out = f"And {len(sections) - _BLOCKS} parts more than Slack takes in one message."
        sections = [*sections[:_BLOCKS], left_out]
    blocks: list[object] = [{"type": "section", "text": _text(section)} for section in sections]
    blocks.append({"type": "context", "elements": [_text(foot)]})
    return json.dumps(
        {
            "text": _words(subject),
            "blocks": blocks,
            "unfurl_links": False,
            "unfurl_media": False,
        },
        ensure_ascii=False,
    )


def _sections(lines: Iterable[str]) -> Iterator[str]:
    """Lines packed into sections; a line too long for any gives way to an ellipsis."""
    packed = ""
    for line in lines:
        fitting = line if len(line) <= _SECTION else "…"
        if packed and len(packed) + 1 + len(fitting) > _SECTION:
            yield packed
            packed = ""
        packed = f"{packed}\n{fitting}" if packed else fitting
    if packed:
        yield packed


def _text(words: str) -> dict[str, object]:
    return {"type": "mrkdwn", "text": words, "verbatim": True}


def _words(text: str) -> str:
    return _MENTION.sub("@\u200b", text).translate(_LOOKALIKE)


def _link(link: Link) -> str:
    label = _words(link.words).replace("|", "¦")
    url = link.url.replace("&", "&amp;")
    return f"<{url}|{label}>" if url and len(url) < _SECTION // 2 else label


def _head(alert: Words) -> list[str]:
    return [
        f"*{_link(alert.headline)}*",
        f"{_words(alert.source)} · published {_words(alert.published)}",
    ]


def _why(title: str, why: str, findings: Iterable[str]) -> Iterator[str]:
    yield f"{_words(title)}{': ' if why else ''}{_words(why)}"
    yield from (f"• {_words(finding)}" for finding in findings)


def _quoted(pieces: Iterable[Piece]) -> str:
    bold = (f"*{_words(p.words)}*" if p.marked else _words(p.words) for p in pieces)
    return "> " + "".join(bold)


def _change(old: str, new: str) -> str:
    return f"{_words(old) or '(new)'} → {_words(new) or '(withdrawn)'}"
