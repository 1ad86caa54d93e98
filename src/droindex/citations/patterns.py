"""How references are written, kind by kind: what must stand in a text, and the pattern then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from droindex.citations.citation import Citation, CitationKind
from droindex.citations.lists import INA_LIST, LIST, Section, sections_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["OF_THE_ACT", "PATTERNS", "Pattern", "places_of"]

_AHEAD = 160  # characters behind a literal that are looked at; most references end within 20
_CUT = 20  # characters; a match that ends so near to the end of these may go on
_FAR = 4_000  # characters that the longest list may have
_LIST_BACK = 200  # characters before a literal, for sections that stand in front of it

_USC = r"U\.?\s?S\.?\s?C\b\.?(?:\s?A\.)?"
_CFR = r"C\.?\s?F\.?\s?R\b\.?"
_SIGN = r"(?:§{1,2}|[Ss]ections?|[Ss]ecs?\.)?"
_NO = r"(?:(?:Nos?|NO)\b\.?\s*)?"
_DASH = r"\s?[-–]\s?"


class Pattern(NamedTuple):
    """One way of writing references.

    Attributes:
        literals: Each such reference holds one of them.
        regex: What finds it.
        read: Makes references of a match.
        back: Characters before a literal in which it may begin.
        needs: Of these, one must stand in a text; empty for no such condition.
    """

    literals: tuple[str, ...]
    regex: re.Pattern[str]
    read: Callable[[re.Match[str]], Iterator[Citation]]
    back: int = 40
    needs: tuple[str, ...] = ()

    def references(self, text: str) -> Iterator[Citation]:
        """Yield the references that it finds in a text."""
        for match in self.matches(text):
            yield from self.read(match)

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Yield what it finds in a text: looked for around its literals alone, which is cheap."""
        if self.needs and not any(need in text for need in self.needs):
            return
        end = 0
        for place in places_of(self.literals, text):
            if place < end:
                continue
            start = max(end, place - self.back)
            match = self.regex.search(text, start, place + _AHEAD)
            if match is not None and match.end() + _CUT > place + _AHEAD:  # a list that goes on
                match = self.regex.search(text, match.start(), match.start() + _FAR)
            if match is not None:
                yield match
                end = match.end()


def places_of(literals: Iterable[str], text: str) -> list[int]:
    """Return where any of some literals stand, rising."""
    found = []
    for literal in literals:
        place = text.find(literal)
        while place >= 0:
            found.append(place)
            place = text.find(literal, place + 1)
    found.sort()
    return found


def _listed(kind: CitationKind, form: str) -> Callable[[re.Match[str]], Iterator[Citation]]:
    """Return what reads a match whose group `list` has sections, `title` what they are of."""

    def read(match: re.Match[str]) -> Iterator[Citation]:
        own = _alike(list(sections_in(match["list"])))
        shift = match.start("list")
        title = match.groupdict().get("title") or ""
        for number, section in enumerate(own, 1):
            start = match.start() if number == 1 else shift + section.start
            end = match.end() if number == len(own) else shift + section.end
            normal = form.format(title=title, section=section.normal)
            yield Citation(kind, normal, start, end)

    return read


def _alike(sections: list[Section]) -> list[Section]:
    """Return the sections of a list without a last one that is too short: it is no section.

    `44 U.S.C. 3553(b) & 3.` ends a page, `8 CFR 236.1 and 2 copies` goes on.
    """
    least = _digits(sections[0]) - 1
    return [own for own in sections if _digits(own) >= least]


def _digits(section: Section) -> int:
    """Return how many digits a section begins with."""
    return len(section.normal) - len(section.normal.lstrip("0123456789"))


def _single(kind: CitationKind, form: str) -> Callable[[re.Match[str]], Iterator[Citation]]:
    """Return what reads a match whose groups make up one reference."""

    def read(match: re.Match[str]) -> Iterator[Citation]:
        groups = [_plain(group or "") for group in match.groups()]
        normal = form.format(*groups).replace("–", "-").strip()
        yield Citation(kind, normal, match.start(), match.end())

    return read


def _plain(text: str) -> str:
    return "".join(text.split()).replace(",", "")


def _cfr(match: re.Match[str]) -> Iterator[Citation]:
    """Yield parts and sections of a title of the regulations: a part has no point."""
    for own in _listed(CitationKind.CFR, "{title} CFR {section}")(match):
        title, _, section = own.normal.partition(" CFR ")
        normal = own.normal if "." in section else f"{title} CFR part {section}"
        yield own._replace(normal=normal)


def _act_number(match: re.Match[str]) -> Iterator[Citation]:
    normal = f"Public Act {int(match[1])}-{int(match[2])}"
    yield Citation(CitationKind.LAW, normal, match.start(), match.end())


def _laws(match: re.Match[str]) -> Iterator[Citation]:
    for number, law in enumerate(_LAW_NUMBER.finditer(match["list"])):
        shift = match.start("list")
        start = match.start() if not number else shift + law.start()
        normal = f"PL {law[1]}-{law[2]}"
        yield Citation(CitationKind.LAW, normal, start, shift + law.end())


