"""Stories: which article is this, and what in it is new? Pure: no I/O, no clock, no memory."""

from wirebell.stories.decide import decide, overrule
from wirebell.stories.identity import aliases_of, arrive, key_of, recognise, text_hash
from wirebell.stories.sketch import sketch, term_keys

__all__ = [
    "aliases_of",
    "arrive",
    "decide",
    "key_of",
    "overrule",
    "recognise",
    "sketch",
    "term_keys",
    "text_hash",
]
