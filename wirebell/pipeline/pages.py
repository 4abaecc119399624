"""One page for each alert: why it rang, what changed, who else has it, and what it was worth.

Mail scanners open every link, so that opening one changes nothing: only the page's own form does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import web

from wirebell.alerts.pages import Pages
from wirebell.alerts.render import render_page
from wirebell.core.alerts import Alert
from wirebell.desk import Recipient
from wirebell.storage import Store

_PATH = "/alerts/{alert}/{reader}/{signature}"
_VOTES = {"useful": True, "not-for-me": False}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address is the reader's key to the page
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class AlertPages:
    """The pages of the alerts in `store`, in the zones of `recipients`."""

    def __init__(self, store: Store, pages: Pages, recipients: Sequence[Recipient]) -> None:
        self._store = store
        self._pages = pages
        self._zones = {who.name: who.zone for who in recipients}

    def routes(self) -> list[web.RouteDef]:
        """What to hang into an application."""
        return [web.get(_PATH, self._show), web.post(_PATH, self._vote)]

    async def _show(self, request: web.Request) -> web.Response:
        alert, reader = await self._asked_for(request)
        votes = await asyncio.to_thread(self._store.votes, alert=alert.id)
        html = render_page(
            alert,
            zone=self._zones.get(reader, "UTC"),
            form=self._pages.sign("form", alert.id, reader),
            vote=next((vote.useful for vote in votes if vote.recipient == reader), None),
        )
        return web.Response(text=html, content_type="text/html", headers=_HEADERS)

    async def _vote(self, request: web.Request) -> web.Response:
        alert, reader = await self._asked_for(request)
        given = await request.post()
        vote = _VOTES.get(str(given.get("vote")))
        if not self._pages.signed(str(given.get("form", "")), "form", alert.id, reader):
            raise web.HTTPForbidden(text="This form is not of this page. Open the page again.")
        if vote is None:
            raise web.HTTPBadRequest(text="Nothing was chosen. Open the page again.")
        await asyncio.to_thread(self._store.vote, alert.id, reader, useful=vote)
        raise web.HTTPSeeOther(request.path, headers=_HEADERS)

    async def _asked_for(self, request: web.Request) -> tuple[Alert, str]:
        """The alert and the reader of an address, if it is one that we made; else 404."""
        id_, reader, signature = (
            request.match_info[key] for key in ("alert", "reader", "signature")
        )
        alert = None
        if self._pages.signed(signature, id_, reader):
            alert = await asyncio.to_thread(self._store.alert, id_)
        if alert is None:
            raise web.HTTPNotFound(text="There is no such page.", headers=_HEADERS)
        return alert, reader
