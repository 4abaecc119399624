"""The pictures of messages: a mail and its text, an update, a correction, a digest, Slack, a page.

Drawn from alerts written here by hand, so that each picture shows all a message can say. Slack's
blocks are drawn by a page of our own, in which its markup stands for what Slack makes of it.
"""

from __future__ import annotations

import html
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.screenshots import take
from wirebell.alerts.pages import Pages
from wirebell.alerts.render import render, render_page
from wirebell.core.alerts import (
    Alert,
    AlertKind,
    AlertRule,
    AlsoIn,
    Dispatch,
    Edit,
    Finding,
    How,
    Message,
    Snippet,
)
from wirebell.core.matches import Severity
from wirebell.desk.values import Place, Recipient

SEEN = datetime(2025, 6, 5, 15, 12, tzinfo=UTC)
ANA = Recipient(
    "ana", Place("channels.yaml", 1, 1), mail="ana@desk.example", zone="America/New_York"
)
PAGES = Pages("https://bell.desk.example", b"for a picture")
CALL = AlertRule(
    "presidents-call", "The presidents talk", "both names with a call in one sentence",
    Severity.FLASH,
    findings=(
        Finding("Donald Trump", "President Donald Trump", 3, "trump"),
        Finding("Xi Jinping", "Xi Jinping", 4, "xi"),
        Finding("call", "phone call", 2),
    ),
    owner="trade-desk",
)  # fmt: skip
ORES = AlertRule(
    "rare-earths", "Rare earths and licences", "the sticking point of the truce", Severity.URGENT,
    findings=(Finding("rare earth", "rare-earth magnets", 2),), owner="minerals-desk",
)  # fmt: skip


def marked(words: str) -> Snippet:
    """A sentence in which what stands between stars is marked."""
    pieces, text, marks = words.split("*"), "", []
    for number, piece in enumerate(pieces):
        if number % 2:
            marks.append((len(text), len(text) + len(piece)))
        text += piece
    return Snippet(text, tuple(marks))


FLASH = Alert(
    id="al-2ghpvzvycs", story="st-1", kind=AlertKind.NEW, severity=Severity.FLASH,
    headline="Trump and Xi speak by phone, agree to resume talks on rare-earth magnets",
    url="https://harbour-wire.example/2025/06/05/trump-xi-call", source="Harbour Wire", tier=2,
    seen=SEEN, root="al-2ghpvzvycs", subject="[FLASH] Trump and Xi speak by phone — Harbour Wire",
    rules=(CALL, ORES), published=SEEN - timedelta(minutes=3),
    snippets=(
        marked("*President Donald Trump* and *Xi Jinping* held a 90-minute *phone call*."),
        marked("The two sides settled the export of *rare-earth magnets*, officials said."),
    ),
    also_in=(
        AlsoIn("Northern Gazette", "https://northern-gazette.example/world/call"),
        AlsoIn("港湾日报 Gangwan Daily", "https://gangwan.example/a/88213"),
    ),
    scope="teaser", note="the page answered 403", desk_hash="3f9ac01b", desk_author="Eve Moor",
    authors=("Ada Lindqvist",),
)  # fmt: skip
UPDATE = replace(
    FLASH, id="al-7m2xkq4tza", kind=AlertKind.UPDATE, seen=SEEN + timedelta(hours=2), scope="full",
    note="", also_in=FLASH.also_in[:1],
    edits=(
        Edit("Talks may resume in the coming weeks.", "Talks resume on Monday in London."),
        Edit("", "Treasury Secretary Scott Bessent will lead the delegation."),
    ),
)  # fmt: skip
CORRECTION = replace(
    UPDATE, id="al-c6r5wn3hdq", kind=AlertKind.CORRECTION, seen=SEEN + timedelta(hours=3),
    headline="CORRECTED: Trump and Xi speak by phone, agree to resume talks on rare-earth magnets",
    edits=(Edit("held a 90-minute phone call", "held a 60-minute phone call"),),
    snippets=(
        marked("*President Donald Trump* and *Xi Jinping* held a 60-minute *phone call*."),
        *FLASH.snippets[1:],
    ),
)  # fmt: skip
ROUTINE = replace(
    FLASH, id="al-k4d8sy1vbe", story="st-2", root="al-k4d8sy1vbe", severity=Severity.ROUTINE,
    headline="MOFCOM names three more dual-use items", url="https://mofcom.example/n/3", tier=1,
    source="Ministry of Commerce", rules=(replace(ORES, severity=Severity.ROUTINE),), note="",
    snippets=(marked("Exporters of *rare-earth* alloys need a licence from 1 July."),), also_in=(),
    scope="full", authors=(), seen=SEEN - timedelta(hours=4), published=SEEN - timedelta(hours=5),
)  # fmt: skip
WTO = replace(
    ROUTINE, id="al-w0p3fj6nmg", story="st-3", root="al-w0p3fj6nmg",
    headline="WTO panel to hear the steel case in the autumn", url="https://wto.example/ds/611",
    source="WTO News", snippets=(marked("The *panel* meets in September, a notice says."),),
    rules=(AlertRule("wto-case", "Cases at the WTO", "", Severity.ROUTINE),),
)  # fmt: skip
COVERAGE = "Quiet since 18:02. 39 of 41 feeds current; late: Xinhua EN (newest 3 d), MOFCOM (403)."