def _orders(match: re.Match[str]) -> Iterator[Citation]:
    shift = match.start("list")
    for number, order in enumerate(_ORDER_NUMBER.finditer(match["list"])):
        start = match.start() if not number else shift + order.start()
        normal = f"EO {order[0].replace(',', '')}"
        yield Citation(CitationKind.ORDER, normal, start, shift + order.end())


def _dod(match: re.Match[str]) -> Iterator[Citation]:
    normal = f"DOD{match[1][0].upper()} {match[2]}"
    yield Citation(CitationKind.DIRECTIVE, normal, match.start(), match.end())


_ORDER_NUMBER = re.compile(r"\d\d,\d{3}|\d{4,5}")
_LAW_NUMBER = re.compile(rf"(\d{{2,3}}){_DASH}(\d{{1,4}})")
_ORDERS = r"(?P<list>(?:\d{4,5}|\d\d,\d{3})(?:(?:,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+)\d{5}\b)*)"
_SERIES_NUMBER = r"(\d{4}\.\d{2}[A-Z]?|\d{4}\.\d{1,2}-?[A-Z]?)\b"
_CODE = (" Code", "\nCode")
_TITLE = r"[Tt]itle\s+(?P<title>\d{1,2})"
_OF_THE_CODE = r",?\s+(?:of\s+the\s+)?(?:U\.\s?S\.|United\s+States)\s+Code"


def _sections_of(
    literals: tuple[str, ...],
    whole: str,
    kind: CitationKind,
    form: str,
    sections: str = LIST,
    needs: tuple[str, ...] = (),
) -> Pattern:
    """Return the pattern of sections that stand before what they are of: `section 3 of title 8`."""
    regex = re.compile(rf"\b[Ss]ections?\s+(?P<list>{sections}),?\s+of\s+{whole}")
    return Pattern(literals, regex, _listed(kind, form), back=_LIST_BACK, needs=needs)


def _series(literals: tuple[str, ...], number: str, form: str) -> Pattern:
    """Return the pattern of directives of one series, whose groups make up their number."""
    return Pattern(literals, re.compile(number), _single(CitationKind.DIRECTIVE, form))


OF_THE_ACT = _sections_of(  # which act that is, the document says elsewhere
    (" Act", "\nAct"),
    r"the\s+Act\b(?!\s+(?:of\s+)?\d)",
    CitationKind.INA,
    "INA {section}",
    INA_LIST,
)

