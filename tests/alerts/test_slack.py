from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any

import apprise
import pytest

from tests.alerts.conftest import HOOK, Plug
from tests.alerts.samples import MESSAGE
from tests.servers.slack import Reply, SlackServer
from wirebell.alerts.transport import Transport
from wirebell.core.alerts import Receipt, ReceiptState

SENT, RETRY, PERMANENT, CONFIG, AMBIGUOUS = ReceiptState
BOT = "slack://xoxb-1234-1234-abcdef"


def send(transport: Transport, room: str = "#room") -> Receipt:
    return transport.send("slack", room, MESSAGE)


def test_a_webhook_gets_our_blocks_and_no_room(slack: SlackServer, plug: Plug) -> None:
    receipt = send(plug(slack=HOOK))
    assert (receipt.state, receipt.code) == (SENT, "http 200")
    (post,) = slack.posts
    assert post.path == "/services/T0AAAAAAA/B0BBBBBBB/c0ffeec0ffeec0ffeec0ffee"
    assert post.document == json.loads(MESSAGE.slack)


def test_slacks_own_spelling_of_a_webhook_works_too(slack: SlackServer, plug: Plug) -> None:
    native = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/c0ffeec0ffeec0ffeec0ffee"
    assert send(plug(slack=native)).state is SENT
    assert slack.posts[0].path.startswith("/services/T0AAAAAAA/")


def test_a_bot_posts_to_the_room_of_the_delivery_and_learns_the_messages_name(
    slack: SlackServer, plug: Plug
) -> None:
    slack.reply = Reply(200, b'{"ok": true, "ts": "1749136200.000100"}')
    for url in (f"{BOT}/#elsewhere", BOT):
        receipt = send(plug(slack=url), "#minerals")
        assert (receipt.state, receipt.provider_id) == (SENT, "1749136200.000100")
    for post in slack.posts:
        assert post.path == "/api/chat.postMessage"
        assert post.headers["authorization"] == "Bearer xoxb-1234-1234-abcdef"
        assert post.document["channel"] == "#minerals"
    assert len(slack.posts) == 2


def test_a_bot_without_a_room_of_the_delivery_uses_its_own(slack: SlackServer, plug: Plug) -> None:
    slack.reply = Reply(200, b'{"ok": true}')
    send(plug(slack=f"{BOT}/#own"), "")
    assert slack.posts[0].document["channel"] == "#own"


def test_a_bot_answers_in_the_storys_thread_and_lets_the_room_see_it(
    slack: SlackServer, plug: Plug
) -> None:
    slack.reply = Reply(200, b'{"ok": true, "ts": "2"}')
    update = replace(MESSAGE, thread="1749136200.000100")
    assert plug(slack=BOT).send("slack", "#room", update).state is SENT
    assert slack.posts[0].document["thread_ts"] == "1749136200.000100"
    assert slack.posts[0].document["reply_broadcast"] is True


def test_where_the_thread_is_gone_the_words_arrive_outside_of_it(
    slack: SlackServer, plug: Plug
) -> None:
    slack.first = [Reply(200, b'{"ok": false, "error": "thread_not_found"}')]
    slack.reply = Reply(200, b'{"ok": true, "ts": "2"}')
    assert plug(slack=BOT).send("slack", "#room", replace(MESSAGE, thread="1")).state is SENT
    assert "thread_ts" not in slack.posts[1].document
    assert slack.posts[1].document["channel"] == "#room"


def test_a_webhook_takes_no_thread(slack: SlackServer, plug: Plug) -> None:
    assert plug(slack=HOOK).send("slack", "", replace(MESSAGE, thread="1")).state is SENT
    assert slack.posts[0].document == json.loads(MESSAGE.slack)


