"""What matching is measured against: a compiled regular expression for each term, and tantivy.

Both judge whole rules (any, all, none, near, titles, people by their full names) and give no
evidence. Both do less: no diacritics, no possessives, no plurals but a naive "s" for the
expressions, no sentence ends, nobody masked; tantivy looks regardless of case and takes a near
for a phrase with slop.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import tantivy

from wirebell.core.news import Article
from wirebell.desk.values import AllOf, AnyOf, Condition, Desk, Near, NoneOf, Person, Term, Who

Fires = Callable[[Article], bool]


class Expressions:
    """Rules as trees of compiled regular expressions, judged until one decides."""

    def __init__(self, desk: Desk) -> None:
        self._people = {person.id: person for person in desk.people}
        self._rules = [self._judge(rule.when) for rule in desk.rules]

    def fired(self, article: Article) -> int:
        return sum(rule(article) for rule in self._rules)

    def _judge(self, condition: Condition) -> Fires:
        match condition:
            case AllOf(of):
                return partial(_every, [self._judge(part) for part in of])
            case AnyOf(of):
                return partial(_some, [self._judge(part) for part in of])
            case NoneOf(of):
                return partial(_none, [self._judge(part) for part in of])
            case Near((Term(a), Term(b)), within) if isinstance(within, int):
                gap = rf"\W+(?:\w+\W+){{0,{within - 1}}}"
                either = (
                    rf"\b{re.escape(a)}s?{gap}{re.escape(b)}|\b{re.escape(b)}s?{gap}{re.escape(a)}"
                )
                return partial(_stands, re.compile(rf"(?:{either})s?\b", re.IGNORECASE), ())
            case Who(id_):
                return self._judge(Term(self._people[id_].name))
            case Term(words, exact, _, places):
                spaced = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]", words)))
                flags = 0 if exact else re.IGNORECASE
                return partial(_stands, re.compile(rf"\b{spaced}s?\b", flags), places)
        raise NotImplementedError(condition)


def _stands(pattern: re.Pattern[str], places: tuple[str, ...], article: Article) -> bool:
    printed = [article.words_of(place) for place in places or ("title", "text")]
    return any(map(pattern.search, printed))


def _every(parts: list[Fires], article: Article) -> bool:
    return all(part(article) for part in parts)


def _some(parts: list[Fires], article: Article) -> bool:
    return any(part(article) for part in parts)


def _none(parts: list[Fires], article: Article) -> bool:
    return not _some(parts, article)


class Tantivy:
    """Rules as tantivy queries, made once, put to an index in memory.

    An article is looked at as it comes: alone in the index, every query put to it. For articles
    that may wait, `fired` takes many: they are indexed together and every query put once.
    `both` holds title and text, so that most terms are asked of one field.
    """

    def __init__(self, desk: Desk) -> None:
        builder = tantivy.SchemaBuilder()
        for field in ("title", "text", "both"):
            builder.add_text_field(field)
        self._schema = builder.build()
        self._people: dict[str, Person] = {person.id: person for person in desk.people}
        self._queries = [self._query(rule.when) for rule in desk.rules]
        self._index = tantivy.Index(self._schema)
        self._writer = self._index.writer(15_000_000, 1)

    def fired(self, articles: list[Article]) -> int:
        self._writer.delete_all_documents()
        for article in articles:
            both = f"{article.title}\n{article.text}"
            self._writer.add_document(
                tantivy.Document(title=article.title, text=article.text, both=both)
            )
        self._writer.commit()
        self._index.reload()
        ask = self._index.searcher().search
        return sum(len(ask(query, len(articles), count=False).hits) for query in self._queries)

    def _query(self, condition: Condition) -> tantivy.Query:
        match condition:
            case AllOf(of):
                return self._combined(tantivy.Occur.Must, of)
            case AnyOf(of):
                return self._combined(tantivy.Occur.Should, of)
            case Near((Term(a), Term(b)), within) if isinstance(within, int):
                return tantivy.Query.phrase_query(
                    self._schema, "both", [a.lower(), b.lower()], within
                )
            case Who(id_):
                return self._query(Term(self._people[id_].name))
            case Term(words, _, _, places):
                field = places[0] if places else "both"
                split = re.findall(r"\w+", words.lower())
                if len(split) > 1:
                    return tantivy.Query.phrase_query(self._schema, field, split)
                return tantivy.Query.term_query(self._schema, field, split[0])
        raise NotImplementedError(condition)

    def _combined(self, occur: tantivy.Occur, parts: tuple[Condition, ...]) -> tantivy.Query:
        queries = [
            (tantivy.Occur.MustNot, self._combined(tantivy.Occur.Should, part.of))
            if isinstance(part, NoneOf)
            else (occur, self._query(part))
            for part in parts
        ]
        return tantivy.Query.boolean_query(queries)
