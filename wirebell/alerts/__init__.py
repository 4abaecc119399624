"""Alerts on their way out: composed, routed, handled, rendered, sent. Pure but for `transport`."""
