"""What the trade prints in words around a story: stamps, datelines, sign-offs, headings.

Each pattern speaks of a whole paragraph or of whole sentences of it, never of a word inside
a story: a sign-off ends only itself.
"""

from __future__ import annotations

import re

from wirebell.core.text import sentences

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_COUNTED = re.compile(rf"[{_CJK}]{{1,2}}|[^\W{_CJK}]+(?:['’.,-][^\W{_CJK}]+)*")
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_NO_LETTER = re.compile(r"[\W_]+")
_STAMP_WORDS = frozenset(
    "first last originally updated update published posted modified created issued on at by as of "
    "am pm a p m st nd rd th ago min mins minute minutes hour hours hrs day days date time read et "
    "est edt ct cst cdt mt mst mdt pt pst pdt gmt bst utc cet cest ist jst hkt sgt mon monday tue "
    "tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday jan "
    "january feb february mar march apr april may jun june jul july aug august sep sept september "
    "oct october nov november dec december".split()
)
_CHINESE_STAMP = re.compile(r"(?:\w{2,4}[:：]\s?)?\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?")
_BYLINE = re.compile(
    r"(?:By|Von|Par|Por|Di)\s+[A-ZÀ-Þ][^.!?;:]{2,90}$|(?:记者|作者|文)[\s/:：|].{1,20}$"
)
_CREDIT = re.compile(
    r"""\(? (?: (?:photo(?:graph)?|picture|image|illustration|video|graphic)s?
            (?:\ credits?|\ source|\ by|:) | credits?: | file\ photo )
    | .{0,60}/\s?(?:getty\ images|reuters|ap|afp|shutterstock|bloomberg)\)?$""",
    re.IGNORECASE | re.VERBOSE,
)
_RELATED = re.compile(
    r"(?:read (?:more|also|next)|also read|see also|related|more (?:on|from|stories|news)|"
    r"most (?:read|popular|viewed)|recommended|trending|you may (?:also )?like|don.t miss|"
    r"editors?.? (?:picks?|choice)|up next|watch|listen)\b",
    re.IGNORECASE,
)
_NEWSLETTER = re.compile(
    r"(?:sign up|subscribe|register|get (?:the|our|your)|join)\b.*"
    r"\b(?:newsletters?|inbox|e-?mail|briefing|subscribers?|alerts?|free trial)\b",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"""(?: advertisements? | sponsored | share(?:\ this)?(?:\ (?:article|story))? | comments?
    | print | loading | .{0,20}min(?:ute)?\ read | skip\ to\ .* | click\ here\b.*
    | (?:copyright\s*)?©.* | copyright\ (?:\d{4}|\(c\)).* | .{0,40}\ball\ rights\ reserved\b.*
    | follow\ .{2,40}\ on\ (?:twitter|x|facebook|instagram)\b.* | story\ continues.*
    | download\ (?:the|our)\ .*\ app.* | our\ standards:.* )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_KEY_POINTS = re.compile(
    r"""(?: key\ (?:points|takeaways|facts|findings|developments|highlights) | takeaways
    | what\ (?:to|you\ need\ to|you\ should)\ know | at\ a\ glance | the\ (?:main|key)\ points
    | das\ wichtigste\ in\ kürze | l['’]essentiel | (?:核心)?要点 )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENTS = re.compile(
    r"(?:(?:\d+ )?comments?(?: ?\(\d+\))?|(?:leave|post) a (?:comment|reply)|网友评论)\W*$",
    re.IGNORECASE,
)
_MAIL = r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"
_MAIL_SIGN_OFF = re.compile(
    rf"""[(—–-]*\s* (?: (?:please\ )?(?:write|e-?mail|contact|reach)\b | to\ contact
            | [^.!?]{{2,60}}\ (?:can|may)\ be\ reached )
    [^@\n]{{0,120}}? (?:\b(?:at|to|by)|:|,|<|\() \s* {_MAIL}
    (?: (?:,|;|\sand|\sor) [^@\n.]{{0,60}}? \s {_MAIL} )* [)>.]*""",
    re.IGNORECASE | re.VERBOSE,
)
_WORK = (
    r"(?:reporting|editing|writing|compiled|translated|graphics?|photography|production|research)"
)
_CREDITED = re.compile(
    rf"""[(—–\s-]* (?: (?:(?:additional|further|with)\ )? {_WORK} (?:\ and\ {_WORK})*\ by\s
    | [^.!?]{{3,200}}\ contributed\ (?:reporting\b|to\ this\ (?:article|report|story)) )""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDITED_SMALL = frozenset(
    "additional further reporting editing writing compiled translated graphics graphic research "
    "photography production by in and with from at for of the on de du da van von der bin al la "
    "el contributed contributing to this article report story newsroom bureau staff".split()
)
_CHINESE_CREDIT = re.compile(r"[（(]?(?:责任编辑|编辑|责编|校对|撰稿|记者)\s?[:：|].{1,40}$")
_DATELINE = re.compile(
    r"""(?: (?:[A-ZÀ-Þ][A-ZÀ-Þ.'’-]{2,}(?:[\ ,/]+[A-Z][A-Z.'’-]+){0,4}(?:,\ [A-Z][a-z.]+)?)
            (?:,?\ [A-Z][a-z]{2,8}\.?\ \d{1,2})? (?:\ \([A-Z][\w\ .&-]{1,24}\))?
        | [A-Z][\w.'’,\ -]{1,40}?,?\ [A-Z][a-z]{2,8}\.?\ \d{1,2}\ \([A-Z][\w\ .&-]{1,24}\)
        | [A-Z][\w.'’,\ -]{1,40}?\ \((?:AP|AFP|Reuters|Xinhua|Bloomberg|UPI|dpa|Kyodo|Yonhap)\) )
    (?:\s?[-–—]{1,2}\s|—) (?=["“‘']?[A-ZÀ-Þ])
    | [\u4e00-\u9fff]{2,8}\d{1,2}月\d{1,2}日电\s?(?:[（(][^）)]{1,30}[)）])?\s?""",
    re.VERBOSE,
)


def count_words(text: str) -> int:
    """Words as people count them; two Chinese or Japanese characters make one."""
    return sum(1 for _ in _COUNTED.finditer(text))


def tokens(text: str) -> list[str]:
    """The words of `text` for comparing; a Chinese or Japanese character is one."""
    return _TOKEN.findall(text.casefold())


def letters(text: str) -> str:
    """Letters and digits only: equal for two settings of the same words."""
    return _NO_LETTER.sub("", text).casefold()


def role_of(paragraph: str, *, linked: bool = False) -> str:
    """The region a whole paragraph is by its wording, "furniture" for none kept, else "".

    `linked` says that most of its words are links.
    """
    count = len(paragraph.split())
    if _FURNITURE.match(paragraph) and count <= 30:
        return "furniture"
    if stamps(paragraph):
        return "furniture"
    if _BYLINE.match(paragraph) and count <= 14:
        return "byline"
    if _CREDIT.match(paragraph) and count <= 20:
        return "credit"
    if _RELATED.match(paragraph) and (linked or _names_a_link(paragraph, count)):
        return "related"
    return "newsletter" if _NEWSLETTER.match(paragraph) and count <= 40 else ""


def _names_a_link(paragraph: str, count: int) -> bool:
    """Whether it is "Read more: …" or a bare "Related", not a sentence that opens with "Watch"."""
    head = paragraph[:24]
    return count <= 3 or (count <= 30 and (":" in head or "：" in head))


def stamps(paragraph: str) -> tuple[str, ...]:
    """The dates of a paragraph that is nothing but dates and their labels, else ().

    "Published June 4, 2025 Updated June 5, 2025 11:10 am ET" holds two.
    """
    if len(paragraph) <= 40 and _CHINESE_STAMP.match(paragraph):
        return (paragraph,)
    words = re.findall(r"[^\W\d_]+", paragraph.lower())
    dated = re.search(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}" if not words else r"\d", paragraph)
    if not dated or len(words) > 16 or set(words) - _STAMP_WORDS:
        return ()
    return tuple(re.split(r"\s(?=(?:last )?updated\b)", paragraph, flags=re.IGNORECASE))


def is_key_points(paragraph: str) -> bool:
    """Whether a short paragraph is the heading over a list of key points."""
    return len(paragraph) <= 40 and _KEY_POINTS.match(paragraph) is not None


def opens_comments(paragraph: str) -> bool:
    """Whether it is the heading over what readers wrote."""
    return _COMMENTS.match(paragraph) is not None


def split_dateline(paragraph: str) -> tuple[str, str]:
    """The dateline before a story's first words ("" for none) and what follows it."""
    found = _DATELINE.match(paragraph)
    if found is None:
        return "", paragraph
    return found.group().rstrip(" -–—"), paragraph[found.end() :].lstrip()


def split_sign_offs(paragraph: str) -> tuple[str, tuple[str, ...]]:
    """A paragraph's story and, apart, each sign-off sentence in it, wherever it stands."""
    if "@" not in paragraph and not _may_credit(paragraph):
        return paragraph, ()
    story: list[str] = []
    offs: list[str] = []
    for start, end in sentences(paragraph):
        sentence = paragraph[start:end]
        found = _MAIL_SIGN_OFF.match(sentence) or _bracketed_credit(sentence)
        if found:
            offs.append(found.group().strip())
            sentence = sentence[found.end() :].strip()
        elif _is_credit(sentence):
            offs.append(sentence)
            continue
        if sentence:
            story.append(sentence)
    return (" ".join(story), tuple(offs)) if offs else (paragraph, ())


def _may_credit(paragraph: str) -> bool:
    lower = paragraph.lower()
    return " by " in lower or "contribut" in lower or "编" in lower or "记者" in lower


def _bracketed_credit(sentence: str) -> re.Match[str] | None:
    """A credit in brackets, before story that the brackets keep from being a new sentence."""
    found = re.match(r"\([^()]{8,300}\)", sentence)
    return found if found and _is_credit(found.group()) else None


def _is_credit(sentence: str) -> bool:
    """A credit names people and the work they did, and has no verb of a story."""
    if _CHINESE_CREDIT.match(sentence):
        return True
    if not _CREDITED.match(sentence):
        return False
    small = {w for w in re.findall(r"[^\W\d_]+", sentence) if w.islower()}
    return small <= _CREDITED_SMALL
