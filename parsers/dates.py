"""Dates as feeds and pages print them, read as instants.

One reader for both, because feedparser's own is silently wrong in three ways: "ET" and "PT"
are winter time all year, zones it does not know are read as UTC, and nothing tells the guess
from the fact. What cannot be read without guessing is None; the caller knows when it saw it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_YEARS = range(1995, 2200)  # the first news feed was drawn up in 1997; older dates are defaults
_LONGEST = 200  # characters; what is longer is a sentence that happens to hold a date

_DAYLIGHT = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}  # fmt: skip
"""Zones printed without saying summer or winter."""

_HOURS: dict[str, float] = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2,
    "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "SAST": 2, "MSK": 3, "PKT": 5, "WIB": 7, "HKT": 8,
    "SGT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "BRT": -3, "NST": -3.5, "NDT": -2.5, "ADT": -3, "EST": -5, "EDT": -4,
    "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
"""Zones with one meaning, in hours east of Greenwich. BST is British: of those who print it,
nearly all are."""

_AMBIGUOUS: dict[str, tuple[float, ...]] = {
    "CST": (-6, 8), "IST": (5.5, 2, 1), "AST": (-4, 3), "GST": (4, -2), "ECT": (-5, 1),
}  # fmt: skip
"""Zones with several meanings: the one nearest to the publisher's own zone is meant."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = r"(?P<month>[A-Za-z]{3,9})\b\.?"  # looked up afterwards: faster than 25 alternatives
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_SHORT_YEAR = r"(?P<short>\d{2})(?=\s+\d{1,2}:\d{2})"  # RFC 822, 1982: "05 Jun 25 11:10"
_CLOCK_BEFORE_YEAR = r"(?:\d{1,2}:\d{2}(?::\d{2})?\s+(?:[A-Z]{1,4}\s+)?)?"  # C's asctime

_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d){_YEAR}\s?[-/.年]\s?(?P<month>\d{{1,2}})\s?[-/.月]\s?(?P<day>\d{{1,2}})(?!\d)",
        rf"{_DAY}[\s-]+(?:of\s+)?{_MONTH},?[\s-]*(?:{_YEAR}|{_SHORT_YEAR})",
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
_ZONE = re.compile(rf"[\s,(\[]*(?P<name>[A-Z]{{1,4}}T|{'|'.join(_HOURS)})(?![A-Za-z])")


class _UnreadableError(ValueError):
    """Something is printed that we would have to guess at."""


def read_date(text: str, *, zone: str = "") -> datetime | None:
    """The instant `text` prints, aware and in UTC, or None where that would be a guess.

    ISO 8601 first, then what RSS, C and newsrooms print, labels and weekdays around it
    ignored: "Updated June 5, 2025 11:10 am ET" is 15:10 UTC. The first date counts. A day
    without a time is its first minute. Without a printed zone it is local time in `zone`, and
    UTC without that: feeds that print none mean it (RFC 4287 and RFC 822 want one).

    None for an ambiguous order of day and month, an ambiguous zone ("CST", "IST") or an
    unknown one without `zone`, and years before 1995. The future is read as printed.

    Args:
        text: as printed, markup removed.
        zone: the publisher's own zone, an IANA name such as "Asia/Shanghai", or "".

    Raises:
        ZoneInfoNotFoundError: `zone` is not an IANA name.
    """
    words = " ".join(text.split())
    home = ZoneInfo(zone) if zone else None
    if not words or len(words) > _LONGEST:
        return None
    try:
        local = _read_iso(words) or _read_printed(words, home)
    except (ValueError, OverflowError):
        return None
    if local is None or local.year not in _YEARS:
        return None
    return (local if local.tzinfo else local.replace(tzinfo=home or UTC)).astimezone(UTC)


def _read_iso(words: str) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d(?!\d)", words):  # the library takes far more than we mean
        return None
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return None


def _read_printed(words: str, home: ZoneInfo | None) -> datetime | None:
    matches = (match for pattern in _DATES for match in pattern.finditer(words))
    found = sorted((match for match in matches if _has_month(match)), key=re.Match.start)
    if not found:
        return None
    first = found[0]
    later = [match.start() for match in found if match.start() >= first.end()]
    return _at_time(date(*_day_of(first)), words[: later[0]] if later else words, home)


def _has_month(found: re.Match[str]) -> bool:
    return found["month"].isdigit() or found["month"].lower() in _MONTHS


def _day_of(found: re.Match[str]) -> tuple[int, int, int]:
    parts = found.groupdict()
    day, month = int(parts["day"]), parts["month"]
    if parts.get("short"):
        short = int(parts["short"])
        year = short + (1900 if short >= _YEARS.start % 100 else 2000)
    else:
        year = int(parts["year"])
    if not month.isdigit():
        return year, _MONTHS[month.lower()], day
    year_first = found.start("year") < found.start("day")
    return (year, int(month), day) if year_first else (year, *_in_order(day, int(month)))


def _in_order(first: int, second: int) -> tuple[int, int]:
    """Month and day of "05/06/2025": London and New York read it differently."""
    if first != second and max(first, second) <= 12:
        raise _UnreadableError
    return (second, first) if first > 12 else (first, second)


def _at_time(day: date, words: str, home: ZoneInfo | None) -> datetime:
    found = _TIME.search(words)
    if found is None:
        return datetime.combine(day, time())
    hour, half = int(found["hour"]), found["half"]
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    clock = time(hour, int(found["minute"] or 0), int(found["second"] or 0))
    local = datetime.combine(day, clock)
    return local.replace(tzinfo=_zone_after(words[found.end() :], local, home))


def _zone_after(rest: str, local: datetime, home: ZoneInfo | None) -> tzinfo | None:
    if offset := _OFFSET.match(rest):
        east = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return timezone(-east if offset["sign"] == "-" else east)
    named = _ZONE.match(rest)
    if named is None:
        return None
    name = named["name"]
    if name in _DAYLIGHT:
        return ZoneInfo(_DAYLIGHT[name])
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name]))
    if home is None:
        raise _UnreadableError
    return _nearest(_AMBIGUOUS[name], local, home) if name in _AMBIGUOUS else home


def _nearest(meanings: tuple[float, ...], local: datetime, home: ZoneInfo) -> timezone:
    at_home = local.replace(tzinfo=home).utcoffset() or timedelta()
    return timezone(
        min((timedelta(hours=h) for h in meanings), key=lambda east: abs(east - at_home))
    )
