from __future__ import annotations

from datetime import date, time

import pytest

from tests.desk.small import CHANNELS, desk_with, problems
from wirebell.core.matches import Severity
from wirebell.desk.values import Channel, Place, Recipient, Route

ANA = "  - {name: ana, mail: ana@desk.example}\n"


def _recipient(more: str) -> str:
    return CHANNELS.replace("mail: ana@desk.example}", f"{more}}}")


def test_a_channel_is_a_reference_and_knows_its_place() -> None:
    mail, _ = desk_with().channels
    assert mail == Channel("mail", "${env:WIREBELL_MAIL}", Place("channels.yaml", 3, 3))
    bundled = CHANNELS.replace("${env:WIREBELL_MAIL}", "${file:/run/secrets/mail}")
    assert desk_with(channels=bundled).channels[0].url == "${file:/run/secrets/mail}"


def test_a_channel_may_say_what_tells_in_its_stead_and_how_much_it_takes() -> None:
    more = "{url: '${env:WIREBELL_MAIL}', fallback: slack, rate: 30/m}"
    mail, _ = desk_with(channels=CHANNELS.replace("${env:WIREBELL_MAIL}", more)).channels
    place = Place("channels.yaml", 3, 3)
    assert mail == Channel("mail", "${env:WIREBELL_MAIL}", place, fallback="slack", rate=0.5)


@pytest.mark.parametrize(
    ("mail", "slack", "words"),
    [
        ("fallback: slck", "", ["3:40: fallback: no channel is called 'slck'; did you mean"]),
        ("rate: fast", "", ["3:36: rate: write how many messages in which time, such as 1/s"]),
        ("rate: 0/s", "", ["3:36: rate: write how many messages in which time, such as 1/s"]),
        ("falback: slack", "", ["3:30: falback: there is no such key here; did you mean"]),
        ("fallback: mail", "", ["3:3: mail leads back to itself"]),
        (
            "fallback: slack",
            "fallback: mail",
            ["3:3: mail leads back to itself", "4:3: slack leads back to itself"],
        ),
    ],
)
def test_a_mistake_about_a_channel_is_told_in_its_place(
    mail: str, slack: str, words: list[str]
) -> None:
    text = CHANNELS.replace("${env:WIREBELL_MAIL}", f"{{url: '${{env:MAIL}}', {mail}}}")
    if slack:
        text = text.replace("${env:WIREBELL_SLACK}", f"{{url: '${{env:S}}', {slack}}}")
    found = problems(channels=text)
    for told, word in zip(found, words, strict=True):
        assert told.startswith(f"channels.yaml:{word}")


def test_a_recipient_that_says_nothing_more_is_what_the_value_says() -> None:
    place = Place("channels.yaml", 6, 5)
    assert desk_with().recipients == (Recipient("ana", place, mail="ana@desk.example"),)


def test_a_recipient_says_how_and_when() -> None:
    more = (
        "slack: '#ores', also: [mail], zone: America/New_York, quiet: 22:00-06:30, "
        "digest_at: [07:30, '18:00'], follows: [minerals, ores-move], at_least: urgent, "
        "away_until: 2025-07-01"
    )
    (ana,) = desk_with(channels=_recipient(more)).recipients
    assert (ana.slack, ana.also, ana.zone) == ("#ores", ("mail",), "America/New_York")
    assert ana.quiet == (time(22), time(6, 30))
    assert ana.digest_at == (time(7, 30), time(18))
    assert (ana.follows, ana.at_least) == (("minerals", "ores-move"), Severity.URGENT)
    assert ana.away_until == date(2025, 7, 1)


def test_a_route_chooses_by_rule_tag_and_severity() -> None:
    text = CHANNELS.replace(
        "{to: ana}", "{to: [ana], rules: ores-move, tags: [minerals], at_least: flash}"
    )
    assert desk_with(channels=text).routes == (
        Route(
            ("ana",), Place("channels.yaml", 8, 5), ("ores-move",), ("minerals",), Severity.FLASH
        ),
    )


