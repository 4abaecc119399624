"""Words of a text: laws the memo and the offsets lean on."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from tests.matching.desks import matcher, story
from wirebell.core.text import fold, joins, sentences
from wirebell.desk.values import AnyOf, Term
from wirebell.matching.tokens import Token, chunk_tokens, chunks, folded_word, tokens
from wirebell.matching.vocabulary import Vocabulary

PARTS = (
    "rare earth U.S. Müller İstanbul'da l'Ukraine AT&T C++ 1,000 3.5 e-mail Trump’s 稀土 中国的 。 "
    "レアアース ﾚｱ ราคา 중국은 بالصين Китая o\ufb03ce Poke\u0301mon ra\u00adre a@b.example "
    "MPs G20s treaties houses neodymium (Łódź’s) «мир», ｱ ﾄﾖﾀ ТАСС "
    "https://x.example/a-b \u200b \u200f \u0301 ' - . ... ? « हिन्दी Łódź ß"
).split(" ")
WORDS = (
    "rare earth us u mp mps g20 house treaty neodymium neod* ? 稀 レ 중국 китай 1000 office".split()
)
texts = st.lists(
    st.tuples(
        st.sampled_from(PARTS) | st.text(max_size=3), st.sampled_from(["", " ", "\u00a0", "\n"])
    ),
    max_size=20,
).map(lambda pairs: "".join(part + gap for part, gap in pairs))


@given(texts)
def test_tokens_stand_one_after_the_other_and_slice_the_text(text: str) -> None:
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    # "¼" is two tokens, 1 and 4, on one character: they may share it but never go back.
    assert all(a.start <= b.start and a.end <= b.end for a, b in pairwise(found))
    assert all(token.folded == fold(token.cased).text for token in found)


@given(texts)
def test_a_token_depends_on_its_chunk_alone(text: str) -> None:
    assert [t[:3] for t in tokens(text)] == [
        t[:3] for chunk in text.split() for t in chunk_tokens(chunk)
    ]


@given(texts)
def test_cutting_at_sentences_or_han_characters_changes_no_token(text: str) -> None:
    whole = [token[:3] for token in tokens(text)]
    assert [t[:3] for a, b in sentences(text) for t in tokens(text[a:b])] == whole
    assert [t[:3] for c in chunks(text) for t in chunk_tokens(c)] == whole


@given(texts, st.lists(st.sampled_from([p for p in PARTS if tokens(p)]), min_size=1, max_size=4))
@example("稀土 rare ", ["rare"])  # the space at the end made up for the gap the Han lack
def test_what_is_marked_reads_like_the_term(text: str, words: list[str]) -> None:
    article = story(text, title=" and ".join(words))
    for match in matcher(AnyOf(tuple(map(Term, words)))).match(article):
        assert match.evidence
        for mark in match.evidence:
            printed = article.words_of(mark.field)
            assert printed[mark.start : mark.end] == mark.surface
            assert tokens(mark.surface)[0].folded[:3] == tokens(mark.term)[0].folded[:3]


@given(texts, st.lists(st.sampled_from(WORDS)), st.booleans())
@example("MPs treaties MP", ["mp", "treaty"], False)
@example("neodymium 稀 T", ["neod*", "?"], False)
@example("o\ufb03ces É.", ["office", "e"], True)
def test_chunks_learnt_together_are_packed_as_each_would_be(
    text: str, known: list[str], again: bool
) -> None:
    vocabulary = Vocabulary()
    for word in known:
        vocabulary.take(Token(word, word, "", 0, len(word)))
    vocabulary.close()
    if again:
        vocabulary.pack(text.split())  # from memory
    cut = text.split()
    packed = vocabulary.pack(cut)
    each = [[Vocabulary.__missing__(vocabulary, chunk) for chunk in chunks(piece)] for piece in cut]
    assert packed == list(map("".join, each))
    assert [*map(len, packed)] == [len(tokens(piece)) for piece in cut]


@given(texts)
@example("ﾄﾖﾀ 'Tis --s Ünsal’s ½ MPs’ ÉLs ﬁ.")
@example("\ud7b0")
def test_a_word_read_at_a_glance_is_what_a_search_would_find(text: str) -> None:
    # what joins the character before it would hang on the "="
    for chunk in (chunk for chunk in chunks(text) if not joins(chunk[0])):
        searched = chunk_tokens(f"={chunk}")  # which is never one bare word
        moved = [
            token._replace(start=token.start + 1, end=token.end + 1) for token in tokens(chunk)
        ]
        assert searched == moved
        assert folded_word(chunk) in ("", *(token.folded for token in searched[:1]))
        assert not folded_word(chunk) or len(searched) == 1


def test_a_name_and_its_surface_leave_out_what_hangs_on() -> None:
    text = "U.S.'s Trump’s l'Ukraine's dell'Ucraina İstanbul'da"
    assert [text[t.start : t.end] for t in tokens(text)] == [
        "U.S.", "Trump", "Ukraine", "Ucraina", "İstanbul",
    ]  # fmt: skip


def test_an_address_is_one_token_that_equals_no_word() -> None:
    text = "mail a.b-c@news.example, see https://news.example/rare-earth。稀 or news.example/x now"
    unread = [text[t.start : t.end] for t in tokens(text) if not t.folded]
    assert unread == ["a.b-c@news.example", "https://news.example/rare-earth", "news.example/x"]


def test_hostile_chunks_are_read_to_the_end() -> None:
    # Each of these takes minutes if a scan begins anew at every character.
    for piece in ("-", "a-", "a.", "a.@", "aa.", "'", "a'", "1,000", "\u0301"):
        text = piece * 20_000
        assert all(a.end <= b.end for a, b in pairwise(tokens(text)))
