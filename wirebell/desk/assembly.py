"""Checked shapes made into the values of the desk."""

from __future__ import annotations

from datetime import timedelta

from wirebell.core.feeds import Feed
from wirebell.desk import models
from wirebell.desk.conditions import Reader, phrases
from wirebell.desk.sheet import Sheet
from wirebell.desk.values import (
    Channel,
    Example,
    Office,
    Person,
    Recipient,
    Route,
    Rule,
    Term,
    Where,
)


def feeds(file: models.FeedsFile) -> tuple[Feed, ...]:
    """The feeds, each with what it and its file's defaults say."""
    return tuple(_feed(shape, file.defaults) for shape in file.feeds)


def _feed(shape: models.FeedShape, base: models.FeedDefaults) -> Feed:
    feed = {**base.given(), **shape.given(), "tags": _together(base.tags, shape.tags)}
    every = feed.get("every", timedelta())
    return Feed(**{**feed, "max_every": max(every, feed.get("max_every", timedelta(hours=1)))})


def people(file: models.PeopleFile, reader: Reader) -> tuple[Person, ...]:
    """People, then organisations."""
    return tuple(_person(shape, reader) for shape in (*file.people, *file.organisations))


def _person(shape: models.OrganisationShape, reader: Reader) -> Person:
    aliases: list[Term] = []
    for alias in shape.aliases:
        aliases += (Term(alias),) if isinstance(alias, str) else phrases(alias)
    given = shape.given() | {
        "aliases": (*aliases, *map(Term, shape.other_scripts)),
        "needs_near": reader.each(shape.needs_near),
    }
    given.pop("other_scripts", None)
    if not isinstance(shape, models.PersonShape):
        return Person(**given, kind="organisation", surname_alone="never")
    words = shape.name.split()
    return Person(
        **given
        | {
            "surname": shape.surname.word or words[-(shape.name_order == "given_first")],
            "surname_alone": shape.surname.alone,
            "roles": tuple(Office(**office.given()) for office in shape.roles),
        }
    )


def channels(file: models.ChannelsFile, sheet: Sheet) -> tuple[Channel, ...]:
    """The channels, in the order written."""
    return tuple(
        Channel(name, url, sheet.keys["channels", name]) for name, url in file.channels.items()
    )


def recipients(file: models.ChannelsFile, sheet: Sheet) -> tuple[Recipient, ...]:
    """Who is told, in the order written."""
    return tuple(
        Recipient(**shape.given(), place=sheet.place("recipients", i))
        for i, shape in enumerate(file.recipients)
    )


def routes(file: models.ChannelsFile, sheet: Sheet) -> tuple[Route, ...]:
    """The routes, in the order written."""
    return tuple(
        Route(**shape.given(), place=sheet.place("routes", i))
        for i, shape in enumerate(file.routes)
    )


def rules(file: models.WatchFile, sheet: Sheet, reader: Reader) -> tuple[Rule, ...]:
    """The rules of one file, each with what it and its file's defaults say."""
    base = file.defaults
    return tuple(
        Rule(
            **base.given()
            | shape.given()
            | {
                "place": sheet.place("rules", i),
                "tags": _together(base.tags, shape.tags),
                "to": _together(base.to, shape.to),
                "where": Where(**shape.where.given()),
                "when": reader.read(shape.when),
                "examples": (
                    *_examples(shape.examples.match, sheet, i, "match"),
                    *_examples(shape.examples.no_match, sheet, i, "no_match"),
                ),
            }
        )
        for i, shape in enumerate(file.rules)
    )


def _examples(
    shapes: tuple[models.Example, ...], sheet: Sheet, rule: int, key: str
) -> tuple[Example, ...]:
    found = []
    for i, shape in enumerate(shapes):
        text, because = (shape, "") if isinstance(shape, str) else (shape.text, shape.because)
        place = sheet.place("rules", rule, "examples", key, i)
        found.append(Example(text, key == "match", because, place))
    return tuple(found)


def _together(base: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*base, *own]))
