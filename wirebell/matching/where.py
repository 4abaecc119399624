"""Which articles a rule looks at, before its words are judged."""

from __future__ import annotations

from wirebell.core.feeds import Feed
from wirebell.desk.values import Where
from wirebell.matching.reading import Reading


def misfit(where: Where, reading: Reading, feed: Feed | None) -> str:
    """Why a rule does not look at an article, or "" if it does.

    An article whose language nobody knows is looked at: a missing tag must not cost an alert.
    Without a feed, feeds, tags and tiers are not judged.
    """
    language = reading.article.language or (feed.language if feed else "")
    if where.languages and language and not _speaks(language, where.languages):
        return f"language is {language}, the rule wants {', '.join(where.languages)}"
    if where.min_words and (words := reading.words("text")) < where.min_words:
        return f"{words} words long, the rule wants {where.min_words}"
    return _wrong_feed(where, feed) if feed else ""


def _speaks(language: str, wanted: tuple[str, ...]) -> bool:
    """BCP 47 lookup: "zh" takes zh-Hant-TW, "zh-TW" does not take zh."""
    spoken = language.lower().replace("_", "-")
    return any(f"{spoken}-".startswith(f"{tag.lower()}-") for tag in wanted)


def _wrong_feed(where: Where, feed: Feed) -> str:
    if where.feeds and feed.id not in where.feeds:
        return f"came by {feed.id}, the rule wants {', '.join(where.feeds)}"
    if where.tags and not set(where.tags) & set(feed.tags):
        return f"{feed.id} has none of the tags {', '.join(where.tags)}"
    if where.tiers and feed.tier not in where.tiers:
        return (
            f"{feed.id} is of tier {feed.tier}, the rule wants {', '.join(map(str, where.tiers))}"
        )
    return ""
