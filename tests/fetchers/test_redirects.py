from __future__ import annotations

import pytest

from tests.fetchers.conftest import a_fetcher, poll
from tests.servers.web import Answer, WebServer
from wirebell.core.feeds import Failure, FailureKind, Page
from wirebell.fetchers.http import MOST_REDIRECTS, Fetcher


def lead(web: WebServer, *statuses: int) -> None:
    """A chain /0, /1, ... of redirects with these statuses, and a page at its end."""
    for hop, status in enumerate(statuses):
        web.put(f"/{hop}", Answer(status=status, headers={"Location": f"{hop + 1}"}))
    web.put(f"/{len(statuses)}", b"here")


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), True), ((308, 301), True), ((302,), False), ((301, 307), False), ((303, 308), False)],
)
async def test_a_move_is_told_when_every_hop_was_permanent(
    web: WebServer, fetcher: Fetcher, statuses: tuple[int, ...], moved: bool
) -> None:
    lead(web, *statuses)
    page = await poll(fetcher, web.url("/0"))
    assert isinstance(page, Page)
    end = web.url(f"/{len(statuses)}")
    assert (page.body, page.url, page.moved_to) == (b"here", end, end if moved else "")


async def test_five_hops_are_followed_and_six_are_not(web: WebServer, fetcher: Fetcher) -> None:
    lead(web, *[302] * (MOST_REDIRECTS + 1))
    assert isinstance(await poll(fetcher, web.url("/1")), Page)
    found = await poll(fetcher, web.url("/0"))
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.REDIRECTS


async def test_a_loop_ends(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/loop", Answer(status=301, headers={"Location": "/loop"}))
    found = await poll(fetcher, web.url("/loop"))
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.REDIRECTS
    assert len(web.requests) == MOST_REDIRECTS + 1


async def test_an_allowed_host_cannot_lead_to_an_address_that_is_not(web: WebServer) -> None:
    web.put("/inside", b"secret")
    web.put("/feed", Answer(status=302, headers={"Location": web.url("/inside")}))
    async with a_fetcher(f"localhost:{web.port}") as fetcher:
        found = await poll(fetcher, web.url("/feed", host="localhost"))
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.GUARDED
    assert found.detail == "it leads to a loopback address, which is refused"
    assert [request.path for request in web.requests] == ["/feed"]


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("file:///etc/passwd", FailureKind.GUARDED),
        ("ftp://a.example/feed", FailureKind.GUARDED),
        ("http://user:hunter2@a.example/", FailureKind.GUARDED),
        ("http://169.254.169.254/latest/meta-data/", FailureKind.GUARDED),
        ("http://[::ffff:10.0.0.1]/", FailureKind.GUARDED),
        ("http://[", FailureKind.GUARDED),
    ],
)
async def test_a_redirect_is_checked_like_an_address_of_ours(
    web: WebServer, fetcher: Fetcher, location: str, kind: FailureKind
) -> None:
    web.put("/feed", Answer(status=301, headers={"Location": location}))
    found = await poll(fetcher, web.url("/feed"))
    assert isinstance(found, Failure)
    assert found.kind is kind
    assert "hunter2" not in repr(found)


async def test_a_location_with_blanks_and_accents_is_escaped(
    web: WebServer, fetcher: Fetcher
) -> None:
    web.put("/feed", Answer(status=302, headers={"Location": "/new feed/é?a=é"}))
    await poll(fetcher, web.url("/feed"))
    assert web.requests[1].path == "/new%20feed/%C3%A9?a=%C3%A9"


async def test_a_redirect_to_nowhere_is_a_status(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", Answer(status=301))
    found = await poll(fetcher, web.url("/feed"))
    assert isinstance(found, Failure)
    assert (found.kind, found.status) == (FailureKind.HTTP, 301)
