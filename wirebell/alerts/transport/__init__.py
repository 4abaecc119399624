"""The only place that knows Apprise: references to secrets resolved, messages handed over."""

from wirebell.alerts.secrets import guard_logs
from wirebell.alerts.transport.switchboard import Transport

__all__ = ["Transport", "guard_logs"]
