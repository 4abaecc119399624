"""Beats that fell silent: rules that have found nothing for longer than they say."""

from __future__ import annotations

from wirebell.pipeline.wiring import House


def mind_quiet_beats(house: House) -> tuple[str, ...]:
    """Tell once of each rule that is silent past its `quiet`, or finds something again.

    They are told whom `operators:` and the rule's `to:` name. A rule that never found anything
    is silent since the desk in force was accepted. Returns the rules that are silent.
    """
    now = house.clock()
    minded = [
        (rule, rule.quiet)
        for rule in house.desk.rules
        if rule.quiet and not (rule.expires and rule.expires < now.date())
    ]
    heard = house.store.last_matched([rule.id for rule, _ in minded])
    silent = []
    for rule, quiet in minded:
        subject, last = f"rule {rule.id}", heard.get(rule.id)
        if last and now - last > quiet:
            silent.append(rule.id)
            words = f"found nothing since {last:%d %B %H:%M} UTC; it says quiet: {quiet}"
            house.operators.tell(subject, words, to=rule.to)
        else:
            house.operators.tell_over(subject, "finds something again", to=rule.to)
    return tuple(silent)
