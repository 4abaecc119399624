from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.dates import Habits, first_and_last, read_date, read_stamp, zone_of


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, micro: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "instant"),
    [
        ("2025-06-05T11:10:00Z", utc(2025, 6, 5, 11, 10)),
        ("2025-06-05T11:10:00.25+02:00", utc(2025, 6, 5, 9, 10, 0, 250_000)),
        ("2025-06-05T11:10:00+0200", utc(2025, 6, 5, 9, 10)),
        ("2025-06-05 11:10:00 -0400", utc(2025, 6, 5, 15, 10)),
        ("2025-06-05T11:10:00-04:00[America/New_York]", utc(2025, 6, 5, 15, 10)),
        ("2025-06-05", utc(2025, 6, 5)),
        ("Thu, 05 Jun 2025 11:10:00 GMT", utc(2025, 6, 5, 11, 10)),
        ("Thu, 5 June 2025 11:10 +0530", utc(2025, 6, 5, 5, 40)),
        ("05 Jun 25 11:10 GMT", utc(2025, 6, 5, 11, 10)),
        ("05 Jun 97 11:10 GMT", utc(1997, 6, 5, 11, 10)),
        ("Thu Jun  5 11:10:00 2025", utc(2025, 6, 5, 11, 10)),
        ("Thu Jun  5 11:10:00 EDT 2025", utc(2025, 6, 5, 15, 10)),
        ("Thu Jun 05 2025 11:10:00 GMT+0800 (China Time)", utc(2025, 6, 5, 3, 10)),
        ("June 5th, 2025 at 9 a.m. EDT", utc(2025, 6, 5, 13)),
        ("12:05 AM GMT, 5 June 2025", utc(2025, 6, 5, 0, 5)),
        ("June 5, 2025, 12:05 p.m.", utc(2025, 6, 5, 12, 5)),
        ("2025年6月5日 11:10", utc(2025, 6, 5, 11, 10)),
        ("2025.06.05 11:10", utc(2025, 6, 5, 11, 10)),
        ("20250605", utc(2025, 6, 5)),
        ("20250605T111000Z", utc(2025, 6, 5, 11, 10)),
        ("1749121800", utc(2025, 6, 5, 11, 10)),
        ("1749121800250", utc(2025, 6, 5, 11, 10)),
        ("Updated 1110 GMT (1910 HKT) June 5, 2025", utc(2025, 6, 5, 11, 10)),
        ("06/25/25 11:10 AM EDT", utc(2025, 6, 25, 15, 10)),
    ],
)
def test_what_feeds_and_pages_print_is_read(printed: str, instant: datetime) -> None:
    assert read_date(printed) == instant


@pytest.mark.parametrize(
    ("names", "month"),
    [
        ("June Juni juin junio giugno junho czerwca června haziran június июня червня يونيو जून", 6),
        ("March März mars marzo março maart marca března mart március марта березня مارس मार्च", 3),
    ],
)
def test_months_are_known_in_many_languages(names: str, month: int) -> None:
    for name in names.split():
        assert read_date(f"5. {name} 2025 11:10 GMT") == utc(2025, month, 5, 11, 10), name


def test_what_shortens_two_months_is_neither() -> None:
    assert read_date("5 jui 2025") is None
    assert read_date("5 juil. 2025") == utc(2025, 7, 5)


