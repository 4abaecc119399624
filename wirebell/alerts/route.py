"""Who is told of an alert, and by which channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from wirebell.core.alerts import Alert, AlertRule, Delivery
from wirebell.core.matches import Severity
from wirebell.desk.values import Desk, Recipient, Route


def route(
    alert: Alert,
    desk: Desk,
    now: datetime,  # noqa: ARG001  (pinned: silences and absences by date will look at it)
) -> tuple[Delivery, ...]:
    """The deliveries an alert is owed: one for each recipient and channel, in the desk's order.

    Every route that matches adds its recipients for the rules it matched; a rule's `to` adds
    for that rule, whatever the recipient follows. A recipient hears as loudly as the loudest
    rule that reaches him, and not at all below his `at_least`. Where two recipients share one
    address of a channel (a room), it is told once, for the one who hears it loudest.
    """
    owed: dict[tuple[str, str], Delivery] = {}
    reached = _reached(alert, desk)
    for recipient in desk.recipients:
        severities = reached.get(recipient.name)
        if not severities:
            continue
        loudest = max(severities, key=lambda severity: severity.rank)
        if loudest.rank < recipient.at_least.rank:
            continue
        for channel, address in ways(recipient):
            rival = owed.get((channel, address))
            if rival is None or rival.severity.rank < loudest.rank:
                key = sha256(f"{channel}|{recipient.name}|{alert.id}".encode()).hexdigest()
                owed[channel, address] = Delivery(
                    key, alert.id, recipient.name, channel, address, loudest
                )
    return tuple(owed.values())


def ways(recipient: Recipient) -> Iterator[tuple[str, str]]:
    """The channels a recipient is told by, each with the address it needs; none twice."""
    named = (("mail", recipient.mail), ("slack", recipient.slack))
    found = {channel: address for channel, address in named if address}
    yield from (found | dict.fromkeys(recipient.also, "") | found).items()


def _reached(alert: Alert, desk: Desk) -> dict[str, list[Severity]]:
    """For each recipient's name, the severities of the rules that reach it."""
    recipients = {recipient.name: recipient for recipient in desk.recipients}
    reached: dict[str, list[Severity]] = defaultdict(list)
    for rule in alert.rules:
        sent = {name for line in desk.routes if _matches(line, rule) for name in line.to}
        for name in recipients.keys() & (sent | set(rule.to)):
            if name in rule.to or _follows(recipients[name], rule):
                reached[name].append(rule.severity)
    return reached


def _matches(line: Route, rule: AlertRule) -> bool:
    if rule.severity.rank < line.at_least.rank:
        return False
    everything = not line.rules and not line.tags
    return everything or rule.id in line.rules or not set(line.tags).isdisjoint(rule.tags)


def _follows(recipient: Recipient, rule: AlertRule) -> bool:
    wanted = set(recipient.follows)
    return not wanted or rule.id in wanted or not wanted.isdisjoint(rule.tags)
