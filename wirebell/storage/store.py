"""The verbs of the memory, each one transaction (but `prune`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from wirebell.core.alerts import Alert, Delivery
from wirebell.core.books import Pruned
from wirebell.storage import beats as heartbeats
from wirebell.storage import (
    copying,
    filing,
    fingerprints,
    intake,
    journal,
    leases,
    ledger,
    pruning,
    rereads,
    schema,
)
from wirebell.storage import votes as ballots
from wirebell.storage.books import balance
from wirebell.storage.engine import Database
from wirebell.storage.leases import insert_new
from wirebell.storage.outbox_verbs import OutboxVerbs, verb, verb_now
from wirebell.storage.pulse import pulse as pulse_of
from wirebell.storage.tables import DeskRow, Files, TellingRow, index_key


class Store(OutboxVerbs):
    """What Wirebell remembers. Threads and processes may share one database.

    Every verb is one transaction and may raise StorageBusy (try again) or StorageError. What a
    worker claims is its own until the lease runs out; whoever answers with the token of an
    older claim, or twice, gets LeaseLost, and nothing is written.

    Args:
        url: `sqlite:///path/to/file.db` or `postgresql+psycopg://host/name`.
        clock: what time it is; leases of all processes are compared by it.
        patience: how long to wait for another's lock.
    """

    # What is one function in one transaction: there it says what it does.
    feed_states = verb(Database.reading, intake.feed_states)
    finish_reread = verb(Database.writing, rereads.finish)
    books = verb(Database.reading, balance)
    keep_beat = verb(Database.writing, heartbeats.keep)
    forget_beats = verb(Database.serialised, heartbeats.forget)
    beats = verb(Database.reading, heartbeats.beats)
    votes = verb(Database.reading, ballots.votes)
    article_ids = verb(Database.reading, journal.article_ids)
    find_article = verb(Database.reading, journal.find_article)
    articles = verb(Database.reading, journal.articles)
    records_of = verb(Database.reading, ledger.records_of)
    records = verb(Database.reading, ledger.records)
    settled = verb(Database.reading, ledger.settled)
    alert = verb(Database.reading, ledger.alert)
    recent_alerts = verb(Database.reading, ledger.recent_alerts)
    outcomes_since = verb(Database.reading, ledger.outcomes_since)
    file = verb_now(Database.serialised, filing.file)
    settle = verb_now(Database.writing, intake.settle)
    claim_feeds = verb_now(Database.writing, intake.claim_feeds)
    claim_entries = verb_now(Database.writing, intake.claim_entries)
    claim_rereads = verb_now(Database.writing, rereads.claim)
    admit = verb_now(Database.writing, rereads.admit)
    reopen = verb_now(Database.writing, ledger.reopen)
    keep = verb_now(Database.writing, leases.keep)
    vote = verb_now(Database.writing, ballots.vote)
    pulse = verb_now(Database.reading, pulse_of)
    intake = verb_now(Database.writing, intake.intake)  # last: it hides the module of its name

    def upgrade(self) -> None:
        """Make the tables, or bring them up to date; several processes may do it at once."""
        schema.upgrade(self._database)

    def check_schema(self) -> None:
        """Make sure that tables and code fit, else SchemaBehind, which says what mends it."""
        schema.check(self._database)

    def copy_to(self, url: str) -> tuple[str, str]:
        """Copy everything into an empty database; the digests of both, equal if all is there."""
        target = Database(url, self._database.patience)
        try:
            return copying.copy(self._database, target), copying.digest(target)
        finally:
            target.close()

    def digest(self) -> str:
        """What the tables hold, in 16 digits: equal for equal rows, on either engine."""
        return copying.digest(self._database)

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()

    def accept_desk(self, desk_hash: str, files: Files, commit: str = "", author: str = "") -> bool:
        """Put a desk in force; False if it is already. Going back to an older one is a new row."""
        with self._database.serialised() as session:
            newest = _newest_desk(session)
            if newest is not None and newest.hash == desk_hash:
                return False
            at = self._clock()
            row = DeskRow(hash=desk_hash, files=files, accepted_at=at, commit=commit, author=author)
            session.add(row)
            return True

    def desk_in_force(self) -> tuple[str, Files] | None:
        """Hash and files of the desk accepted last, None before the first."""
        with self._database.reading() as session:
            newest = _newest_desk(session)
            return None if newest is None else (newest.hash, newest.files)

    def desk(self, desk_hash: str) -> tuple[Files, str, str] | None:
        """Files, commit and author of a desk that was in force, as it was last accepted; commit
        and author "" where it came from no repository, None if none was called so.
        """
        known = select(DeskRow).where(DeskRow.hash == desk_hash).order_by(col(DeskRow.id).desc())
        with self._database.reading() as session:
            row = session.exec(known.limit(1)).first()
            return (row.files, row.commit, row.author) if row else None

    def notice(
        self, subject: str, alert: Alert, deliveries: Sequence[Delivery], *, over: bool
    ) -> bool:
        """Owe operators a notice that trouble began, or that it is over; False if they know."""
        now, name = self._clock(), index_key(subject)
        with self._database.writing() as session:
            if over:
                gone = session.exec(delete(TellingRow).where(col(TellingRow.subject) == name))
                news = bool(gone.rowcount)
            else:
                news = bool(insert_new(session, TellingRow, [{"subject": name, "told_at": now}]))
            return news and filing.owe(session, now, alert, deliveries)

    def troubles(self) -> dict[str, datetime]:
        """What operators were told of and is not over yet, and since when."""
        with self._database.reading() as session:
            found = session.exec(select(TellingRow).order_by(col(TellingRow.told_at)))
            return {row.subject: row.told_at for row in found}

    def prune(self, before: datetime, *, at_once: int = 200) -> Pruned:
        """Let go of keys out of their window, and of texts last seen before an instant whose
        articles never rang. Not one transaction but many short ones, of `at_once` texts: it may
        be interrupted and begun again.
        """
        keys = texts = 0
        for low, high in fingerprints.stretches():
            with self._database.writing() as session:
                keys += fingerprints.prune(session, low, high, self._clock())
        more = True
        while more:
            with self._database.serialised() as session:
                let_go = pruning.prune_texts(session, before, at_once)
            texts, more = texts + let_go, let_go == at_once
        return Pruned(keys, texts)

    def last_matched(self, rules: Sequence[str]) -> dict[str, datetime]:
        """When each rule last matched; if it never did, when the desk in force was accepted."""
        with self._database.reading() as session:
            newest = _newest_desk(session)
            never = dict.fromkeys(rules, newest.accepted_at) if newest else {}
            return never | journal.last_matched(session, rules)


def _newest_desk(session: Session) -> DeskRow | None:
    return session.exec(select(DeskRow).order_by(col(DeskRow.id).desc()).limit(1)).first()
