from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.small import CHANNELS, SMALL, WATCH, desk_with, problems, rule
from wirebell.core.errors import DeskError
from wirebell.desk import AnyOf, Desk, Term, load_desk_text
from wirebell.desk.sheet import Sheet


@pytest.mark.parametrize(
    ("when", "place", "words"),
    [
        ("@mention", "6:11", "@ at the beginning means something in YAML; put it in quotes"),
        ("`code`", "6:11", "` at the beginning"),
        ("%50 more", "6:11", "% at the beginning"),
        ("!urgent news", "6:11", "! at the beginning"),
        ("&T Mobile", "6:11", "& at the beginning"),
        ("*star", "6:11", "* at the beginning"),
        ("|pipe", "6:12", "| or > at the beginning"),
        ("Beijing: talks resume", "6:18", "a second colon"),
        ("[a, @b]", "6:15", "@ at the beginning"),
        ("'never closed", "6:11", "this quote is opened and never closed"),
        ('"never closed', "6:11", "this quote is opened and never closed"),
        ('"a \\q b"', "6:15", r"a \ means something between double quotes"),
        ('"rare" earth', "6:18", "words follow the closing quote"),
        ("[a, b", "6:11", "a comma, a word or the closing sign of ["),
        ("{near: [a, b] within: 5}", "6:25", "a comma, a word or the closing sign of ["),
        ("[a, , b]", "6:15", "a comma, a word or the closing sign"),
        ("#tariff", "6:5", "nothing is written here; fill it in or take it away (a # begins"),
        ("[a, #b]", "6:11", "if # or : belongs to the words, put them in quotes"),
        ("", "6:5", "nothing is written here; fill it in or take it away"),
        ("a\n      - b", "6:11", "the dash below is indented too far"),
        ("a\x07b", "6:12", "an invisible control character"),
        ("{? [a] : b}", "6:14", "a key must be a word"),
    ],
)
def test_what_yaml_refuses_is_said_in_words_and_the_rest_is_still_checked(
    when: str, place: str, words: str
) -> None:
    more = "    severity: urgnt\n"
    found = problems(watch=rule(when, more))
    assert len(found) == 2
    assert found[0].startswith(f"watch/more.yaml:{place}: ")
    assert words in found[0]
    assert "severity: write flash, urgent or routine; did you mean 'urgent'?" in found[1]


def test_what_is_nested_too_deeply_is_refused_and_not_followed() -> None:
    (only,) = problems(watch=rule(f"{'[' * 5000}a{']' * 5000}"))
    assert "nested too deeply; name the inner parts under lists:" in only


def test_tabs_are_named_line_by_line_and_read_as_spaces() -> None:
    text = (
        "version: 1\nrules:\n\t- id: one\n\t  why: w\n\t  when:\n\t    - a\n\t  severty: urgent\n"
    )
    found = problems(watch=text)
    assert [line for line in found if "a tab stands here; indent with spaces" in line] == found
    assert len(found) == 5
    assert found[0].startswith("watch/more.yaml:3:1: ")


