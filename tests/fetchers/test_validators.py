from __future__ import annotations

import hashlib
from dataclasses import replace

from tests.fetchers.conftest import poll
from tests.servers.web import Answer, WebServer
from wirebell.core.feeds import Failure, FailureKind, Page, Unchanged, Validators
from wirebell.fetchers.http import Fetcher

SINCE = "Thu, 05 Jun 2025 15:10:00 GMT"
HAD = Validators('W/"a  b"', SINCE, hashlib.sha256(b"one").hexdigest())


async def test_validators_are_sent_back_byte_for_byte(web: WebServer, fetcher: Fetcher) -> None:
    odd = Validators("W/'single', no quotes", "Thursday, soon")
    await poll(fetcher, web.url("/feed"), odd)
    sent = web.requests[0].headers
    assert sent["if-none-match"] == odd.etag
    assert sent["if-modified-since"] == odd.last_modified


async def test_what_was_not_given_is_not_sent(web: WebServer, fetcher: Fetcher) -> None:
    await poll(fetcher, web.url("/feed"), replace(HAD, etag="", last_modified=""))
    assert not {"if-none-match", "if-modified-since"} & set(web.requests[0].headers)


async def test_not_modified_is_a_success_and_keeps_what_we_had(
    web: WebServer, fetcher: Fetcher
) -> None:
    web.put("/feed", Answer(status=304))
    found = await poll(fetcher, web.url("/feed"), HAD)
    assert isinstance(found, Unchanged)
    assert (found.url, found.validators) == (web.url("/feed"), HAD)


async def test_a_not_modified_may_renew_a_validator(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", Answer(status=304, headers={"ETag": '"new"'}))
    found = await poll(fetcher, web.url("/feed"), HAD)
    assert isinstance(found, Unchanged)
    assert found.validators == replace(HAD, etag='"new"')


async def test_a_not_modified_nobody_asked_for_is_a_failure(
    web: WebServer, fetcher: Fetcher
) -> None:
    web.put("/feed", Answer(status=304))
    for found in (
        await poll(fetcher, web.url("/feed")),
        await fetcher.fetch_page(web.url("/feed")),
    ):
        assert isinstance(found, Failure)
        assert (found.kind, found.status) == (FailureKind.HTTP, 304)


async def test_an_etag_is_kept_although_the_date_stayed(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", Answer(b"two", headers={"ETag": '"2"', "Last-Modified": SINCE}))
    found = await poll(fetcher, web.url("/feed"), HAD)
    assert isinstance(found, Page)
    assert found.validators.etag == '"2"'
    assert found.validators.last_modified == SINCE


async def test_equal_bytes_are_unchanged_with_the_newest_validators(
    web: WebServer, fetcher: Fetcher
) -> None:
    web.put("/feed", Answer(b"one", headers={"ETag": '"2"'}))
    found = await poll(fetcher, web.url("/feed"), HAD)
    assert isinstance(found, Unchanged)
    assert found.validators == Validators('"2"', "", HAD.body_hash)


async def test_the_round_trip_of_an_honest_server_is_a_page_then_nothing_new(
    web: WebServer, fetcher: Fetcher
) -> None:
    web.put("/feed", Answer(b"one", headers={"ETag": '"1"', "Last-Modified": SINCE}))
    first = await poll(fetcher, web.url("/feed"))
    assert isinstance(first, Page)
    second = await poll(fetcher, web.url("/feed"), first.validators)
    assert isinstance(second, Unchanged)
    assert second.validators == first.validators


async def test_a_validator_that_cannot_be_sent_back_is_not_kept(
    web: WebServer, fetcher: Fetcher
) -> None:
    web.put("/feed", Answer(b"one", headers={"ETag": '"é"', "Last-Modified": SINCE}))
    found = await poll(fetcher, web.url("/feed"))
    assert isinstance(found, Page)
    assert (found.validators.etag, found.validators.last_modified) == ("", SINCE)
