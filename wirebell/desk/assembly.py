"""Checked shapes made into the values of the desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from wirebell.core.feeds import Feed, Selectors
from wirebell.desk import models, values
from wirebell.desk.clauses import Reader, term
from wirebell.desk.sheet import Keys, Text, Tree, find, texts

_TOLD = {"recipients": values.Recipient, "routes": values.Route, "tests": values.RouteTest}


def desk(
    digest: str, files: tuple[tuple[str, str], ...], shapes: Sequence[tuple[BaseModel, Keys]]
) -> values.Desk:
    """The desk of files without mistakes; a tree knows the places of what its shape says."""
    watches = [file for file, _ in shapes if isinstance(file, models.WatchFile)]
    reader = Reader({name: terms for file in watches for name, terms in file.lists.items()})
    made: dict[str, Any] = {"rules": ()}
    for file, tree in shapes:
        match file:
            case models.FeedsFile():
                made["feeds"] = tuple(_feeds(file))
            case models.PeopleFile():
                made["people"] = tuple(_people(file, reader))
            case models.ChannelsFile():
                made |= {"operators": file.operators, "heartbeat": file.heartbeat}
                made["channels"] = tuple(
                    _channel(key, file.channels[key]) for key in texts(tree, "channels", "*")
                )
                for kind, value in _TOLD.items():
                    written = zip(getattr(file, kind), find(tree, kind), strict=True)
                    made[kind] = tuple(
                        value(**shape.given(), place=here.place) for shape, here in written
                    )
            case models.WatchFile():
                made["rules"] += tuple(_rules(file, tree, reader))
    return values.Desk(digest, files, **made)


def _channel(id_: Text, shape: str | models.ChannelShape) -> values.Channel:
    given = {"url": shape} if isinstance(shape, str) else shape.given()
    return values.Channel(str(id_), place=id_.place, **given)


def _feeds(file: models.FeedsFile) -> Iterator[Feed]:
    """The feeds, each with what it and its file's defaults say."""
    base = file.defaults
    for shape in file.feeds:
        feed = {**base.given(), **shape.given(), "tags": _together(base.tags, shape.tags)}
        if shape.selectors:
            feed["selectors"] = Selectors(**shape.selectors.given())
        feed["headers"] = tuple(shape.headers.items())
        every = feed.get("every", timedelta())
        yield Feed(**{**feed, "max_every": max(every, feed.get("max_every", timedelta(hours=1)))})


def _people(file: models.PeopleFile, reader: Reader) -> Iterator[values.Person]:
    """People, then organisations."""
    for shape in (*file.people, *file.organisations):
        aliases: list[values.Term] = []
        for alias in (*shape.aliases, *shape.other_scripts):
            aliases += (term(alias),) if isinstance(alias, Text) else alias.terms()
        given = shape.given()
        given.pop("other_scripts", None)
        given |= {"aliases": tuple(aliases), "needs_near": reader.each(shape.needs_near)}
        if isinstance(shape, models.PersonShape):
            last = shape.name.split()[0 if shape.name_order == "family_first" else -1]
            given["surname"] = shape.surname.word or last
            given["surname_alone"] = shape.surname.alone
            given["roles"] = tuple(values.Office(**office.given()) for office in shape.roles)
        else:
            given |= {"kind": "organisation", "surname_alone": "never"}
        yield values.Person(**given)


def _rules(file: models.WatchFile, tree: Keys, reader: Reader) -> Iterator[values.Rule]:
    """The rules of one file, each with what it and its file's defaults say."""
    base = file.defaults
    for shape, here in zip(file.rules, find(tree, "rules"), strict=True):
        given = base.given() | shape.given()
        given |= {
            "place": here.place,
            "tags": _together(base.tags, shape.tags),
            "to": _together(base.to, shape.to),
            "where": values.Where(**shape.where.given()),
            "when": reader.read(shape.when),
            "examples": tuple(_examples(shape.examples, here)),
        }
        yield values.Rule(**given)


def _examples(shape: models.ExamplesShape, rule: Tree) -> Iterator[values.Example]:
    for key, examples in (("match", shape.match), ("no_match", shape.no_match)):
        for example, here in zip(examples, find(rule, "examples", key), strict=True):
            text, why = (
                (example, "") if isinstance(example, str) else (example.text, example.because)
            )
            yield values.Example(text, key == "match", why, here.place)


def _together(base: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*base, *own]))
