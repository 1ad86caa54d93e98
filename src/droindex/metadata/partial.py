"""Mentions of a part of another document: `section 3 only`, `in part`, `Amends G-12`."""

from __future__ import annotations

import re

__all__ = ["AMENDED", "CHAPTER", "chapter_in", "split_part"]

AMENDED = "amended"  # the part of a document that goes on with changes
_UNITS = (  # what no document of its own is
    r"(?:sections?|secs?\.|§+|paragraphs?|paras?\.|articles?|arts?\.|clauses?|subsections?|"
    r"subparagraphs?|pages?|pp?\.|items?|tables?)"
)
_ANY_UNITS = rf"(?:{_UNITS}|parts?|chapters?|appendix|appendices|annex(?:es)?|enclosures?)"
_NUMBERS = r"[0-9A-Z][\w.()]*(?:(?: ?[-\u2013] ?|, | (?:and|to|through|&) )[0-9A-Z][\w.()]*)*"
_IN_PART = r"(?:in part|partly|partially|parts? of it|in parts)"
_BEHIND = re.compile(  # 12080.1 (section 3 only); 12080.1, section 3; 12080.1 in part
    rf"(?:\s*[,;:(\[]+\s*(?P<part>{_UNITS} ?{_NUMBERS})|"
    rf"[\s,;:(\[]+(?P<only>{_ANY_UNITS} ?{_NUMBERS} only|{_IN_PART}))[)\]]?\.?$",
    re.IGNORECASE,
)
_BEFORE = re.compile(  # section 3 of 12080.1; parts of 12080.1; in part 12080.1
    rf"^(?:only )?(?P<part>{_UNITS} ?{_NUMBERS}(?: only)?|certain {_UNITS}|parts?|portions?)"
    r" (?:of|in) (?:the )?(?=\S)",
    re.IGNORECASE,
)
_BEFORE_IN_PART = re.compile(rf"^(?P<part>{_IN_PART}),? (?=\S)", re.IGNORECASE)
_AMENDS = re.compile(r"^(?:amends|amending|modifies)\b[:\s]+(?=\S)", re.IGNORECASE)
_CHAPTER = (
    r"(?:[\w&'-]+ ){0,6}?(?P<number>(?:chapter|part|title|volume|section) [0-9IVX]+[\w.-]*\b)"
)
CHAPTER = re.compile(_CHAPTER, re.IGNORECASE)  # DROPPM Chapter 11
_BELONGS = re.compile(
    r"\b(?:appendix|attachment|annex|exhibit|enclosure|addendum|supplement) to (?:the )?"
    rf"(?P<what>{_CHAPTER})",
    re.IGNORECASE,
)
_MAX_HEAD = 1_000  # characters in which a text says what it belongs to
_MAX_CHARS = 2_000  # of a mention; what follows is not looked at


def split_part(text: str) -> tuple[str | None, str]:
    """Return what part of a document a mention means, and the mention of the document.

    Args:
        text: A mention as it was written, blanks single.

    Returns:
        The part as written, `AMENDED` where the document is said to be amended, None for all of
        it; and the rest of the text.

    Example:
        >>> split_part("12080.1 (section 3 only)")
        ('section 3 only', '12080.1')
        >>> split_part("Sections 2 and 4 of Policy No. 10074.1")
        ('Sections 2 and 4', 'Policy No. 10074.1')
        >>> split_part("BOD 16-01, Securing High Value Assets")
        (None, 'BOD 16-01, Securing High Value Assets')
    """
    if len(text) > _MAX_CHARS:
        return None, text
    if match := _AMENDS.match(text):
        return AMENDED, text[match.end() :]
    for form in (_BEFORE, _BEFORE_IN_PART):
        if match := form.match(text):
            return match["part"], text[match.end() :]
    if (match := _BEHIND.search(text)) and match.start():
        return match["part"] or match["only"], text[: match.start()].rstrip(" ,;:([")
    return None, text


def chapter_in(text: str, *, at_start: bool = False) -> str:
    """Return the chapter that a text says it belongs to; empty where it says none.

    Args:
        text: The text, blanks single.
        at_start: Whether it has to begin with saying so, as a line of a head does.

    Example:
        >>> chapter_in("Appendix to DROPPM Chapter 11: Detention Control.")
        'DROPPM Chapter 11'
    """
    match = (_BELONGS.match if at_start else _BELONGS.search)(text[:_MAX_HEAD])
    return match["what"] if match else ""
