"""The law of the room: a row comes back as the value it was."""

from __future__ import annotations

from datetime import UTC

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine.default import DefaultDialect

from tests.clock import Clock
from tests.storage.samples import LEASE, candidate, inbox_entry, intake, next_at, page, ring
from wirebell.core.alerts import Alert
from wirebell.core.decisions import Arrival, Filing, History
from wirebell.core.matches import Evidence
from wirebell.core.news import Entry
from wirebell.core.text import clean
from wirebell.storage import Store
from wirebell.storage.tables import Files, Whole

WORDS = st.text(st.characters()).map(clean)
INSTANTS = st.datetimes(timezones=st.just(UTC))
ENTRIES = st.builds(
    Entry,
    id=WORDS,
    url=WORDS,
    title=WORDS,
    summary=WORDS,
    content=WORDS,
    published=st.none() | INSTANTS,
    updated=st.none() | INSTANTS,
    authors=st.lists(WORDS, max_size=3).map(tuple),
    categories=st.lists(WORDS, max_size=3).map(tuple),
    language=WORDS,
)
with_a_database = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@with_a_database
@given(entries=st.lists(ENTRIES, min_size=1, max_size=5))
def test_every_entry_comes_back_as_it_was(store: Store, clock: Clock, entries: list[Entry]) -> None:
    start = store.books().entries
    arrivals = [Arrival(f"{start + n}", "f", entry) for n, entry in enumerate(entries)]
    (claim,) = store.claim_feeds(["wire"], LEASE, due_only=False)
    intake(store, claim, page(), arrivals, next_at(clock.now))
    assert [claimed.entry for claimed in store.claim_entries(10, LEASE)] == entries


@with_a_database
@given(data=st.data())
def test_every_alert_comes_back_as_it_was(store: Store, clock: Clock, data: st.DataObject) -> None:
    number = store.books().entries
    alert = data.draw(_alerts(f"al-{number}"))

    def plan(history: History) -> Filing:
        return Filing(ring(alert.id)(history).decision, alert)

    store.file(candidate(inbox_entry(store, clock, f"{number}")), plan)
    assert alert in store.recent_alerts(number + 1)


def _alerts(alert_id: str) -> st.SearchStrategy[Alert]:
    st.register_type_strategy(str, WORDS)
    return st.builds(
        Alert,
        id=st.just(alert_id),
        story=st.just("st-1"),
        seen=INSTANTS,
        published=st.none() | INSTANTS,
        tier=st.integers(1, 4),
    )


@given(st.lists(st.builds(Evidence, term=WORDS, surface=WORDS)).map(tuple))
def test_evidence_comes_back_as_it_was(evidence: tuple[Evidence, ...]) -> None:
    assert _stored(Whole(tuple[Evidence, ...]), evidence) == evidence


@given(st.lists(st.tuples(WORDS, WORDS)).map(tuple))
def test_files_come_back_as_they_were(files: Files) -> None:
    assert _stored(Whole(Files), files) == files


def _stored(column: Whole, value: object) -> object:
    dialect = DefaultDialect()
    return column.process_result_value(column.process_bind_param(value, dialect), dialect)
