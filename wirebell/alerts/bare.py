"""A message that needs no template: what is left when drawing one breaks."""

from __future__ import annotations

import json
from html import escape

from wirebell.core.alerts import Dispatch, Message
from wirebell.core.text import one_line


def bare(dispatch: Dispatch, *, domain: str) -> Message:
    """Severity, headline, address and id of every alert as plain words, as safe as they get."""
    lines = [
        f"{alert.severity.upper()} {one_line(alert.headline, 200)} {one_line(alert.url, 500)}"
        f" ({alert.id})"
        for alert in dispatch.alerts[:40]
    ]
    more = f"{len(dispatch.alerts)} alerts. This message could not be drawn; the log says why."
    text = "\n".join([*lines, more])
    words = escape(text, quote=False).replace("@", "@\u200b")
    return Message(
        subject=one_line(f"[Wirebell] {dispatch.alerts[0].headline}", 120),
        text=text,
        html=f"<pre>{escape(text)}</pre>",
        slack=json.dumps({"text": words[:3500]}),
        message_id=f"<{dispatch.message_key}@{domain}>",
    )
