from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2025, 6, 5, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands where it is put. Call it, as the real one."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by
