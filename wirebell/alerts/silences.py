"""Whether somebody asked not to hear of an alert for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wirebell.core.alerts import Alert, AlertRule, Hushed, Silence

Hush = Mapping[tuple[Hushed, str], Silence]


def hushed(alert: Alert, silences: Iterable[Silence]) -> Silence | None:
    """A silence that holds an alert, or None; when it ends, ask again: another may hold it still.

    Its story or its feed is silenced, or every rule that rang: by name, or because all the
    people it found are. A rule or a person that is not lets it ring: a missed story is worse.
    """
    hush = {(each.about, each.value): each for each in silences}
    whole = [(Hushed.STORY, name) for name in (alert.story, alert.root, alert.id)]
    whole += [(Hushed.FEED, name) for name in (alert.feed, alert.source)]
    for thing in whole:
        if thing in hush:
            return hush[thing]
    rules = [_of_rule(rule, hush) for rule in alert.rules]
    return rules[0] if all(rules) and rules else None


def _of_rule(rule: AlertRule, hush: Hush) -> Silence | None:
    people = {(Hushed.PERSON, found.who) for found in rule.findings if found.who}
    spoken_of = next((hush[who] for who in people), None) if people <= hush.keys() else None
    return hush.get((Hushed.RULE, rule.id), spoken_of)
