"""Variants of news texts, made from a fixed seed: copies of every kind, and what only looks so.

Written before and apart from the lists in `wirebell/stories`: what flips a fact here need not
be a word that is known there.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

Text = tuple[str, str]  # headline, body

LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
OPPOSITES: list[str] = LISTS["opposites"].split()
SYNONYMS: list[str] = LISTS["synonyms"].split()
BOILERPLATE = (
    "Sign up for our morning newsletter and never miss a story.",
    "Advertisement",
    "Share this article",
    "Read more: What to know this week",
    "Follow us on social media for the latest headlines.",
    "© The Harbour Daily. All rights reserved.",
    "Most read",
    "This material may not be published, broadcast or redistributed.",
    "Related stories",
    "Get our app for free.",
)
LOCAL = (
    "Local officials in {place} said they would study the announcement.",
    "Residents of {place} reached by this newspaper were divided.",
    "The chamber of commerce in {place} declined to comment.",
)
PLACES = "Harrow Millbrook Eastvale Portsea Lindham Westmarch Carrow Thornby".split()
HEADS = (
    "What we know so far", "The story behind the day", "Officials react as questions mount",
    "Here is what happened", "A closer look at the news", "Five things to know today",
)  # fmt: skip
NAMES = "Powell Arden Castell Morrow Delacroix Ishikawa Brandt Okafor Lindgren Vasquez".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday".split()
MONTHS = "January February March April June July August".split()
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[A-Za-z']+")


def pieces(body: str) -> list[str]:
    """Its sentences, roughly."""
    return [s for s in re.split(r"(?<=[.!?])\s+|\n+", body) if s.strip()]


def swap(body: str, pairs: list[str], share: float, rng: random.Random) -> str:
    """Words exchanged for their partners, `share` of those that have one."""
    one = dict(pair.split(":") for pair in pairs)
    table = {b: a for a, b in one.items()} | one
    return WORD.sub(lambda m: table[m[0]] if m[0] in table and rng.random() < share else m[0], body)


def other_number(found: re.Match[str]) -> str:
    """Another number that looks alike."""
    digits = found[0]
    first = str(int(digits[0]) % 9 + 1)
    return first + digits[1:]


def rehead(text: Text, rng: random.Random) -> Text:
    return rng.choice(HEADS), f"By {rng.choice(NAMES)} Staff\nHARROW (Wire) - {text[1]}"


def trunc(text: Text, rng: random.Random) -> Text:
    sentences = pieces(text[1])
    return text[0], " ".join(sentences[: max(3, int(len(sentences) * rng.uniform(0.4, 0.7)))])


def localed(text: Text, rng: random.Random) -> Text:
    sentences = pieces(text[1])
    for _ in range(2):
        place = rng.choice(PLACES)
        at = rng.randrange(1, len(sentences))
        sentences.insert(at, rng.choice(LOCAL).format(place=place))
        del sentences[rng.randrange(2, len(sentences))]
    return f"{text[0]} - {rng.choice(PLACES)} Post", " ".join(sentences)


def edit(text: Text, rng: random.Random) -> Text:
    words = swap(text[1], SYNONYMS, 0.8, rng).split(" ")
    kept = [w for w in words if rng.random() > 0.02]
    sentences = pieces(" ".join(kept).replace('"', "”"))
    at = rng.randrange(1, len(sentences) - 1)
    sentences[at], sentences[at + 1] = sentences[at + 1], sentences[at]
    return text[0], " ".join(sentences)


def ocr(text: Text, rng: random.Random) -> Text:
    def misread(char: str) -> str:
        return rng.choice("abcdefilmnorstuv1l|") if char.isalnum() and rng.random() < 0.03 else char

    return text[0], "".join(map(misread, text[1]))


def boiler(text: Text, rng: random.Random) -> Text:
    lines = rng.sample(BOILERPLATE, 7)
    paragraphs = pieces(text[1])
    middle = len(paragraphs) // 2
    halves = (" ".join(paragraphs[:middle]), " ".join(paragraphs[middle:]))
    return text[0], "\n".join((*lines[:2], halves[0], *lines[2:4], halves[1], *lines[4:]))


def brief(text: Text, rng: random.Random) -> Text:
    return text[0], " ".join(pieces(text[1])[: rng.choice((2, 3))])


def flip(text: Text, rng: random.Random) -> Text:
    """The same words, other facts: every number, and every word that has an opposite."""
    title, body = (NUMBER.sub(other_number, part) for part in text)
    pairs = OPPOSITES
    return swap(title, pairs, 1.0, rng), swap(body, pairs, 1.0, rng)


def follow(text: Text, lead: Text) -> Text:
    """Another day's news first, then background as it ran before."""
    old = pieces(text[1])
    background = old[: max(2, int(len(old) * 0.4))]
    new = pieces(lead[1])
    return lead[0], " ".join([*new[: max(5, len(background))], *background])


