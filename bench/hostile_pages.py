"""Broken and hostile pages: no exception, no runaway time, no runaway memory.

Every page of WIREBELL_DATA/articles-aeb is cut and mutated `--ways` ways (50), each from a seed
of its own; then come the shapes that no publisher prints. `--part 2/8` takes the second of eight
parts of the pages, `--part 0/1` no page. An exception ends the run with the page and the way that
raised it. What is printed is the slowest readings, in seconds of this process and as a multiple
of the mean page of the same run, and the peak memory.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import resource
import time
from collections.abc import Callable, Iterator

from bench.articles import load
from parsers.article import parse_article

Mutate = Callable[[bytes, random.Random], bytes]
_WORDS = b"A ship came in late with a hold of tin and of salt, and nobody was there to meet it. "


def cut(page: bytes, rng: random.Random) -> bytes:
    return page[: rng.randrange(len(page) + 1)]


def lose(page: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(page) + 1)
    return page[:at] + page[at + rng.randrange(5_000) :]


def repeat(page: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(page) + 1)
    return page[:at] + page[at : at + rng.randrange(20_000)] * rng.randrange(1, 4) + page[at:]


def noise(page: bytes, rng: random.Random) -> bytes:
    broken = bytearray(page)
    for _ in range(min(len(broken), 500)):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    return bytes(broken)


def unclose(page: bytes, rng: random.Random) -> bytes:
    return page.replace(rng.choice([b"</div>", b"</p>", b"</a>", b"</script>", b"-->"]), b"")


MUTATIONS: tuple[Mutate, ...] = (cut, cut, lose, repeat, noise, unclose)


def shapes() -> Iterator[tuple[str, bytes]]:
    """Pages made to hurt."""
    paragraph = b"<p>" + _WORDS + b"</p>"
    yield "10 MB of paragraphs", paragraph * (10_000_000 // len(paragraph))
    yield "10 MB in one paragraph", b"<p>" + _WORDS * (10_000_000 // len(_WORDS))
    yield "45,000 paragraphs", b"<p>Tin came in.</p>" * 45_000
    yield "45,000 items", b"<ul>" + b"<li><a href=/x>Tin</a> came in" * 22_500
    yield "100,000 nested tags", b"<div>" * 100_000 + _WORDS + b"</div>" * 100_000
    yield "100,000 formatting tags", b"<b><i><font>" * 33_000 + _WORDS
    yield "nested tables", b"<table><tr><td>" * 17_000 + _WORDS
    yield "articles in articles", (b"<article><h2><a href=/x>Tin</a></h2>" + paragraph) * 8_000
    yield "pictures", b"<div><img src=x>Tin</div>" * 16_000
    yield "null bytes", b"\0" * 5_000_000 + paragraph * 9
    yield "no end of a comment", paragraph * 9 + b"<!--" * 500_000
    yield "one attribute", b"<p class='" + b"by-line " * 500_000 + b"'>" + _WORDS
    yield "brackets", b"<" * 3_000_000
    yield "wrong charset", "<meta charset=utf-7><p>Zinn für süße Öfen".encode("utf-16-le") * 9_000
    yield "sentences of capitals", b"<p>" + b"By A. B. C. And D. " * 50_000
    yield "one long word", b"<p>" + b"a" * 2_000_000 + b"@" * 1_000
    node = {"@type": "NewsArticle", "headline": "Tin", "articleBody": _WORDS.decode() * 20_000}
    for name, data in (("deep", "[" * 1_000_000), ("long", json.dumps([node] * 2))):
        yield f"{name} JSON-LD", f"<script type='application/ld+json'>{data}</script>".encode()


def timed(name: str, page: bytes) -> float:
    begun = time.process_time()
    try:
        parse_article(page, url="https://paper.example/a")
    except BaseException as error:
        error.add_note(f"raised by {name}")
        raise
    return time.process_time() - begun


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--ways", type=int, default=50)
    options.add_argument("--part", default="1/1")
    asked = options.parse_args()
    logging.disable(logging.CRITICAL)
    part, parts = map(int, asked.part.split("/"))
    taken = []
    for sample in list(load("all"))[part - 1 :: parts] if part else ():
        page = sample.html.encode()
        for way in range(asked.ways):
            mutate = MUTATIONS[way % len(MUTATIONS)]
            name = f"{sample.name[:12]} {way} {mutate.__name__}"
            taken.append((timed(name, mutate(page, random.Random(name))), name))
    mean = sum(seconds for seconds, _ in taken) / max(len(taken), 1)
    if taken:
        print(f"{len(taken)} mutated pages: mean {mean:.2f} s, slowest {sorted(taken)[-3:]}")
    for name, page in shapes() if part in (0, parts) else ():
        seconds = timed(name, page)
        print(f"{name:<26}{seconds:>7.2f} s{seconds / mean if mean else 0:>8.0f} means")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