def told(*alerts: Alert, coverage: str = "", first_told: datetime | None = None) -> Message:
    """The alerts as one message to Ana."""
    owed = Dispatch(
        "key", "", "ana", "mail", ANA.mail, How.SINGLE if len(alerts) == 1 else How.DIGEST, alerts,
        SEEN, coverage=coverage, first_told=first_told,
    )  # fmt: skip
    return render(owed, ANA, domain="desk.example", pages=PAGES)


def main() -> None:
    """Take every picture."""
    first, update = told(FLASH), told(UPDATE, first_told=SEEN + timedelta(seconds=2))
    digest = told(FLASH, ROUTINE, WTO, coverage=COVERAGE)
    page = render_page(UPDATE, zone=ANA.zone, form="token", vote=True)
    pictures = {
        "alert": (first.html, 680, 640),
        "alert-text": (sheet(first.text), 760, 510),
        "alert-update": (update.html, 680, 715),
        "alert-correction": (told(CORRECTION).html, 680, 655),
        "alert-digest": (digest.html, 680, 745),
        "alert-slack": (room(first, update), 760, 920),
        "alert-page": (page, 680, 905),
    }
    chosen = sys.argv[1:] or list(pictures)
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            words, width, height = pictures[name]
            path = Path(folder) / f"{name}.html"
            path.write_text(words, "utf-8")
            take(name, path.as_uri(), width, height)


def sheet(text: str) -> str:
    """A text part as a mail program for text shows it."""
    style = "margin:0;padding:20px;background:#fff;font:13px/1.45 'DejaVu Sans Mono',monospace"
    return f'<pre style="{style};white-space:pre-wrap">{html.escape(text)}</pre>'


def room(*messages: Message) -> str:
    """Blocks drawn about as Slack draws them."""
    parts = "".join(
        f'<div class="m"><b>Wirebell</b>{"".join(blocks(each))}</div>' for each in messages
    )
    return f"""<meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px 20px; background: #fff; color: #1d1c1d;
  font: 15px/1.46 Lato, "Helvetica Neue", Arial, sans-serif; }}
.m {{ padding-bottom: 18px; }} .s {{ margin: 6px 0; white-space: pre-wrap; }}
a {{ color: #1264a3; }}
.c {{ color: #616061; font-size: 13px; }} q {{ display: block; border-left: 4px solid #ddd;
  padding-left: 10px; quotes: none; }}</style>{parts}"""


def blocks(message: Message) -> Iterator[str]:
    for block in json.loads(message.slack)["blocks"]:
        small = block["type"] == "context"
        words = block["elements"][0]["text"] if small else block["text"]["text"]
        words = re.sub(r"<(http[^|>]*)\|([^>]*)>", r'<a href="\1">\2</a>', words)
        words = re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", words)
        words = words.replace("🔴", '<span style="color:#e01e5a">●</span>')
        words = re.sub(r"^> (.*)$\n?", r"<q>\1</q>", words, flags=re.MULTILINE)
        yield f'<div class="{"c" if small else "s"}">{words}</div>'


if __name__ == "__main__":
    main()
