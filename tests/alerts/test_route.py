from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.samples import ALERT, PLACE, RULE, desk, recipient
from wirebell.alerts.route import route
from wirebell.core.alerts import Alert, Delivery
from wirebell.core.matches import Severity
from wirebell.desk.values import Desk, Route

EVERYTHING = Route(("ana", "bo"), PLACE)
ROUTINE_RULE = replace(RULE, id="diplomacy", severity=Severity.ROUTINE, tags=("talks",))
BOTH = replace(ALERT, rules=(RULE, ROUTINE_RULE))


def told(desk_: Desk, alert: Alert = ALERT) -> tuple[Delivery, ...]:
    return route(alert, desk_)


def names(desk_: Desk, alert: Alert = ALERT) -> list[str]:
    return [delivery.recipient for delivery in told(desk_, alert)]


def test_routes_only_add() -> None:
    people = (recipient("ana"), recipient("bo"), recipient("cy"))
    routes = (Route(("ana",), PLACE), Route(("ana", "bo"), PLACE, tags=("minerals",)))
    assert names(desk(*people, routes=routes)) == ["ana", "bo"]


def test_a_route_matches_by_rule_or_by_tag() -> None:
    ana = recipient("ana")
    for line, matches in (
        (Route(("ana",), PLACE, rules=("rare-earths",)), True),
        (Route(("ana",), PLACE, tags=("minerals", "x")), True),
        (Route(("ana",), PLACE, rules=("other",), tags=("minerals",)), True),
        (Route(("ana",), PLACE, rules=("other",)), False),
        (Route(("ana",), PLACE, tags=("talks",)), False),
    ):
        assert bool(told(desk(ana, routes=(line,)))) is matches


def test_a_route_looks_at_the_severity_of_the_rule_it_matches() -> None:
    ana = recipient("ana")
    line = Route(("ana",), PLACE, tags=("talks",), at_least=Severity.URGENT)
    assert told(desk(ana, routes=(line,)), BOTH) == ()


def test_a_rule_adds_the_recipients_it_names_whatever_they_follow() -> None:
    alert = replace(ALERT, rules=(replace(RULE, to=("bo",)),))
    people = (recipient("ana"), recipient("bo", follows=("talks",)))
    assert names(desk(*people), alert) == ["bo"]


def test_a_recipient_hears_only_what_he_follows() -> None:
    follow = [recipient("ana", follows=("talks",)), recipient("bo", follows=("rare-earths",))]
    assert names(desk(*follow, routes=(EVERYTHING,))) == ["bo"]


def test_a_recipient_hears_as_loudly_as_the_loudest_rule_he_follows() -> None:
    people = (recipient("ana", follows=("talks",)), recipient("bo"))
    severities = [d.severity for d in told(desk(*people, routes=(EVERYTHING,)), BOTH)]
    assert severities == [Severity.ROUTINE, Severity.URGENT]


def test_nobody_hears_what_is_below_his_threshold() -> None:
    people = (
        recipient("ana", at_least=Severity.FLASH),
        recipient("bo", follows=("talks",), at_least=Severity.URGENT),
    )
    assert names(desk(*people, routes=(EVERYTHING,)), BOTH) == []


def test_each_channel_of_a_recipient_gets_its_own_delivery_and_address() -> None:
    ana = recipient("ana", slack="#minerals", also=("pager", "mail"))
    ways = [(d.channel, d.address) for d in told(desk(ana, routes=(EVERYTHING,)))]
    assert ways == [("mail", "ana@desk.example"), ("slack", "#minerals"), ("pager", "")]


def test_a_shared_room_is_told_once_for_the_one_who_hears_it_loudest() -> None:
    people = (
        recipient("ana", slack="#room", mail="", follows=("talks",)),
        recipient("bo", slack="#room", mail=""),
    )
    (delivery,) = told(desk(*people, routes=(EVERYTHING,)), BOTH)
    assert (delivery.recipient, delivery.severity) == ("bo", Severity.URGENT)


def test_a_name_that_is_no_longer_on_the_desk_is_passed_over() -> None:
    assert told(desk(recipient("ana"), routes=(Route(("gone",), PLACE),))) == ()


def test_the_key_is_one_for_channel_recipient_and_alert() -> None:
    people = (recipient("ana", slack="#a"), recipient("bo"))
    everybody = desk(*people, routes=(EVERYTHING,))
    keys = [d.key for alert in (ALERT, replace(ALERT, id="al-b")) for d in told(everybody, alert)]
    assert len(set(keys)) == 6
    assert keys[:3] == [d.key for d in told(everybody)]


@given(st.lists(st.sampled_from(["ana", "bo", "cy"]), max_size=9), st.integers(1, 4))
def test_more_routes_never_tell_fewer_people(to: list[str], count: int) -> None:
    people = [recipient(name) for name in ("ana", "bo", "cy")]
    routes = tuple(Route(tuple(to[n::count]), PLACE) for n in range(count))
    told_by = [set(names(desk(*people, routes=routes[:n]))) for n in range(count + 1)]
    assert all(fewer <= more for fewer, more in pairwise(told_by))
    assert told_by[-1] == set(to)
