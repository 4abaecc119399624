"""Silencing a rule, a story, a person or a feed, by a name that means something."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from wirebell.core.alerts import Hushed, Silence
from wirebell.core.errors import NotFound
from wirebell.desk import Desk
from wirebell.desk.spelling import Duration
from wirebell.storage import Store


def silence(
    store: Store, desk: Desk, about: Hushed, name: str, until: str, by: str, why: str, now: datetime
) -> Silence:
    """Hold what tells of something, from now until the end of "6h", "2d" or an instant (UTC).

    Raises:
        NotFound: nothing that could ring is called so, or it would end before it begins.
    """
    name, end = name.strip().removeprefix("$"), _end_of(until, now)
    known = {
        Hushed.RULE: {rule.id for rule in desk.rules},
        Hushed.PERSON: {person.id for person in desk.people},
        Hushed.FEED: {feed.id for feed in desk.feeds},
    }
    alert = store.alert(name) if about is Hushed.STORY else None
    if alert is None and name not in known.get(about, ()):
        raise NotFound(f"{about} {name}", "there is none", "A story is named by its alert: al-…")
    if end <= now:
        raise NotFound(until, "no time to come", "Write 6h, 2d or an instant: 2025-06-05T18:00")
    return store.silence(Silence(0, about, alert.story if alert else name, end, by, why, now))


def _end_of(words: str, now: datetime) -> datetime:
    try:
        return now + TypeAdapter(Duration).validate_python(words)
    except ValidationError:
        pass
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        return now
    return at if at.tzinfo else at.replace(tzinfo=UTC)
