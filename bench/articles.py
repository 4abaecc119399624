"""Bodies of news pages against peers: shingle scores, wrong and missed alerts, pages per second.

The pages are WIREBELL_DATA/articles-aeb (181, with the true body of each). Every system reads
every page in turn, so that the ratios of one run hold under any load. Body scores are those of
that benchmark's own evaluate.py: 4-word shingles, averaged over pages, F1 of the averages.

An alert is a page and a term. The terms are 50 of the news trade, in any case, and every
capitalised word or phrase within a sentence that two or more true bodies have, as printed. It is
false where the term is in what a system matches and not in title and true body; missed the
other way round. The title is the same for all. We match lead and key points too; the peers have
none.

`--half even` or `odd` takes the pages whose hash ends so: look at errors in one half only, and
judge on the other.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain
from pathlib import Path

from bs4 import BeautifulSoup

from parsers.article import parse_article
from wirebell.core.news import FIELDS, Article

PAGES = Path(os.environ.get("WIREBELL_DATA", "../shared/data")) / "articles-aeb"
NEWS_TERMS = """
tariff|trade deal|sanctions|embargo|export controls|president|prime minister|minister|senate
congress|parliament|court|judge|lawsuit|police|arrested|election|vote|campaign|government
ceasefire|military|troops|missile|nuclear|attack|killed|injured|protest|strike|union
inflation|interest rate|central bank|economy|shares|investors|profit|revenue|merger|acquisition
bankruptcy|oil|climate|emissions|vaccine|virus|hospital|police said|china|european union
""".replace("\n", "|").strip("|")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+(?: (?:of |the )*[A-Z][\w’'-]+)*")
_TOKEN = re.compile(r"\w+")

Read = Callable[[str, str], str | Article]
"""From a page and its address to its text, or to our article."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One page of the set and its true body."""

    name: str
    html: str
    url: str
    body: str


@dataclass(slots=True)
class Score:
    """What one system made of the pages."""

    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    false: int = 0
    missed: int = 0
    seconds: float = 0.0

    def row(self, name: str, fastest_peer: float) -> str:
        p, r = statistics.mean(self.precision), statistics.mean(self.recall)
        f1 = 2 * p * r / (p + r)
        alerts = f"{self.false:>7}{self.missed:>8}"
        rate = len(self.recall) / self.seconds
        ratio = fastest_peer / self.seconds
        return f"{name:<24}{f1:>7.3f}{p:>7.3f}{r:>7.3f}{alerts}{rate:>9.1f}{ratio:>7.2f}"


def load(half: str) -> Iterator[Sample]:
    """The pages, or the half of them whose hash is even or odd."""
    truths = json.loads((PAGES / "ground-truth.json").read_text("utf-8"))
    for name, truth in sorted(truths.items()):
        if half in ("all", "odd" if int(name[-1], 16) % 2 else "even"):
            html = gzip.decompress((PAGES / "html" / f"{name}.html.gz").read_bytes()).decode()
            yield Sample(name, html, truth["url"], truth["articleBody"])


def ours(html: str, url: str) -> Article:
    return parse_article(html, url=url)


def trafilatura(*, precise: bool) -> Read:
    def read(html: str, _: str) -> str:
        extract = import_module("trafilatura").extract
        return extract(html, favor_precision=precise, include_comments=False) or ""

    return read


def newspaper(html: str, url: str) -> str:
    newspaper4k = import_module("newspaper")
    article = newspaper4k.Article(url, language="en", fetch_images=False)  # asks the net else
    article.download(input_html=html)
    article.parse()
    return str(article.text)


def readability(html: str, _: str) -> str:
    summary = import_module("readability").Document(html).summary()
    return BeautifulSoup(summary, "lxml").get_text("\n")


def resiliparse(html: str, _: str) -> str:
    plain = import_module("resiliparse.extract.html2text").extract_plain_text
    return str(plain(html, main_content=True))


SYSTEMS: dict[str, Read] = {
    "ours": ours,
    "trafilatura": trafilatura(precise=False),
    "trafilatura precision": trafilatura(precise=True),
    "newspaper4k": newspaper,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
}


def shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    return Counter(tuple(tokens[n : n + 4]) for n in range(max(1, len(tokens) - 3)) if tokens)


def terms_of(bodies: Sequence[str]) -> frozenset[str]:
    """The 50 terms, and the names that two bodies have."""
    names = Counter(chain.from_iterable({plain(n) for n in _NAME.findall(b)} for b in bodies))
    return frozenset([*map(plain, NEWS_TERMS.split("|")), *(n for n in names if names[n] > 1)])


def plain(text: str) -> str:
    """Words between single spaces, to find whole words in."""
    return f" {' '.join(_TOKEN.findall(text))} "


def found_in(text: str, terms: Iterable[str]) -> set[str]:
    """The terms in a text; those without a capital stand for any case."""
    printed, folded = plain(text), plain(text.lower())
    return {term for term in terms if term in (folded if term.islower() else printed)}


def add(score: Score, body: str, title: str, read: str | Article, terms: frozenset[str]) -> None:
    """Count one reading; `title` is what all are given."""
    if isinstance(read, Article):  # a rule looks at every field unless it says otherwise
        text, matched = read.text, "\n".join(map(read.words_of, FIELDS))
    else:
        text = matched = read
    true, found = shingles(body), shingles(text)
    both = (true & found).total()
    if found:
        score.precision.append(both / found.total())
    score.recall.append(both / true.total())
    told, fact = (found_in(f"{title}\n{story}", terms) for story in (matched, body))
    score.false += len(told - fact)
    score.missed += len(fact - told)


def timed(read: Read, sample: Sample, score: Score) -> str | Article:
    begun = time.process_time()
    try:
        return read(sample.html, sample.url)
    except Exception as error:  # noqa: BLE001 - a peer that dies of a page has read nothing
        print(f"{sample.name[:12]}: {type(error).__name__}: {error}")
        return ""
    finally:
        score.seconds += time.process_time() - begun


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--half", choices=("all", "even", "odd"), default="all")
    half = options.parse_args().half
    logging.disable(logging.CRITICAL)
    if not PAGES.is_dir():
        raise SystemExit(f"no pages in {PAGES}: set WIREBELL_DATA to the development data")
    samples = list(load(half))
    terms = terms_of([sample.body for sample in samples])
    scores = {name: Score() for name in SYSTEMS}
    for sample in samples:
        found = {name: timed(read, sample, scores[name]) for name, read in SYSTEMS.items()}
        title = found["ours"].words_of("title") if isinstance(found["ours"], Article) else ""
        for name, reading in found.items():
            add(scores[name], sample.body, title, reading, terms)
    print(f"{len(samples)} pages, {len(terms)} terms; pages/s and ratio to trafilatura's default")
    print(f"{'':<24}{'F1':>7}{'P':>7}{'R':>7}{'false':>7}{'missed':>8}{'pages/s':>9}{'ratio':>7}")
    for name, score in scores.items():
        print(score.row(name, scores["trafilatura"].seconds))


if __name__ == "__main__":
    main()