PATTERNS = (
    Pattern(
        ("U.S", "USC", "U. S", "U.\nS"),
        re.compile(rf"\b(?P<title>\d{{1,2}})\s+{_USC}\s*{_SIGN}\s*(?P<list>{LIST})"),
        _listed(CitationKind.USC, "{title} USC {section}"),
    ),
    _sections_of(_CODE, rf"{_TITLE}{_OF_THE_CODE}", CitationKind.USC, "{title} USC {section}"),
    Pattern(
        _CODE,
        re.compile(rf"\b{_TITLE}{_OF_THE_CODE}\b"),
        _single(CitationKind.USC, "{0} USC"),
    ),
    _sections_of(
        ("of title", "of Title", "of\ntitle", "of\nTitle"),
        rf"{_TITLE}\b"
        r"(?!,?\s+(?:of\s+the\s+)?(?:Code\s+of\s+Federal|(?:[A-Z][a-z]+\s+){1,3}Code))",
        CitationKind.USC,
        "{title} USC {section}",
        needs=("Pub. L.", "U.S.C"),  # an act of Congress, or what speaks of the Code
    ),
    Pattern(
        ("CFR", "C.F", "C. F"),
        re.compile(
            rf"\b(?P<title>\d{{1,2}})\s+{_CFR}\s*{_SIGN}\s*(?:(?:[Pp]arts?|PARTS?|[Pp]ts?\.)\s*)?"
            rf"(?P<list>{LIST})"
        ),
        _cfr,
    ),
    Pattern(
        ("Code of Federal", "Code of\nFederal"),
        re.compile(
            r"\b[Tt]itle\s+(?P<title>\d{1,2}),?\s+(?:of\s+the\s+)?Code\s+of\s+Federal\s+Regulations,?\s+"
            rf"(?:\([^()]{{1,12}}\),?\s+)?(?:[Pp]arts?|[Ss]ections?|§{{1,2}})\s*(?P<list>{LIST})"
        ),
        _cfr,
    ),
    Pattern(
        ("INA", "I.N.A"),
        re.compile(rf"\b(?:INA|I\.N\.A\.)\s*{_SIGN}\s*(?P<list>{INA_LIST})"),
        _listed(CitationKind.INA, "INA {section}"),
    ),
    _sections_of(
        ("Immigration", "INA"),
        r"(?:the\s+)?(?:Immigration\s+and\s+Nationality\s+Act|INA\b)",
        CitationKind.INA,
        "INA {section}",
        INA_LIST,
    ),
    Pattern(
        ("xecutive", "E.O", "E. O", "EO ", "ORD. NO", "Ord. No"),
        re.compile(
            r"\b(?:[Ee]xecutive\s+[Oo]rders?|EXECUTIVE\s+ORDERS?|E\.\s?O\.|EO|EX\.\s?ORD\.|Ex\.\s?Ord\.)"
            rf"\s*{_NO}{_ORDERS}(?![\d.])"
        ),
        _orders,
    ),
    Pattern(
        ("Pub. L", "Public L", "Public\nL", "Pub.L", "Pub.\nL", "PUB. L", "PUB.L", "P.L", "P. L"),
        re.compile(
            r"\b(?:Pub(?:lic|\.)\s*L(?:aws?|\.)|PUB\.\s?L\.|P\.\s?L\.)\s*"
            rf"{_NO}(?P<list>\d{{2,3}}{_DASH}\d{{1,4}}"
            rf"(?:(?:,\s*(?:and\s+)?|\s+and\s+)\d{{2,3}}{_DASH}\d{{1,4}}\b)*)"
        ),
        _laws,
    ),
    Pattern(
        ("Public Act", "Public\nAct"),
        re.compile(r"\bPublic\s+Act\s+(?:No\.\s*)?(\d{2,3})-(\d{1,4})\b"),
        _act_number,
    ),
    Pattern(
        ("Stat.",),
        re.compile(r"\b(\d{1,3})\s+Stat\.\s+(\d{1,5}(?:[-–]\d{1,4})?)\b"),
        _single(CitationKind.STATUTES, "{0} Stat {1}"),
    ),
    Pattern(
        (
            " FR",
            "\nFR",
            " F.R",
            "\nF.R",
            "F. R",
            "Fed. Reg",
            "Federal Register",
            "Federal\nRegister",
        ),
        re.compile(
            r"\b(\d{1,3})\s+(?:FR|F\.\s?R\.|Fed\.\s?Reg\.|Federal\s+Register)\s+(\d{1,3},\d{3}|\d{1,6})\b"
        ),
        _single(CitationKind.REGISTER, "{0} FR {1}"),
    ),
    Pattern(
        ("ILCS",),
        re.compile(
            r"\b(\d{1,4})\s+ILCS\s+(\d+(?:/\d[\d.]*(?:-\d[\d.]*\d|-\d)?)?)(/Article\s+\d+)?(?<!\.)"
        ),
        lambda match: iter(
            (
                Citation(
                    CitationKind.CODE,
                    f"{match[1]} ILCS {match[2]}{' '.join((match[3] or '').split())}",
                    match.start(),
                    match.end(),
                ),
            )
        ),
    ),
    _series(
        ("BOD", "Binding Operational"),
        r"\b(?:Binding\s+Operational\s+Directive\s+)?(?:\(?BOD\)?|Directive)[\s-]{1,2}(\d\d-\d\d)\b",
        "BOD {0}",
    ),
    _series(
        ("Emergency Directive", "Emergency\nDirective"),
        r"\bEmergency\s+Directive\s+(?:\(?ED\)?[\s-])?(\d\d-\d\d)\b",
        "ED {0}",
    ),
    _series(
        ("CJCS", "JSI", "JSM", "JSN"),
        r"\b(CJCS[IMN]|JS[IMN])\s+(\d{4}\.\d{2}[A-Z]?)\b",
        "{0} {1}",
    ),
    Pattern(
        ("DoD", "DOD"),
        re.compile(
            r"\bD[oO]D\s?(Directive|Instruction|Manual|[DIM])\s+(?:\(Do?O?D[DIM]\)\s+)?"
            rf"(?:(?:Number|No\.)\s+)?{_SERIES_NUMBER}"
        ),
        _dod,
    ),
    _series(
        ("OMB", "0MB"),
        r"\b[O0]MB\)?[’']?s?\s+(?:Memorandum\s+|Memo\s+)(?:M[-–])?(\d\d[-–]\d\d)\b",
        "OMB M-{0}",
    ),
    _series(
        (" M-", " M–", "\nM-", "(M-"),
        r"\b(?:[O0]MB\)?\s+)?M[-–](\d\d[-–]\d\d)\b",
        "OMB M-{0}",
    ),
    _series(
        ("AD ", "AD) ", "AD\n", "AD)\n"),
        r"\b(?:Airworthiness\s+Directive\s+)?\(?AD\)?\s+(\d{4}[-–]\d\d[-–]\s?\d\d)\b",
        "AD {0}",
    ),
    _series(
        ("DROPPM",),
        r"\bDROPPM,?\s+(Chapter|Appendix)\s+(\d{1,2}(?:[-–.]\d{1,2})*)\b",
        "DROPPM {0} {1}",
    ),
    _series(
        ("irective",),
        r"\b(ICE|DHS|CBP|USCIS|DRO|ERO)\s+(?:(?:Policy|Management)\s+)?Directive\s+"
        r"(?:(?:Number|No\.)\s*)?(\d{1,5}(?:[-–.]\d{1,3}){0,2})\b",
        "{0} Directive {1}",
    ),
)