@pytest.mark.parametrize(
    ("printed", "hour"),
    [("14.30 Uhr", 14), ("14h30", 14), ("下午2:30", 14), ("오후 2시 30분", 14), ("午前2時30分", 2)],
)
def test_clocks_are_read_as_each_language_prints_them(printed: str, hour: int) -> None:
    assert read_date(f"2025-06-05 {printed}") == utc(2025, 6, 5, hour, 30)


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("5 hours ago", "tells an age"),
        ("vor 3 Stunden", "tells an age"),
        ("5 Jun 2025 11:10 IST", "IST is a zone of several meanings"),
        ("05/06/2025", "the other way round"),
        ("1 Jan 1970", "a default"),
        ("7 June 2025", "in the future"),
        ("soon", "no date"),
    ],
)
def test_what_is_refused_says_why(printed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_stamp(printed, Habits(now=utc(2025, 6, 5)))


@pytest.mark.parametrize(
    ("printed", "precision"),
    [("2025-06-05", "day"), ("2025-06-05T11:10Z", "minute"), ("2025-06-05T11:10:05Z", "second"),
     ("5 June 2025", "day"), ("5 June 2025 9 pm", "minute"), ("20250605T1110Z", "minute")],
)  # fmt: skip
def test_a_stamp_knows_how_exactly_it_is_printed(printed: str, precision: str) -> None:
    assert read_stamp(printed, Habits()).precision == precision


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        (["2025-06-05", "2025-06-05T11:10:00Z"], 11),  # the day, told with its time
        (["2025-06-05T13:10:00", "2025-06-05T13:10:00+02:00"], 11),  # told with its zone
        (["2025-06-05T13:10:00", "2025-06-05T13:17:00+02:00"], 13),  # another minute
        (["2025-06-05T13:10:00Z", "2025-06-05T15:40:00+02:00"], 13),  # another time
        (["2025-06-05T13:10:00Z", "2025-06-05T13:10:00+02:00"], 11),  # local time called "Z"
        (["2025-06-05T13:10:00+02:00", "2025-06-05T13:10:00Z"], 11),
        (["2025-06-05T15:10:00+02:00", "2025-06-05T13:10:00Z"], 13),  # told twice
        (["soon", "2025-06-05T13:10:00Z"], 13),
    ],
)
def test_of_several_dates_the_first_counts_unless_one_tells_it_better(
    said: list[str], hour: int
) -> None:
    printed = [(str(n), text) for n, text in enumerate(said)]
    at, where = first_and_last(printed, (), Habits())[0]
    assert at
    assert at.hour == hour
    assert "zone" in where


@pytest.mark.parametrize(
    ("url", "language", "zone"),
    [
        ("https://a.de/x", "", "Europe/Berlin"),
        ("https://a.example/x", "de", "Europe/Berlin"),
        ("https://a.example/x", "de-AT", "Europe/Vienna"),
        ("https://a.co.uk:8443/x", "en-US", "Europe/London"),
        ("https://a.example/x.de", "en-GB", ""),
        ("https://[", "", ""),
    ],
)
def test_a_zone_is_the_countrys_or_the_languages(url: str, language: str, zone: str) -> None:
    assert zone_of(url, language) == zone


@pytest.mark.parametrize(
    ("zone", "summer", "winter"),
    [("ET", 15, 16), ("CT", 16, 17), ("MT", 17, 18), ("PT", 18, 19), ("EST", 16, 16)],
)
def test_american_zones_follow_the_season_unless_they_name_it(
    zone: str, summer: int, winter: int
) -> None:
    assert read_date(f"Thu, 05 Jun 2025 11:10:00 {zone}") == utc(2025, 6, 5, summer, 10)
    assert read_date(f"Fri, 05 Dec 2025 11:10:00 {zone}") == utc(2025, 12, 5, winter, 10)


@pytest.mark.parametrize(
    ("zone", "hours"), [("BST", 1), ("CEST", 2), ("JST", 9), ("HKT", 8), ("AEDT", 11)]
)
def test_zones_of_one_meaning_come_from_the_table(zone: str, hours: int) -> None:
    there = timezone(timedelta(hours=hours))
    assert read_date(f"5 Jun 2025 11:10 {zone}") == datetime(2025, 6, 5, 11, 10, tzinfo=there)


@pytest.mark.parametrize("zone", ["CST", "IST", "AST"])
def test_a_zone_of_several_meanings_is_not_guessed(zone: str) -> None:
    assert read_date(f"Thu, 05 Jun 2025 11:10:00 {zone}") is None


