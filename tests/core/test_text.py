"""Laws and cases of folding, sentence cutting and cleaning."""

from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirebell.core.text import Folded, clean, fold, one_line, sentences

# Characters that have broken folding or cleaning somewhere, mixed into arbitrary ones.
AWKWARD = st.text(
    st.one_of(
        st.sampled_from(
            "aA .\n\t\r\u00a0\u00ad\u200b\u200d\ufeff\u202e\u2028\u0085\x00éǖßİıŁﬁ℃ŉ'’´-\u2011"
            "\u0301\u0323\u0344\u0345\u3099\u0f73カｶﾞ한\u1112\u1161\u11ab\u3131\u314f稀土ไท้हिन्दी"
        ),
        st.characters(),
    ),
    max_size=80,
)


@given(AWKWARD)
def test_folded_characters_know_a_span_inside_the_original(text: str) -> None:
    folded = fold(text)
    spans = [folded.span(i, i + 1) for i in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))


@given(AWKWARD)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(AWKWARD, AWKWARD)
def test_lines_fold_one_by_one_as_they_fold_together(first: str, second: str) -> None:
    together = fold(f"{first}\n-{second}").text
    assert together == f"{fold(first + chr(10)).text}-{fold('-' + second).text[1:]}"


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_folds_the_same_beside_a_character_that_is_not(text: str) -> None:
    assert fold(text) == Folded(text.lower())
    slow = fold(text + "稀")
    assert slow.text == text.lower() + "稀"
    assert slow.starts == tuple(range(len(text) + 1))
    assert slow.ends == tuple(range(1, len(text) + 2))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ra\u00adre earth", "rare earth"),  # soft hyphen
        ("rare\u00a0earth", "rare earth"),
        ("rare\u3000earth", "rare earth"),
        ("ra\u200bre ea\u200drth", "rare earth"),
        ("rare\u2011earth", "rare-earth"),
        ("rare\uff0dearth", "rare-earth"),
        ("rare–earth", "rare–earth"),  # a dash parts clauses, it joins no words
        ("China’s", "china's"),
        ("China´s", "china's"),
        ("“truce”", '"truce"'),
        ("oﬃce", "office"),
        ("Œuvre", "oeuvre"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ılık", "ilik"),
        ("Wałęsa", "walesa"),
        ("København", "kobenhavn"),
        ("Poke\u0301mon", "pokemon"),
        ("São Paulo", "sao paulo"),
        ("Ёлкин", "елкин"),
        ("Ｂｅｓｓｅｎｔ", "bessent"),
        ("Ⅷ", "viii"),
        ("ｶﾞﾘｳﾑ", "ガリウム"),
        ("ハ\u309aラジウム", "パラジウム"),  # NFD keeps its voicing
        ("ハラ", "ハラ"),
        ("ไม้", "ไม้"),
        ("हिन्दी", "हिन्दी"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),  # Korean as a Mac's file names spell it
        ("ㅎㅏ", "하"),
        ("稀土", "稀土"),
        ("Fallout ☢\ufe0f", "fallout ☢"),
        ("a\u2028b", "a\nb"),
        ("", ""),
    ],
)
def test_what_readers_take_for_equal_folds_to_one(written: str, folded: str) -> None:
    assert fold(written).text == folded


def test_a_span_covers_the_marks_and_invisible_characters_inside_the_word() -> None:
    text = "« Poke\u0301\u00admon » ﬁn"
    folded = fold(text)
    at = folded.text.index("pokemon")
    start, end = folded.span(at, at + len("pokemon"))
    assert text[start:end] == "Poke\u0301\u00admon"
    at = folded.text.index("fi")
    start, end = folded.span(at, at + 1)
    assert text[start:end] == "ﬁ"  # half a ligature is the whole


