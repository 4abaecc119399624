"""What the trade prints in words around a story: stamps, datelines, sign-offs, headings.

The wording itself is in phrases.toml. Each pattern speaks of a whole paragraph or of whole
sentences of it, never of a word inside a story.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from wirebell.core.text import fold, sentences

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_COUNTED = re.compile(rf"[{_CJK}]{{1,2}}|[^\W{_CJK}]+(?:['’.,-][^\W{_CJK}]+)*")
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_WALL_WORDS = 25  # of a paragraph that asks for a subscription
_NO_LETTER = re.compile(r"[\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")


def read_table(name: str) -> dict[str, Any]:
    """The word lists and patterns written beside the code in `name`.toml."""
    return tomllib.loads((files("parsers") / f"{name}.toml").read_text("utf-8"))


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as those files write it: in verbose form, of any case; "" matches nothing."""
    return re.compile(pattern or "(?!)", re.IGNORECASE | re.VERBOSE)


_TABLES = read_table("phrases")
PATTERNS = {name: compiled(pattern) for name, pattern in _TABLES["patterns"].items()}
WORDS = {name: frozenset(words.split()) for name, words in _TABLES["words"].items()}
REGION_OF_TAG: dict[str, str] = _TABLES["tags"]
_PARAGRAPHS: list[tuple[str, int, re.Pattern[str]]] = [
    (kind["region"], kind["words"], compiled(kind["pattern"])) for kind in _TABLES["paragraphs"]
]


def count_words(text: str) -> int:
    """Words as people count them; two Chinese or Japanese characters make one."""
    return sum(1 for _ in _COUNTED.finditer(text))


def letters(text: str) -> str:
    """Letters and digits only: equal for two settings of the same words."""
    return _NO_LETTER.sub("", text).casefold()


def distinct(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines that differ by more than case and accents, as first printed, none empty."""
    first: dict[str, str] = {}
    for line in lines:
        first.setdefault(fold(line).text, line)
    return tuple(filter(None, first.values()))


def opening(paragraph: str) -> str:
    """The letters of the two capitalised words, a name perhaps, with which it opens, else "-"."""
    words = paragraph.split(maxsplit=2)
    name = " ".join(words[:2])
    return letters(name) if len(words) > 2 and name.istitle() else "-"


def fit(one: str, other: str) -> float:
    """Share of the shorter title's words (of Chinese, characters) that the other has too."""
    left, right = (set(_TOKEN.findall(title.casefold())) for title in (one, other))
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def role_of(paragraph: str, *, linked: bool = False) -> str:
    """The region a whole paragraph is by its wording, "furniture" for none kept, else "".

    `linked` says that most of its words are links: what opens with "Watch" or "More on" is
    related then, else only as "Read more: …" or alone.
    """
    count = len(paragraph.split())
    if is_stamp(paragraph) or (count <= _WALL_WORDS and PATTERNS["wall"].search(paragraph)):
        return "furniture"
    for region, most, pattern in _PARAGRAPHS:
        if count <= most and pattern.match(paragraph):
            return region
    names_a_link = linked or count <= 3 or (count <= 30 and re.search("[:：|]", paragraph[:24]))
    return "related" if names_a_link and PATTERNS["related"].match(paragraph) else ""


def is_stamp(paragraph: str) -> bool:
    """Whether a paragraph is nothing but dates and their labels."""
    chinese = len(paragraph) <= 40 and PATTERNS["chinese_stamp"].match(paragraph)
    words = _LETTERS.findall(paragraph.lower())
    dated = re.search(r"\d" if words else r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", paragraph)
    return bool(chinese or (dated and len(words) <= 16 and WORDS["stamp"].issuperset(words)))


def split_dateline(paragraph: str) -> tuple[str, str]:
    """The dateline before a story's first words ("" for none) and what follows it."""
    found = PATTERNS["dateline"].match(paragraph)
    if found is None:
        return "", paragraph
    return found.group().rstrip(" -–—"), paragraph[found.end() :].lstrip()


def split_sign_offs(paragraph: str) -> tuple[str, tuple[str, ...]]:
    """A paragraph's story and, apart, each sign-off sentence in it, wherever it stands."""
    if not PATTERNS["may_sign_off"].search(paragraph):
        return paragraph, ()
    story: list[str] = []
    offs: list[str] = []
    for start, end in sentences(paragraph):
        sentence = paragraph[start:end]
        off = _sign_off(sentence)
        offs.extend([off.strip()] if off else [])
        story.extend([rest] if (rest := sentence[len(off) :].strip()) else [])
    return (" ".join(story), tuple(offs)) if offs else (paragraph, ())


def _sign_off(sentence: str) -> str:
    """The sign-off with which a sentence begins, or "".

    Story may follow a credit in brackets, which keep it from being a sentence of its own.
    """
    if found := PATTERNS["sign_off"].match(sentence):
        return found.group()
    bracketed = re.match(r"\([^()]{8,300}\)", sentence)
    credit = bracketed.group() if bracketed else sentence
    small = {word for word in _LETTERS.findall(credit) if word.islower()}
    return credit if PATTERNS["credit"].match(credit) and small <= WORDS["credit"] else ""
