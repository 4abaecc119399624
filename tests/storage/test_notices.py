from __future__ import annotations

from collections.abc import Callable

from tests.clock import NOON, Clock
from tests.storage.samples import SECOND, alert, claim_one, delivery
from wirebell.core.alerts import NOTICE
from wirebell.storage import Store


def _notice(store: Store, number: int, *, over: bool = False, subject: str = "feed ft") -> bool:
    name = f"{NOTICE}{number}"
    return store.notice(subject, alert(name), (delivery(name, "ops"),), over=over)


def test_trouble_is_told_once_until_it_is_over_and_so_is_its_end(
    open_store: Callable[[], Store], clock: Clock
) -> None:
    told = [_notice(open_store(), 1), _notice(open_store(), 2)]
    told += [_notice(open_store(), 3, over=True), _notice(open_store(), 4, over=True)]
    told += [_notice(open_store(), 5)]
    assert told == [True, False, True, False, True]
    assert open_store().books().deliveries == {"pending": 3}


def test_what_operators_were_told_of_stands_until_it_is_over(store: Store, clock: Clock) -> None:
    _notice(store, 1)
    clock.advance(SECOND)
    long = "x" * 10_000
    assert _notice(store, 2, subject=long)
    assert not _notice(store, 3, subject=long)
    assert list(store.troubles().values()) == [NOON, NOON + SECOND]
    _notice(store, 4, over=True)
    assert list(store.troubles().values()) == [NOON + SECOND]


def test_a_notice_leaves_by_the_outbox_and_is_no_news(store: Store) -> None:
    _notice(store, 1)
    books = store.books()
    assert (books.whole, books.alerts, store.recent_alerts(9)) == (True, 0, ())
    assert claim_one(store).alerts == (alert(f"{NOTICE}1"),)
