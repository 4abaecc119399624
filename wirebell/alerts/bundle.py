"""What one message tells of a story, when several of its alerts leave in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from wirebell.core.alerts import Alert, AlertKind, AlsoIn, Edit


def fold(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """One alert for each story, in the order in which the stories came.

    It is the newest of the story with what the others add: their rules, outlets and changes. A
    sentence that changed twice changed once, from its first words to its last. If the story
    itself is among them it is news, and nothing has changed for the reader.
    """
    stories: dict[str, list[Alert]] = defaultdict(list)
    for alert in sorted(alerts, key=lambda alert: (alert.seen, alert.id)):
        stories[alert.story].append(alert)
    return tuple(told[0] if len(told) == 1 else _folded(told) for told in stories.values())


def _folded(told: Sequence[Alert]) -> Alert:
    kinds, newest = {alert.kind for alert in told}, told[-1]
    order = (AlertKind.NEW, AlertKind.CORRECTION, newest.kind)
    kind = next(kind for kind in order if kind in kinds)
    rules = {rule.id: rule for alert in reversed(told) for rule in reversed(alert.rules)}
    outlets = [AlsoIn(alert.source, alert.url) for alert in told]
    outlets += [also for alert in told for also in alert.also_in]
    return replace(
        newest,
        kind=kind,
        severity=max((alert.severity for alert in told), key=lambda severity: severity.rank),
        rules=tuple(sorted(rules.values(), key=lambda rule: -rule.severity.rank)),
        edits=() if kind is AlertKind.NEW else _chained(told),
        also_in=tuple({also.url: also for also in outlets if also.url != newest.url}.values()),
        note=" · ".join(dict.fromkeys(alert.note for alert in told if alert.note)),
    )


def _chained(told: Iterable[Alert]) -> tuple[Edit, ...]:
    """The changes of several alerts, oldest first; what changed and changed back is none."""
    edits: dict[str, str] = {}  # new words to the old ones they stand for
    for edit in (edit for alert in told for edit in alert.edits):
        edits[edit.new or f"\0{edit.old}"] = edits.pop(edit.old, edit.old) if edit.old else ""
    pairs = (Edit(old, "" if new[:1] == "\0" else new) for new, old in edits.items())
    return tuple(edit for edit in pairs if edit.old != edit.new)
