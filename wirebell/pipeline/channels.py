"""Channels in trouble: operators are told, and a fallback tells in their stead."""

from __future__ import annotations

from datetime import timedelta

from wirebell.alerts.route import ways
from wirebell.pipeline.wiring import House

_PATIENCE = timedelta(minutes=10)  # a channel is given before another one tells in its stead


def mind_channels(house: House) -> None:
    """Tell operators once of each channel that broke or works again; fall back where one says.

    What is due by a channel broken for ten minutes is owed by its fallback instead, and told
    once: the delivery itself changes its channel.
    """
    fallbacks = {channel.id: channel.fallback for channel in house.desk.channels}
    for state in house.store.channel_states():
        subject, to = f"channel {state.channel}", fallbacks.get(state.channel)
        if state.broken_since is None:
            house.operators.tell_over(subject, "messages leave again")
            continue
        words = f"nothing leaves since {state.broken_since:%H:%M} UTC: {state.reason}"
        house.operators.tell(subject, words, avoid={state.channel})
        if to and house.clock() - state.broken_since >= _PATIENCE:
            addresses = {who.name: dict(ways(who)).get(to, "") for who in house.desk.recipients}
            house.store.divert(state.channel, to, addresses)