@pytest.mark.parametrize(
    ("reply", "state", "wait"),
    [
        (Reply(429, b"rate_limited", {"Retry-After": "30"}), RETRY, 30),
        (Reply(429, b"rate_limited"), RETRY, None),
        (Reply(429, b"", {"Retry-After": "0"}), RETRY, 0),
        (Reply(429, b"", {"Retry-After": "soon"}), RETRY, None),
        (Reply(429, b"", {"Retry-After": "Thu, 31 Dec 99999999999 23:59:59 GMT"}), RETRY, None),
        (Reply(429, b"", {"Retry-After": "Thu, 05 Jun 2025 15:12:40 GMT"}), RETRY, 40),
        (Reply(429, b"", {"Retry-After": "Thu, 05 Jun 2025 15:00:00 GMT"}), RETRY, 0),
        (Reply(502, b"bad gateway"), RETRY, None),
        (Reply(401, b"not_authed"), CONFIG, None),
        (Reply(500, b"internal"), RETRY, None),
        (Reply(503, b"unavailable", {"Retry-After": "7"}), RETRY, 7),
        (Reply(403, b"invalid_token"), CONFIG, None),
        (Reply(404, b"no_service"), CONFIG, None),
        (Reply(410, b"channel_is_archived"), CONFIG, None),
        (Reply(200, b"<html>Please log in</html>"), CONFIG, None),
        (Reply(400, b"invalid_blocks"), PERMANENT, None),
    ],
)
def test_a_webhooks_answer_means_what_its_code_says(
    slack: SlackServer, plug: Plug, reply: Reply, state: ReceiptState, wait: int | None
) -> None:
    slack.reply = reply
    receipt = send(plug(slack=HOOK))
    assert (receipt.state, receipt.code) == (state, f"http {reply.status}")
    assert receipt.retry_after == (None if wait is None else timedelta(seconds=wait))
    assert receipt.detail == reply.body.decode()


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ("ratelimited", RETRY),
        ("internal_error", RETRY),
        ("invalid_auth", CONFIG),
        ("not_in_channel", CONFIG),
        ("something_new", CONFIG),
        ("msg_too_long", PERMANENT),
    ],
)
def test_the_apis_answer_means_what_its_error_says(
    slack: SlackServer, plug: Plug, error: str, state: ReceiptState
) -> None:
    slack.reply = Reply(200, json.dumps({"ok": False, "error": error}).encode())
    receipt = send(plug(slack=BOT))
    assert (receipt.state, receipt.detail) == (state, error)


def test_a_redirect_is_never_followed(slack: SlackServer, plug: Plug) -> None:
    slack.reply = Reply(302, b"", {"Location": f"{slack.base}/elsewhere"})
    assert send(plug(slack=HOOK)).state is CONFIG
    assert [post.method for post in slack.posts] == ["POST"]


def test_blocks_slack_dislikes_are_followed_at_once_by_plain_words(
    slack: SlackServer, plug: Plug
) -> None:
    slack.first = [Reply(400, b"invalid_blocks")]
    assert send(plug(slack=HOOK)).state is SENT
    blocks, words = (post.document for post in slack.posts)
    assert "blocks" in blocks
    assert words["text"] == MESSAGE.text
    assert words["unfurl_links"] is False


def test_an_answer_that_never_comes_is_ambiguous(slack: SlackServer, plug: Plug) -> None:
    slack.reply = Reply(drop=True)
    assert send(plug(slack=HOOK)).state is AMBIGUOUS
    slack.reply = Reply(pause=0.4)
    assert send(plug(slack=f"{HOOK}?rto=0.1")).state is AMBIGUOUS


def test_nobody_listening_is_tried_again(plug: Plug) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        gone = f"http://127.0.0.1:{closed.getsockname()[1]}"
    receipt = send(plug(slack=HOOK, slack_base=gone))
    assert (receipt.state, receipt.code) == (RETRY, "connection")


def test_others_who_use_apprise_in_our_process_get_the_stock_slack(
    slack: SlackServer, plug: Plug
) -> None:
    plug(slack=HOOK)
    stock: Any = apprise.Apprise()
    assert stock.add(HOOK)
    stock[0].webhook_url = f"{slack.base}/services"
    assert stock.notify("a flow failed")
    assert slack.posts[0].document["attachments"][0]["text"] == "a flow failed"


def test_a_certificate_nobody_vouches_for_is_the_channels_trouble(plug: Plug) -> None:
    with SlackServer(tls=True) as slack:
        receipt = send(plug(slack=HOOK, slack_base=slack.base))
    assert (receipt.state, receipt.code) == (CONFIG, "tls")
    assert slack.posts == []
