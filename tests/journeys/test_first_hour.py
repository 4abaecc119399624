"""What docs/analysts.md promises a newcomer."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from shutil import copytree

from wirebell.alerts.route import ways
from wirebell.core.news import Article
from wirebell.desk import load_desk
from wirebell.matching import compile_desk

ROOT = Path(__file__).parents[2]


def test_the_first_rule_of_the_page_loads_rings_and_reaches_the_mailbox_of_env(
    tmp_path: Path,
) -> None:
    page = (ROOT / "docs/analysts.md").read_text("utf-8")
    block = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0]
    rules = copytree(ROOT / "rules", tmp_path / "rules")
    trade = rules / "watch" / "trade.yaml"
    lines = [line.removeprefix("   ") for line in block.splitlines()]
    trade.write_text("\n".join([trade.read_text("utf-8"), *lines, ""]), "utf-8")
    desk = load_desk(rules)
    article = Article(url="", title="New tariff on kettles", text="The tariff starts on Monday.")
    fired = compile_desk(desk, date(2025, 6, 5)).match(article)
    assert "my-first-rule" in {match.rule for match in fired}
    (rule,) = [rule for rule in desk.rules if rule.id == "my-first-rule"]
    recipients = {who.name: list(ways(who)) for who in desk.recipients}
    assert [recipients[name] for name in rule.to] == [[("mail", "")]]
