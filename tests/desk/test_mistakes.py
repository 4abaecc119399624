"""Thirty mistakes analysts make, planted in a desk of 1,000 rules."""

from __future__ import annotations

import pytest

from tests.desk.small import CHANNELS, FEEDS, PEOPLE, SMALL
from wirebell.core.errors import DeskError
from wirebell.desk import load_desk_text

SOUND = """\
  - id: rule-{n}
    why: w
    owner: ana
    severity: urgent
    where: {{feeds: [harbour]}}
    when:
      near: [[tin, ore], [price, $ores]]
      within: sentence
    not_in: [byline]
    expires: 2999-12-31
    examples: {{match: [tin price]}}
"""

# What stands in a sound rule, what a slip makes of it, the line of the rule (from 0) and the
# column where it is to be told, and in which words. Files 0 to 9 have 100 rules each.
IN_RULES = [
    ("    severity: urgent\n", "    sevrity: urgent\n", 3, 5, "did you mean 'severity'?"),
    ("urgent", "urgnt", 3, 15, "did you mean 'urgent'?"),
    ("owner: ana", "owner:", 2, 5, "nothing is written here"),
    ("owner: ana", "to: anna", 2, 9, "no recipient is called 'anna'; did you mean 'ana'?"),
    ("[harbour]", "[harbor]", 4, 21, "no feed is called 'harbor'; did you mean 'harbour'?"),
    ("feeds: [harbour]", "tags: [pres]", 4, 20, "no feed tag is called 'pres'"),
    ("feeds: [harbour]", "tiers: [5]", 4, 21, "write 4 at most"),
    ("feeds: [harbour]", "languages: [English]", 4, 25, "write a language tag"),
    ("feeds: [harbour]", "min_words: few", 4, 24, "write a whole number"),
    ("$ores", "$oars", 6, 34, "nothing is called '$oars'; did you mean '$ores'?"),
    ("$ores", "$role:trade-envoi", 6, 34, "did you mean '$role:trade-envoy'?"),
    ("{match: [tin price]}", "[tin price]", 10, 15, "write keys and values here"),
    ("[tin, ore], [price, $ores]", "[[tin, ore]]", 6, 13, "write 2 or more"),
    ("tin, ore", "{prefix: tin}, ore", 6, 24, "a prefix needs 4 letters"),
    ("tin, ore", "'???', ore", 6, 15, "no letter or digit is left"),
    ("tin, ore", "{all: [tin, ore]}", 6, 15, "all cannot stand here"),
    ("tin, ore", "{phrase: tin, in: titel}", 6, 33, "write title, lead"),
    ("tin, ore", "{phrase: US, case: same}", 6, 34, "write exact"),
    ("within: sentence", "within: page", 7, 15, "write a number of words"),
    ("      within: sentence\n", "", 6, 7, "near needs within"),
    ("[byline]", "[body]", 8, 14, "write title, lead"),
    ("2999-12-31", "31.12.2999", 9, 14, "write a day that exists"),
    ("why: w", "why: Oslo: talks", 1, 14, "a second colon"),
    ("[tin, ore]", "[tin, @ore]", 6, 20, "@ at the beginning means something"),
    ("[tin, ore]", "[tin, %ore]", 6, 20, "% at the beginning means something"),
    ("    why: w\n", "    why: w\n    why: w\n", 2, 5, "'why' is here twice"),
    ("  - id", "  -id", 0, 3, "put a space after the dash"),
]
IN_FILES = {
    "feeds.yaml": (FEEDS, "https://", "htps://", "3:44", "write an address"),
    "people.yaml": (PEOPLE, "2024-01-01", "2024-13-01", "5:59", "write a day that exists"),
    "channels.yaml": (CHANNELS, "${env:WIREBELL_MAIL}", "smtp://h", "3:9", "where the secret is"),
}


def test_thirty_mistakes_among_1000_rules_are_told_in_one_pass_each_in_its_place() -> None:
    watch = {name: ["version: 1\n", "rules:\n"] for name in map("watch/{}.yaml".format, range(10))}
    files = {"watch/ores.yaml": SMALL["watch/ores.yaml"]}
    expected: list[tuple[str, str]] = []
    for n in range(1000):
        name = f"watch/{n % 10}.yaml"
        text = SOUND.format(n=n)
        if n % 37 == 11:
            right, wrong, line, column, words = IN_RULES[n // 37]
            assert text.count(right) >= 1, right
            text = text.replace(right, wrong, 1)
            top = "".join(watch[name]).count("\n") + 1
            expected.append((f"{name}:{top + line}:{column}", words))
        watch[name].append(text)
    files |= {name: "".join(lines) for name, lines in watch.items()}
    for name, (text, right, wrong, place, words) in IN_FILES.items():
        files[name] = text.replace(right, wrong, 1)
        expected.append((f"{name}:{place}", words))
    with pytest.raises(DeskError) as caught:
        load_desk_text(files.items())
    found = [str(problem) for problem in caught.value.problems]
    missed = [
        (p, w) for p, w in expected if not any(f.startswith(f"{p}: ") and w in f for f in found)
    ]
    assert missed == [], found
    assert len(found) == len(expected) == 30
