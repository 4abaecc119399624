"""channels: what reaches people."""

from __future__ import annotations

from typing import Annotated

import typer

from wirebell.alerts.render import render
from wirebell.alerts.route import ways
from wirebell.alerts.transport import Transport
from wirebell.cli.terminal import say
from wirebell.core.alerts import Alert, AlertKind, AlertRule, Dispatch, How, ReceiptState
from wirebell.core.clock import system_clock
from wirebell.core.matches import Severity
from wirebell.core.settings import Settings, load_environ, load_settings
from wirebell.desk import Recipient, load_desk
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
    results = [_send(who, *way, transport, settings) for who in chosen for way in ways(who)]
    raise typer.Exit(0 if all(results) else 3)


def _send(
    who: Recipient, channel: str, address: str, transport: Transport, settings: Settings
) -> bool:
    """Send one test message, say what the channel answered, and whether it was taken."""
    alert = _test_alert()
    dispatch = Dispatch(
        message_key=f"{alert.id}-{who.name}-{channel}",
        token="",
        recipient=who.name,
        channel=channel,
        address=address,
        how=How.SINGLE,
        alerts=(alert,),
        due=alert.seen,
    )
    message = render(dispatch, who, domain=settings.mail_domain)
    receipt = transport.send(channel, address, message)
    sent = receipt.state is ReceiptState.SENT
    answer = (receipt.state.value, "green" if sent else "red")
    say(f"{who.name} by {channel}: ", answer, f" {receipt.code} {receipt.detail}")
    return sent


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
        subject="TEST: this is only a test",
        rules=(rule,),
    )
