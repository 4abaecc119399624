from __future__ import annotations

from collections.abc import Callable

from wirebell.storage import Store

FILES = (("feeds.yaml", "version: 1\n"), ("watch/trade.yaml", "title: “Zölle”\n"))


def test_nothing_is_in_force_before_the_first_desk(store: Store) -> None:
    assert store.desk_in_force() is None


def test_the_desk_accepted_last_is_in_force_for_everybody(
    open_store: Callable[[], Store],
) -> None:
    assert open_store().accept_desk("one", FILES)
    assert open_store().accept_desk("two", ())
    assert open_store().desk_in_force() == ("two", ())


def test_the_desk_in_force_is_not_a_new_version(store: Store) -> None:
    assert store.accept_desk("one", FILES)
    assert not store.accept_desk("one", FILES)
    assert store.desk_in_force() == ("one", FILES)


def test_going_back_to_an_older_desk_puts_it_in_force_again(store: Store) -> None:
    for name in ("one", "two", "one"):
        assert store.accept_desk(name, FILES)
    in_force = store.desk_in_force()
    assert in_force is not None
    assert in_force[0] == "one"
