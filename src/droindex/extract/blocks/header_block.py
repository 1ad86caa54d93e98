"""Where the header block of a document ends: its letterhead, its labels and their values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.extract.blocks.line_shapes import (
    contents_title,
    is_furniture,
    is_numbered_heading,
    is_prose,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["header_end"]

_MOST = 60  # lines that are looked at: a header of a form has some forty
_WRAP = 0.75  # of the long lines of the page: a value that long goes on below
_TABLE_SHARE = 0.4  # of the lines hold a digit or an address: rows, and no letterhead
_LONG = 55  # characters: a value that is as long may go on below
_CLOSED = re.compile(r"[.!?][\"'”’)]*$")
_NAMES = (
    r"to|from|cc|thru|through|via|subj(?:ect)?|re|date|dated|issued?|issue date|date issued"
    r"|date of issue|(?:original )?release date|effective(?: date)?|eff"
    r"|(?:original )?effective / issue date|date of last revision"
    r"|rev(?:ised|ision)?(?: date)?s?|(?:next )?review(?:ed)?(?: date| by)?"
    r"|reevaluation date|expir(?:es|ation)(?: date)?|approved(?: by)?|approval(?: date)?"
    r"|authori[sz]ed by|signed(?: by)?|adopted|prepared by|issued by|issuing authority|author"
    r"|(?:policy|order|directive|document|sop|dir|procedure|general order|fea|instruction)"
    r"\W{0,2}\s?(?:no|number|#|id|title)?\.?|number|no|title|series(?: title)?|version"
    r"|supersed(?:es|ed by|ed|ing)|replaces|rescinds|cancels|amends|cross.?references?"
    r"|distribution|applies to|applicability|pages?(?: \d+ of \d+)?|opi|office of primary interest"
    r"|references?(?:\(s\))?|reference standards|accreditation standards|standards?|index as"
    r"|related (?:documents|policies)|topics / reference|appendices|status|summary|auth"
    r"|classification|calea|opr|owner|volume|chapter title|dir\.?#"
)
_LABEL = re.compile(rf"\W*(?:{_NAMES})\s*[:#]", re.IGNORECASE)
_LABEL_ALONE = re.compile(rf"(?:{_NAMES})\.?:?$", re.IGNORECASE)
_BEGINS = re.compile(
    r"(?:purpose|policy|background|scope|introduction|overview|discussion|executive summary"
    r"|definitions?|general|mission|authority)\b\s*(?::|\.|$)",
    re.IGNORECASE,
)
_POLICY_NUMBER = re.compile(r"policy\s*:\s*\S{1,12}$", re.IGNORECASE)
_REFERENCES = re.compile(r"\W*references?\b", re.IGNORECASE)
_ENTRY = re.compile(r"\(?[a-z][.)]\s")
_NEAR = 4  # lines from a label to another of unusual name
_LIKE_LABEL = re.compile(r"[A-Z][^:.]{1,38}:\s+\S")
_MAX_BETWEEN = 2  # short lines between the labels and the text that may be headings


def header_end(lines: Sequence[str], wide: int) -> int:
    """Return how many lines at the top of the first page are its header block.

    Args:
        lines: The lines of the page, without blanks around them.
        wide: How long its long lines are, in characters.
    """
    last, stop = _labels_and_text(lines, wide)
    if last >= 0:
        return _after_labels(lines, last, stop)
    # Without labels: the lines above the first text; one alone is the heading of prose.
    if stop >= min(len(lines), _MOST):
        return 0
    above = sum(1 for line in lines[:stop] if line)
    return stop if above > 1 or contents_title(lines[stop]) else 0


def _labels_and_text(lines: Sequence[str], wide: int) -> tuple[int, int]:
    """Return the last line of the labels and their values, -1 for none, and where text begins."""
    last = -1
    for at, line in enumerate(lines[:_MOST]):
        if not line:
            continue
        is_label = _is_label(line) or (at - last <= _NEAR and _is_like_label(line))
        if is_label or (last >= 0 and _goes_on(lines, at, last, wide)):
            last = at
        elif _is_text(line):
            return last, at
    return last, min(len(lines), _MOST)


def _is_label(line: str) -> bool:
    if _BEGINS.match(line) and not _POLICY_NUMBER.match(line):
        return False
    return _LABEL.match(line) is not None or _LABEL_ALONE.match(line) is not None


def _is_like_label(line: str) -> bool:
    """Whether a line looks like a label with its value, whatever its name is."""
    is_labelled = _LIKE_LABEL.match(line) is not None and not is_numbered_heading(line)
    return is_labelled and not is_prose(line) and not _BEGINS.match(line)


def _goes_on(lines: Sequence[str], at: int, last: int, wide: int) -> bool:
    """Whether a line belongs to the value that ends in the line before."""
    before, line = lines[last], lines[at]
    if at - last > 1 or is_numbered_heading(line) or is_furniture(line):
        return False
    if is_prose(line) and line[0].isupper():
        return False
    if _LABEL_ALONE.match(before) or before.endswith(":"):
        return not _BEGINS.match(line)
    if _REFERENCES.match(before) or _is_listed(lines, last):
        return bool(_ENTRY.match(line)) or line[:1].islower()
    return len(before) >= max(_LONG, _WRAP * wide) and not _CLOSED.search(before)


def _is_listed(lines: Sequence[str], last: int) -> bool:
    """Whether the header ends in a list of references so far."""
    return bool(_ENTRY.match(lines[last])) or (last > 0 and bool(_ENTRY.match(lines[last - 1])))


def _is_text(line: str) -> bool:
    """Whether the text begins with a line."""
    if _BEGINS.match(line) or contents_title(line):
        return True
    if is_numbered_heading(line):
        return True
    return is_prose(line) and len(line) >= _LONG


def _after_labels(lines: Sequence[str], last: int, stop: int) -> int:
    """Return where the header ends: a line or two between labels and text are headings of it."""
    between = [at for at in range(last + 1, stop) if lines[at]]
    if stop < len(lines) and len(between) <= _MAX_BETWEEN:
        return last + 1
    cells = sum(any(map(str.isdigit, lines[at])) or "@" in lines[at] for at in between)
    if stop == len(lines) or cells > _TABLE_SHARE * len(between):
        return last + 1
    return stop
