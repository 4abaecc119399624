from __future__ import annotations

from pathlib import Path

import pytest

from tests.clock import NOON, Clock
from tests.conftest import Postgres
from tests.storage.samples import arrival, file_alert, take_in
from wirebell.core.books import Beat
from wirebell.core.errors import StorageError
from wirebell.storage import Store
from wirebell.storage.engine import Database


def _fill(store: Store, clock: Clock) -> None:
    """Rows in the tables that matter, with texts that a codec could break."""
    store.accept_desk("desk", (("feeds.yaml", "“Zölle” 关税 \\u0000 '%s'"),), "c0ffee", "Ana")
    file_alert(store, clock, "al-1", "ada", "ben")
    take_in(store, clock, arrival("waits", title="关税"))
    store.keep_beat(Beat(NOON, 1.25, "feed", "no such host"))
    store.vote("al-1", "ada", useful=True)


def test_a_backup_restored_into_an_empty_place_holds_the_same(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    _fill(store, clock)
    here, there = store.copy_to(f"sqlite:///{tmp_path / 'deep' / 'backup.db'}")
    assert here == there == store.digest()
    backup = Store(f"sqlite:///{tmp_path / 'deep' / 'backup.db'}", clock)
    assert backup.books() == store.books()
    again, restored = backup.copy_to(f"sqlite:///{tmp_path / 'restored.db'}")
    assert again == restored == here
    file_alert(store, clock, "al-2", "ada")
    assert store.digest() != here
    backup.close()


@pytest.mark.postgres
def test_a_move_to_postgresql_loses_nothing_and_ids_count_on(
    migrated_file: Path, postgres: Postgres, clock: Clock, tmp_path: Path
) -> None:
    old = Store(f"sqlite:///{tmp_path / 'wirebell.db'}", clock)
    old.upgrade()
    _fill(old, clock)
    url = postgres.renew("moved", "template1")
    assert len({*old.copy_to(url)}) == 1
    new = Store(url, clock)
    assert new.books() == old.books()
    assert new.books().whole
    assert (new.desk("desk") or ())[1:] == ("c0ffee", "Ana")
    file_alert(new, clock, "al-2", "ada")  # with ids that no copied row has
    assert new.books().alerts == 2
    for store in (old, new):
        store.close()


def test_nothing_is_copied_over_what_stands_there(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    _fill(store, clock)
    url = f"sqlite:///{tmp_path / 'backup.db'}"
    store.copy_to(url)
    with pytest.raises(StorageError, match="is not empty"):
        store.copy_to(url)


def test_every_row_of_a_large_table_is_copied(store: Store, clock: Clock, tmp_path: Path) -> None:
    take_in(store, clock, *(arrival(f"{n}") for n in range(2500)))
    here, there = store.copy_to(f"sqlite:///{tmp_path / 'backup.db'}")
    assert here == there
    copied = Database(f"sqlite:///{tmp_path / 'backup.db'}")
    with copied.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM entry").scalar() == 2500
    copied.close()
