"""Dates as feeds and pages print them, read as instants.

One reader for both, because feedparser's own is silently wrong in three ways: "ET" and "PT"
are winter time all year, zones it does not know are read as UTC, and nothing tells the guess
from the fact. What cannot be read without guessing is None; the caller knows when it saw it.
"""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from importlib.resources import files
from zoneinfo import ZoneInfo

_TABLES = tomllib.loads(files("parsers").joinpath("dates.toml").read_text("utf-8"))
_MONTHS: list[str] = _TABLES["months"]
_ZONES: dict[str, float | str] = _TABLES["zones"]
_YEARS = range(1995, 2200)  # the first news feed was drawn up in 1997; older dates are defaults
_LONGEST = 200  # characters; what is longer is a sentence that happens to hold a date

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_MONTH = r"(?P<month>[A-Za-z]{3,9})\b\.?"  # looked up afterwards: faster than 25 alternatives
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_ANY_YEAR = r"(?P<year>\d{4}(?!\d)|\d{2}(?=\s+\d{1,2}:\d{2}))"  # RFC 822, 1982: "05 Jun 25 11:10"
_CLOCK_BEFORE_YEAR = r"(?:\d{1,2}:\d{2}(?::\d{2})?\s+(?:[A-Z]{1,4}\s+)?)?"  # C's asctime
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d){_YEAR}\s?[-/.年]\s?(?P<month>\d{{1,2}})\s?[-/.月]\s?(?P<day>\d{{1,2}})(?!\d)",
        rf"{_DAY}[\s-]+(?:of\s+)?{_MONTH},?[\s-]*{_ANY_YEAR}",
        rf"\b{_MONTH}\s*{_DAY},?\s+{_CLOCK_BEFORE_YEAR}{_YEAR}",
        rf"{_DAY}\s?[/.]\s?(?P<month>\d{{1,2}})\s?[/.]\s?{_YEAR}",
    )
)
_TIME = re.compile(
    r"(?<![\d:.,+-])(?P<hour>\d{1,2})"
    r"(?:(?::(?P<minute>\d{2}))(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)"
    r"|(?=\s?[ap]\.?m\b))"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(
    r"[\s(]*(?:GMT|UTC)?\s?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d)"
)
_ZONE = re.compile(rf"[\s,(\[]*(?P<name>[A-Z]{{1,4}}T|{'|'.join(_ZONES)})(?![A-Za-z])")


def read_date(text: str, *, zone: str = "") -> datetime | None:
    """The instant `text` prints, aware and in UTC, or None where that would be a guess.

    ISO 8601 first, then what RSS, C and newsrooms print, labels and weekdays around it
    ignored: "Updated June 5, 2025 11:10 am ET" is 15:10 UTC. The first date counts; a day
    without a time is its first minute. Without a printed zone it is local time in `zone` (the
    publisher's, an IANA name), or UTC: feeds that print none mean it (RFC 4287 and RFC 822).
    A printed zone that is unknown or ambiguous ("CST", "IST") is read as `zone` too.

    None for such a zone without `zone`, an ambiguous order of day and month, and years before
    1995. The future is read as printed.

    Raises:
        ZoneInfoNotFoundError: `zone` is not an IANA name.
    """
    words = " ".join(text.split())
    home = ZoneInfo(zone) if zone else None
    if len(words) > _LONGEST:
        return None
    try:
        iso = _ISO.fullmatch(words)
        local = datetime.fromisoformat(words) if iso else _read_printed(words, home)
        if local is None or local.year not in _YEARS:
            return None
        return (local if local.tzinfo else local.replace(tzinfo=home or UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read_printed(words: str, home: ZoneInfo | None) -> datetime | None:
    matches = (match for pattern in _DATES for match in pattern.finditer(words))
    found = sorted((match for match in matches if _month(match["month"])), key=re.Match.start)
    if not found:
        return None
    day = _day_of(found[0])
    later = (match.start() for match in found if match.start() >= found[0].end())
    words = words[: next(later, None)]  # a second date keeps its time to itself
    clock = _TIME.search(words)
    if clock is None:
        return datetime.combine(day, time())
    hour = int(clock["hour"])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"] in "pP" else 0)
    instant = time(hour, int(clock["minute"] or 0), int(clock["second"] or 0))
    return datetime.combine(day, instant, _zone_after(words[clock.end() :], home))


def _month(printed: str) -> int:
    """The number of a month printed as a number, a name or its beginning, or 0."""
    if printed.isdigit():
        return int(printed)
    name = printed.lower()
    return next((n for n, month in enumerate(_MONTHS, 1) if month.startswith(name)), 0)


def _day_of(found: re.Match[str]) -> date:
    year, month, day = int(found["year"]), _month(found["month"]), int(found["day"])
    if year < 100:
        year += 1900 if year >= _YEARS.start % 100 else 2000
    if found["month"].isdigit() and found.start("day") < found.start("year"):
        month, day = sorted((month, day))
        if month < day <= 12:
            raise ValueError("London and New York read this differently")
    return date(year, month, day)


def _zone_after(rest: str, home: ZoneInfo | None) -> tzinfo | None:
    if offset := _OFFSET.match(rest):
        east = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return timezone(-east if offset["sign"] == "-" else east)
    named = _ZONE.match(rest)
    if named is None:
        return None
    meant = _ZONES.get(named["name"])
    if isinstance(meant, str):
        return ZoneInfo(meant)
    if meant is not None:
        return timezone(timedelta(hours=meant))
    if home is None:
        raise ValueError("a zone of several meanings, or of none we know")
    return home
