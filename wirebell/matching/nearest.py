"""What stands closest to a term or person that stands nowhere: for explanations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from wirebell.desk.values import Person, Term
from wirebell.matching.forms import singular
from wirebell.matching.tokens import Token, tokens


def nearest_words(term: Term, printed: Sequence[Token]) -> str:
    """The words of a term in another case or sentence, or those of them that stand apart."""
    wanted = [token.folded for token in tokens(term.words)]
    for at in range(len(printed)):
        run = printed[at : at + len(wanted)]
        if wanted and [token.folded for token in run] == wanted:
            surface = " ".join(token.cased for token in run)
            other = "in another case" if term.exact else "across the end of a sentence"
            return f"'{surface}' stands there {other}"
    often = Counter(singular(token.folded) for token in printed)
    there = {word: often[singular(word)] for word in wanted if often[singular(word)]}
    told = " and ".join(f"'{word}' stands alone, {_times(n)}" for word, n in there.items())
    return f"only {told}" if told else "nowhere"


def nearest_name(person: Person, printed: Sequence[Token]) -> str:
    """The surname of a person nobody named in full."""
    family = [token.folded for token in tokens(person.surname)]
    if family and any(t.folded == family[0] and t.cased[:1].isupper() for t in printed):
        return f"{person.surname} stands alone; needs {person.name} in full first"
    return "nowhere"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
