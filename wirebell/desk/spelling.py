"""How single words of the desk are written: durations, times, days, zones, ids, addresses.

Each function takes the text as written and returns its value, or raises ValueError with a
sentence for the one who wrote it. No sentence repeats what may be a secret.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, time, timedelta
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from wirebell.core.text import fold

LEAST_PREFIX = 4
"""Letters of a prefix. Shorter ones fire on half the dictionary (Factiva asks for 3, Pulsar 4)."""

_DURATION = re.compile(r"(?=\d)(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“”", "‘": "’", "«": "»", "「": "」"}


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or ""."""
    near = difflib.get_close_matches(word.lower(), list(known), n=1)
    return near[0] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'that'?` for the nearest other word, else ""."""
    near = nearest(word, known)
    return f"; did you mean {near!r}?" if near else ""


def matching(pattern: str, words: str) -> Callable[[str], str]:
    """A check that the whole text fits `pattern`; `words` say what to write instead."""
    compiled = re.compile(pattern, re.ASCII)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(words)
        return text

    return check


mail_address = matching(r"[^\s@:/<>]+@[^\s@:/<>]+", "write a mail address, such as ana@example.org")
slack_room = matching(
    r"[#@][^\s/:#@]+|[A-Z0-9]{6,}", "write a room or a person in quotes, such as '#trade-desk'"
)
reference = matching(
    r"\$\{(?:env:[A-Za-z_][A-Za-z0-9_]*|file:/[^{}\s]+)\}",
    "write where the secret is, ${env:NAME} or ${file:/path}, not the secret; "
    "if a real one stood here, replace it at its provider",
)


def duration(text: str) -> timedelta:
    """`90s`, `5m`, `1h30m`, `2d`."""
    found = _DURATION.fullmatch(text)
    days, hours, minutes, seconds = (
        (int(part or 0) for part in found.groups()) if found else (0,) * 4
    )
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not length:
        raise ValueError("write a length of time, such as 90s, 5m or 1h")
    return length


def clock_time(text: str) -> time:
    """`22:00`, in the zone of whoever it belongs to."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise ValueError("write a time of day, such as 08:00")
    return time(int(found.group(1)), int(found.group(2)))


def quiet_hours(text: str) -> tuple[time, time]:
    """`22:00-06:30`; over midnight if it ends before it begins."""
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise ValueError("write two times with a dash, such as 22:00-06:30")
    begins, ends = clock_time(start), clock_time(end)
    if begins == ends:
        raise ValueError("these hours end when they begin")
    return begins, ends


def day(text: str) -> date | None:
    """`2025-06-05`; `null` for open."""
    if text in ("null", "~"):
        return None
    with suppress(ValueError):
        if len(text) == len("2025-06-05"):
            return date.fromisoformat(text)
    raise ValueError("write a day that exists as year-month-day, such as 2025-06-05")


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def zone(text: str) -> str:
    """A zone of the tz database, such as America/New_York."""
    if text not in _zones().values():
        near = _zones().get(nearest(text, _zones()), "America/New_York")
        raise ValueError(f"there is no zone {text!r}; did you mean {near!r}?")
    return text


def address(text: str) -> str:
    """An http or https address. Who may be reached behind it is decided when it is polled."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or re.search(r"\s", text):
        raise ValueError("write an address that begins with http:// or https://")
    if parts.username or parts.password:
        raise ValueError("take the user and password out of the address; no secret belongs here")
    return text


def unquoted(text: str) -> str:
    """`text` without the one pair of quotes, straight or curly, around all of it."""
    bare = text.strip()
    if len(bare) > 2 and bare[-1] in _QUOTES.get(bare[0], ""):
        inner = bare[1:-1].strip()
        if inner and not {bare[0], bare[-1]} & {*inner}:
            return inner
    return bare


def term(text: str) -> str:
    """A word or phrase that can be found: something to compare must be left of it."""
    bare = unquoted(text)
    kept = [char for char in fold(bare).text if char.isalnum()]
    if not kept:
        raise ValueError("no letter or digit is left of this term")
    if len(kept) == 1 and kept[0].isascii() and len(bare) > 1:
        raise ValueError(f"only {kept[0]!r} is left of this term: signs are not compared")
    return bare


def prefix(text: str) -> str:
    """The beginning of one word, 4 letters or more."""
    bare = term(text)
    if sum(char.isalnum() for char in fold(bare).text) < LEAST_PREFIX:
        raise ValueError(f"a prefix needs {LEAST_PREFIX} letters or more")
    if len(bare.split()) > 1:
        raise ValueError("a prefix is the beginning of one word; for several write a phrase")
    return bare


def distance(text: str) -> str | int:
    """A number of words (500 is the most that Factiva and Lexis take), a sentence, a paragraph."""
    if text in ("sentence", "paragraph"):
        return text
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 500:
        return int(text)
    raise ValueError("write a number of words up to 500, or sentence, or paragraph")
