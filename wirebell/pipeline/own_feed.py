"""Our own feed, and the desk by which its entries are judged, whoever files them."""

from __future__ import annotations

from dataclasses import replace

from wirebell.core.feeds import OWN_FEED, Feed
from wirebell.core.matches import Severity
from wirebell.desk.values import Place, Rule, Term
from wirebell.matching import compile_desk
from wirebell.pipeline.wiring import House

WORDS = "Wirebell heartbeat"
FEED = Feed(id=OWN_FEED, name="Wirebell", url="", read="feed", tier=1)


def judging(feed_id: str, house: House) -> House:
    """The house by whose desk an entry of that feed is judged."""
    if feed_id != OWN_FEED:
        return house
    rule = Rule(
        id=OWN_FEED,
        when=Term(WORDS),
        why="an hourly sign that every stage works; nothing to do",
        place=Place("", 0, 0),
        severity=Severity.FLASH,  # through quiet hours: it is their channel that is tried
        to=house.desk.heartbeat,
    )
    desk = replace(house.desk, feeds=(FEED,), people=(), rules=(rule,), routes=())
    return replace(house, desk=desk, matcher=compile_desk(desk, house.clock().date()))
