"""Articles and rules for the benchmarks of matching, made from a fixed seed.

Articles: the 181 bodies of the article extraction benchmark under WIREBELL_DATA, one of five
paragraphs taken from another body, so that no two are alike. Rules: phrases, capitalised pairs
taken for people (a thousand of them), and capitals for acronyms, all of words those bodies hold;
seven of ten words and phrases mix two. The first rules of a large desk are those of a small one.
Of every
hundred rules about 40 are an "any" of 1 to 8 terms, 30 an
"any" and an "all", 15 two words, 15 a near; 30 have a "none". A term is a single word (22 %),
two or three words (38 %), a person (25 %), an acronym as printed (7 %), a near (8 %); 10 % look
in the title only, 10 % in the text only.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

from wirebell.core.news import Article
from wirebell.desk.values import (
    AllOf,
    AnyOf,
    Condition,
    Desk,
    Near,
    NoneOf,
    Person,
    Place,
    Rule,
    Term,
    Who,
)

SEED = 20250605
_HERE = Place("watch/bench.yaml", 1, 1)
_COMMON = frozenset(
    "the a an of to in and or for on at is are was were be been it its this that with as by from "
    "he she they we i you not but have has had will would can could his her their our your who "
    "what which when there than then also more most about into over after before up out so if no "
    "one two all some said say says new".split()
)


def bodies() -> list[str]:
    """The bodies of the article extraction benchmark, in a fixed order."""
    told = Path(os.environ.get("WIREBELL_DATA", "../shared/data"))
    file = told / "articles-aeb" / "ground-truth.json"
    if not file.is_file():
        raise SystemExit(f"no {file}: set WIREBELL_DATA to the folder that holds articles-aeb")
    truth = json.loads(file.read_text("utf-8"))
    return [truth[key]["articleBody"] for key in sorted(truth)]


def articles(count: int, seed: int = SEED) -> list[Article]:
    """Articles as real ones are, one of five paragraphs of each taken from another."""
    rng = random.Random(seed)
    cut = [[line for line in body.split("\n") if line] for body in bodies()]
    rng.shuffle(cut)
    made = []
    for lines in islice(cycle(cut), count):
        varied = [rng.choice(rng.choice(cut)) if rng.random() < 0.2 else line for line in lines]
        made.append(Article("", varied[0][:80], "\n".join(varied)))
    return made


def _stem(word: str) -> str:
    return word.lower().removesuffix("s").removesuffix("e")


class Rulebook:
    """Draws rules from the words of the bodies."""

    def __init__(self, seed: int = SEED) -> None:
        self._rng = random.Random(seed)
        written = [re.findall(r"\b[A-Za-z]+\b(?!['’])", body) for body in bodies()]
        often = Counter(stem for words in written for stem in {*map(_stem, words)})
        common = len(written)

        def telling(words: tuple[str, ...]) -> bool:
            return not _COMMON & {words[0].lower(), words[-1].lower()} and min(map(len, words)) > 1

        def drawn(size: int, fits: Callable[[tuple[str, ...]], bool]) -> list[str]:
            runs = {
                run
                for words in written
                for run in zip(*(words[at:] for at in range(size)), strict=False)
            }
            return sorted({" ".join(run) for run in runs if telling(run) and fits(run)})

        rare = 0.02 * common
        self._pools = {
            "one": drawn(1, lambda w: len(w[0]) > 3 and often[_stem(w[0])] <= rare),
            "broad": drawn(1, lambda w: 0.03 * common < often[_stem(w[0])] <= 0.25 * common),
            "two": drawn(2, lambda w: min(often[_stem(x)] for x in w) <= rare),
            "three": drawn(3, lambda w: max(map(len, w)) > 3),
            "name": drawn(2, lambda w: all(x.istitle() and x.isalpha() for x in w)),
            "acronym": drawn(
                1, lambda w: w[0].isalpha() and w[0].isupper() and often[_stem(w[0])] <= rare
            ),
        }
        made = {person.id: person for person in (self._person() for _ in range(1000))}
        self._people = tuple(made.values())

    def desk(self, rules: int) -> Desk:
        made = tuple(
            Rule(f"rule-{number}", self._condition(), "bench", _HERE) for number in range(rules)
        )
        return Desk("bench", (), people=self._people, rules=made)

    def _condition(self) -> Condition:
        shape = self._rng.random()
        parts: list[Condition] = []
        if shape < 0.7:
            parts.append(AnyOf(self._leaves(1 if shape < 0.4 else 2, 8 if shape < 0.4 else 6)))
        if 0.4 <= shape < 0.7:
            parts += self._leaves(1, 2, "broad")
        elif shape >= 0.85:
            parts.append(self._leaf("near"))
            parts += [AnyOf(self._leaves(2, 4, "broad"))] * self._rng.randint(0, 1)
        elif shape >= 0.7:
            parts += [self._leaf(), self._leaf("broad")]
        if self._rng.random() < 0.3:
            parts.append(NoneOf(self._leaves(1, 3, self._rng.choice(["", "broad"]))))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _leaves(self, least: int, most: int, kind: str = "") -> tuple[Condition, ...]:
        return tuple(self._leaf(kind) for _ in range(self._rng.randint(least, most)))

    def _leaf(self, kind: str = "") -> Condition:
        rng = self._rng
        kinds = ["one", "two", "three", "name", "acronym", "near"]
        kind = kind or rng.choices(kinds, [22, 28, 10, 25, 7, 8])[0]
        if kind == "near":
            words = Term(rng.choice(self._pools["one"])), Term(rng.choice(self._pools["broad"]))
            return Near(words, rng.choice([3, 5, 10, 20]))
        if kind == "name":
            return Who(rng.choice(self._people).id)
        words_drawn = rng.choice(self._pools[kind])
        if kind in ("one", "two", "three") and rng.random() < 0.7:
            words_drawn = self._mixed(kind)
        places = rng.choices([(), ("title",), ("text",)], [80, 10, 10])[0]
        return Term(words_drawn, exact=kind == "acronym", places=places)

    def _person(self) -> Person:
        name = self._mixed("name")
        return Person(name.lower(), name, surname=name.split()[-1])

    def _mixed(self, kind: str) -> str:
        """A word or phrase that need not stand anywhere: most rules wait for what is not there."""
        left, right = self._rng.choices(self._pools[kind], k=2)
        if " " not in left:
            return left[: len(left) // 2] + right[len(right) // 2 :]
        return " ".join([*left.split()[:-1], right.split()[-1]])
