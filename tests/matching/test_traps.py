"""What a term finds and what it leaves alone: every trap we know of."""

from __future__ import annotations

from html import unescape

import pytest

from tests.matching.desks import surfaces
from wirebell.desk.values import Term

PHRASE = "rare earth"

KNOWN = [
    # words, text, the surface a reader would mark ("" for none)
    ("rare earth", "exports of rare-earth minerals", "rare-earth"),
    ("rare earth", "exports of rare earths fell", "rare earths"),
    ("rare-earth", "exports of rare earth fell", "rare earth"),
    ("rare earth", "the rare\u2011earth trade", "rare\u2011earth"),
    ("rare earth", "the rare\u00a0earth trade", "rare\u00a0earth"),
    ("rare earth", "the rare\u2028earth trade", "rare\u2028earth"),
    ("rare earth", "the ra\u00adre ear\u00adth trade", "ra\u00adre ear\u00adth"),
    ("rare earth", "the rare\u200b earth trade", "rare\u200b earth"),
    ("rare earth", unescape("the rare&nbsp;earth &amp; more"), "rare\u00a0earth"),
    ("rare earth", "That is rare. Earth scientists agree.", ""),
    ("rare earth", "a rare earthquake", ""),
    ("truce", "two truces in a year", "truces"),
    ("truce", "the truce held", "truce"),
    ("truce", "a trucebreaker", ""),
    ("Xi", "Xi spoke", "Xi"),
    ("Xi", "Article XI applies", ""),
    ("Xi", "the letter xi", ""),
    ("US", "between us", ""),
    ("US", "the U.S. envoy", "U.S."),
    ("US", "the US envoy", "US"),
    ("WHO", "people who came", ""),
    ("Trump", "Trump\u2019s order", "Trump"),
    ("Trump", "Trump's order", "Trump"),
    ("Trump", "trumped-up charges", ""),
    ("Müller", "Herr Mueller kam", "Mueller"),
    ("Muller", "Herr Müller kam", "Müller"),
    ("Strasse", "in der Straße", "Straße"),
    ("Istanbul", "İstanbul'da toplandı", "İstanbul"),
    ("office", "the o\ufb03ce opened", "o\ufb03ce"),
    ("Sao Paulo", "in São Paulo today", "São Paulo"),
    ("Pokémon", "the Poke\u0301mon firm", "Poke\u0301mon"),
    ("稀土", "中国限制稀土出口", "稀土"),
    ("レアアース", "中国のレアアース輸出", "レアアース"),
    ("Китай", "экспорт из Китая упал", "Китая"),
    ("الصين", "التجارة بالصين", "بالصين"),
    ("Leary", "as Leary noted", "Leary"),
    ("wsj", "mail alex.leary@wsj.com now", ""),
    ("Ukraine", "l'Ukraine demande", "Ukraine"),
    ("AT&T", "shares of AT&T rose", "AT&T"),
    ("C++", "written in C++ and C", "C++"),
    ("Covid-19", "since COVID 19 began", "COVID 19"),
    ("Wang Yi", "minister Wang\u3000Yi said", "Wang\u3000Yi"),
    ("e-mail", "an email arrived", "email"),
]

