from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.phrases import PATTERNS, is_stamp, role_of, split_dateline, split_sign_offs

MAIL = "Write to Marlow Quist at marlow.quist@ledger.example"


@pytest.mark.parametrize(
    ("paragraph", "story"),
    [
        (MAIL, ""),
        (f"{MAIL} and Ines Tarrow at ines@ledger.example", ""),
        (f"Talks ended late. {MAIL}. Wang left at noon.", "Talks ended late. Wang left at noon."),
        (f"{MAIL} Mr. Bessent flew home.", "Mr. Bessent flew home."),
        ("Contact the reporter: desk@ledger.example", ""),
        ("Have news? Ines Tarrow may be reached at it@ledger.example.", "Have news?"),
        ("Reporting by A. B. Quist in Rome and Ines Tarrow; Editing by Sam Poe", ""),
        ("(Additional reporting by Ines Tarrow; editing by Sam Poe) Rain fell.", "Rain fell."),
        ("Ines Tarrow in Rome contributed to this article.", ""),
        ("责任编辑：周远帆", ""),
        ("【责任编辑：周远帆】", ""),
        ("Have a tip? Email tips@ledger.example", "Have a tip?"),
        ("Coastwire writers Ines Tarrow and Sam Poe contributed to this report.", ""),
        ("(Reportage Ines Tarrow, édité par Sam Poe)", ""),
        ("Der Hafen schloss. Mit Material von dpa", "Der Hafen schloss."),
    ],
)
def test_a_sign_off_ends_only_itself(paragraph: str, story: str) -> None:
    kept, offs = split_sign_offs(paragraph)
    assert kept == story
    assert offs


@pytest.mark.parametrize(
    "paragraph",
    [
        "Reporting by two rights groups found that the mine had never closed.",
        "The senator told voters to write to her at the capitol.",
        "He wrote from desk@ledger.example to the minister, twice.",
        "Low rain contributed to this year's short harvest.",
        "Compiled by hand, the list was wrong.",
    ],
)
def test_a_sentence_of_the_story_is_no_sign_off(paragraph: str) -> None:
    assert split_sign_offs(paragraph) == (paragraph, ())


@given(st.lists(st.sampled_from([MAIL + ".", "Rain fell.", "He left (late)."]), max_size=6))
def test_story_and_sign_offs_together_are_the_paragraph(sentences: list[str]) -> None:
    story, offs = split_sign_offs(" ".join(sentences))
    assert story.split() == [w for s in sentences if "@" not in s for w in s.split()]
    assert len(offs) == sum("@" in s for s in sentences)


@pytest.mark.parametrize(
    ("paragraph", "dateline"),
    [
        ("WASHINGTON, June 5 (Coastwire) - The call came.", "WASHINGTON, June 5 (Coastwire)"),
        ("ST. JOSEPH, Mich. (AP) — Officials said so.", "ST. JOSEPH, Mich. (AP)"),
        ("Beijing (Reuters) - “We agreed,” he said.", "Beijing (Reuters)"),
        ("LONDON — The bank met.", "LONDON"),
        ("新华社北京6月5日电（记者 林小舟）两国元首通话。", "新华社北京6月5日电（记者 林小舟）"),
        ("WASHINGTON—The call came.", "WASHINGTON"),
        ("Berlin (dpa) - Der Hafen schloss.", "Berlin (dpa)"),
        ("Vigo (EFE).- El puerto cerró.", "Vigo (EFE)."),
        ("PARIS, 5 juin (Reuters) - Le port ferme.", "PARIS, 5 juin (Reuters)"),
        ("MOSCOW, June 5. /TASS/. The port closed.", "MOSCOW, June 5. /TASS/."),
        ("【東京時事】港は閉鎖された。", "【東京時事】"),
        ("OPEC — the cartel — met.", ""),
        ("The space agency (NASA) — it has many — launched one.", ""),
        ("Tesla (TSLA) - Shares fell.", ""),
        ("WASHINGTON is quiet.", ""),
    ],
)
def test_a_dateline_is_told_from_the_first_words(paragraph: str, dateline: str) -> None:
    found, story = split_dateline(paragraph)
    assert found == dateline
    assert paragraph.startswith(found)
    assert paragraph.endswith(story)


