"""channels: what reaches people."""

from __future__ import annotations

from typing import Annotated

import typer

from wirebell.alerts import deliveries_to, render
from wirebell.cli.terminal import say
from wirebell.core.alerts import Alert, AlertKind, AlertRule, Dispatch, How, ReceiptState
from wirebell.core.clock import system_clock
from wirebell.core.matches import Severity
from wirebell.core.settings import load_environ, load_settings
from wirebell.desk import load_desk
from wirebell.pipeline.wiring import open_transport

app = typer.Typer(help="What reaches people.", no_args_is_help=True)
Name = Annotated[str | None, typer.Argument(help="One recipient; everybody when left out.")]


@app.callback()
def channels() -> None:
    """What reaches people."""


@app.command("test")
def send_test(recipient: Name = None) -> None:
    """Send a message marked as a test to each recipient, and report what each channel said."""
    settings = load_settings()
    desk = load_desk(settings.rules)
    transport = open_transport(desk, settings, load_environ())
    for problem in transport.problems():
        say((f"{problem}", "yellow"))
    chosen = [who for who in desk.recipients if recipient in (None, who.name)]
    if not chosen:
        names = ", ".join(who.name for who in desk.recipients)
        raise typer.BadParameter(f"no recipient {recipient!r} in channels.yaml; there are: {names}")
    alert = _test_alert()
    failed = False
    for who in chosen:
        for delivery in deliveries_to(who, alert):
            dispatch = Dispatch(
                message_key=delivery.key,
                token="",
                recipient=who.name,
                channel=delivery.channel,
                address=delivery.address,
                how=How.SINGLE,
                alerts=(alert,),
                oldest=alert.seen,
            )
            message = render(dispatch, who, domain=settings.mail_domain)
            receipt = transport.send(delivery.channel, delivery.address, message)
            sent = receipt.state is ReceiptState.SENT
            failed = failed or not sent
            style = "green" if sent else "red"
            say(
                f"{who.name} by {delivery.channel}: ",
                (receipt.state.value, style),
                f" {receipt.code} {receipt.detail}",
            )
    raise typer.Exit(3 if failed else 0)


def _test_alert() -> Alert:
    now = system_clock()
    name = f"test-{now:%Y%m%d%H%M%S%f}"
    why = "Somebody ran `wirebell channels test`. No news happened."
    rule = AlertRule("channels-test", "Test of the channels", why, Severity.URGENT)
    return Alert(
        id=name,
        story=name,
        kind=AlertKind.NEW,
        severity=Severity.URGENT,
        headline="TEST: this is only a test of Wirebell's channels",
        url="",
        source="Wirebell",
        tier=1,
        seen=now,
        root=name,
        rules=(rule,),
    )
