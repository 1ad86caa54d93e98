"""What an act repeals: in its title, in a clause at its end, or below a heading of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.metadata.infer.head import tidy
from droindex.metadata.infer.references import read_references
from droindex.metadata.values import normalise_number, parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.model import Reference
    from droindex.pages import Page

__all__ = ["repealed"]

_MAX_PAGES = 60  # a longer file is a collection; of it the first and the last pages count
_EDGE_PAGES = 3
_MAX_REFERENCES = 20
_CLAUSE_CHARS = 900
_TITLE_CHARS = 2_000  # of page one
_ACT = (
    r"(?:executive order|by-?law|ordinance|resolution|regulation|directive|decision|circular|order|"
    r"policy|resoluci[óo]n(?: \w+)?|resolu[çc][ãa]o(?: [A-Z]+)?|ley|lei|circular|portaria|"
    r"decreto(?: (?:supremo|legislativo|ley|lei))?)"
)
_NAMED = re.compile(
    rf"(?P<text>\b{_ACT}s? (?:\((?:EU|EC|UE|EG)\) )?(?:n(?:o|[\u00ba\u00b0]|ro)\.? ?|# ?)?"
    r"(?P<number>[0-9][0-9A-Za-z]{0,5}(?:[./-][0-9A-Z]{1,8}){0,4}))(?![\w/])",
    re.IGNORECASE,
)
_CLAUSES = (
    re.compile(  # what follows is repealed
        r"\b(?:der[óo]g[au](?:en)?se|der[óo]gan?se|se derogan?|quedan? derogad[oa]s?|ab[rr]óganse?|"
        r"ficam? revogad[oa]s?|revogam?-se|repealing)\b:?\s(?P<what>.{5,900}?)"
        r"(?=\.\s[A-ZÁ]|\.$|$)",
        re.IGNORECASE,
    ),
    re.compile(  # what goes before is
        rf"(?P<what>\b{_ACT} (?:no\.? |# ?)?[0-9](?:[^.;]|(?<=no)\.){{0,40}}(?:\([^()]{{3,160}}\))?"
        r"(?:[^.;()]|(?<=no)\.){0,120}?),? (?:is|are) (?:hereby )?"
        r"(?:repealed|revoked|rescinded)\b(?! by)",
        re.IGNORECASE,
    ),
)
_STATED = re.compile(r"\bSupersedes:? (?P<what>[A-Z](?:[^.;:]|\.(?=[0-9])){3,80})")
_OF_REPEAL = (
    "derog",
    "deróg",
    "revog",
    "repeal",
    "revoked",
    "rescinded",
    "supersedes",
    "cancellation",
)
_HEADING = re.compile(
    r"(?:[0-9IVX]{1,4}[.)]? )?(?:cancellations?|rescissions?|supersessions?|superseded)\.?:?",
    re.IGNORECASE,
)
_NEXT_SECTION = re.compile(r"(?:[0-9]{1,2}|[IVX]{1,5})[.)] ")
_BEING = re.compile(r",? (?:being a|as amended|made (?:on|by)|dated)\b.*", re.IGNORECASE)
_PARTS_OF = re.compile(
    r"\b(?:l?os (?:art[íi]culos|arts?\.)|el art[íi]culo|o par[áa]grafo|arts?\. )"
)
_PARTIAL = re.compile(
    r"\b(?:section|article|art|paragraph|subsection|part|clause)s?\.? [^.]{0,60}$", re.IGNORECASE
)


def repealed(pages: Sequence[Page], own_number: str = "") -> tuple[Reference, ...]:
    """Return the documents that a paper says it repeals, each once.

    Args:
        pages: The pages of the document, in order.
        own_number: Its own number, which it can replace in another edition only.
    """
    chosen = pages if len(pages) <= _MAX_PAGES else (*pages[:_EDGE_PAGES], *pages[-_EDGE_PAGES:])
    found: dict[str, Reference] = {}
    own = normalise_number(own_number)
    for place, page in enumerate(chosen):
        low = page.text.casefold()
        if not any(word in low for word in _OF_REPEAL):
            continue
        for reference in (*_in_clauses(page, is_first=not place), *_below_heading(page)):
            key = normalise_number(reference.number or "")
            if key and (key != own or reference.issued):
                found.setdefault(key, reference)
    return tuple(found.values())[:_MAX_REFERENCES]


def _in_clauses(page: Page, *, is_first: bool) -> Iterator[Reference]:
    """Yield what the clauses of a page repeal; what a title repeals stands on page one."""
    text = " ".join(page.text.split())
    for form in _CLAUSES:
        for clause in form.finditer(text):
            is_title = clause[0].casefold().startswith("repealing")
            if (is_title and not (is_first and clause.start() < _TITLE_CHARS)) or _PARTIAL.search(
                text[max(0, clause.start() - _EDGE) : clause.start("what")]
            ):
                continue
            what = _BEING.sub("", clause["what"]) if form is _CLAUSES[1] else clause["what"]
            what = _PARTS_OF.split(what)[0]
            for named in _NAMED.finditer(what[:_CLAUSE_CHARS]):
                if not _PARTIAL.search(what[max(0, named.start() - _EDGE) : named.start()]):
                    yield _reference(named["text"], named["number"])
    for stated in _STATED.finditer(text):
        yield from (item for item in read_references(stated["what"]) if item.number)


_EDGE = 40  # characters before a name that say it is repealed in part


def _reference(text: str, number: str) -> Reference:
    """Return the reference to an act by its kind and number."""
    return replace(parse_reference(text), text=text, number=number.rstrip("."), title=None)


def _below_heading(page: Page) -> Iterator[Reference]:
    """Yield what stands below a heading like `CANCELLATIONS`, as far as the next section."""
    lines = [tidy(line) for line in page.text.splitlines() if line.strip()]
    for place, line in enumerate(lines):
        if _HEADING.fullmatch(line):
            for value in lines[place + 1 : place + 4]:
                if _NEXT_SECTION.match(value) or _HEADING.fullmatch(value):
                    break
                yield from (item for item in read_references(value) if item.number)
