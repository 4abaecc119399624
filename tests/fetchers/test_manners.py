from __future__ import annotations

import asyncio

import pytest

from wirebell.core.feeds import FailureKind
from wirebell.fetchers.faults import Fault
from wirebell.fetchers.manners import Manners


class Street:
    """Visitors who stay until they are told to leave; knows how many are inside where."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.inside: list[str] = []
        self.leave = asyncio.Event()

    async def visit(self, host: str, patience: float = 60.0) -> None:
        until = asyncio.get_running_loop().time() + patience
        async with self.manners.turn(host, 443, until):
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
    await street.settle()
    for _ in range(3):  # more than the gate of one domain lets in
        with pytest.raises(Fault, match="waited too long") as raised:
            await street.visit("b.com", patience=0.01)
        assert raised.value.kind is FailureKind.LATER
    street.leave.set()
    await first
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