@pytest.mark.parametrize(
    ("paragraph", "alone"),
    [
        ("Updated June 5, 2025 11:10 am ET", True),
        ("Published June 4, 2025 9:00 am ET Updated June 5, 2025 11:10 am ET", True),
        ("2025-06-05", True),
        ("2025年6月5日 11:10 来源：海岸网", True),
        ("3 hours ago", True),
        ("On June 5, 2025, Wang met Bessent", False),
        ("Updated rules apply", False),
        ("63", False),
        ("May", False),
    ],
)
def test_a_stamp_is_dates_and_nothing_else(paragraph: str, alone: bool) -> None:
    assert is_stamp(paragraph) is alone


@pytest.mark.parametrize(
    ("paragraph", "role"),
    [
        ("By Marlow Quist and Ines Tarrow", "byline"),
        ("By Friday the strait was closed.", ""),
        ("Photo: Odo Fenn/Coastline", "credit"),
        ("Photos of the call were released.", ""),
        ("Read more: Tin embargo widens", "related"),
        ("Recommended", "related"),
        ("Watch the strait, he said, and not the ships in it.", ""),
        ("Sign up for our newsletter and get it in your inbox.", "newsletter"),
        ("Subscribers fell by a tenth.", ""),
        ("Advertisement", "furniture"),
        ("© 2025 Harbor Ledger", "furniture"),
        ("Copyright law was not discussed at the talks.", ""),
        ("Updated June 5, 2025 11:10 am ET", "furniture"),
        ("Follow Ines Tarrow and the whole of the desk on LinkedIn", "furniture"),
        ("Follow the money on its way to the coast.", ""),
        ("If you enjoyed this article, we have a proposition for you.", "furniture"),
        ("More tin coverage: https://ledger.example/tin", "related"),
        ("Anzeige", "furniture"),
        ("Von Ines Tarrow", "byline"),
        ("Foto: Odo Fenn/dpa", "credit"),
        ("Abonnieren Sie jetzt unseren Newsletter", "newsletter"),
        ("Lire aussi : le port ferme", "related"),
        ("相关阅读", "related"),
        ("Tags: harbour, tide, salt", "furniture"),
        ("(With inputs from agencies)", "furniture"),
        ("Join our WhatsApp channel for the latest updates", "newsletter"),
        ("【関連記事】桟橋はなぜ崩れるのか", "related"),
        ("김하늘 기자 sky@quay.example", "byline"),
        ("新海社 记者 林小舟", "byline"),
        ("記者林小舟／台北報導", "byline"),
        ("记者从会上获悉，码头将在年底以前修好。", ""),
        ("文化部长说，博物馆夜间开放。", ""),
        ("door Ada Brink", "byline"),
        ("This audio is generated automatically. Tell us if it reads badly.", "furniture"),
        ("To view this video please enable JavaScript", "furniture"),
        ("Support our journalism: become a member today.", "furniture"),
        ("Listen wherever you get your podcasts.", "furniture"),
        ("Empfohlener redaktioneller Inhalt: Hier steht ein Film.", "furniture"),
        ("Si quieres apoyar este diario, suscríbete.", "furniture"),
        ("Il vous reste 62 % de cet article à lire.", "furniture"),
        ("A daily letter on ports, free in your inbox.", "newsletter"),
        ("Recevez chaque matin l’essentiel dans votre boîte mail", "newsletter"),
        ("In case you missed it: salt is cheap", "related"),
        ("Bandits support our journalism, the mayor said.", ""),
        ("Become a port of call or lose the ferry, the board was told.", ""),
        ("Le concert était réservé aux abonnés du théâtre, a dit le maire.", ""),
        ("Tekst: Ada Brink", "byline"),
        ("Tags were cut from the ropes, the union said.", ""),
        ("ALSO READ | The night of the long ropes", "related"),
        ("By Marlow A. Quist, Thursday, 5 June 2025 08:05 GMT", "byline"),
        ("Posted by Marlow Quist on June 5, 2025", "byline"),
        ("by Marlow Quist", "byline"),
        ("by the end of the year", ""),
        ("Join the pact or lose the market, the envoy told subscribers by email.", ""),
        ("Subscribe to continue reading this report.", "furniture"),
    ],
)
def test_a_paragraph_says_what_it_is(paragraph: str, role: str) -> None:
    assert role_of(paragraph) == role


def test_a_linked_teaser_is_related() -> None:
    assert role_of("More on the storm and the delta", linked=True) == "related"


@pytest.mark.parametrize(
    "heading", ["Key Points", "Auf einen Blick", "KEY TAKEAWAYS", "What to know:", "核心要点"]
)
def test_headings_of_key_points_are_known(heading: str) -> None:
    assert PATTERNS["key_points"].match(heading)


def test_a_sentence_about_key_points_is_none() -> None:
    assert not PATTERNS["key_points"].match("Key points of the deal were left open")
