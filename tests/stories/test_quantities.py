from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirebell.core.news import Article
from wirebell.stories.facts import account, change_in
from wirebell.stories.quantities import is_number, plain_words, spelt
from wirebell.stories.words import forms, listed

CALM = "The sea was calm for most of the week."


def rings(old: str, new: str) -> bool:
    """Whether a sentence that was edited says something else."""
    return (
        change_in(new, [account(Article(url="", title="Harbour", text=f"{CALM} {old}"))])
        is not None
    )


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("forty-one", ["41"]),
        ("41", ["41"]),
        ("three hundred thousand", ["300000"]),
        ("1.2 million two years ago", ["1200000", "2", "year", "ago"]),
        ("two three-year terms", ["2", "3", "year", "terms"]),
        ("five hundred 5", ["500", "5"]),
        ("a million", ["a", "1000000"]),
        ("two dozen", ["24"]),
        ("2.50bn", ["2500000000"]),
        ("$2.5 billion", ["dollar", "2500000000"]),
        ("5km", ["5", "kilometer"]),
        ("3rd", ["3"]),
        ("4 per cent", ["4", "percent"]),
        ("4%", ["4", "percent"]),
        ("4 percentage points", ["4", "ppoint"]),
        ("三百人", ["300", "人"]),
        ("百分之十五", ["15", "percent"]),
        ("两万吨", ["20000", "吨"]),
        ("on Wed. night", ["on", "wednesday", "night"]),
        ("B52", ["b52"]),
    ],
)
def test_numbers_units_and_days_are_read_whichever_way_they_are_written(
    written: str, plain: list[str]
) -> None:
    assert plain_words(written) == plain


@given(st.integers(min_value=0, max_value=10**18))
def test_a_whole_number_is_itself_with_and_without_its_commas(number: int) -> None:
    (plain,) = plain_words(f"{number}")
    assert [plain] == plain_words(f"{number:,}") == [f"{number}"]
    assert is_number(plain)


@given(st.text())
def test_any_sentence_has_plain_words(sentence: str) -> None:
    assert all(plain_words(sentence))


