"""The time, as a value that can be handed in.

Rooms never ask the system for the time: wiring hands them a `Clock`, so that a test or a
replay can stand at any instant.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the present instant, always aware and in UTC."""


def system_clock() -> datetime:
    """The present instant by the machine's own clock."""
    return datetime.now(UTC)
