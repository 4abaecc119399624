from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clock import NOON, Clock
from tests.storage.samples import LEASE, SECOND, file_alert, say
from wirebell.core.alerts import Handling, How, Hushed, Silence, Waiting
from wirebell.core.errors import NotFound
from wirebell.storage import Store

HOUR = timedelta(hours=1)


def silence(store: Store, value: str, hours: int = 1) -> Silence:
    ends = NOON + hours * HOUR
    return store.silence(Silence(0, Hushed.RULE, value, ends, "ana", "known", NOON))


def obey(waiting: Waiting) -> Handling:
    """Holds by any silence, and tells as a digest what one held."""
    if waiting.silences:
        return Handling(How.SILENCED, waiting.silences[0].until, "hush")
    return Handling(waiting.held_as or How.SINGLE)


def test_silences_in_force_are_shown_to_the_handling_until_they_end(
    store: Store, clock: Clock
) -> None:
    long, short = silence(store, "b", 2), silence(store, "a")
    assert store.silences() == (short, long)
    clock.advance(HOUR)
    assert store.silences() == (long,)
    clock.advance(HOUR)
    assert store.silences() == ()


def test_what_a_silence_held_leaves_as_one_digest_when_it_ends(store: Store, clock: Clock) -> None:
    silence(store, "rare-earth")
    for n in range(3):
        file_alert(store, clock, f"al-{n}", "ada")
        assert store.claim_deliveries(obey, 9, LEASE) == ()
    (owing, *_) = store.undelivered()
    assert (owing.told.how, owing.told.reason, owing.told.due) == ("silenced", "hush", NOON + HOUR)
    clock.advance(HOUR)
    (digest,) = store.claim_deliveries(obey, 9, LEASE)
    assert (digest.how, len(digest.alerts)) == (How.SILENCED, 3)


def test_ended_by_hand_it_lets_go_at_once_but_not_what_another_holds(
    store: Store, clock: Clock
) -> None:
    one, two = silence(store, "rare-earth"), silence(store, "other", 3)
    file_alert(store, clock, "al-1", "ada")
    assert store.claim_deliveries(obey, 9, LEASE) == ()
    clock.advance(SECOND)
    assert store.end_silence(one.id).until == clock.now
    assert store.claim_deliveries(obey, 9, LEASE) == ()
    store.end_silence(two.id)
    (digest,) = store.claim_deliveries(obey, 9, LEASE)
    assert digest.how is How.SILENCED
    with pytest.raises(NotFound):
        store.end_silence(one.id)


def test_a_story_told_loudly_takes_along_what_was_held_of_it_but_not_what_is_silenced(
    store: Store, clock: Clock
) -> None:
    for n, how in enumerate((How.COOLED, How.DIGEST, How.SILENCED)):
        file_alert(store, clock, f"al-{n}", "ada", story="st-1")
        assert store.claim_deliveries(say(how, NOON + HOUR), 9, LEASE) == ()
    file_alert(store, clock, "al-9", "ada", story="st-1")
    (told,) = store.claim_deliveries(say(How.SINGLE), 9, LEASE)
    assert [alert.id for alert in told.alerts] == ["al-9", "al-0", "al-1"]
    assert told.message_key not in {f"al-{n} ada" for n in (0, 1, 9)}
