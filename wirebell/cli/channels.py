"""channels: what reaches people."""

from __future__ import annotations

from typing import Annotated

import typer

from wirebell.alerts.route import reasons, route, ways
from wirebell.alerts.transport import Transport
from wirebell.cli.prefect_server import CHECKOUT
from wirebell.cli.terminal import WORDING, say
from wirebell.core.alerts import ReceiptState
from wirebell.core.errors import NotFound
from wirebell.core.matches import Severity
from wirebell.core.settings import Settings, load_environ, load_settings
from wirebell.desk import Desk, Recipient, load_desk
from wirebell.desk.names import did_you_mean
from wirebell.desk.values import Channel
from wirebell.pipeline.check import alert_of, check_reach, check_routes
from wirebell.pipeline.rehearsal import send_marked
from wirebell.pipeline.wiring import open_transport

app = typer.Typer(help="What reaches people.", no_args_is_help=True)
Name = Annotated[str | None, typer.Argument(help="One recipient; everybody when left out.")]
OfRule = Annotated[str, typer.Option("--rule", help="The id of a rule of the desk.")]
AsLoud = Annotated[Severity | None, typer.Option("--severity", help="Instead of the rule's own.")]
Tagged = Annotated[list[str] | None, typer.Option("--tag", help="A tag besides the rule's own.")]


@app.command()
def check() -> None:
    """Say of each channel whether it is set, can be used and reaches somebody; sends nothing."""
    _, desk, transport = _opened()
    mistakes = [*check_reach(desk), *check_routes(desk)]
    for channel in desk.channels:
        told = [who.name for who in desk.recipients if channel.id in dict(ways(who))]
        if not _tell_trouble(channel, transport):
            say(f"{channel.id}: ", ("set", "green"), f"  for {', '.join(told) or 'nobody'}")
    for mistake in mistakes:
        say(str(mistake))
    raise typer.Exit(1 if transport.problems() or mistakes else 0)


@app.command("route")
def show_route(rule: OfRule, severity: AsLoud = None, tag: Tagged = None) -> None:
    """Print who would be told by which channel if a rule rang, and why; who not, and why not."""
    desk = load_desk(load_settings().rules)
    known = {each.id: each for each in desk.rules}
    if rule not in known:
        raise NotFound(rule, f"no rule has this id{did_you_mean(rule, known)}", "See rules/watch")
    alert = alert_of(known[rule], severity, tag or ())
    owed = route(alert, desk)
    for who in desk.recipients:
        by = [
            f"{each.channel} {each.address}".strip() for each in owed if each.recipient == who.name
        ]
        why = "; ".join(reasons(who, alert.rules[0], desk.routes))
        if not why:
            why = "no route sends it to them, or they do not follow it"
        elif not by:
            hushed = alert.severity.rank < who.at_least.rank
            why = f"hears of nothing below {who.at_least}" if hushed else "another is told there"
        name = (who.name, "bold" if by else "dim")
        say(name, f": {', '.join(by) or 'not told'}", (f"  {why}", "dim"))
    raise typer.Exit(0 if owed else 1)


@app.command("test")
def send_test(recipient: Name = None) -> None:
    """Send a message marked as a test to each recipient, and report what each channel said."""
    settings, desk, transport = _opened()
    chosen = [who for who in desk.recipients if recipient in (None, who.name)]
    if not chosen:
        names = ", ".join(who.name for who in desk.recipients)
        raise typer.BadParameter(f"no recipient {recipient!r} in channels.yaml; there are: {names}")
    broken = [channel.id for channel in desk.channels if _tell_trouble(channel, transport)]
    owed = {way: who for who in reversed(chosen) for way in ways(who) if way[0] not in broken}
    results = [_send(who, *way, transport, settings) for way, who in reversed(owed.items())]
    if transport.unset:
        say(f"Until a channel is set, alerts are written to {settings.home / 'outbox'}/.")
    raise typer.Exit(0 if all(results) and not broken else 3)


def _opened() -> tuple[Settings, Desk, Transport]:
    settings = load_settings()
    desk = load_desk(settings.rules)
    return settings, desk, open_transport(desk, settings, load_environ())


def _tell_trouble(channel: Channel, transport: Transport) -> str:
    """Say why a channel cannot be used, and the line of .env that mends it; "" if it can."""
    if trouble := transport.trouble(channel.id):
        where = channel.place.problem(channel.id)
        say(f"{where}: ", ("cannot send", "yellow"), f"  {trouble}")
        for line in (CHECKOUT / ".env.example").read_text("utf-8").splitlines():
            if f"{{env:{line[2:].partition('=')[0]}}}" in channel.url:
                say("  write into .env, with your own values: ", (line[2:], "bold"))
    return trouble


def _send(
    who: Recipient, channel: str, address: str, transport: Transport, settings: Settings
) -> bool:
    """Send one test message, say what the channel answered, and whether it was taken."""
    receipt = send_marked(who, channel, address, transport, settings)
    sent = receipt.state is ReceiptState.SENT
    answer = (WORDING["answers"][receipt.state], "green" if sent else "red")
    where = f"{who.name} by {channel}" + (f" ({address})" if address else "")
    say(f"{where}: ", answer, f"  {receipt.code} {receipt.detail}")
    return sent