OURS = [
    ("rare earth", "rare\nearth", ""),  # a line break in an article parts paragraphs
    ("rare earth", "the rare\u00adearth trade", "rare\u00adearth"),
    ("rare earth", "rare\u00ad-earth", "rare\u00ad-earth"),
    ("rare earth", "rareearth", ""),
    ("rare earth", "Is it rare? Earth is.", ""),
    ("US Treasury", "the U.S. Treasury said", "U.S. Treasury"),
    ("US Treasury", "the U.S.-Treasury feud", "U.S.-Treasury"),
    ("Dr Lee", "as Dr. Lee said", "Dr. Lee"),
    ("treaty", "two treaties", "treaties"),
    ("treaties", "one treaty", "treaty"),
    ("tax", "all taxes", "taxes"),
    ("news", "a new law", ""),
    ("goods", "a good law", ""),
    ("90-day truce", "the 90-day truce", "90-day truce"),
    ("90-day truce", "a truce of 90 days", ""),
    ("Section 301", "under section 301.5", ""),
    ("Section 301", "under Section 301, then", "Section 301"),
    ("5 percent", "by 2.5 percent", ""),
    ("1000 troops", "sent 1,000 troops", "1,000 troops"),
    ("Covid-19", "a Covid19 wave", "Covid19"),
    ("cease-fire", "the ceasefire holds", "ceasefire"),
    ("ceasefire", "the cease-fire holds", ""),
    ("S&P 500", "the S&P 500 fell", "S&P 500"),
    ("rare", "see https://news.example/rare-earth now", ""),
    ("rare", "see news.example/rare now", ""),
    ("稀土", "见https://news.example/a。稀土涨价", "稀土"),
    ("稀土", "稀。土地", ""),
    ("レアアース", "中国のﾚｱｱｰｽ輸出", "ﾚｱｱｰｽ"),
    ("중국", "중국은 발표했다", "중국은"),
    ("중국", "중국어", ""),
    ("Lodz", "w Łodzi i Łódź", "Łódź"),
    ("Ucraina", "dell'Ucraina", "Ucraina"),
    ("O'Brien", "OBrien and O’Brien’s", "OBrien|O’Brien"),
    ("Xian", "in Xi'an", "Xi'an"),
    ("Xi", "in Xi'an", ""),
    ("China", "China/US; pro-China; China's", "China|China|China"),
    ("Ankara", "Ankara'ya gitti", "Ankara"),
    ("the ministers", "the ministers' meeting", "the ministers"),
    ("don", "they don't know", ""),
    ("all", "all's well", "all"),
    ("หมู", "ราคาหมูแพง", "หมู"),
    ("EV", "more EVs than EV", "EVs|EV"),
]

MORE = [
    ("AI", "two AIs argued", "AIs"),
    ("AI", "the AI's answer", "AI"),
    ("AIs", "an AI spoke", "AI"),
    ("MP", "MPs voted", "MPs"),
    ("NGO", "NGOs left", "NGOs"),
    ("Yahoo! Inc", "shares of Yahoo! Inc. rose", "Yahoo! Inc"),
    ("Yahoo! Inc", "Yahoo Inc said", "Yahoo Inc"),
    ("Yahoo", "buy Yahoo! Now", "Yahoo"),
    ("US", "the U.S. said", "U.S."),
    ("US", "The US-China row", "US"),
    ("US", "US's move", "US"),
    ("U.S.", "the US said", "US"),
    ("US", "Trust us. Us too.", ""),
    ("US", "the U.S.'s move", "U.S."),
    ("EU", "the E.U. and EU", "E.U.|EU"),
    ("UK", "in the U.K.", "U.K."),
    ("商务部", "中国商务部宣布", "商务部"),
    ("王毅", "外长王毅说", "王毅"),
    ("稀土", "\uff08稀土\uff09", "稀土"),
    ("稀土", "稀 土", "稀 土"),
    ("東京", "東京都", "東京"),
    ("トヨタ", "ﾄﾖﾀ自動車", "ﾄﾖﾀ"),
    ("ガス", "ｶﾞｽ田", "ｶﾞｽ"),
    ("レアアース", "レアアースの輸出", "レアアース"),
    ("삼성", "삼성의 실적", "삼성의"),
    ("한국", "한국에서 열린", "한국에서"),
    ("미국", "미국과 중국은", "미국과"),
    ("트럼프", "트럼프가 말했다", "트럼프가"),
    ("Istanbul", "ISTANBUL'DA", "ISTANBUL"),
    ("Izmir", "İzmir'de", "İzmir"),
    ("Diyarbakır", "DIYARBAKIR", "DIYARBAKIR"),
    ("Erdoğan", "Erdogan said", "Erdogan"),
    ("Zölle", "neue Zoelle", "Zoelle"),
    ("Zoll", "Zollkrieg", ""),
    ("Außenminister", "der Aussenminister", "Aussenminister"),
    ("Handels-Krieg", "Handelskrieg", "Handelskrieg"),
    ("Köln", "KÖLN", "KÖLN"),
    ("finance", "ﬁnance minister", "ﬁnance"),
    ("office", "the oﬃce", "oﬃce"),
    ("Zürich", "Zu\u0308rich", "Zu\u0308rich"),
    ("Peña", "Pen\u0303a Nieto", "Pen\u0303a"),
    ("Dvořák", "Dvorak", "Dvorak"),
    ("301", "Section \uff13\uff10\uff11", "\uff13\uff10\uff11"),
    ("Trump", "\uff34\uff52\uff55\uff4d\uff50 said", "\uff34\uff52\uff55\uff4d\uff50"),
    ("rare earth", "rare。earth", ""),
    ("truce", "endedtruce。truce", "truce"),
    ("土地", "稀土。地", ""),
    ("rare earth", "“rare earth”", "rare earth"),
    ("rare earth", "\u2018rare’ earth", "rare’ earth"),
    ("O’Brien", "O'Brien said", "O'Brien"),
    ("Mr Xi", "Mr. Xi arrived", "Mr. Xi"),
    ("Gen Milley", "Gen. Milley said", "Gen. Milley"),
    ("St Louis", "in St. Louis", "St. Louis"),
    ("Jan 6", "on Jan. 6", "Jan. 6"),
    ("Washington Inc", "in Washington. Inc", ""),
    ("90-day", "a 90 day pause", "90 day"),
    ("90-day", "a 90\u2011day pause", "90\u2011day"),
    ("90 days", "90-day truce", "90-day"),
    ("$5 billion", "worth $5 billion", "5 billion"),
    ("5 billion", "US$5 billion", "5 billion"),
    ("1,000", "some 1000 men", "1000"),
    ("3.5 percent", "by 3.5 percent", "3.5 percent"),
    ("5%", "up 5%", "5"),
    ("trade", "#trade now", "trade"),
    ("trade", "#TradeWar", ""),
    ("tradewar", "#TradeWar", "TradeWar"),
    ("potus", "@POTUS said", "POTUS"),
    ("wsj", "write to tips@wsj.com", ""),
    ("reuters", "see reuters.com/world", ""),
    ("reuters.com", "at reuters.com today", "reuters.com"),
    ("rare earth", "rare\u00adearth", "rare\u00adearth"),
    ("ceasefire", "cease\u00adfire", "cease\u00adfire"),
    ("rare earth", "rare\u202fearth", "rare\u202fearth"),
    ("rare earth", "rare  earth", "rare  earth"),
    ("rare earth", "rare\u2013earth", "rare\u2013earth"),
    ("ministry", "ministries'", "ministries"),
    ("company", "the companies' plan", "companies"),
    ("analysis", "two analyses", ""),
    ("sanction", "Sanctions!", "Sanctions"),
    ("President Xi", "President Xi’s visit", "President Xi"),
    ("Ukraine", "d’Ukraine", "Ukraine"),
    ("accord", "l’accord", "accord"),
    ("and/or", "and/or", "and/or"),
    ("G-7", "the G7", "G7"),
    ("Huawei", "HUAWEI", "HUAWEI"),
    ("ChatGPT", "Chat\u00adGPT", "Chat\u00adGPT"),
    ("iPhone", "iPhones", "iPhones"),
    ("Łukasz", "Lukasz", "Lukasz"),
    ("smörgås", "smorgas", "smorgas"),
    ("נתניהו", "של נתניהו", "נתניהו"),
    ("Пекин", "в Пекине", "Пекине"),
]

