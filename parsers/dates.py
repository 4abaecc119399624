"""Dates as feeds and pages print them, read as instants.

One reader for both, because feedparser's own is silently wrong in three ways: "ET" and "PT"
are winter time all year, zones it does not know are read as UTC, and nothing tells the guess
from the fact. What cannot be read without guessing is refused, with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo

from parsers.phrases import read_table
from wirebell.core.text import fold

_TABLES = read_table("dates")
_ZONES: dict[str, float | str] = {name.upper(): at for name, at in _TABLES["zones"].items()}
_MONTH_FIRST, _AMERICAN, _AFTER_NOON, _BEFORE_NOON = (
    frozenset(_TABLES[name].split())
    for name in ("month_first", "american", "after_noon", "before_noon")
)
_YEARS = range(1995, 2200)  # the first news feed was drawn up in 1997; older dates are defaults
_AHEAD = timedelta(days=1)  # what clocks and zones may be wrong by
_FARTHEST = timedelta(hours=14)  # a zone is from Greenwich
_LONGEST = 200  # characters; what is longer is a sentence that happens to hold a date
IN_TEXT, _NOWHERE = "in the text", "UTC, none printed"
Said = Iterable[tuple[str, str]]  # where dates stand, and how they are printed there
_MAIL = re.compile(  # RFC 5322, as nearly every feed prints it
    r"(?:[A-Z][a-z]{2}, )?\d\d? (?:Jan|Feb|Ma[ry]|Apr|Ju[nl]|Aug|Sep|Oct|Nov|Dec) [12]\d{3} "
    r"\d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})"
)
_EPOCH = re.compile(r"(?:/Date\()?(1\d{9})(?:\d{3})?(?:\)/)?")  # (milli)seconds, 2001 to 2033
_ENDING = re.compile(r"\w+://[^/?#]*\.([a-z]+)(?=[/:?#]|$)")
_PIECES: dict[str, str] = _TABLES["pieces"] | {
    "zones": "|".join(map(re.escape, _TABLES["zones"])),
    "half": "|".join(map(re.escape, sorted(_AFTER_NOON | _BEFORE_NOON, key=len, reverse=True))),
}


def _built(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(re.sub(r"%(\w+)%", lambda name: _PIECES[name[1]], pattern), flags)


_DATES = tuple(map(_built, _TABLES["dates"]))
_WIDE = re.IGNORECASE | re.VERBOSE
_CLOCK, _AGE, MODIFIED = (_built(_TABLES[name], _WIDE) for name in ("clock", "age", "modified"))
_LABEL = _built(rf"(?={_TABLES['modified']}|{_TABLES['published']})", _WIDE)
_OFFSET, _ZONE, _ISO, _PACKED = (_built(_TABLES[x], 0) for x in ("offset", "zone", "iso", "packed"))


def _month_names() -> dict[str, int]:
    """Every name of a month and what shortens it, folded, that means one month only."""
    meant: defaultdict[str, set[int]] = defaultdict(set)
    for number, names in enumerate(_TABLES["months"], 1):
        for name in fold(names).text.split():
            for end in range(min(3, len(name)), len(name) + 1):
                meant[name[:end]].add(number)
    return {name: numbers.pop() for name, numbers in meant.items() if len(numbers) == 1}


_MONTHS = _month_names()


@dataclass(frozen=True, slots=True)
class Habits:
    """How a publisher prints dates: local time of an IANA `zone`, in a `language` (a tag).

    `zone_from` says how we know the zone. Where `now` is given, what lies ahead is refused.
    """

    zone: str = ""
    zone_from: str = "the publisher's"
    language: str = ""
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as read: the instant in UTC, how exactly it is printed, whence its zone, and how
    far east of Greenwich that is.
    """

    instant: datetime
    precision: Literal["second", "minute", "day"]
    zone_from: str
    east: timedelta = timedelta()

    def __str__(self) -> str:
        return f"to the {self.precision}, zone {self.zone_from}"

    def refines(self, other: Stamp) -> bool:
        """Whether this is the `other` date told better: with its time, or with its zone.

        Of one clock under two zones the one that is not Greenwich is meant: programs call their
        local time "Z".
        """
        gap = self.instant.replace(second=0) - other.instant.replace(second=0)
        if other.precision == "day":
            return self.precision != "day" and -_FARTHEST <= gap < _FARTHEST + timedelta(days=1)
        zoned = self.zone_from == IN_TEXT != other.zone_from and self.precision != "day"
        if self.zone_from == IN_TEXT == other.zone_from and self.east and not other.east:
            return gap == -self.east
        return zoned and abs(gap) <= _FARTHEST and not gap % timedelta(minutes=15)

    def zoned_by(self, other: Stamp | None) -> Stamp:
        """This date in the zone that the `other` of its article prints, if it has none."""
        timed = other and "day" not in (self.precision, other.precision)
        if not (timed and other and self.zone_from == _NOWHERE and other.zone_from == IN_TEXT):
            return self
        return replace(self, instant=self.instant - other.east, zone_from="of its other date")


