from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import apprise
import pytest

from tests.alerts.conftest import Plug
from tests.alerts.samples import MESSAGE
from tests.servers.smtp import SmtpServer
from wirebell.alerts.transport import Transport
from wirebell.core.alerts import Receipt, ReceiptState

SENT, RETRY, PERMANENT, CONFIG, AMBIGUOUS = ReceiptState
ANA = "ana@desk.example"


def send(transport: Transport, address: str = ANA) -> Receipt:
    return transport.send("mail", address, MESSAGE)


def outcome(receipt: Receipt) -> tuple[ReceiptState, str]:
    return receipt.state, receipt.code


def test_a_mail_arrives_once_with_our_id_thread_headers_and_both_parts(
    smtp: SmtpServer, plug: Plug
) -> None:
    receipt = send(plug(mail=smtp.url()))
    assert outcome(receipt) == (SENT, "smtp 250")
    assert receipt.detail == "2.0.0 OK queued as 42"
    (mail,) = smtp.mails
    parsed = mail.parsed
    assert parsed.get_all("Message-ID") == ["<key-1@alerts.example>"]
    assert parsed["References"] == parsed["In-Reply-To"] == "<al-aaaaaaaaaa@alerts.example>"
    assert parsed["Subject"] == MESSAGE.subject
    assert parsed["List-Id"] == "Wirebell alerts <alerts.example>"
    assert parsed["Date"] == "Thu, 05 Jun 2025 15:12:00 +0000"
    assert (parsed["From"], parsed["To"]) == ("Wirebell <wirebell@localhost>", ANA)
    assert mail.recipients == (ANA,)
    assert mail.part("plain").replace("\r\n", "\n") == MESSAGE.text
    assert mail.part("html").strip() == MESSAGE.html


def test_the_channels_own_sender_wins(smtp: SmtpServer, plug: Plug) -> None:
    send(plug(mail=smtp.url(**{"from": "desk@news.example"})))
    assert smtp.mails[0].sender == "desk@news.example"
    assert "desk@news.example" in smtp.mails[0].parsed["From"]


def test_an_address_of_the_delivery_wins_over_those_of_the_channel(
    smtp: SmtpServer, plug: Plug
) -> None:
    send(plug(mail=smtp.url(to="all@desk.example", cc="boss@desk.example")))
    assert [mail.recipients for mail in smtp.mails] == [(ANA,)]


def test_a_channel_that_names_recipients_needs_no_address(smtp: SmtpServer, plug: Plug) -> None:
    send(plug(mail=smtp.url(to="a@desk.example,b@desk.example", cc="c@desk.example")), "")
    assert [mail.recipients[0][0] for mail in smtp.mails] == ["a", "b", "c"]


def test_letters_of_every_script_survive_a_server_of_seven_bits(
    smtp: SmtpServer, plug: Plug
) -> None:
    message = replace(MESSAGE, subject="稀土 “Ünïcode”", text="中国商务部\n", html="<p>中国</p>")
    plug(mail=smtp.url()).send("mail", ANA, message)
    (mail,) = smtp.mails
    assert mail.parsed["Subject"] == "稀土 “Ünïcode”"
    assert mail.part("plain").strip() == "中国商务部"
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("command", "line", "state"),
    [
        ("MAIL", "451 4.3.0 later", RETRY),
        ("MAIL", "550 5.7.1 not your sender", CONFIG),
        ("MAIL", "552 5.3.4 too big", PERMANENT),
        ("RCPT", "450 4.2.1 mailbox busy", RETRY),
        ("RCPT", "421 4.3.2 closing", RETRY),
        ("RCPT", "550 5.1.1 no such user", PERMANENT),
        ("DATA", "451 4.3.0 later", RETRY),
        ("DATA", "552 5.3.4 too big", PERMANENT),
        ("DATA", "554 5.7.1 looks like spam", PERMANENT),
    ],
)
def test_a_servers_refusal_means_what_its_code_and_moment_say(
    smtp: SmtpServer, plug: Plug, command: str, line: str, state: ReceiptState
) -> None:
    smtp.refusals[command] = line
    receipt = send(plug(mail=smtp.url()))
    assert outcome(receipt) == (state, f"smtp {line[:3]}")
    assert receipt.detail == line[4:]


def test_one_refused_recipient_of_two_is_not_lost_on_the_other(
    smtp: SmtpServer, plug: Plug
) -> None:
    smtp.refusals["RCPT"], smtp.picky = "550 5.1.1 no such user", "bad"
    transport = plug(mail=smtp.url())
    assert send(transport, "bad@desk.example").state is PERMANENT
    assert send(transport, "good@desk.example").state is SENT
    both = plug(mail=smtp.url(to="bad@desk.example,good@desk.example"))
    assert send(both, "").state is PERMANENT
    assert [mail.recipients for mail in smtp.mails] == [("good@desk.example",)] * 2


