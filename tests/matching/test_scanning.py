"""Both scanners find every occurrence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirebell.matching.scanning import Scanner, best_scanner, native_scanner, slice_scanner

LETTERS = "\x00\x01\x02a稀\ue000\U0010ffff"
strings = st.text(LETTERS, min_size=1, max_size=4)


@given(st.sets(strings, max_size=8).map(sorted), st.text(LETTERS, max_size=30))
def test_both_find_what_comparing_everywhere_finds(wanted: list[str], text: str) -> None:
    expected = sorted(
        (start, start + len(string), number)
        for number, string in enumerate(wanted)
        for start in range(len(text))
        if text.startswith(string, start)
    )
    assert sorted(native_scanner(wanted)(text)) == expected
    assert sorted(slice_scanner(wanted)(text)) == expected


@pytest.mark.parametrize("scanner", [best_scanner, native_scanner, slice_scanner])
def test_nothing_is_found_of_nothing(scanner: Scanner) -> None:
    assert scanner([])("abc") == []
