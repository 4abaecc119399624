"""Keys by which the store finds what may be a copy or tell of the same event.

A sketch keeps one word triple in eight (FracMinHash): of two texts it keeps the same ones, so
a part finds its whole. Terms are the words an article says most of, names first.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from wirebell.core.news import Article
from wirebell.stories.words import capitals, listed, story_lines, story_sentences, tokens, unspaced

VERSION = 1  # in every key: keys of another version meet nothing
ONE_IN = 8
LEAST = 8  # the smallest are always kept, so that two sentences have a sketch too
MOST = 512  # 4,000 words' worth
TERMS = 64
"""Terms of an article. On ECB+ (510 articles, 44 events) 40 group worse, 100 no better."""


def _key(kind: str, words: str) -> int:
    """A key that fits a signed column of 64 bits."""
    seed = f"{kind}{VERSION}".encode()
    digest = blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8, person=seed).digest()
    return int.from_bytes(digest, signed=True)


@lru_cache(maxsize=256)
def shingles(article: Article) -> frozenset[str]:
    """The triples of neighbouring words; six characters where nobody writes spaces."""
    words = [
        w for text in (article.lead, article.text) for w in tokens("\n".join(story_lines(text)))
    ]
    size = 6 if 2 * sum(map(unspaced, words)) > len(words) else 3
    return frozenset(" ".join(words[n : n + size]) for n in range(len(words) - size + 1))


def containment(newer: Article, older: Article) -> float:
    """The share of the newer text that stands in the older one, 0 to 1."""
    ours = shingles(newer)
    return len(ours & shingles(older)) / (len(ours) or 1)


def sketch(article: Article) -> tuple[int, ...]:
    """The fingerprints of a text, a sample of its shingles first to last in a fixed order."""
    keys = sorted((_key("w", words) for words in shingles(article)), key=lambda key: key % 2**64)
    kept = keys[:LEAST] + [key for key in keys[LEAST:] if key % ONE_IN == 0]
    return tuple(kept[:MOST])


@lru_cache(maxsize=256)
def terms(article: Article) -> dict[str, tuple[int, float, bool]]:
    """The words an article says most of: (key, weight, whether a name or number) each."""
    found, named = Counter[str](), Counter[str]()
    for sentence in story_sentences(article):
        names = capitals(sentence)
        words = tokens(sentence)
        pairs = (a + b for a, b in pairwise(words) if unspaced(a) and unspaced(b))
        for word in (*pairs, *(w for w in words if len(w) > 1 and w not in listed("common"))):
            found[_stem(word)] += 1
            named[_stem(word)] += word in names or word[0].isdigit()
    weights = {
        word: (1 + math.log(count)) * (2 if 2 * named[word] >= count else 1)
        for word, count in found.items()
    }
    heaviest = sorted(weights, key=lambda word: (-weights[word], word))[:TERMS]
    return {w: (_key("t", w), weights[w], 2 * named[w] >= found[w]) for w in heaviest}


def term_keys(article: Article) -> tuple[int, ...]:
    """The keys of its terms, heaviest first."""
    return tuple(key for key, _, _ in terms(article).values())


def _stem(word: str) -> str:
    for ending in ("ing", "edly", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
