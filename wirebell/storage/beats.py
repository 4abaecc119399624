"""Heartbeats: what is kept of them, and what is taken away again so that the books show news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from wirebell.core.books import Beat
from wirebell.core.feeds import OWN_FEED
from wirebell.storage.tables import (
    AddressRow,
    AlertRow,
    ArticleRow,
    AttemptRow,
    BeatRow,
    DeliveryRow,
    EntryRow,
    FeedRow,
    RereadRow,
    Row,
    RulingRow,
    VersionRow,
)

_KEPT = timedelta(days=90)


def keep(session: Session, beat: Beat) -> None:
    """Keep how a heartbeat went, and let go of those of three months ago."""
    session.exec(delete(BeatRow).where(col(BeatRow.at) < beat.at - _KEPT))
    session.merge(BeatRow(**asdict(beat)))


def beats(session: Session, since: datetime) -> tuple[Beat, ...]:
    """The heartbeats since an instant, oldest first."""
    found = session.exec(select(BeatRow).where(BeatRow.at >= since).order_by(col(BeatRow.at)))
    return tuple(Beat(row.at, row.seconds, row.stage, row.detail) for row in found)


def forget(session: Session) -> None:
    """Take away whatever our own feed's entries left behind; the feed stays, free."""
    if feed := session.get(FeedRow, OWN_FEED):
        feed.free()
    ours = session.exec(select(EntryRow).where(EntryRow.feed_id == OWN_FEED)).all()
    entries = [row.id for row in ours]
    alerts = {row.alert_id for row in ours if row.alert_id}
    theirs = col(VersionRow.id).in_([row.version_id for row in ours if row.version_id])
    articles = set(session.exec(select(VersionRow.article_id).where(theirs)))
    owed = select(DeliveryRow.message_key).where(col(DeliveryRow.alert_id).in_(alerts))
    messages = session.exec(owed).all()
    wheres: tuple[tuple[type[Row], Any, Iterable[Any]], ...] = (
        (AttemptRow, AttemptRow.message_key, messages),
        (DeliveryRow, DeliveryRow.alert_id, alerts),
        (RulingRow, RulingRow.entry_id, entries),
        (RereadRow, RereadRow.article_id, articles),
        (EntryRow, EntryRow.id, entries),
        (AlertRow, AlertRow.id, alerts),
        (AddressRow, AddressRow.article_id, articles),
        (VersionRow, VersionRow.article_id, articles),
        (ArticleRow, ArticleRow.id, articles),
    )
    for table, column, values in wheres:
        session.exec(delete(table).where(col(column).in_(values)))