def templated(rng: random.Random) -> Text:
    """A report made from one of a few forms."""
    form = rng.choice(LISTS["templates"])
    facts = {
        "verb": rng.choice(("raises", "holds", "cuts")), "verb2": rng.choice(("rose", "fell")),
        "dir": rng.choice(("higher", "lower")), "name": rng.choice(NAMES), "day": rng.choice(DAYS),
        "month": rng.choice(MONTHS), "n": rng.randint(2, 90), "k": rng.randint(0, 9),
        "m": rng.randint(100, 9999), "q": rng.randint(10, 99),
    }  # fmt: skip
    return form["title"].format(**facts), form["body"].format(**facts)


COPIES: dict[str, Callable[[Text, random.Random], Text]] = {
    each.__name__: each for each in (rehead, trunc, localed, edit, ocr, boiler, brief)
}


# --- edits of one article: (material?, kind) -> what becomes of a sentence of it ---------------


def edited(text: Text, kind: str, sentence: str, watched: str, rng: random.Random) -> Text:
    """The article with one sentence, or what stands around it, changed; `watched` is in it."""
    title, body = text
    match kind:
        case "number":
            return title, body.replace(sentence, NUMBER.sub(other_number, sentence, count=1))
        case "polarity":
            return title, body.replace(sentence, swap(sentence, OPPOSITES, 1.0, rng))
        case "name":
            name = re.search(r"(?<=[a-z,] )[A-Z][a-z]{3,}", sentence)
            other = sentence.replace(name[0], "Delacroix") if name else sentence
            return title, body.replace(sentence, other)
        case "new":
            who, days = rng.choice(NAMES), rng.randint(3, 90)
            added = f"The {watched} matter will be reviewed by {who} within {days} days."
            return title, body.replace(sentence, f"{sentence}\n{added}\n")
        case "correction":
            return (
                title,
                f"{body}\nCorrection: An earlier version of this story misstated a detail.",
            )
        case "stamp":
            stamp = (
                f"{rng.choice(MONTHS)} {rng.randint(1, 28)}, 2025 11:{rng.randint(10, 59)} am ET"
            )
            return title, f"Updated {stamp}\n{body}"
        case "byline":
            return title, f"By {rng.choice(NAMES)} {rng.choice(NAMES)}\n{body}"
        case "commas":
            return title, body.replace(sentence, sentence.replace(", ", " ").replace("'", "’"))
        case "refile":
            return f"REFILE-{title}", f"(Refiles to fix typo)\n{body}"
        case "boilerplate":
            return title, f"{body}\n" + "\n".join(rng.sample(BOILERPLATE, 3))
        case "synonyms":
            return title, body.replace(sentence, swap(sentence, SYNONYMS, 1.0, rng))
        case "typo":
            word = max(WORD.findall(sentence), key=lambda w: (w.islower(), len(w)))
            return title, body.replace(sentence, sentence.replace(word, word[:3] + word[4:]))
    raise ValueError(kind)


Kinds = tuple[str, ...]
MATERIAL: Kinds = ("number", "polarity", "name", "new", "correction")
TRIVIAL: Kinds = ("stamp", "byline", "commas", "refile", "boilerplate", "synonyms", "typo")
