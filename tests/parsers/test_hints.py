from __future__ import annotations

from datetime import timedelta

import pytest

from parsers.hints import read_hints
from wirebell.core.news import Hints

HOUR = timedelta(hours=1)


def hints(channel: str) -> Hints:
    head = "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel>"
    body = f"{head}<title>A</title>{channel}<item><title>b</title></item></channel></rss>"
    return read_hints(body.encode())


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("", Hints()),
        ("<ttl>90</ttl>", Hints(1.5 * HOUR)),
        ("<ttl> soon </ttl>", Hints()),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", Hints(24 * HOUR)),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            Hints(6 * HOUR),
        ),
        (
            "<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>",
            Hints(),
        ),
        (
            "<skipHours><hour>0</hour><hour>24</hour><hour>7</hour></skipHours>",
            Hints(hours=(0, 7)),
        ),
        ("<skipDays><day>Sunday</day><day>Saturday</day></skipDays>", Hints(days=(5, 6))),
    ],
)
def test_what_a_publisher_says_of_its_rhythm_is_read(channel: str, expected: Hints) -> None:
    assert hints(channel) == expected
