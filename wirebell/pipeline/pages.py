"""One page for each alert: why it rang, what changed, who else has it; what it was worth, and a
silence for its story.

Mail scanners open every link, so that opening one changes nothing: only the page's own form does.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from aiohttp import web

from wirebell.alerts.pages import Pages
from wirebell.alerts.render import render_page
from wirebell.alerts.silences import hushed
from wirebell.core.alerts import Alert, Hushed, Silence
from wirebell.core.clock import Clock
from wirebell.desk import load_desk_text
from wirebell.storage import Store

_PATH = "/alerts/{alert}/{reader}/{signature}"
_VOTES = {"useful": True, "not-for-me": False}
_SILENCES = {hours: timedelta(hours=int(hours)) for hours in ("1", "8", "24")}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address is the reader's key to the page
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class AlertPages:
    """The pages of the alerts in `store`, in the zones of their readers."""

    def __init__(self, store: Store, pages: Pages, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._pages = pages
        self._desk, self._zones = "", dict[str, str]()

    def routes(self) -> list[web.RouteDef]:
        """What to hang into an application."""
        return [web.get(_PATH, self._show), web.post(_PATH, self._answer)]

    async def _show(self, request: web.Request) -> web.Response:
        alert, reader = await self._asked_for(request)
        votes = await asyncio.to_thread(self._store.votes, alert=alert.id)
        silences = await asyncio.to_thread(self._store.silences)
        zone = await asyncio.to_thread(self._zone, reader)
        html = render_page(
            alert,
            zone=zone,
            form=self._pages.sign("form", alert.id, reader),
            vote=next((vote.useful for vote in votes if vote.recipient == reader), None),
            silence=hushed(alert, silences),
        )
        return web.Response(text=html, content_type="text/html", headers=_HEADERS)

    async def _answer(self, request: web.Request) -> web.Response:
        alert, reader = await self._asked_for(request)
        given = {key: str(value) for key, value in (await request.post()).items()}
        if not self._pages.signed(given.get("form", ""), "form", alert.id, reader):
            raise web.HTTPForbidden(text="This form is not of this page. Open the page again.")
        if (vote := _VOTES.get(given.get("vote", ""))) is not None:
            await asyncio.to_thread(self._store.vote, alert.id, reader, useful=vote)
        elif span := _SILENCES.get(given.get("silence", "")):
            now, why = self._clock(), "from the page of an alert"
            silence = Silence(0, Hushed.STORY, alert.story, now + span, reader, why, now)
            await asyncio.to_thread(self._store.silence, silence)
        else:
            raise web.HTTPBadRequest(text="Nothing was chosen. Open the page again.")
        raise web.HTTPSeeOther(request.path, headers=_HEADERS)

    def _zone(self, reader: str) -> str:
        """Where a reader lives by the desk in force, which is read again when it is another."""
        hash_, files = self._store.desk_in_force() or ("", ())
        if hash_ != self._desk:
            self._zones = {who.name: who.zone for who in load_desk_text(files).recipients}
            self._desk = hash_
        return self._zones.get(reader, "UTC")

    async def _asked_for(self, request: web.Request) -> tuple[Alert, str]:
        """The alert and the reader of an address, if it is one that we made; else 404."""
        id_, reader, signature = request.match_info.values()  # in the order of the path
        alert = None
        if self._pages.signed(signature, id_, reader):
            alert = await asyncio.to_thread(self._store.alert, id_)
        if alert is None:
            raise web.HTTPNotFound(text="There is no such page.", headers=_HEADERS)
        return alert, reader
