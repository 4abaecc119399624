"""Who is told of an alert, and by which channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from wirebell.core.alerts import Alert, AlertRule, Delivery
from wirebell.desk.values import Desk, Recipient, Route


def route(alert: Alert, desk: Desk) -> tuple[Delivery, ...]:
    """The deliveries an alert is owed: one for each recipient and channel, in the desk's order.

    Every route that matches adds its recipients for the rules it matched; a rule's `to` adds
    for that rule, whatever the recipient follows. A recipient hears as loudly as the loudest
    rule that reaches him, and not at all below his `at_least`. Where two recipients share one
    address of a channel (a room), it is told once, for the one who hears it loudest.
    """
    owed: dict[tuple[str, str], Delivery] = {}
    for recipient in desk.recipients:
        told = ((rule, next(reasons(recipient, rule, desk.routes), "")) for rule in alert.rules)
        heard = [rule.severity for rule, reason in told if reason]
        loudest = max(heard, key=lambda severity: severity.rank, default=None)
        if loudest is None or loudest.rank < recipient.at_least.rank:
            continue
        for channel, address in ways(recipient):
            rival = owed.get((channel, address))
            if rival is None or rival.severity.rank < loudest.rank:
                name = recipient.name
                key = sha256(f"{channel}|{name}|{alert.id}".encode()).hexdigest()
                owed[channel, address] = Delivery(key, alert.id, name, channel, address, loudest)
    return tuple(owed.values())


def ways(recipient: Recipient) -> Iterator[tuple[str, str]]:
    """The channels a recipient is told by, each with the address it needs; none twice."""
    named = (("mail", recipient.mail), ("slack", recipient.slack))
    found = {channel: address for channel, address in named if address}
    yield from (found | dict.fromkeys(recipient.also, "") | found).items()


def reasons(recipient: Recipient, rule: AlertRule, routes: Iterable[Route]) -> Iterator[str]:
    """Why a recipient hears of a rule: it names him, or a route sends him what he follows."""
    if recipient.name in rule.to:
        yield f"{rule.id} names {recipient.name} in to:"
    if _is_among(rule, recipient.follows, recipient.follows):
        for line in routes:
            if recipient.name in line.to and takes(line, rule):
                yield f"the route at {line.place.file}:{line.place.line}"


def takes(line: Route, rule: AlertRule) -> bool:
    """Whether a route is for what a rule rings for."""
    return rule.severity.rank >= line.at_least.rank and _is_among(rule, line.rules, line.tags)


def _is_among(rule: AlertRule, rules: Sequence[str], tags: Sequence[str]) -> bool:
    """Whether a rule is one of `rules` or has one of `tags`; with neither given, any rule is."""
    return not (rules or tags) or rule.id in rules or not set(tags).isdisjoint(rule.tags)