@pytest.mark.parametrize(
    ("printed", "home", "hour", "minute"),
    [
        ("CST", "Asia/Shanghai", 3, 10),
        ("CST", "America/Chicago", 16, 10),
        ("IST", "Asia/Kolkata", 5, 40),
        ("IST", "Asia/Jerusalem", 8, 10),
        ("IST", "Europe/Dublin", 10, 10),
    ],
)
def test_a_zone_of_several_meanings_is_local_time_where_the_publisher_is(
    printed: str, home: str, hour: int, minute: int
) -> None:
    read = read_date(f"5 June 2025 11:10 {printed}", zone=home)
    assert read == utc(2025, 6, 5, hour, minute)


def test_without_a_printed_zone_the_publishers_counts() -> None:
    assert read_date("June 5, 2025 11:10 am", zone="America/New_York") == utc(2025, 6, 5, 15, 10)
    assert read_date("2025-06-05T11:10", zone="Asia/Shanghai") == utc(2025, 6, 5, 3, 10)


def test_a_printed_zone_is_believed_before_the_publishers() -> None:
    assert read_date("5 June 2025 11:10 GMT", zone="Asia/Tokyo") == utc(2025, 6, 5, 11, 10)


def test_an_unknown_zone_is_local_time_or_nothing() -> None:
    assert read_date("5 June 2025 11:10 XYZT") is None
    assert read_date("5 June 2025 11:10 XYZT", zone="Asia/Tokyo") == utc(2025, 6, 5, 2, 10)


@pytest.mark.parametrize(
    "label", ["Updated ", "Published: ", "Last modified on Thursday, ", "By the desk | "]
)
def test_labels_are_ignored(label: str) -> None:
    assert read_date(f"{label}June 5, 2025 11:10 am ET") == utc(2025, 6, 5, 15, 10)


def test_of_two_dates_the_first_counts_with_its_own_time() -> None:
    both = "Published June 4, 2025 9:00 am ET | Updated June 5, 2025 11:10 am ET"
    assert read_date(both) == utc(2025, 6, 4, 13)
    assert read_date("Published June 4, 2025 | Updated June 5, 2025 11:10") == utc(2025, 6, 4)


def test_an_ambiguous_order_of_day_and_month_is_not_guessed() -> None:
    assert read_date("05/06/2025 11:10") is None
    assert read_date("25/06/2025 11:10") == utc(2025, 6, 25, 11, 10)
    assert read_date("06/25/2025 11:10") == utc(2025, 6, 25, 11, 10)
    assert read_date("06/06/2025 11:10") == utc(2025, 6, 6, 11, 10)
    assert read_date("31.12.2025") == utc(2025, 12, 31)


@pytest.mark.parametrize(
    "nonsense",
    [
        "", "soon", "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "2025", "5 June 11:10",
        "31 Feb 2025", "5 Jun 2025 27:10", "2025-13-40",
        "5 Jun 2025 11:10 +9900", "0000-00-00 00:00:00", "9999-12-31T23:59:59-12:00",
        "5 June 2025 " + "and so on " * 30,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_none(nonsense: str) -> None:
    assert read_date(nonsense) is None


def test_the_future_is_read_as_printed() -> None:
    assert read_date("2061-07-28T00:00:00Z") == utc(2061, 7, 28)


def test_a_publishers_zone_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        read_date("2025-06-05", zone="Mars/Olympus")


_INSTANTS = st.integers(int(utc(1995, 1, 2).timestamp()), int(utc(2199, 12, 30).timestamp())).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
_ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])


@given(_INSTANTS, _ZONES)
def test_an_instant_printed_by_any_standard_comes_back(instant: datetime, zone: str) -> None:
    there = instant.astimezone(ZoneInfo(zone))
    assert read_date(there.isoformat()) == instant
    assert read_date(format_datetime(there)) == instant
    assert read_date(there.strftime("%A, %B %d, %Y %I:%M:%S %p %z")) == instant


@given(st.text(alphabet="0123456789:/-. TZ+junectpamgdy年月日", max_size=40), _ZONES)
def test_no_text_breaks_the_reader(text: str, zone: str) -> None:
    read = read_date(text, zone=zone)
    assert read is None or read.utcoffset() == timedelta(0)