@given(AWKWARD)
def test_sentences_cover_what_is_visible_in_order_and_once(text: str) -> None:
    spans = sentences(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    covered = {i for start, end in spans for i in range(start, end)}
    assert {i for i, char in enumerate(text) if not char.isspace()} <= covered


@given(AWKWARD)
def test_no_sentence_crosses_a_line(text: str) -> None:
    assert not any("\n" in text[start:end] for start, end in sentences(text))


@pytest.mark.parametrize(
    "parts",
    [
        ("The truce holds.", "Talks go on."),
        ("Will it hold?", "Nobody knows!", "We wait."),
        ("He spoke to the U.S. Trade Representative on Monday.", "It ended well."),
        ("The goods went to the U.S.", "The rest stayed."),
        ("J. Doe met S. K. Roe on Jan. 5 in Geneva.", "They shook hands."),
        ("Mr. Smith and Dr. Jones left.", "No. 5 of the list stays."),
        ("The answer was no.", "Beijing had asked twice."),
        ("Prices rose 3.5 % in May.", "They fell later."),
        ("Acme Corp. said so.", "Others did not."),
        ("“We agreed.”", "She left."),
        ('"Enough!"', "He hung up."),
        ("It closes at 5 p.m. Monday.", "Then it opens."),
        ("They paused ... then went on.", "Done."),
        ("中国限制稀土出口。", "美国回应。"),
        ("他说：“会谈结束。”", "双方满意！"),
        ("first line", "second line"),
    ],
)
def test_sentences_end_where_a_reader_stops(parts: tuple[str, ...]) -> None:
    glue = "" if parts[0].endswith(("。", "”")) and "。" in parts[0] else " "
    text = ("\n" if parts[0].endswith("line") else glue).join(parts)
    assert tuple(text[start:end] for start, end in sentences(text)) == parts


def _hostile(size: int) -> list[str]:
    """Lines of `size` characters on which a careless expression goes back and forth."""
    return [
        "." * size,
        ". " + '"' * size,
        ".)" * (size // 2),
        "a" * size,
        " " * size,
        "a" + "\u0301\u0323" * (size // 2),
        "稀" * size,
    ]


@pytest.mark.parametrize("kind", range(len(_hostile(2))))
def test_a_hostile_line_takes_no_quadratic_time(kind: int) -> None:
    """Seconds of the processor, not of the clock; quadratic code wants 8 to 150 of them."""
    text = _hostile(100_000)[kind]
    began = time.process_time()
    assert len(fold(text).text) <= len(text)
    assert len(clean(text)) <= len(text)
    assert len(sentences(text)) <= 1 + text.count(". ")
    assert time.process_time() - began < 5


@given(AWKWARD)
def test_clean_text_holds_nothing_a_database_or_a_mail_refuses(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert not any(unicodedata.category(c) == "Cc" for c in cleaned if c not in "\n\t")
    assert not any(unicodedata.bidirectional(c) in _DIRECTIONS for c in cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean(cleaned) == cleaned


_DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("outside", "cleaned"),
    [
        ("a\x00b\x1bc", "abc"),
        ("a\ud800b", "ab"),
        ("\ufeffTalks\u200b resume", "Talks resume"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
        ("cafe\u0301", "café"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the joiner is part of the spelling
        ("a\tb", "a\tb"),
        ("e" + "\u0301" * 5000, "é" + "\u0301" * 29),
    ],
)
def test_cleaning_takes_the_harm_and_leaves_the_words(outside: str, cleaned: str) -> None:
    assert clean(outside) == cleaned


@given(AWKWARD, st.integers(min_value=1, max_value=40))
def test_one_line_is_one_line_and_never_over_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        ("Talks\r\nBcc: all@example.org", 0, "Talks Bcc: all@example.org"),
        ("Talks resume today", 18, "Talks resume today"),
        ("Talks resume today", 15, "Talks resume…"),
        ("Donaudampfschifffahrt", 6, "Donau…"),
        ("a Donaudampfschifffahrt", 10, "a Donauda…"),  # better half a word than half a line
        ("abc", 1, "…"),
    ],
)
def test_one_line_cuts_at_a_word(text: str, limit: int, line: str) -> None:
    assert one_line(text, limit) == line