EXACT = {"Xi", "US", "WHO", "EV", "EU", "UK", "U.S."}


@pytest.mark.parametrize(("words", "text", "surface"), KNOWN + OURS + MORE)
def test_a_term_marks_what_a_reader_would(words: str, text: str, surface: str) -> None:
    marked = surfaces(Term(words, exact=words in EXACT), text)
    assert marked == (surface.split("|") if surface else [])


def test_the_traps_are_all_there() -> None:
    assert len(KNOWN) == 43
    assert len({(words, text) for words, text, _ in OURS + MORE}) >= 43 + 60


def test_a_prefix_finds_what_begins_so_and_nothing_else() -> None:
    term = Term("neodymi", prefix=True)
    assert surfaces(term, "Neodymium, neodymia and the neodym") == ["Neodymium", "neodymia"]


def test_only_the_last_word_of_a_prefix_is_open() -> None:
    term = Term("export contr", prefix=True)
    text = "export controls, exporting contracts, export-control"
    assert surfaces(term, text) == ["export controls", "export-control"]


@pytest.mark.parametrize(
    ("text", "marked"), [("NeOn", []), ("Neon", ["Neon"]), ("neon", []), ("NEON", [])]
)
def test_an_exact_prefix_compares_case(text: str, marked: list[str]) -> None:
    assert surfaces(Term("Neo", exact=True, prefix=True), text) == marked


def test_a_term_whose_symbols_vanish_finds_nothing() -> None:
    assert surfaces(Term("+++"), "+++ eilmeldung +++") == []


def test_case_as_written_and_any_case_live_side_by_side() -> None:
    text = "US and us"
    assert surfaces(Term("US", exact=True), text) == ["US"]
    assert surfaces(Term("us"), text) == ["US", "us"]
