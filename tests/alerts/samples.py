"""Hand-made values of the trade for the tests of this room."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wirebell.core.alerts import (
    Alert,
    AlertKind,
    AlertRule,
    AlsoIn,
    Delivery,
    Dispatch,
    Edit,
    Finding,
    How,
    Message,
    Snippet,
    Waiting,
)
from wirebell.core.matches import Severity
from wirebell.desk.values import Desk, Place, Recipient, Route

PLACE = Place("channels.yaml", 1, 1)
SEEN = datetime(2025, 6, 5, 15, 12, tzinfo=UTC)

RULE = AlertRule(
    id="rare-earths",
    title="Rare earths and a named official",
    why="the sticking point of the truce",
    severity=Severity.URGENT,
    tags=("minerals",),
    findings=(
        Finding("rare earth", "rare-earth magnets", 3),
        Finding("Ada Lindqvist", "Envoy Ada Lindqvist", 2, "ada-lindqvist"),
    ),
)

ALERT = Alert(
    id="al-aaaaaaaaaa",
    story="story-1",
    kind=AlertKind.NEW,
    severity=Severity.URGENT,
    headline="Envoys ease curbs on rare-earth magnets",
    url="https://news.example/world/magnets?id=7&lang=en",
    source="Northern Wire",
    tier=1,
    seen=SEEN,
    root="al-aaaaaaaaaa",
    subject="[URGENT] Envoys ease curbs on rare-earth magnets — Northern Wire",
    rules=(RULE,),
    published=SEEN - timedelta(minutes=2),
    snippets=(Snippet("The export of rare-earth magnets was settled in the call.", ((14, 32),)),),
    also_in=(AlsoIn("Harbour Daily", "https://harbour.example/x"),),
    scope="teaser",
    note="the page answered 403",
    desk_hash="3f9ac01b",
)

UPDATE = replace(
    ALERT,
    id="al-bbbbbbbbbb",
    kind=AlertKind.UPDATE,
    edits=(Edit("Talks may resume.", "Talks resume on Monday."), Edit("", "A pact is near.")),
)

MESSAGE = Message(
    subject="[URGENT] Envoys ease curbs",
    text="Envoys ease curbs\nhttps://news.example/a\n",
    html="<p>Envoys ease curbs</p>",
    slack='{"text": "Envoys ease curbs", "blocks": [{"type": "divider"}]}',
    message_id="<key-1@alerts.example>",
    thread_id="<al-aaaaaaaaaa@alerts.example>",
    headers=(("List-Id", "Wirebell alerts <alerts.example>"),),
)


def recipient(name: str = "ana", **changes: Any) -> Recipient:
    return Recipient(name, PLACE, **{"mail": f"{name}@desk.example", **changes})


def desk(*recipients: Recipient, routes: tuple[Route, ...] = ()) -> Desk:
    return Desk("3f9ac01b", (), recipients=recipients, routes=routes)


def dispatch(*alerts: Alert, how: How = How.SINGLE, **changes: Any) -> Dispatch:
    values: dict[str, Any] = {
        "message_key": "key-1",
        "token": "t",
        "recipient": "ana",
        "channel": "mail",
    }
    values |= {"address": "ana@desk.example", "how": how, "alerts": alerts or (ALERT,)}
    return Dispatch(**{**values, "due": SEEN, **changes})


def waiting(severity: Severity, filed_at: datetime = SEEN, **changes: Any) -> Waiting:
    delivery = Delivery("key", "al-aaaaaaaaaa", "ana", "mail", "ana@desk.example", severity)
    alert = changes.pop("alert", ALERT)
    return Waiting(delivery, alert, **{"filed_at": filed_at, "due": filed_at, **changes})
