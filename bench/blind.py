"""A second set of variants, written blind: after the rules were made, without looking at them.

Other operators, another seed, other texts than `wire`: what holds here was not tuned here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from bench.wire import DAYS, Text, pieces

Operator = Callable[[Text, random.Random], Text]
PEOPLE = "Halvorsen Mbeki Trujillo Okonkwo Baranov Whitlock Nakamura Desrosiers".split()
CITIES = ("GENEVA", "Ottawa, Ont.", "NAIROBI", "LONDON/PARIS", "Tulsa")
COUNTS = "two three four five six seven eight nine ten".split()
STYLE = {
    "percent": "per cent", "U.S.": "US", "color": "colour", "toward": "towards", " and ": " & ",
    "organization": "organisation", "center": "centre", "President": "Pres.", "'s": "’s",
}  # fmt: skip
REWORDED = {
    "according to": "as stated by", "told": "said to", "but": "though", "will": "is set to",
    "more than": "over", "last week": "a week ago", "most": "the bulk of", "near": "close to",
}  # fmt: skip
TURNS = {
    "increase": "decline", "growth": "contraction", "approved": "blocked", "supports": "opposes",
    "guilty": "innocent", "survived": "died", "success": "failure", "first": "last",
    "allowed": "banned", "rising": "falling", "win": "defeat", "legal": "illegal",
}  # fmt: skip
FURNITURE = (
    "Article continues after this advertisement", "4 min read", "Listen to this article",
    "Photo: Courtesy of the family", "Sign in to comment", "Updated 3 hours ago",
    "Top picks for you", "Copy link", "This story was originally published by our partners.",
    "Like us on Facebook", "Subscribe today for $1", "Click here to see the gallery",
)  # fmt: skip
FORMS = (
    ("{k} dead after {what} in {city}",
     ("Police in {city} said on {day} that {k} people died in a {what}. Another {n} were taken to"
     " hospital. The cause is under investigation. Roads nearby were closed for hours. A hotline"
     " for relatives has been set up by the city.")),
    ("{city} unemployment {up} to {k}.{n} percent",
     ("The unemployment rate in {city} {up} to {k}.{n} percent, the labour office said {day}."
     " Employers {added} {n},000 jobs. Wages were little changed. Economists polled before the"
     " report had expected a similar reading. Revised figures are due next month.")),
    ("Court {rules} {who} in fraud case",
     ("A court in {city} {rules} {who} on {day} after a trial of {n} days. Prosecutors had asked"
     " for {k} years. The defence said it would study the ruling. The case drew wide attention."
     " Judges will publish their reasons in writing.")),
    ("{city} {beat} {other} {k}-{j}",
     ("{city} {beat} {other} {k}-{j} on {day} night before a crowd of {n},000. {who} scored in the"
     " second half. The manager praised the team. The two sides meet again in spring. Tickets go"
     " on sale next week.")),
    ("{who} recalls {n},000 {what} over defect",
     ("{who} Corp. is recalling {n},000 units of its {what}, the regulator said {day}. It received"
     " {k} reports of injuries. Owners should stop using the product at once. Dealers will replace"
     " the part free of charge. Letters go out next month.")),
)  # fmt: skip
_FIGURE = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")


def swapped(words: str, pairs: dict[str, str], share: float, rng: random.Random) -> str:
    for one, other in pairs.items():
        pattern = rf"(?<!\w){re.escape(one)}(?!\w)" if one[0].isalnum() else re.escape(one)
        words = re.sub(pattern, lambda m, o=other: o if rng.random() < share else m[0], words)  # type: ignore[misc]
    return words


def raised(found: re.Match[str]) -> str:
    """The figure, higher in its first digit."""
    return f"{int(found[0][0]) % 9 + 1}{found[0][1:]}"


def restyled(text: Text, rng: random.Random) -> Text:
    return text[0].upper(), swapped(text[1], STYLE, 1.0, rng).replace('"', "“")


def agency(text: Text, rng: random.Random) -> Text:
    who, other = rng.sample(PEOPLE, 2)
    lead = f"{rng.choice(CITIES)}, {rng.choice(DAYS)} (Newswire) — "
    return f"UPDATE 1-{text[0]}", f"{lead}{text[1]}\n(Reporting by {who}; editing by {other})"


def thinned(text: Text, rng: random.Random) -> Text:
    kept = [s for n, s in enumerate(pieces(text[1])) if n < 2 or rng.random() < 0.7]
    return "From the wires", " ".join(kept)


def wrapped(text: Text, rng: random.Random) -> Text:
    words, lines = text[1].split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > rng.randint(60, 75):
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return text[0], "\n".join(lines)


def furnished(text: Text, rng: random.Random) -> Text:
    lines = [line for piece in pieces(text[1]) for line in (piece, "")]
    for words in rng.sample(FURNITURE, 8):
        lines.insert(rng.randrange(len(lines)), words)
    return text[0], "\n".join(filter(None, lines))


def scanned(text: Text, rng: random.Random) -> Text:
    confused = {"rn": "m", "l": "1", "e": "c", "h": "b", "O": "0", "ti": "li", "cl": "d", "S": "5"}
    body = text[1]
    for one, other in confused.items():
        body = re.sub(one, lambda m, o=other: o if rng.random() < 0.06 else m[0], body)  # type: ignore[misc]
    return text[0], re.sub(r"(\w{4})(\w{4})", _broken(rng), body)


def _broken(rng: random.Random) -> Callable[[re.Match[str]], str]:
    return lambda m: f"{m[1]}-\n{m[2]}" if rng.random() < 0.02 else m[0]


def reworded(text: Text, rng: random.Random) -> Text:
    sentences = pieces(swapped(text[1], REWORDED, 0.9, rng))
    sentences.append(sentences.pop(len(sentences) // 2))
    return text[0], " ".join(sentences)


def teased(text: Text, rng: random.Random) -> Text:  # noqa: ARG001
    first, second = pieces(text[1])[:2]
    return text[0], f"{first} {second} Read the full story"


def flip(text: Text, rng: random.Random) -> Text:
    """Other figures, days and people; or every statement denied."""
    title, body = text
    if rng.random() < 0.5:
        names = re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", body)
        for name in sorted(set(names), key=names.count)[-4:]:
            title, body = (part.replace(name, rng.choice(PEOPLE)) for part in (title, body))
        turned = dict(zip(DAYS, DAYS[2:] + DAYS[:2], strict=True))
        body = re.sub("|".join(DAYS), lambda m: turned[m[0]], body)
        return _FIGURE.sub(raised, title), _FIGURE.sub(raised, body)
    denied = r"\b(is|are|was|were|has|have|had|will|would|can|could)\b(?! not)"
    both = (re.sub(denied, r"\1 not", swapped(part, TURNS, 1.0, rng)) for part in (title, body))
    title, body = both
    return title, body


def follow(text: Text, lead: Text) -> Text:
    """Other news, which goes back to ours in every third sentence of its second half."""
    new, old = pieces(lead[1]), pieces(text[1])
    first, second = new[: len(new) // 2 + 2], new[len(new) // 2 + 2 :]
    mixed = [
        s
        for n, s in enumerate(second)
        for s in ((s, old[n // 2]) if not n % 2 and n // 2 < len(old) else (s,))
    ]
    return lead[0], " ".join([*first, *mixed])


def templated(rng: random.Random) -> Text:
    title, body = rng.choice(FORMS)
    facts = {
        "k": rng.randint(2, 9), "j": rng.randint(0, 1), "n": rng.randint(10, 99),
        "what": rng.choice(("bus crash", "hotel fire", "toaster", "stroller", "factory blast")),
        "city": rng.choice(("Lindham", "Port Sorrel", "Ashgrove", "Kessel", "Marrow Bay")),
        "other": rng.choice(("Dunmore", "Vale Park", "Eastwick")), "day": rng.choice(DAYS),
        "up": rng.choice(("climbs", "slips")), "added": rng.choice(("added", "shed")),
        "rules": rng.choice(("convicts", "acquits")), "who": rng.choice(PEOPLE),
        "beat": rng.choice(("beat", "lost to")),
    }  # fmt: skip
    return title.format(**facts), body.format(**facts)


def edited(text: Text, kind: str, sentence: str, watched: str, rng: random.Random) -> Text:
    """The article with one sentence, or what stands around it, changed; unchanged if it cannot."""
    title, body = text

    def into(new: str) -> Text:
        return title, body.replace(sentence, new)

    match kind:
        case "figure":
            return into(_FIGURE.sub(raised, sentence, count=1))
        case "count":
            return into(re.sub(rf"\b({'|'.join(COUNTS[:-1])})\b", _one_more, sentence, count=1))
        case "day":
            return into(re.sub("|".join(DAYS[:-1]), lambda m: DAYS[DAYS.index(m[0]) + 1], sentence))
        case "denied":
            return into(re.sub(r"\b(is|was|will|has)\b", r"\1 not", sentence, count=1))
        case "turned":
            return into(swapped(sentence, TURNS, 1.0, rng))
        case "person":
            named = re.search(r"(?<=[a-z,] )[A-Z][a-z]{3,}", sentence)
            return into(sentence.replace(named[0], rng.choice(PEOPLE)) if named else sentence)
        case "quoted":
            said = (
                f'"We never agreed to {watched}," {rng.choice(PEOPLE)} said on {rng.choice(DAYS)}.'
            )
            return into(f"{sentence} {said}")
        case "clarified":
            return (
                title,
                f"Editor's note: This article has been corrected: the date was wrong.\n{body}",
            )
        case "restyled":
            return into(swapped(sentence, STYLE, 1.0, rng))
        case "quotes":
            return title, body.replace('"', "”").replace("'", "’")
        case "furniture":
            return title, "\n".join((FURNITURE[1], body, *rng.sample(FURNITURE, 2)))
        case "agency":
            return title, f"{body}\n(Additional reporting by {rng.choice(PEOPLE)})"
        case "ago":
            return title, f"Last updated {rng.randint(2, 50)} minutes ago\n{body}"
        case "retitled":
            return f"{title} | The Morning Ledger", body
        case "spaces":
            return into(sentence.replace(" ", "  ").replace("-", " "))
        case "misprint":
            word = max(re.findall(r"\b[a-z]+\b", sentence) or [""], key=len)
            return into(sentence.replace(word, word[:-2] + word[-1] + word[-2]))
    raise ValueError(kind)


def _one_more(found: re.Match[str]) -> str:
    return COUNTS[COUNTS.index(found[0]) + 1]


COPIES: dict[str, Operator] = {
    each.__name__: each
    for each in (restyled, agency, thinned, wrapped, furnished, scanned, reworded, teased)
}
Kinds = tuple[str, ...]
MATERIAL: Kinds = ("figure", "count", "day", "denied", "turned", "person", "quoted", "clarified")
TRIVIAL: Kinds = (
    "restyled", "quotes", "furniture", "agency", "ago", "retitled", "spaces", "misprint",
)  # fmt: skip