@pytest.mark.parametrize(
    "secret",
    [
        "mailto://ana:hunter2@mail.example",
        "https://hooks.slack.com/services/T0/B0/hunter2",
        "hunter2",
        "${env:WIREBELL_MAIL}hunter2",
        "${file:hunter2}",
        "[hunter2]",
        "[{url: hunter2}]",
        "{url: hunter2}",
        "{smtp: hunter2}",
        "{mailto://ana:hunter2@h: x}",
        "{url: '${env:MAIL}', fallback: https://hooks.slack.com/hunter2}",
        "{url: '${env:MAIL}', rate: https://hooks.slack.com/hunter2}",
    ],
)
def test_a_secret_that_is_written_out_is_refused_and_never_repeated(secret: str) -> None:
    found = problems(channels=CHANNELS.replace("${env:WIREBELL_MAIL}", secret))
    assert found[0].startswith("channels.yaml:3:")
    assert "hunter2" not in "\n".join(found)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("zone: UTC", "6:5: recipients: ana cannot be reached; add mail, slack or also"),
        ("mail: ana", "mail: write a mail address"),
        ("mail: 'mailto://ana:hunter2@h'", "mail: write a mail address"),
        ("slack: 'https://hooks.slack.com/hunter2'", "slack: write a room or a person in quotes"),
        ("also: [https://hooks.slack.com/hunter2]", "also: no channel is called this"),
        ("also: [mial]", "also: no channel is called 'mial'; did you mean 'mail'?"),
        ("mail: a@b, zone: America/NewYork", "'America/NewYork'; did you mean 'America/New_York'?"),
        ("mail: a@b, quiet: 22-06", "quiet: write two times of day with a dash"),
        ("mail: a@b, quiet: [22:00, 06:00]", "quiet: write two times of day with a dash"),
        ("mail: a@b, quiet: night", "quiet: write two times of day with a dash"),
        ("mail: a@b, quiet: 08:00-08:00", "quiet: write two times of day with a dash"),
        ("mail: a@b, digest_at: [25:00]", "digest_at: write a time of day"),
        ("mail: a@b, follows: [mineral]", "no tag or rule is called 'mineral'; did you mean"),
        ("mail: a@b, at_least: urgnt", "at_least: write flash, urgent or routine; did you mean"),
        ("mail: a@b, away_until: friday", "away_until: write a day that exists"),
    ],
)
def test_a_mistake_about_a_recipient_is_told_once_and_keeps_secrets(more: str, words: str) -> None:
    (only,) = problems(channels=_recipient(more))
    assert words in only
    assert "hunter2" not in only


@pytest.mark.parametrize(
    ("route", "words"),
    [
        ("{to: [anna]}", "8:11: to: no recipient is called 'anna'; did you mean 'ana'?"),
        ("{to: []}", "8:10: to: write 1 or more"),
        ("{tags: minerals}", "8:5: to is missing"),
        ("{to: ana, tags: [minerls]}", "8:22: tags: no tag is called 'minerls'; did you mean"),
        ("{to: ana, rules: [ore-move]}", "8:23: rules: no rule is called 'ore-move'; did you mean"),
    ],
)
def test_a_mistake_in_a_route_is_told_once(route: str, words: str) -> None:
    (only,) = problems(channels=CHANNELS.replace("{to: ana}", route))
    assert words in only


def test_mail_needs_the_channel_of_that_name() -> None:
    text = CHANNELS.replace("mail: ${env:WIREBELL_MAIL}", "post: ${env:WIREBELL_MAIL}")
    assert problems(channels=text) == ["channels.yaml:6:5: recipients: no channel is called 'mail'"]


def test_two_recipients_of_one_name_are_refused() -> None:
    assert problems(channels=CHANNELS.replace(ANA, ANA + ANA)) == [
        (
            "channels.yaml:7:12: the recipient 'ana' exists already: channels.yaml:6; "
            "rename or remove one"
        )
    ]
