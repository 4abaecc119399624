"""serve: what is asked for over HTTP, such as the pages of alerts. Off unless somebody runs it."""

from __future__ import annotations

from contextlib import closing

from aiohttp import web

from wirebell.cli.terminal import say
from wirebell.core.clock import system_clock
from wirebell.core.errors import SettingsError
from wirebell.core.settings import Settings, load_settings
from wirebell.pipeline import health
from wirebell.pipeline.pages import AlertPages
from wirebell.pipeline.wiring import open_pages
from wirebell.storage import Store

_LARGEST = 16_384  # bytes of a form


def serve() -> None:
    """Serve the pages of alerts at WIREBELL_SERVE_AT; Ctrl-C stops it."""
    settings = load_settings()
    host, _, port = settings.serve_at.rpartition(":")
    if not (host and port.isdecimal()):
        raise SettingsError("WIREBELL_SERVE_AT", "not host:port", "Write 127.0.0.1:4280")
    with closing(Store(settings.database_url, system_clock)) as store:
        store.check_schema()
        shown = settings.public_url or "nobody: messages have no links without WIREBELL_PUBLIC_URL"
        say(("serving", "bold green"), f" at {settings.serve_at} for {shown}; Ctrl-C stops it")
        # No access log: an address is its reader's key to a page.
        web.run_app(site(settings, store), host=host, port=int(port), print=None, access_log=None)


def site(settings: Settings, store: Store) -> web.Application:
    """Everything that is served, as one application."""
    app = web.Application(client_max_size=_LARGEST)
    pages = AlertPages(store, open_pages(settings), system_clock)
    app.add_routes([*health.routes(store, system_clock), *pages.routes()])
    return app