def test_a_tab_under_a_key_is_the_only_mistake() -> None:
    assert problems(watch=rule("\n\t- a")) == [
        "watch/more.yaml:7:1: a tab stands here; indent with spaces"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\nrules:\n  - id: one\n   why: w\n", "4:4: this does not line up"),
        ("version: 1\nrules:\n  - id: one\n    why: w\n      when: a\n", "or begin this key"),
        ("version: 1\nrules: []\n---\nversion: 1\n", "3:1: a second document begins here"),
        ("- a\n- b\n", "1:1: write keys such as 'rules:' here"),
        ('version: 1\nrules: "\\UFFFFFFFF"\n', "2:11: no character has this number"),
        ("just words\n", "1:1: write keys such as 'rules:' here"),
        ("version: 1\nrules:\n  -id: one\n", "3:3: -id: put a space after the dash"),
        ("version: 1\nrules:\n  -id: one\n    why: w\n", "3:3: put a space after the dash"),
        ("# nothing\n", "1:1: this file is empty"),
        ("", "1:1: this file is empty"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_where_it_breaks(text: str, words: str) -> None:
    assert any(words in line for line in problems(watch=text))


def test_a_file_that_cannot_be_read_does_not_make_its_names_unknown_elsewhere() -> None:
    found = problems(
        people="version: 1\npeople:\n  - id: x\n   name: y\n", watch=rule("$ada-north")
    )
    assert len(found) == 1
    assert found[0].startswith("people.yaml:4:4: ")


def test_what_is_mended_on_the_way_hides_nothing_behind_it() -> None:
    dashed = rule("a", "  -id: two\n    when: b\n    severty: flash\n")
    assert problems(watch=dashed) == [
        "watch/more.yaml:8:3: put a space after the dash",
        "watch/more.yaml:10:5: severty: there is no such key here; did you mean 'severity'?",
    ]
    torn = rule("a", "---\n  - id: two\n    why: w\n    when: {prefix: ab}\n")
    assert problems(watch=torn) == [
        "watch/more.yaml:8:1: a second document begins here; take the --- away",
        "watch/more.yaml:11:20: prefix: a prefix needs 4 letters or more",
    ]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, len(WATCH)), st.text(alphabet="\n :-#'\"[]{}&*!|>%@`$,?~aé0", max_size=6))
def test_both_yaml_readers_take_the_same_files_and_read_the_same(at: int, slip: str) -> None:
    text = f"{WATCH[:at]}{slip}{WATCH[at:]}"
    fast, slow = Sheet("watch/x.yaml", text), Sheet("watch/x.yaml", text + "\n#\t\n")
    assert bool(fast.problems) == bool(slow.problems)
    assert fast.problems or fast.tree == slow.tree


def test_a_repeated_key_names_the_line_of_the_first() -> None:
    assert problems(watch=rule("a", "    why: again\n")) == [
        "watch/more.yaml:8:5: 'why' is here twice; the first is on line 4"
    ]


def test_a_word_after_a_hash_is_remarked_on() -> None:
    desk = desk_with(watch=rule("\n      - article #5\n      - b # a comment"))
    assert desk.rules[0].when == AnyOf((Term("article"), Term("b")))
    assert [note for note in desk.notes if "#" in note] == [
        "watch/more.yaml:7:9: # begins a comment; if it belongs to the words, put it in quotes"
    ]


def test_an_escape_brings_in_nothing_that_cannot_be_stored() -> None:
    text = rule("a").replace("why: because", 'why: "be\\0cau\\ud800se\\u202e"')
    assert desk_with(watch=text).rules[0].why == "because"


def test_windows_line_ends_move_no_line() -> None:
    assert problems(watch=rule("@a").replace("\n", "\r\n"))[0].startswith("watch/more.yaml:6:11")


def test_a_yaml_mistake_beside_a_secret_does_not_repeat_it() -> None:
    bad = CHANNELS.replace("${env:WIREBELL_MAIL}", "mailto://ana:hunter2@host: 25")
    assert "hunter2" not in "\n".join(problems(channels=bad))


def test_a_line_separator_pasted_from_the_web_moves_no_line() -> None:
    assert problems(watch=rule("a\u2028b", "    severty: flash\n"))[0].startswith(
        "watch/more.yaml:8:5: severty"
    )


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_makes_the_loader_raise_anything_but_a_desk_error(text: str) -> None:
    _never_breaks({**SMALL, "watch/more.yaml": text})


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150, deadline=None)
@given(st.integers(0, len(WATCH)), st.text(alphabet="\t\n :-#'\"[]{}&*!|>%@`$,?~aé0", max_size=6))
def test_no_slip_of_the_hand_makes_the_loader_raise_anything_but_a_desk_error(
    at: int, slip: str
) -> None:
    _never_breaks({**SMALL, "watch/ores.yaml": WATCH[:at] + slip + WATCH[at + len(slip) // 2 :]})


def _never_breaks(files: dict[str, str]) -> None:
    try:
        assert isinstance(load_desk_text(files.items()), Desk)
    except DeskError as error:
        texts = {name: text.count("\n") + 2 for name, text in files.items()}
        for problem in error.problems:
            assert 1 <= problem.line <= texts[problem.file]
            assert problem.column >= 1
