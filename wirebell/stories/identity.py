"""Which entry, which article, which version: the keys by which we know things again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from wirebell.core.decisions import Alias, Arrival
from wirebell.core.domains import same_site
from wirebell.core.news import Article, Entry
from wirebell.core.text import fold
from wirebell.core.urls import is_front_page, url_key

UNSOUND = 0.05
"""Share of entries with an empty or shared guid over which a document's guids are not believed
(FreshRSS's rule)."""
COPY_FLOOR = 40
"""Words a body needs before equal bodies make a copy: shorter ones are often formulas
("This is a breaking news story"), and then the headline is part of what makes the version."""


def arrive(entries: Sequence[Entry]) -> tuple[Arrival, ...]:
    """Put the entries of a document under the keys that make each one in its feed.

    That is its guid where the document can be trusted with guids; with its link, where two
    share it; else the link, unless that is a front page; else its title and date, or all its
    words. The fingerprint is of title, standfirst and link: with another, it is read again.
    """
    bearers = Counter(entry.id for entry in entries)
    unsound = sum(not entry.id or bearers[entry.id] > 1 for entry in entries)
    sound = unsound <= UNSOUND * len(entries)
    arrivals = []
    for entry in entries:
        link = _link(entry)
        fingerprint = _digest(entry.title, entry.summary or entry.content, link)
        if sound and entry.id:
            key = f"id {entry.id}" + (f" {link or fingerprint}" if bearers[entry.id] > 1 else "")
        elif link:
            key = f"url {link}"
        elif bearers[entry.id] == 1 and entry.id:
            key = f"id {entry.id}"
        elif entry.published:
            key = f"title {_digest(entry.title, entry.published.isoformat())}"
        else:
            key = f"words {_words(entry)}"
        arrivals.append(Arrival(key, fingerprint, entry))
    return tuple(arrivals)


def recognise(new: Sequence[Arrival], on_file: Iterable[Entry]) -> frozenset[str]:
    """The keys among `new` under which a feed brings again what it brought before.

    Asked where most of a document is new: feeds rename all they have when they move house. A
    headline that only one entry on file and one in the document have is known again, and one
    that still stands under its link; an edited one is for `decide`.
    """
    known = {(fold(entry.title).text, _link(entry)) for entry in on_file}
    names = [(fold(arrival.entry.title).text, _link(arrival.entry)) for arrival in new]
    filed, brought = (Counter(title for title, _ in some) for some in (known, names))
    return frozenset(
        arrival.key
        for arrival, (title, link) in zip(new, names, strict=True)
        if title and ((link and (title, link) in known) or filed[title] == brought[title] == 1)
    )


def key_of(article_url: str, feed_id: str, entry: Entry) -> str:
    """The key of the article behind an entry: its address, else its name inside the feed.

    `article_url` is where the page was found after redirects, or the entry's own link. Where
    that is a front page, as in feeds that link nothing else, it names no article.
    """
    key = url_key(article_url)
    if key.startswith("https://") and not is_front_page(key):
        return key
    if entry.id:
        return f"feed:{feed_id} id {entry.id}"
    link = _link(entry)
    return f"feed:{feed_id} url {link}" if link else f"feed:{feed_id} words {_words(entry)}"


def aliases_of(feed_id: str, entry: Entry, article: Article) -> tuple[Alias, ...]:
    """The other names of an article: its guid in this feed, its link, its canonical address.

    A canonical address counts only on the article's own registrable domain, and no address when
    it is a front page or a section the article lies in: many templates point every page there.
    """
    names = [Alias("guid", f"{feed_id} {entry.id}")] if entry.id else []
    addresses = [url_key(address) for address in (entry.url, article.url) if address]
    canonical = url_key(article.canonical_url)
    section = any(address.startswith(f"{canonical}/") for address in addresses)
    if not section and any(same_site(canonical, address) for address in addresses):
        addresses.append(canonical)
    names += [Alias("url", address) for address in addresses if not is_front_page(address)]
    return tuple(dict.fromkeys(names))


def text_hash(article: Article) -> str:
    """What identifies a version: the folded body; of a short one the headline too.

    Equal bodies under two headlines are one text: that is how wire copy travels.
    """
    body = " ".join(fold(article.text).text.split())
    if len(body.split()) >= COPY_FLOOR:
        return _digest(body)
    return _digest(" ".join(fold(article.title).text.split()), body)


def _link(entry: Entry) -> str:
    """The address of an entry's article, "" where it is none or leads to a front page."""
    link = url_key(entry.url) if entry.url else ""
    return "" if is_front_page(link) else link


def _words(entry: Entry) -> str:
    return _digest(entry.title, entry.summary, entry.content)


def _digest(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()
