"""The one way to tell operators: once when trouble begins, and once when it is over.

    house.operators.tell("channel mail", "nothing leaves since 12:10: smtp 535", avoid={"mail"})
    house.operators.tell_over("channel mail", "mails leave again")

Call `tell` as often as the trouble is seen and `tell_over` as often as it is not: the subject
makes it one message each. A notice is an alert of ours in the same outbox, for those whom
`operators:` of channels.yaml names. `avoid` names channels that are themselves the trouble: the
notice goes by the others, so that a dead channel is never asked to tell of its own death.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from wirebell.alerts.route import route
from wirebell.core.alerts import NOTICE, Alert, AlertKind, AlertRule, Delivery
from wirebell.core.books import Notice
from wirebell.core.clock import Clock
from wirebell.core.matches import Severity
from wirebell.desk import Desk
from wirebell.storage import Store

_WHY = "a notice to operators; told once, and once more when it is over"

_log = logging.getLogger("wirebell.operators")


@dataclass(frozen=True, slots=True)
class Operators:
    """Those who keep the house running, and how they are told."""

    store: Store
    desk: Desk
    clock: Clock

    def hear(self, notices: Iterable[Notice]) -> None:
        """Tell each, or that it is over."""
        for subject, words, over in notices:
            (self.tell_over if over else self.tell)(subject, words)

    def tell(
        self, subject: str, words: str, *, avoid: Collection[str] = (), to: tuple[str, ...] = ()
    ) -> bool:
        """Say that `subject` is in trouble; True for the first to say so since it was well.

        `to` names recipients who hear of it besides. Without operators on the desk, or with
        none that another channel reaches, the log alone has it.
        """
        return self._notice(subject, words, avoid, to, over=False)

    def tell_over(self, subject: str, words: str, *, to: tuple[str, ...] = ()) -> bool:
        """Say that the trouble of `subject` is over; True if there was any."""
        known = subject in self.store.troubles()
        return known and self._notice(subject, words, (), to, over=True)

    def _notice(
        self, subject: str, words: str, avoid: Collection[str], to: tuple[str, ...], *, over: bool
    ) -> bool:
        alert, told = self.notice(subject, words, avoid=avoid, to=to, over=over)
        first = self.store.notice(subject, alert, told, over=over)
        if first:
            _log.log(logging.INFO if over else logging.ERROR, "%s: %s", subject, words)
        return first

    def notice(
        self,
        subject: str,
        words: str,
        *,
        avoid: Collection[str] = (),
        to: tuple[str, ...] = (),
        over: bool = False,
    ) -> tuple[Alert, tuple[Delivery, ...]]:
        """The alert that tells it, and to whom by which channels; nothing is written or sent."""
        now = self.clock()
        root = NOTICE + sha256(subject.encode()).hexdigest()[:12]
        rule = AlertRule(
            "operators", "Wirebell itself", _WHY, Severity.URGENT, to=(*self.desk.operators, *to)
        )
        alert = Alert(
            id=f"{root}-{now:%y%m%d%H%M%S}{'-over' * over}",
            story=root,
            kind=AlertKind.UPDATE if over else AlertKind.NEW,
            severity=rule.severity,
            headline=f"{subject}: {words}",
            url="",
            source="Wirebell",
            tier=1,
            seen=now,
            root=root,
            subject=f"[Wirebell] {subject}: {words}",
            rules=(rule,),
            published=now,
        )
        owed = route(alert, replace(self.desk, routes=()))
        return alert, tuple(each for each in owed if each.channel not in avoid)