def zone_of(url: str, language: str = "") -> str:
    """The zone of the country an address ends in, or a language is of; "" for several or none."""
    tag, ending = language.lower().split("-"), _ENDING.match(url.lower())
    known = (_TABLES["countries"].get(c) for c in (ending and ending[1], tag[-1] * (len(tag) > 1)))
    return next(filter(None, known), "") or str(_TABLES["languages"].get(tag[0], ""))


def first_and_last(
    published: Said, modified: Said, habits: Habits
) -> tuple[tuple[datetime | None, str], ...]:
    """The two instants of an article: of each the first that can be read, or is told better.

    Second comes where and how it was read, or why none was. One date tells the other's zone.
    """
    (first, where), (last, there) = (_best_stamp(said, habits) for said in (published, modified))
    zoned = (first and first.zoned_by(last), where), (last and last.zoned_by(first), there)
    return tuple((s.instant, f"{told}, {s}") if s else (None, told) for s, told in zoned)


def _best_stamp(said: Said, habits: Habits) -> tuple[Stamp | None, str]:
    """The first date that can be read, or one that tells it better, and where it stands.

    Second comes why none was read, where none was.
    """
    read: list[tuple[str, Stamp]] = []
    refused = {}
    for where, text in said:
        try:
            read.append((where, read_stamp(text, habits)))
        except ValueError as reason:
            refused[f"{where}: {reason}"] = ""
    if not read:
        return None, "; ".join(["refused", *refused][: 4 * bool(refused)])
    better = (pair for pair in read if pair[1].refines(read[0][1]))
    where, stamp = next(better, read[0])
    return stamp, where


def parted(printed: str, most: int) -> tuple[list[str], list[str]]:
    """The dates of a line by their labels: of the first print, and of changes; of `most` words."""
    pieces = [p for p in _LABEL.split(printed) if re.search(r"\d", p) and len(p.split()) <= most]
    changes = [piece for piece in pieces if MODIFIED.match(piece)]
    return [piece for piece in pieces if piece not in changes], changes


def on_day_of(clock: str, dated: str) -> str:
    """A printed change with its day: "Updated 9:00 a.m." is told beside a date with a year."""
    has_day = any(date.search(clock) for date in _DATES) or not _CLOCK.search(clock)
    return clock if has_day else f"{_CLOCK.sub('', dated)} {clock}"


def read_date(text: str, *, zone: str = "", language: str = "") -> datetime | None:
    """The instant `text` prints, as `read_stamp` reads it, or None where that refuses."""
    with suppress(ValueError):
        return read_stamp(text, Habits(zone, language=language)).instant if text else None
    return None


def read_stamp(text: str, habits: Habits) -> Stamp:
    """The instant `text` prints, aware and in UTC.

    ISO 8601 and epochs first, then what RSS, C and newsrooms print, labels and weekdays around
    it ignored: "Updated June 5, 2025 11:10 am ET" is 15:10 UTC. The first date counts; a day
    without a time is its first minute in UTC, and so the same day wherever it is shown. Without
    a printed zone it is local time in the zone of `habits`, or UTC: feeds that print none mean
    it (RFC 4287 and RFC 822). A printed zone that is unknown or ambiguous ("CST", "IST") is
    read as that of `habits` too. 5/6 is read by the language, 5.6. as the fifth of June.

    Raises:
        ValueError: why it is refused: an age, such a zone or order without habits, a year
            before 1995, a day after `now`, or no date at all.
        ZoneInfoNotFoundError: the zone of `habits` is not an IANA name.
    """
    words = " ".join(unicodedata.normalize("NFKC", text[: _LONGEST + 1]).split())
    home = ZoneInfo(habits.zone) if habits.zone else None
    if len(words) > _LONGEST:
        raise ValueError("this is a sentence, not a date")
    local, precision = _machine_date(words) or _printed_date(words, home, habits)
    if local.year not in _YEARS:
        raise ValueError(f"the year {local.year} is a default, not a date")
    if precision == "day":
        home = None
    zone_from = IN_TEXT if local.tzinfo else habits.zone_from if home else _NOWHERE
    try:
        instant = (local if local.tzinfo else local.replace(tzinfo=home or UTC)).astimezone(UTC)
    except OverflowError:
        raise ValueError("no such instant") from None
    if habits.now and instant > habits.now + _AHEAD:
        raise ValueError(f"{instant:%Y-%m-%d} is in the future")
    return Stamp(instant, precision, zone_from, local.utcoffset() or timedelta())


