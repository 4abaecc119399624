"""Remarks: what an analyst would want to know and what stops nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from wirebell.core.errors import Problem
from wirebell.core.text import fold
from wirebell.desk.sheet import Sheet
from wirebell.desk.spelling import unquoted
from wirebell.desk.values import Desk, Place, Rule

_TERMS_UNDER = frozenset({"when", "lists", "aliases", "other_scripts", "masked_by", "needs_near"})


def remarks(desk: Desk, sheets: Sequence[Sheet], today: date) -> tuple[str, ...]:
    """Every remark on an otherwise sound desk, as file:line:column, in reading order."""
    found: set[Problem] = set()
    for sheet in sheets:
        found.update(sheet.remarks)
        found.update(_on_terms(sheet, _names(desk)))
    for rule in desk.rules:
        found.update(_say(rule.place, words) for words in _on_rule(rule, desk, today))
    found.update(_on_people(desk, sheets))
    return tuple(map(str, sorted(found)))


def _say(place: Place, words: str) -> Problem:
    return Problem(place.file, place.line, place.column, words)


def _on_rule(rule: Rule, desk: Desk, today: date) -> Iterator[str]:
    if rule.expires and rule.expires < today:
        yield f"{rule.id}: expired on {rule.expires}; take it out or give it a new day"
    if not rule.owner:
        yield f"{rule.id}: nobody owns it; add owner:"
    if not any(example.fires for example in rule.examples):
        yield f"{rule.id}: no example of what it must find; add examples: match:"
    if not rule.to and not any(
        (not route.rules and not route.tags)
        or rule.id in route.rules
        or {*rule.tags} & {*route.tags}
        for route in desk.routes
    ):
        yield f"{rule.id}: no route sends it to anybody; add a tag that a route has, or to:"


def _names(desk: Desk) -> dict[str, str]:
    return {
        fold(words).text: person.id
        for person in desk.people
        for words in (person.name, *(alias.words for alias in person.aliases))
    }


def _on_terms(sheet: Sheet, people: dict[str, str]) -> Iterator[Problem]:
    for path, place in sheet.places.items():
        if not _TERMS_UNDER & {*path[:3]}:
            continue
        words = sheet.at(*path)
        if not isinstance(words, str) or not words:
            continue
        if (bare := unquoted(words)) != words.strip():
            yield _say(place, f"the quotes inside {bare!r} are not part of the term; left out")
        who = people.get(fold(bare).text)
        if who and sheet.file.startswith("watch/"):
            yield _say(place, f"{bare!r} is somebody of people.yaml; did you mean '${who}'?")


def _on_people(desk: Desk, sheets: Sequence[Sheet]) -> Iterator[Problem]:
    sheet = next((sheet for sheet in sheets if sheet.file == "people.yaml"), None)
    owners: dict[str, str] = {}
    places = {}
    for group in ("people", "organisations") if sheet else ():
        for i in range(sheet.count(group) if sheet else 0):
            for name, path in sheet.texts(group, i, "id") if sheet else ():
                places[name] = sheet.place(*path) if sheet else None
    for person in desk.people:
        for words in dict.fromkeys(
            fold(w).text for w in (person.name, *(a.words for a in person.aliases))
        ):
            first = owners.setdefault(words, person.id)
            place = places.get(person.id)
            if first != person.id and place:
                yield _say(place, f"{words!r} is a name of {first} too; both will be found")
