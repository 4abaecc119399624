"""The only place that knows Apprise: references to secrets resolved, messages handed over."""

from wirebell.alerts.transport.redaction import guard_logs, redact
from wirebell.alerts.transport.switchboard import Transport

__all__ = ["Transport", "guard_logs", "redact"]
