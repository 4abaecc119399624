"""Which entry, which article, which version: the keys by which we know things again."""

from __future__ import annotations

import hashlib

from wirebell.core.decisions import Alias, Arrival
from wirebell.core.domains import same_site
from wirebell.core.news import Article, Entry
from wirebell.core.text import fold
from wirebell.core.urls import is_front_page, url_key

COPY_FLOOR = 40
"""Words a body needs before equal bodies make a copy: shorter ones are often formulas
("This is a breaking news story"), and then the headline is part of what makes the version."""


def arrive(entry: Entry) -> Arrival:
    """Put an entry under the key that makes it one in its feed: its id, else its link (unless
    that is a front page), else its words. The fingerprint is of the words, so that an edited
    entry is read again.
    """
    words = _digest(entry.title, entry.summary, entry.content)
    if entry.id:
        key = f"id {entry.id}"
    elif entry.url and not is_front_page(link := url_key(entry.url)):
        key = f"url {link}"
    else:
        key = f"words {words}"
    return Arrival(key, words, entry)


def key_of(article_url: str, feed_id: str, entry: Entry) -> str:
    """The key of the article behind an entry: its address, else its name inside the feed.

    `article_url` is where the page was found after redirects, or the entry's own link. Where
    that is a front page, as in feeds that link nothing else, it names no article.
    """
    key = url_key(article_url)
    if key.startswith("https://") and not is_front_page(key):
        return key
    return f"feed:{feed_id} {arrive(entry).key}"


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


def _digest(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()
