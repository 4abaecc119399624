"""Articles that rang, or lack their page: when it is read, and what a changed one becomes."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from wirebell.core.decisions import InboxEntry, Reread
from wirebell.core.feeds import Validators
from wirebell.storage.leases import held, is_free, lease
from wirebell.storage.recall import fullest, version_of, versions_of
from wirebell.storage.tables import EntryRow, RereadRow


def schedule(
    session: Session, article: int, entry: int, now: datetime, at: datetime, *, rang: bool
) -> None:
    """Begin again with an article that rang: its page may be another by now. One that did not
    waits for its page, unless its turn is set already.
    """
    row = RereadRow(article_id=article, entry_id=entry, since=now, due_at=at)
    # Another's lease goes too: whoever reads it at this moment loses it, and this stands.
    if rang or session.get(RereadRow, article) is None:
        session.merge(row)


def claim(session: Session, now: datetime, limit: int, term: timedelta) -> tuple[Reread, ...]:
    """Lease the articles whose time has come, longest due first."""
    due = (
        select(RereadRow, EntryRow)
        .join(EntryRow, col(EntryRow.id) == RereadRow.entry_id)
        .where(col(RereadRow.due_at) <= now, is_free(RereadRow, now))
        .order_by(col(RereadRow.due_at), col(RereadRow.article_id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=RereadRow)
    )
    rows = session.exec(due).all()
    versions = versions_of(session, [row.article_id for row, _ in rows])
    token = lease((row for row, _ in rows), now + term)
    return tuple(
        Reread(
            article_id=row.article_id,
            token=token,
            feed_id=entry.feed_id,
            key=entry.key,
            entry=entry.entry,
            known=version_of(fullest(versions[row.article_id])),
            validators=Validators(*row.validators or ()),
            since=row.since,
            rang=entry.alert_id is not None,
            gone=row.gone,
        )
        for row, entry in rows
    )


def finish(
    session: Session, reread: Reread, validators: Validators, due: datetime | None, *, gone: int = 0
) -> None:
    """Put the next reading down, None for never, and how often the page was `gone` by now."""
    row = _held(session, reread)
    if due is None:
        session.delete(row)
        return
    row.due_at, row.gone, row.validators = due, gone, list(astuple(validators))
    row.free()


def admit(
    session: Session, now: datetime, reread: Reread, fingerprint: str, term: timedelta
) -> InboxEntry:
    """A changed page enters the inbox as a new state of the entry that brought it, leased."""
    _held(session, reread)
    row = EntryRow(
        feed_id=reread.feed_id,
        key=reread.key,
        fingerprint=fingerprint,
        entry=reread.entry,
        first_seen=now,
        tries=1,
    )
    token = lease([row], now + term)
    session.add(row)
    session.flush()
    return InboxEntry(row.id, token, row.feed_id, row.entry, row.first_seen)


def _held(session: Session, reread: Reread) -> RereadRow:
    mine = RereadRow.article_id == reread.article_id
    subject = f"re-reading of article {reread.article_id}"
    return held(session, RereadRow, reread.token, subject, mine)[0]
