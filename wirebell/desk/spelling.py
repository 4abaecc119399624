"""How single words of the desk are written: durations, times, days, zones, ids, addresses.

Each function takes the text as written and returns its value, or raises ValueError with a
sentence for the one who wrote it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from wirebell.core.text import fold

LEAST_PREFIX = 4
"""Shorter beginnings fire on half the dictionary: commercial search systems ask for 3 to 4."""

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_REFERENCE = re.compile(r"\$\{(?:env:[A-Za-z_][A-Za-z0-9_]*|file:/[^{}\s]+)\}")
_MAIL = re.compile(r"[^\s@:/<>]+@[^\s@:/<>]+")
_ROOM = re.compile(r"[#@][^\s/:#@]+|[A-Z0-9]{6,}")
_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“”", "‘": "’", "«": "»", "」": "", "「": "」"}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'that'?` for the nearest known word, else ""."""
    near = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def duration(text: str) -> timedelta:
    """`90s`, `5m`, `1h30m`, `2d`."""
    found = _DURATION.fullmatch(text.strip())
    days, hours, minutes, seconds = (
        (int(part or 0) for part in found.groups()) if found else [0] * 4
    )
    if max(days, hours, minutes, seconds) > 99_999 or not (days or hours or minutes or seconds):
        raise ValueError("write a length of time, such as 90s, 5m or 1h")
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


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
    try:
        if len(text) == len("2025-06-05"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("write a day that exists as year-month-day, such as 2025-06-05")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(text: str) -> str:
    """A zone of the tz database, such as America/New_York."""
    if text not in _zones():
        near = did_you_mean(text.replace(" ", "_"), {name.lower(): name for name in _zones()})
        proper = {name.lower(): name for name in _zones()}.get(near.split("'")[1]) if near else ""
        hint = f"; did you mean {proper!r}?" if proper else ", such as America/New_York"
        raise ValueError(f"there is no zone {text!r}{hint}")
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


def reference(text: str) -> str:
    """`${env:NAME}` or `${file:/path}`: where the secret is, never the secret."""
    if not _REFERENCE.fullmatch(text):
        raise ValueError(
            "write where the secret is, ${env:NAME} or ${file:/path}, and not the address "
            "itself; if a real one stood here, replace it at its provider"
        )
    return text


def mail_address(text: str) -> str:
    """`ana@desk.example`."""
    if not _MAIL.fullmatch(text):
        raise ValueError("write a mail address, such as desk@example.org")
    return text


def slack_room(text: str) -> str:
    """`#trade-desk`, `@ana` or Slack's own id."""
    if not _ROOM.fullmatch(text):
        raise ValueError("write a room in quotes, such as '#trade-desk'")
    return text


def unquoted(text: str) -> str:
    """`text` without the one pair of quotes, straight or curly, around all of it."""
    bare = text.strip()
    if len(bare) > 2 and bare[-1] in _QUOTES.get(bare[0], "\n"):
        inner = bare[1:-1].strip()
        if inner and bare[0] not in inner and bare[-1] not in inner:
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
    """A number of words, `sentence` or `paragraph`."""
    if text in ("sentence", "paragraph"):
        return text
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 500:
        return int(text)
    raise ValueError("write a number of words up to 500, or sentence, or paragraph")
