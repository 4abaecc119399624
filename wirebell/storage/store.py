"""The verbs of the memory, each one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from wirebell.core.alerts import Alert, Dispatch, Handling, Receipt, Step, Waiting
from wirebell.core.books import Books, FeedLine
from wirebell.core.clock import Clock
from wirebell.core.decisions import Arrival, Candidate, Filing, History, InboxEntry, Outcome
from wirebell.core.feeds import Failure, FeedClaim, FeedState, Page, Unchanged
from wirebell.storage import books, desks, feeds, filing, outbox, schema
from wirebell.storage import inbox as entries
from wirebell.storage.engine import PATIENCE, Database


class Store:
    """What Wirebell remembers. Threads and processes may share one database.

    Every verb is one transaction and may raise StorageBusy (try again) or StorageError. What a
    worker claims is its own until the lease runs out; whoever answers with the token of an
    older claim gets LeaseLost, and nothing is written.

    Args:
        url: `sqlite:///path/to/file.db` or `postgresql+psycopg://host/name`.
        clock: what time it is; leases of all processes are compared by it.
        patience: how long to wait for another's lock.
    """

    def __init__(self, url: str, clock: Clock, *, patience: timedelta = PATIENCE) -> None:
        self._database = Database(url, patience)
        self._clock = clock

    def upgrade(self) -> None:
        """Make the tables, or bring them up to date; several processes may do it at once."""
        schema.upgrade(self._database)

    def check_schema(self) -> None:
        """Make sure that tables and code fit.

        Raises:
            SchemaBehind: they do not; says what mends it.
        """
        schema.check(self._database)

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()

    # --- desk --------------------------------------------------------------------------------

    def accept_desk(self, desk_hash: str, files: tuple[tuple[str, str], ...]) -> bool:
        """Put a desk in force; True if another one, or none, was."""
        with self._database.serialised() as session:
            return desks.accept(session, desk_hash, files, self._clock())

    def desk_in_force(self) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        """Hash and files of the desk accepted last, None before the first."""
        with self._database.reading() as session:
            return desks.in_force(session)

    def tell_once(self, subject: str) -> bool:
        """True for the first call with this subject ever, False for every later one."""
        with self._database.writing() as session:
            return desks.tell_once(session, subject, self._clock())

    # --- feeds -------------------------------------------------------------------------------

    def claim_feeds(
        self, feed_ids: Sequence[str], lease: timedelta, *, due_only: bool = True
    ) -> tuple[FeedClaim, ...]:
        """Lease those of the feeds that nobody polls and whose time has come, longest due first.

        A feed never seen is due. With `due_only` False those not due yet are leased too.
        """
        with self._database.writing() as session:
            return feeds.claim(session, feed_ids, self._clock(), lease, due_only=due_only)

    def intake(
        self,
        claim: FeedClaim,
        result: Page | Unchanged | Failure,
        arrivals: Sequence[Arrival],
        next_due: datetime,
    ) -> FeedLine:
        """Take in what a poll brought: new entries, validators and the feed's state together.

        An arrival on file with equal fingerprint is nothing new. A failure keeps the validators;
        it is newly failing if the poll before was none.

        Raises:
            LeaseLost: another worker polls this feed now.
        """
        with self._database.writing() as session:
            return feeds.intake(session, claim, result, arrivals, next_due, self._clock())

    def release_feed(self, claim: FeedClaim) -> None:
        """Give a claim back untouched: the feed is due as it was."""
        with self._database.writing() as session:
            feeds.release(session, claim)

    def feed_states(self) -> tuple[FeedState, ...]:
        """What operators see of every feed ever claimed."""
        with self._database.reading() as session:
            return feeds.states(session)

    # --- inbox -------------------------------------------------------------------------------

    def claim_entries(self, limit: int, lease: timedelta) -> tuple[InboxEntry, ...]:
        """Lease the oldest entries that wait; each claim counts as one of their tries."""
        with self._database.writing() as session:
            return entries.claim(session, limit, self._clock(), lease)

    def settle(self, inbox: InboxEntry, outcome: Outcome, reason: str) -> None:
        """Give an entry that cannot become a candidate its outcome.

        Raises:
            LeaseLost: another worker has it, or it has its outcome.
        """
        with self._database.writing() as session:
            entries.settle(session, inbox, outcome, reason, self._clock())

    # --- filing ------------------------------------------------------------------------------

    def file(self, candidate: Candidate, plan: Callable[[History], Filing]) -> Filing:
        """Recall, plan and write in one transaction that no other filing overlaps.

        `plan` must be pure: after StorageBusy it may run again. Returns what was written: an
        alert that was on file already is left out.

        Raises:
            LeaseLost: another worker has the entry, or it has its outcome.
        """
        with self._database.serialised() as session:
            return filing.file(session, candidate, plan, self._clock())

    # --- outbox ------------------------------------------------------------------------------

    def claim_deliveries(
        self, handle: Callable[[Waiting], Handling], limit: int, lease: timedelta
    ) -> tuple[Dispatch, ...]:
        """Lease at most `limit` messages that are due, oldest first; () when nothing is.

        `handle` must be pure. What it holds is asked about again when its time has come.
        """
        with self._database.serialised() as session:
            return outbox.claim(session, handle, limit, self._clock(), lease)

    def begin_attempt(self, dispatch: Dispatch) -> None:
        """Put an attempt on record, committed before the network hears of the message.

        Raises:
            LeaseLost: the lease ran out; the message must not be sent.
        """
        with self._database.serialised() as session:
            outbox.begin_attempt(session, dispatch, self._clock())

    def finish_attempt(self, dispatch: Dispatch, receipt: Receipt, step: Step) -> None:
        """Write what came of the attempt and where its deliveries stand now.

        Raises:
            LeaseLost: another worker took the message over.
        """
        with self._database.serialised() as session:
            outbox.finish_attempt(session, dispatch, receipt, step, self._clock())

    # --- books -------------------------------------------------------------------------------

    def books(self) -> Books:
        """Every entry and delivery counted, and every sum checked, at one instant."""
        with self._database.reading() as session:
            return books.balance(session)

    def alert(self, alert_id: str) -> Alert | None:
        """An alert as it was filed, None if there is none."""
        with self._database.reading() as session:
            return books.alert(session, alert_id)

    def recent_alerts(self, limit: int) -> tuple[Alert, ...]:
        """The newest alerts, newest first."""
        with self._database.reading() as session:
            return books.recent_alerts(session, limit)

    def rulings_of(self, url_key: str) -> tuple[tuple[str, str, str, str], ...]:
        """(rule, verdict, reason, desk hash) of every decision on an article, oldest first."""
        with self._database.reading() as session:
            return books.rulings_of(session, url_key)

    def outcomes_since(self, since: datetime) -> tuple[tuple[str, str, str], ...]:
        """(title, outcome, reason) of the entries settled since an instant, newest first."""
        with self._database.reading() as session:
            return books.outcomes_since(session, since)
