"""Hints: how seldom a feed's publisher wants to be asked.

Read from the head of the document by pattern: feedparser keeps but the last skipped hour, and
an unchanged reading of entries must not depend on them.
"""

from __future__ import annotations

import re
from datetime import timedelta

from wirebell.core.news import Hints

_HEAD = 2**16
_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>")
_SY = {
    name: re.compile(rb"<(?:\w+:)?update" + name + rb">\s*(\w{1,9})\s*</")
    for name in (b"Period", b"Frequency")
}
_SKIPPED = re.compile(rb"<(hour|day)>\s*(\w{1,9})\s*</\1>")
_PERIODS = {b"hourly": 1, b"daily": 24, b"weekly": 168, b"monthly": 720, b"yearly": 8760}
_DAYS = [b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday"]


def read_hints(body: bytes) -> Hints:
    """ttl, skipHours, skipDays (RSS 2.0; hour 24 is 0) and sy:updatePeriod (RSS 1.0 module).

    "hourly" once is no hint: WordPress writes it into every feed, and nobody chose it.
    """
    head = body[:_HEAD]
    ttl, period, times = (p.search(head) for p in (_TTL, _SY[b"Period"], _SY[b"Frequency"]))
    hours = _PERIODS.get(period[1], 0) if period else 0
    often = int(times[1]) if times and times[1].isdigit() else 1
    asked = hours / max(often, 1)
    floor = max(timedelta(minutes=int(ttl[1]) if ttl else 0), timedelta(hours=asked * (asked != 1)))
    skipped = [(kind, word.lower()) for kind, word in _SKIPPED.findall(head)]
    return Hints(
        floor,
        tuple(sorted({int(w) % 24 for kind, w in skipped if kind == b"hour" and w.isdigit()})),
        tuple(sorted({_DAYS.index(w) for kind, w in skipped if kind == b"day" and w in _DAYS})),
    )
