"""Raw page text -> clean page text: characters page by page, heads and hyphens over all pages."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.extract.cleanup.glyph_shift import unshifted
from droindex.extract.cleanup.running_heads import strip_running_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from droindex.pages import Page

__all__ = ["clean_line", "clean_pages", "clean_text", "whole_characters"]

# pdfium writes U+FFFE or U+0002 where a word is cut at the end of a line, and drops the line end
_CUT_MARK = re.compile("[\ufffe\u0002][ \n]*")
_SOFT_HYPHEN = re.compile("\u00ad[ \t]*\n?[ \t]*")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# control characters, marks of direction, invisible marks, half surrogates, no characters at all
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\ufffb\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_BULLET = re.compile(f"(?<![^\\s])[{_PRIVATE}]+(?![^\\s])|^[{_PRIVATE}]+", re.MULTILINE)
_PRIVATE_LEFT = re.compile(f"[{_PRIVATE}]+")
_MIN_DOUBLED = 12  # characters of a line that was drawn twice, for bold type
_MIN_LETTERS = 4  # different ones in such a line: dots and lines of x are as they are
_TRAILING = re.compile("(?<! )[ ]++$", re.MULTILINE)  # looked at from the start of a run alone
_GAP = re.compile("\n{3,}")
_LINE_HYPHEN = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,}+)-\n[ ]*([^\W\d_]+)([^\s]*)[ ]*\n?")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def whole_characters(text: str) -> str:
    """Return a text that can be written as UTF-8: halves of characters are joined or replaced."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def clean_text(text: str) -> str:
    """Return the text of one page with plain characters, one newline per line end.

    The text is in NFKC (so no ligatures), without control, direction and invisible characters;
    bullets from private code points are `•`; words cut with a soft hyphen are whole again. Words
    cut with a plain hyphen at a line's end wait for `clean_pages`, which knows the other pages.
    """
    text = _without_doubles(unshifted(text.replace("\r\n", "\n")))
    if not text.isascii():
        text = _SOFT_HYPHEN.sub("", text)
        text = _CUT_MARK.sub("-\n", text)
        text = _BULLET.sub("• ", text)
        text = _PRIVATE_LEFT.sub("", text)
        text = unicodedata.normalize("NFKC", text)
    elif "\x02" in text:
        text = _CUT_MARK.sub("-\n", text)
    text = _LINE_END.sub("\n", text)
    text = _BLANK.sub(" ", text)
    text = _UNWANTED.sub("", text)
    text = _TRAILING.sub("", text)
    return _GAP.sub("\n\n", text).strip("\n")


def _without_doubles(text: str) -> str:
    """Return a text without the doubles of bold type that was drawn twice."""
    lines = text.split("\n")
    if not any(line[:6:2] == line[1:6:2] for line in lines):  # nearly all end here
        return text
    return "\n".join(map(_undoubled, lines))


def _undoubled(line: str) -> str:
    """Return a line without the second of each character, where every word has each twice."""
    words = line.split()
    letters = sum(map(len, words))
    if (
        letters < _MIN_DOUBLED
        or len({*line}) < _MIN_LETTERS
        or any(word[::2] != word[1::2] for word in words)
    ):
        return line
    return " ".join(word[::2] for word in words)


def clean_line(text: str, *, max_chars: int = 1_000) -> str:
    """Return a title, label or property on one line, cleaned, of at most `max_chars` characters."""
    text = _without_doubles(text[: 4 * max_chars])
    if not (text.isascii() and text.isprintable()):
        text = clean_text(text)
    return " ".join(text.split())[:max_chars]


def clean_pages(pages: Sequence[Page]) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """Return the pages without running heads and feet and without hyphens at line ends.

    Args:
        pages: The pages of one file, each cleaned by `clean_text`.

    Returns:
        The pages, as many and with the same numbers and labels, and the running lines taken out,
        each once, in order of first appearance. A file whose reader knows what its lines are
        has its running lines apart, and no words cut: it stays as it is.
    """
    if any(page.layout for page in pages):
        return tuple(pages), ()
    texts, running = strip_running_lines(pages)
    texts = _join_hyphens(texts)
    cleaned = tuple(
        page if page.text == text else replace(page, text=text)
        for page, text in zip(pages, texts, strict=True)
    )
    return cleaned, running


def _join_hyphens(texts: list[str]) -> list[str]:
    """Join the words that are cut at a line's end, using the words of the same document."""
    if not any("-\n" in text for text in texts):
        return texts
    words = _words(_LINE_HYPHEN.sub(" ", text) if "-\n" in text else text for text in texts)

    def joined(match: re.Match[str]) -> str:
        left, right, rest = match.groups()
        return f"{left}{_hyphen(left, right, words)}{right}{rest}\n"

    return [
        _LINE_HYPHEN.sub(joined, text).rstrip("\n") if "-\n" in text else text for text in texts
    ]


def _words(texts: Iterable[str]) -> Counter[str]:
    words: Counter[str] = Counter()
    for text in texts:
        words.update(_WORD.findall(text.lower()))
    return words


def _hyphen(left: str, right: str, words: Counter[str]) -> str:
    """Return the hyphen where it belongs to the word, else nothing."""
    whole, compound = (left + right).lower(), f"{left}-{right}".lower()
    if words[compound] != words[whole]:
        return "-" if words[compound] > words[whole] else ""
    if right[0].isupper() and not left.isupper():
        return "-"  # Anglo-\nAmerican
    # neither form stands elsewhere: two words that stand alone elsewhere make a compound
    return "-" if words[left.lower()] and words[right.lower()] else ""
