from __future__ import annotations

from datetime import timedelta

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from tests.clock import Clock
from tests.storage.samples import arrival, file_alert, take_in
from wirebell.pipeline.health import READY, routes
from wirebell.storage import Store


async def test_health_and_metrics_are_served_and_a_standstill_is_503(
    store: Store, clock: Clock
) -> None:
    app = web.Application()
    app.add_routes(routes(store, clock))
    async with TestServer(app) as server, ClientSession() as client:

        async def ask(path: str) -> tuple[int, str]:
            async with client.get(server.make_url(path)) as answer:
                return answer.status, await answer.text()

        assert await ask("/livez") == (200, "ok\n")
        assert await ask("/readyz") == (503, "no feed answered yet\n")
        file_alert(store, clock, "al-1", "ada")
        take_in(store, clock, arrival("waits"))
        assert await ask("/readyz") == (200, "ok\n")
        _, metrics = await ask("/metrics")
        lines = metrics.splitlines()
        for line in ("feeds 1", "entries 2", "entries_waiting 1", "alerts 1", "deliveries_due 1"):
            assert f"wirebell_{line}" in lines
        assert "wirebell_books_hold 1" in lines
        assert "heartbeat_seconds" not in metrics  # none yet
        clock.advance(READY + timedelta(seconds=1))
        assert (await ask("/readyz"))[0] == 503
        assert (await ask("/livez"))[0] == 200
