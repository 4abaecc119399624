from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.clock import Clock
from tests.pipeline.desk import CHANNELS, RULES, house_over, mails_in, page, rss, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.pipeline.quiet import mind_quiet_beats
from wirebell.pipeline.steps import deliver_due, watch_feeds

HOUR = timedelta(hours=1)
QUIET = RULES + "    quiet: 6h\n    to: [ana]\n"


def _lay(home: Path, feed: str, rules: str = QUIET) -> None:
    folder = write_desk(home / "rules", {"harbour": feed}, rules)
    ops = "  - {name: ops, mail: ops@desk.example}\noperators: [ops]\nroutes:"
    (folder / "channels.yaml").write_text(CHANNELS.replace("routes:", ops))


async def test_a_beat_that_falls_silent_is_told_of_once_and_so_is_its_return(
    tmp_path: Path, clock: Clock
) -> None:
    async with WebServer() as web:
        web.put("/feed", Answer(rss()))
        _lay(tmp_path, web.url("/feed"))
        async with house_over(tmp_path, clock) as house:
            await watch_feeds(house.desk.feeds, house)
            told = []
            for _ in range(4):
                told.append(mind_quiet_beats(house))
                clock.advance(3 * HOUR)
            assert told == [(), (), (), ("minerals",)]
            web.put("/story", Answer(page("Ships wait", "Rare earths were left on the quay.")))
            web.put("/feed", Answer(rss(("n", "Ships wait", web.url("/story")))))
            await watch_feeds(house.desk.feeds, house)
            assert mind_quiet_beats(house) == ()
            deliver_due(house)
    said = [mail.splitlines()[0] for mail in mails_in(tmp_path / "outbox") if "Wirebell]" in mail]
    assert len(said) == 4  # ana, whom the rule names, and operators: when it fell silent and after
    assert sum("rule minerals: found nothing since" in line for line in said) == 2
    assert sum("rule minerals: finds something again" in line for line in said) == 2


async def test_a_rule_that_has_expired_or_asks_for_nothing_is_never_silent(
    tmp_path: Path, clock: Clock
) -> None:
    for rules in (RULES, QUIET + "    expires: 2020-01-01\n"):
        _lay(tmp_path, "https://outlet.example/feed", rules)
        async with house_over(tmp_path, clock) as house:
            clock.advance(100 * HOUR)
            assert mind_quiet_beats(house) == ()
