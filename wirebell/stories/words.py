"""The words of a story: tokens, sentences without the page around them, and the lists beside."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from wirebell.core.news import Article
from wirebell.core.text import fold, sentences

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff"  # kana, Han, Thai and Lao
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:[.,]\d+)*(?:'[^\W\d_]+)?")
_CASED = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W\d_]+)?")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # U.S. is US
_ENDINGS = ("", "s", "es", "d", "ed", "ing")


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(files("wirebell.stories").joinpath("words.toml").read_text("utf-8"))


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(_lists()[name].split())


@cache
def table(name: str) -> dict[str, str]:
    """A list of `word=meaning`."""
    return dict(pair.split("=") for pair in _lists()[name].split())


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of a list."""
    return tuple(_lists()[name].strip().split("\n"))


@cache
def forms(name: str) -> frozenset[str]:
    """The words of a list with their endings."""
    return frozenset(form for word in listed(name) for form in forms_of(word))


def forms_of(word: str) -> frozenset[str]:
    """A verb or noun in its regular forms."""
    cut = {word[:-1] + ending for ending in ("ing", "ies", "ied")} if len(word) > 3 else set()
    doubled = {word + word[-1] + ending for ending in ("ed", "ing")}
    return frozenset({word + ending for ending in _ENDINGS} | cut | doubled)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of the lists' file."""
    return re.compile(_lists()[name], re.VERBOSE | re.IGNORECASE)


def tokens(text: str) -> list[str]:
    """The folded words and numbers of a text; where nobody writes spaces, its characters."""
    return [word.removesuffix("'s") for word in _TOKEN.findall(_undotted(fold(text).text))]


def _undotted(text: str) -> str:
    return _DOTTED.sub(lambda found: found[0].replace(".", ""), text)


def unspaced(word: str) -> bool:
    """Whether a token is a character of a script without spaces."""
    return len(word) == 1 and word >= "\u0e00" and re.match(f"[{_UNSPACED}]", word) is not None


def capitals(sentence: str) -> frozenset[str]:
    """The words that stand with a capital, folded. Every sentence begins with one: its first word
    counts if the next has one too and it is no common word.
    """
    words = [w.replace("’", "'").removesuffix("'s") for w in _CASED.findall(_undotted(sentence))]
    first = tokens(words[0]) if words[1:] and words[1][0].isupper() else []
    named = {*tokens(" ".join(w for w in words[1:] if w[0].isupper()))}
    return frozenset(named | ({*first} - listed("common"))) - listed("unnamed")


def opener(sentence: str) -> str:
    """The word that opens a sentence, folded, if it may be a name: no ordinary word does so."""
    first = _CASED.match(sentence)
    (word, *_) = tokens(first[0]) if first and first[0][0].isupper() else ("",)
    ordinary = any(word in listed(name) for name in ("common", "unnamed", "openers"))
    return "" if ordinary or pattern("ordinary").fullmatch(word) else word


def bare_title(title: str) -> str:
    """A headline without what agencies count its versions by, and without its paper's name."""
    bare, _, paper = pattern("prefix").sub("", title.strip()).rpartition(" | ")
    return bare if len(bare) > len(paper) else f"{bare} | {paper}" if bare else paper


@lru_cache(maxsize=2048)
def story_lines(text: str) -> tuple[str, ...]:
    """The lines of a text that tell the story: stamps, bylines, calls to subscribe are not."""
    lines = (line.strip() for line in text.split("\n"))
    kept = [line for line in lines if line and not pattern("boilerplate").fullmatch(line)]
    return tuple(pattern("dateline").sub("", line) if line[:1].isalpha() else line for line in kept)


def story_sentences(article: Article) -> tuple[str, ...]:
    """What an article states, each sentence once: headlines, standfirst, key points, text."""

    def stated() -> Iterator[str]:
        yield from map(bare_title, (article.title, *article.alt_titles))
        for words in (article.lead, *article.key_points, article.text):
            for line in story_lines(words):
                for start, end in sentences(line):
                    if not pattern("boilerplate").fullmatch(line[start:end]):
                        yield line[start:end]

    return tuple(dict.fromkeys(filter(None, stated())))
