from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.fetchers.conftest import a_fetcher
from wirebell.core.feeds import FailureKind, Feed, Lane
from wirebell.fetchers.faults import Fault
from wirebell.fetchers.manners import Manners, lane_of, our_line_is_down


class Street:
    """Visitors who stay until they are told to leave; knows how many are inside where."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.inside: list[str] = []
        self.leave = asyncio.Event()

    async def visit(self, host: str, patience: float = 60.0) -> None:
        until = asyncio.get_running_loop().time() + patience
        domain = self.manners.domain_of(host, 443)
        at_domain, in_line = self.manners.turn(domain, until)
        async with at_domain, in_line:
            self.manners.admit(domain)
            self.inside.append(host)
            await self.leave.wait()

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


async def test_two_at_once_for_one_domain_whatever_the_subdomain() -> None:
    street = Street(Manners())
    async with asyncio.TaskGroup() as group:
        for host in ("www.a.example.com", "feeds.a.example.com", "example.com"):
            group.create_task(street.visit(host))
        await street.settle()
        assert street.inside == ["www.a.example.com", "feeds.a.example.com"]
        street.leave.set()
    assert len(street.inside) == 3


async def test_a_crowd_before_one_domain_does_not_block_the_others() -> None:
    street = Street(Manners(connections=4))
    async with asyncio.TaskGroup() as group:
        for host in ["crowd.com"] * 10 + ["calm.com", "quiet.org"]:
            group.create_task(street.visit(host))
        await street.settle()
        assert sorted(street.inside) == ["calm.com", "crowd.com", "crowd.com", "quiet.org"]
        street.leave.set()


async def test_no_more_at_once_than_connections_in_all() -> None:
    street = Street(Manners(connections=3))
    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(street.visit(f"n{number}.com"))
        await street.settle()
        assert len(street.inside) == 3
        street.leave.set()
    assert len(street.inside) == 8


async def test_who_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    street = Street(Manners(per_domain=1))
    first, second, third = (asyncio.create_task(street.visit("a.com")) for _ in range(3))
    await street.settle()
    second.cancel()
    street.leave.set()
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert street.inside == ["a.com", "a.com"]


async def test_patience_ends_and_gives_back_what_was_held() -> None:
    street = Street(Manners(connections=1))
    first = asyncio.create_task(street.visit("a.com"))
    await street.settle()  # more of the others than the gate of one domain lets in
    others = [asyncio.create_task(street.visit("b.com", patience=0)) for _ in range(3)]
    await street.settle()
    street.leave.set()
    await first
    for other in others:
        with pytest.raises(Fault, match="waited too long") as raised:
            await other
        assert raised.value.kind is FailureKind.LATER
    await street.visit("b.com")
    assert street.inside == ["a.com", "b.com"]


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("feeds.bbci.co.uk", "bbci.co.uk"),
        ("WWW.Example.COM.", "example.com"),
        ("one.github.io", "one.github.io"),  # many publishers behind one suffix
        ("co.uk", "co.uk:443"),
        ("127.0.0.1", "127.0.0.1:443"),
        ("::1", "::1:443"),
        ("localhost", "localhost:443"),
        ("bridge.internal", "bridge.internal:443"),
    ],
)
def test_load_is_counted_by_who_bears_it(host: str, domain: str) -> None:
    assert Manners().domain_of(host, 443) == domain


async def test_a_domain_that_asked_for_peace_is_not_asked_again_and_others_are() -> None:
    street = Street(Manners())
    street.leave.set()
    street.manners.close("feeds.crowd.com", 60)
    street.manners.close("127.0.0.1", 60)  # a private host closes no other
    with pytest.raises(Fault, match="left alone") as raised:
        await street.visit("www.crowd.com")
    assert raised.value.kind is FailureKind.LATER
    await street.visit("calm.com")
    await street.visit("127.0.0.1")
    assert street.inside == ["calm.com", "127.0.0.1"]


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        ("https://www.reddit.com/r/a/.rss", Lane("reddit.com", timedelta(seconds=60))),
        ("https://feeds.bbci.co.uk/news", Lane("bbci.co.uk", timedelta(seconds=5))),
        ("http://127.0.0.1:8080/feed", None),
        ("http://bridge.internal/feed", None),
    ],
)
def test_public_feeds_share_a_lane_by_domain_and_private_ones_have_none(
    url: str, lane: Lane | None
) -> None:
    assert lane_of(url) == lane


def test_a_name_the_operator_allowed_needs_no_lane_and_what_is_no_address_has_none() -> None:
    async def lane() -> Lane | None:
        async with a_fetcher("bridge.example.com") as fetcher:
            assert fetcher.lane(Feed("b", "B", "http://b.example:99999/")) is None
            return fetcher.lane(Feed("a", "A", "https://bridge.example.com/feed"))

    assert asyncio.run(lane()) is None


@pytest.mark.parametrize(
    ("hosts", "asked", "ours"),
    [
        (["a.com", "b.com", "c.com"], 5, True),
        (["a.com", "b.com", "c.com"], 6, False),  # only half
        (["a.com", "b.com"], 2, False),  # two publishers may be down at once
        (["x.a.com", "y.a.com", "z.a.com"], 3, False),
        (["10.0.0.1", "10.0.0.2", "10.0.0.3:81"], 3, True),
    ],
)
def test_when_most_of_several_publishers_are_out_of_reach_it_is_our_line(
    hosts: list[str], asked: int, ours: bool
) -> None:
    feeds = [Feed(host, "A", f"http://{host}/feed") for host in hosts]
    assert our_line_is_down(feeds, asked) is ours
