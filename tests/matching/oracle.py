"""The meaning of rules, spelled out slowly: every word compared with every other, no index.

It shares nothing with the matcher but the cutting of sentences. It knows English letters, digits,
hyphens, possessives and dotted acronyms: the tests that use it write no other texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product

from wirebell.core.news import FIELDS, Article
from wirebell.core.text import sentences
from wirebell.desk.values import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Desk,
    Named,
    Near,
    NoneOf,
    Person,
    Term,
    Who,
)

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[A-Za-z0-9]+(?:'s\b)?")

# What is drawn from: few words, so that much fires and more almost does.
WORDS = (
    "rare earth Truce truces talk Talks TALKS China china Chinas US us U.S. trade 301 deal's "
    "Wang wang Yi Wentao Farms rareearth neodymium Neon neon MP MPs mps"
).split()
PEOPLE = (
    Person("yi", "Wang Yi", surname="Wang", name_order="family_first", masked_by=("Wang Farms",)),
    Person("wentao", "Wang Wentao", surname="Wang", surname_alone="always"),
    Person("trade", "China Trade", kind="organisation", aliases=(Term("rare China Trade"),)),
)


@dataclass(frozen=True)
class Word:
    text: str
    place: str
    sentence: int
    paragraph: int


Span = tuple[int, int]


def fired(desk: Desk, article: Article) -> list[str]:
    words = read(article)
    left_out = {rule.not_in for rule in desk.rules}
    judges = {places: Judge(desk, words, places) for places in left_out}
    return [rule.id for rule in desk.rules if judges[rule.not_in].holds(rule.when)]


def plain_words(text: str) -> list[str]:
    return [word.removesuffix("'s").replace(".", "") for word in _WORD.findall(text)]


def read(article: Article) -> list[Word]:
    words = []
    number = paragraph = 0
    for place in FIELDS:
        text = article.words_of(place)
        paragraph += 1
        end = 0
        for start, stop in sentences(text):
            paragraph += text[end:start].count("\n") > 0
            number, end = number + 1, stop
            words += [Word(w, place, number, paragraph) for w in plain_words(text[start:stop])]
    return words


class Judge:
    def __init__(self, desk: Desk, words: list[Word], not_in: tuple[str, ...] = ()) -> None:
        self.people = {person.id: person for person in desk.people}
        self.words = words
        self.seen: dict[tuple[Term, bool], set[Span]] = {}
        self.not_in = not_in

    def holds(self, condition: Condition) -> bool:
        match condition:
            case AllOf(of):
                return all(map(self.holds, of))
            case NoneOf(of):
                return not any(map(self.holds, of))
            case AnyOf(of) | Named(_, of):
                return any(map(self.holds, of))
            case AtLeast(count, of):
                return self._most({span for part in of for span in self.spans(part)}) >= count
            case Near():
                return self._near(condition)
        return bool(self.spans(condition))

    def spans(self, condition: Condition) -> set[Span]:
        match condition:
            case Term():
                places = [p for p in condition.places or FIELDS if p not in self.not_in]
                return {s for s in self._term(condition) if self.words[s[0]].place in places}
            case Who(id_):
                places = [p for p in FIELDS if p not in self.not_in]
                credited = self._credit(self.people[id_])
                return {s for s in credited if self.words[s[0]].place in places}
            case AnyOf(of) | Named(_, of):
                return {span for part in of for span in self.spans(part)}
        raise NotImplementedError(condition)

    def _term(self, term: Term, plural: bool = True) -> set[Span]:
        if (term, plural) not in self.seen:
            self.seen[term, plural] = self._look_for(term, plural)
        return self.seen[term, plural]

    def _look_for(self, term: Term, plural: bool) -> set[Span]:
        spellings = [plain_words(term.words)]
        for hyphen in re.finditer("-", term.words):
            joined = term.words[: hyphen.start()] + term.words[hyphen.end() :]
            spellings.append(plain_words(joined))
        return {
            (start, start + len(words))
            for words in spellings
            for start in range(len(self.words) - len(words) + 1)
            if self._stands(start, words, term, plural)
        }

    def _stands(self, start: int, words: list[str], term: Term, plural: bool) -> bool:
        here = self.words[start : start + len(words)]
        last = len(words) - 1
        return (
            all(
                _same(word.text, wanted, term, at == last, plural)
                for at, (word, wanted) in enumerate(zip(here, words, strict=True))
            )
            and len({word.sentence for word in here}) == 1
        )

    def _credit(self, person: Person) -> set[Span]:
        found = {span for name in _names(person) for span in self._name(person, name)}
        if person.surname_alone == "always" or (person.surname_alone == "after_full" and found):
            found |= self._name(person, person.surname)
        return found

    def _name(self, person: Person, name: str) -> set[Span]:
        """Where a name stands that no longer name of anybody, and no mask, encloses."""
        others = [other for each in self.people.values() for other in _names(each)]
        enclosing = {s for other in others for s in self._term(Term(other), plural=False)}
        enclosing |= {s for mask in person.masked_by for s in self._term(Term(mask))}
        alone = " " not in name
        return {
            span
            for span in self._term(Term(name), plural=False)
            if not any(a <= span[0] and span[1] <= b and (a, b) != span for a, b in enclosing)
            and (not alone or self.words[span[0]].text[0].isupper())
        }

    def _near(self, near: Near) -> bool:
        return any(self._fits(near, c) for c in product(*map(self.spans, near.operands)))

    def _fits(self, near: Near, spans: tuple[Span, ...]) -> bool:
        ranked = sorted(spans)
        if any(left[1] > right[0] for left, right in pairwise(ranked)):
            return False
        first, last = self.words[ranked[0][0]], self.words[ranked[-1][0]]
        if near.ordered and tuple(ranked) != spans:
            return False
        if near.within == "sentence":
            return first.sentence == last.sentence
        if near.within == "paragraph":
            return first.paragraph == last.paragraph
        return first.place == last.place and ranked[-1][0] - ranked[0][1] + 1 <= near.within

    def _most(self, spans: set[Span]) -> int:
        if not spans:
            return 0
        first = min(spans, key=lambda span: span[1])
        return 1 + self._most({span for span in spans if span[0] >= first[1]})


def _names(person: Person) -> list[str]:
    family, _, given = person.name.partition(" ")
    swapped = [f"{given} {family}"] if person.name_order == "family_first" else []
    return [person.name, *swapped, *(alias.words for alias in person.aliases)]


@cache
def _same(word: str, wanted: str, term: Term, last: bool, plural: bool) -> bool:
    if not term.exact:
        if plural and not term.prefix and _capitals(word) & _capitals(wanted):
            return True
        word, wanted = word.lower(), wanted.lower()
    if term.prefix and last and word.startswith(wanted):
        return True
    if word == wanted or not plural:
        return word == wanted
    if term.exact:
        return wanted.isupper() and word == f"{wanted}s"
    shorter, longer = sorted((word, wanted), key=len)
    return not term.prefix and len(shorter) > 2 and longer == f"{shorter}s"


def _capitals(word: str) -> set[str]:
    """A word, and what "MPs" are many of."""
    many = len(word) > 2 and word.endswith("s") and word[:-1].isupper()
    return {word.lower(), word[:-1].lower()} if many else {word.lower()}