_Read = tuple[datetime, Literal["second", "minute", "day"]]


def _machine_date(words: str) -> _Read | None:
    """A date as programs write it."""
    if _MAIL.fullmatch(words):
        return parsedate_to_datetime(words), "second"
    if epoch := _EPOCH.fullmatch(words):
        return datetime.fromtimestamp(int(epoch[1]), UTC), "second"
    if not (_ISO.fullmatch(words) or _PACKED.fullmatch(words)):
        return None
    digits = len(re.findall(r"\d", re.sub(r"(?<=\d\d:\d\d)[+-].*|[+-]\d{4}$", "", words)))
    read = datetime.fromisoformat(re.sub(r"^(\d{8})(?=\d)", r"\1T", words))
    return read, "day" if digits <= 8 else "minute" if digits <= 12 else "second"


def _printed_date(words: str, home: ZoneInfo | None, habits: Habits) -> _Read:
    matches = (match for pattern in _DATES for match in pattern.finditer(words))
    found = sorted((match for match in matches if _month(match["month"])), key=re.Match.start)
    if not found:
        age = "it tells an age, which is no date" if _AGE.search(words) else "no date in it"
        raise ValueError(age)
    day = _day_of(found[0], habits)
    later = (match.start() for match in found if match.start() >= found[0].end())
    words = words[: next(later, None)]  # a second date keeps its time to itself
    clock = _CLOCK.search(words, found[0].end()) or _CLOCK.search(words)
    if clock is None:
        return datetime.combine(day, time()), "day"
    hour = int(clock["hour"])
    if half := clock["early"] or clock["half"]:
        hour = hour % 12 + (12 if half.lower() in _AFTER_NOON else 0)
    instant = time(hour, int(clock["minute"] or 0), int(clock["second"] or 0))
    read = datetime.combine(day, instant, _zone_after(words[clock.end() :], home))
    return read, "second" if clock["second"] else "minute"


def _month(printed: str) -> int:
    """The number of a month printed as a number, a name or its beginning, or 0."""
    return int(printed) if printed.isdigit() else _MONTHS.get(fold(printed).text, 0)


def _day_of(found: re.Match[str], habits: Habits) -> date:
    year, month, day = int(found["year"]), _month(found["month"]), int(found["day"])
    if year < 100:
        year += 1900 if year >= _YEARS.start % 100 else 2000
    if found["month"].isdigit() and found.start("day") < found.start("year"):
        ambiguous = day != month and max(day, month) <= 12
        if _is_month_first(habits, dotted="." in found.group()) if ambiguous else month > 12:
            month, day = day, month
    return date(year, month, day)


def _is_month_first(habits: Habits, *, dotted: bool) -> bool:
    """Whether the publisher writes 6/5 for the fifth of June.

    Raises:
        ValueError: London and New York read it differently, and nothing tells which it is.
    """
    language = habits.language.lower()
    american = language in _MONTH_FIRST or habits.zone in _AMERICAN
    if not (american or dotted) and language in (*("", "en") * (not habits.zone), "en-ca"):
        raise ValueError("day and month could be the other way round")
    return american


def _zone_after(rest: str, home: ZoneInfo | None) -> tzinfo | None:
    if offset := _OFFSET.match(rest):
        east = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return timezone(-east if offset["sign"] == "-" else east)
    named = _ZONE.match(rest)
    if named is None:
        return None
    meant = _ZONES.get(named["name"].upper())
    if isinstance(meant, str):
        return ZoneInfo(meant)
    if meant is not None:
        return timezone(timedelta(hours=meant))
    if home is None:
        raise ValueError(f"{named['name']} is a zone of several meanings, or of none we know")
    return None
