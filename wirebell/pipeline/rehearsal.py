"""Messages through the real channels, past outbox and books: tests, and cries for help."""

from __future__ import annotations

from wirebell.alerts.render import render
from wirebell.alerts.transport import Transport
from wirebell.core.alerts import Alert, AlertKind, AlertRule, Delivery, Dispatch, How, Receipt
from wirebell.core.clock import system_clock
from wirebell.core.matches import Severity
from wirebell.core.settings import Settings
from wirebell.desk import Recipient


def send_marked(
    who: Recipient, channel: str, address: str, transport: Transport, settings: Settings
) -> Receipt:
    """Send one message marked as a test, and answer with what the channel said."""
    alert = _test_alert()
    key = f"{alert.id}-{who.name}-{channel}"
    owed = Delivery(key, alert.id, who.name, channel, address, alert.severity)
    return send_outright(alert, owed, who, transport, settings)


def send_outright(
    alert: Alert, owed: Delivery, who: Recipient | None, transport: Transport, settings: Settings
) -> Receipt:
    """Send one alert now, whatever is on file of it, and answer with what the channel said."""
    to = (owed.recipient, owed.channel, owed.address)
    dispatch = Dispatch(owed.key, "", *to, How.SINGLE, (alert,), alert.seen)
    message = render(dispatch, who, domain=settings.mail_domain)
    return transport.send(owed.channel, owed.address, message)


def _test_alert() -> Alert:
    now = system_clock()
    name = f"test-{now:%Y%m%d%H%M%S%f}"
    why = "Somebody tests the channels. No news happened."
    rule = AlertRule("channels-test", "Test of the channels", why, Severity.URGENT)
    return Alert(
        id=name, story=name, kind=AlertKind.NEW, severity=Severity.URGENT,
        headline="TEST: this is only a test of Wirebell's channels", url="", source="Wirebell",
        tier=1, seen=now, root=name, subject="TEST: this is only a test", rules=(rule,),
    )  # fmt: skip