@pytest.mark.parametrize("sign", ["up", "down", "hold"])
def test_american_spelling_takes_no_word_off_its_list(sign: str) -> None:
    lost = {word for word in forms(sign) if spelt(word) not in forms(sign)}
    assert {word for word in lost if word in listed(sign)} == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The pier is likely to close.", "The pier is unlikely to close."),
        ("The guild voted for the levy.", "The guild voted against the levy."),
        ("The mayor ruled out a toll on barges.", "The mayor considered a toll on barges."),
        ("The lock is shut for 9 hours.", "The lock is shut for 9 weeks."),
        ("The dredger cost €7 million to build.", "The dredger cost $7 million to build."),
        ("Exports grew by 3 percent.", "Exports grew by 3 percentage points."),
        ("East Harrow asked for two tugs.", "West Harrow asked for two tugs."),
        ("港口关闭三天。", "港口关闭五天。"),
        ("Okafor was named to run the docks.", "Lindgren was named to run the docks."),
        ("Sweden will lift its curbs on herring.", "Norway will lift its curbs on herring."),
        ("Norway sold two tugs to Sweden, it said.", "Sweden sold two tugs to Norway, it said."),
        ("The guild sued the port board.", "The port board sued the guild."),
        ("The rowers won the final 3-1.", "The rowers won the final 1-3."),
        ("It was -5 degrees on the pier.", "It was 5 degrees on the pier."),
        ("The dredger cost ¥7 million to build.", "The dredger cost €7 million to build."),
        ("The pilots were freed at dawn.", "The pilots were killed at dawn."),
        ("Der Hafen wird geschlossen.", "Der Hafen wird nicht geschlossen."),
        ("Two pilots were hurt off Harrow.", "Two pilots were killed off Harrow."),
        ("The tug was released at noon.", "The tug was seized at noon."),
        ("The mayor said he would wait.", "The mayor said he might wait."),
        ("Barges are exempt from the levy.", "Barges are subject to the levy."),
        ("The pact has been signed.", "The pact is still to be signed."),
        ("It will ship ore to the US.", "It will ship ore to the European Union."),
        ("The lock opens at 6 a.m. today.", "The lock opens at 6 p.m. today."),
        ("何立峰将率团赴伦敦。", "王文涛将率团赴伦敦。"),
        ("双方将在美国会谈。", "双方将在英国会谈。"),
        ("Le port a été fermé hier.", "Le port n'a pas été fermé hier."),
    ],
)
def test_an_edit_that_says_something_else_is_told(old: str, new: str) -> None:
    assert rings(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Forty-one barges were waiting.", "41 barges were waiting."),
        ("The dredger cost $7 million to build.", "The dredger cost 7m dollars to build."),
        ("The harbour authority organised a tour.", "The harbor authority organized a tour."),
        ("The pilots meet on Sept. 9 in town.", "The pilots meet on September 9th in town."),
        ("港口关闭三天。", "港口关闭3天。"),
        ("王文涛说将恢复出口。", "王文涛表示，将恢复出口。"),
        ("It cost three million two hundred thousand yen.", "It cost 3.2 million yen."),
        ("花费三亿二千万元。", "花费3.2亿元。"),
        ("约三千二百人登船。", "约3200人登船。"),
        ("Some 3,200 crates were lost.", "Some three thousand two hundred crates were lost."),
        ("Some 100,000 crates were lost.", "Some 100 000 crates were lost."),
        ("Rund 1.500 Kisten fehlen.", "Rund 1500 Kisten fehlen."),
        ("The lock opens at 6am on weekdays.", "The lock opens at 6 a.m. on weekdays."),
        ("The lock opens at 14.30 local time.", "The lock opens at 14:30 local time."),
        ("On Monday the guild met the board.", "The guild met the board on Monday."),
        ("Officials closed the lock.", "Authorities closed the lock."),
        ("Ore for the U.S. is taxed.", "Ore for the United States is taxed."),
        ("The UK welcomed the pact.", "The United Kingdom hailed the pact."),
        ("Norway kept its levy at 4 percent.", "Norway held its levy at 4 percent."),
    ],
)
def test_the_same_written_otherwise_is_not_told(old: str, new: str) -> None:
    assert not rings(old, new)


def test_what_one_copy_denies_and_another_says_is_a_conflict() -> None:
    here, there = (
        account(Article(url="", title="", text=f"The court {verb} the ban on trawling here."))
        for verb in ("upheld", "overturned")
    )
    assert here.compared_with(there).conflicts == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Okafor will run the docks from May.", "Lindgren will run the docks from May."),
        ("The guild sued the port board in May.", "The port board sued the guild in May."),
    ],
)
def test_copies_that_differ_in_who_did_it_are_in_conflict(one: str, other: str) -> None:
    here, there = (account(Article(url="", title="", text=text)) for text in (one, other))
    assert here.compared_with(there).conflicts == 1


@pytest.mark.parametrize("rubbish", ["9,1." * 60_000, "x" * 40 + "ise"])
def test_what_is_longer_than_a_word_is_left_as_it_is_written(rubbish: str) -> None:
    assert spelt("organised") == spelt("organized")
    assert spelt(rubbish) == rubbish  # the first took the spellings half a minute and more


def test_a_decimal_comma_is_no_comma_between_thousands() -> None:
    assert plain_words("3,5 35 3,500 1,2,3") == ["3.5", "35", "3500", "123"]
    assert rings("Le taux est de 3,5 pour cent.", "Le taux est de 35 pour cent.")


def test_what_also_happened_on_a_day_is_a_sentence_of_the_story() -> None:
    old = "Also on Monday, the bank raised rates to 7 percent."
    assert rings(old, old.replace("7", "9"))
    assert len(account(Article(url="", title="Harbour", text=old)).claims) == 2


def test_a_table_of_one_number_is_not_counted_for_each_of_its_cells() -> None:
    (_, table) = account(Article(url="", title="Harbour", text="12 " * 1000)).claims
    assert len(table.numbers) < 50