def test_a_server_may_look_through_a_mail_for_longer_than_it_may_take_to_connect(
    smtp: SmtpServer, plug: Plug
) -> None:
    smtp.slow = 1.2
    assert outcome(send(plug(mail=smtp.url(cto="0.4")))) == (SENT, "smtp 250")


def test_a_connection_lost_after_the_content_is_ambiguous_and_keeps_the_id(
    smtp: SmtpServer, plug: Plug
) -> None:
    transport = plug(mail=smtp.url())
    smtp.drop_after_data = True
    assert send(transport).state is AMBIGUOUS
    smtp.drop_after_data = False
    assert send(transport).state is SENT
    assert {mail.parsed["Message-ID"] for mail in smtp.mails} == {MESSAGE.message_id}


def test_a_server_that_says_nothing_is_tried_again(smtp: SmtpServer, plug: Plug) -> None:
    smtp.silent = True
    assert send(plug(mail=smtp.url(cto="0.2"))).state is RETRY


def test_nobody_listening_and_no_such_host_are_tried_again(plug: Plug) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert outcome(send(plug(mail=f"mailto://127.0.0.1:{port}"))) == (RETRY, "connection")
    assert outcome(send(plug(mail="mailto://mail.invalid:25"))) == (RETRY, "connection")


def test_a_wrong_password_is_the_channels_trouble(plug: Plug) -> None:
    with SmtpServer(password="right-one") as smtp:
        at = f"@127.0.0.1:{smtp.port}?mode=insecure&from=desk@news.example"
        assert outcome(send(plug(mail=f"mailto://desk:wrong-one{at}"))) == (CONFIG, "smtp 535")
        assert outcome(send(plug(mail=f"mailto://desk:wr%C3%B6ng{at}"))) == (CONFIG, "smtp")
        assert send(plug(mail=f"mailto://desk:right-one{at}")).state is SENT


def test_a_server_without_the_tls_it_should_have_is_the_channels_trouble(
    smtp: SmtpServer, plug: Plug
) -> None:
    starttls = send(plug(mail=f"mailtos://127.0.0.1:{smtp.port}"))
    assert outcome(starttls) == (CONFIG, "smtp")
    assert "STARTTLS" in starttls.detail
    ssl = send(plug(mail=f"mailtos://127.0.0.1:{smtp.port}?mode=ssl"))
    assert outcome(ssl) == (CONFIG, "tls")


def test_a_login_goes_over_starttls_and_to_no_server_with_a_strange_certificate(
    plug: Plug,
) -> None:
    with SmtpServer("right-one", tls=True) as smtp:
        at = f"mailtos://desk:right-one@127.0.0.1:{smtp.port}?from=desk@news.example"
        receipt = send(plug(mail=at))
        assert outcome(receipt) == (CONFIG, "tls")
        assert "certificate" in receipt.detail
        assert smtp.mails == []
        assert send(plug(mail=f"{at}&verify=no")).state is SENT
        wrong = at.replace("right-one", "wrong-one")
        assert outcome(send(plug(mail=f"{wrong}&verify=no"))) == (CONFIG, "smtp 535")


def test_an_address_smtp_cannot_carry_is_refused_before_anything_is_sent(
    smtp: SmtpServer, plug: Plug
) -> None:
    transport = plug(mail=smtp.url())
    for address in ("jürgen@desk.example", "a@desk.example\r\nRCPT TO:<b@desk.example>"):
        assert send(transport, address).state is PERMANENT
    assert smtp.mails == []


def test_many_threads_share_one_transport(smtp: SmtpServer, plug: Plug) -> None:
    transport = plug(mail=smtp.url())
    messages = [replace(MESSAGE, message_id=f"<key-{n}@alerts.example>") for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda message: transport.send("mail", ANA, message), messages))
    assert {receipt.state for receipt in receipts} == {SENT}
    assert {m.parsed["Message-ID"] for m in smtp.mails} == {m.message_id for m in messages}


def test_others_who_use_apprise_in_our_process_get_the_stock_mail(
    smtp: SmtpServer, plug: Plug
) -> None:
    plug(mail=smtp.url())
    stock = apprise.Apprise()
    stock.add(smtp.url(**{"from": "ops@desk.example", "to": ANA}))
    assert stock.notify("a flow failed", "Prefect")
    assert smtp.mails[0].parsed["Subject"] == "Prefect"
    assert smtp.mails[0].parsed["X-Application"] == "Apprise"


@pytest.mark.parametrize("length", range(50, 81, 3))
def test_a_subject_with_a_dash_at_any_place_arrives_as_it_was(
    length: int, smtp: SmtpServer, plug: Plug
) -> None:
    words = " ".join(["Truce"] * 20)[:length].rstrip()
    message = replace(MESSAGE, subject=f"[FLASH] {words} — The Meridian Post")
    plug(mail=smtp.url()).send("mail", ANA, message)
    assert smtp.mails[0].parsed["Subject"] == message.subject
