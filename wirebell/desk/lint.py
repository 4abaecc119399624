"""Remarks: what an analyst would want to know and what stops nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from wirebell.core.errors import Problem
from wirebell.core.text import fold
from wirebell.desk.names import Names
from wirebell.desk.sheet import Sheet
from wirebell.desk.spelling import unquoted
from wirebell.desk.values import Desk, Place, Rule

_TERMS_UNDER = frozenset({"when", "lists", "aliases", "other_scripts", "masked_by", "needs_near"})


def remarks(desk: Desk, sheets: Sequence[Sheet], names: Names, today: date) -> tuple[str, ...]:
    """Every remark on a desk without mistakes, as file:line:column, in reading order."""
    found = {remark for sheet in sheets for remark in sheet.remarks}
    found |= {_at(rule.place, words) for rule in desk.rules for words in _on(rule, desk, today)}
    owners: dict[str, str] = {}
    for person in desk.people:
        for words in (person.name, *(alias.words for alias in person.aliases)):
            first = owners.setdefault(fold(words).text, person.id)
            if first != person.id:
                place = names.known["$name"][person.id]
                found.add(_at(place, f"{words!r} is a name of {first} too; both will be found"))
    for sheet in sheets:
        found.update(_on_terms(sheet, owners))
    return tuple(map(str, sorted(found)))


def _at(place: Place, words: str) -> Problem:
    return Problem(place.file, place.line, place.column, words)


def _on(rule: Rule, desk: Desk, today: date) -> Iterator[str]:
    if rule.expires and rule.expires < today:
        yield f"{rule.id}: expired on {rule.expires}; take it out or give it a new day"
    if not rule.owner:
        yield f"{rule.id}: nobody owns it; add owner:"
    if not any(example.fires for example in rule.examples):
        yield f"{rule.id}: no example of what it must find; add examples: match:"
    routed = any(
        not (route.rules or route.tags) or rule.id in route.rules or {*rule.tags} & {*route.tags}
        for route in desk.routes
    )
    if not (routed or rule.to):
        yield f"{rule.id}: no route sends it to anybody; give it a tag that a route has, or to:"


def _on_terms(sheet: Sheet, owners: dict[str, str]) -> Iterator[Problem]:
    for path, place in sheet.places.items():
        words = sheet.at(*path) if _TERMS_UNDER & {*path[:3]} else None
        if not isinstance(words, str):
            continue
        bare = unquoted(words)
        if bare != words.strip():
            yield _at(place, f"the quotes around {bare!r} are not part of the term; left out")
        who = owners.get(fold(bare).text)
        if who and sheet.file != "people.yaml":
            yield _at(place, f"{bare!r} is somebody in people.yaml; did you mean '${who}'?")
