"""Words that tell a document from whoever has issued it: kinds of papers, kinds of bodies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.keys import squash

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["has_own_host", "is_body", "names_kind", "opens_with_kind", "read_hosts"]

_KINDS = frozenset(
    {
        *("policy", "policies", "procedure", "procedures", "regulation", "regulations", "rule"),
        *("rules", "bylaw", "bylaws", "by-law", "by-laws", "guideline", "guidelines", "guidance"),
        *("principles", "standard", "standards", "code", "codes", "charter", "constitution"),
        *("handbook", "manual", "directive", "directives", "order", "orders", "ordinance"),
        *("instruction", "instructions", "framework", "protocol", "protocols", "agreement"),
        *("statement", "strategy", "plan", "guide", "circular", "memorandum", "notice"),
        *("requirements", "terms", "statute", "statutes"),
        *("règlement", "reglement", "règlements", "politique", "politiques", "procédure"),
        *("procédures", "charte", "statuts", "arrêté", "décret", "consignes", "manuel"),
        *("directrices", "reglamento", "reglamentos", "política", "politica", "políticas"),
        *("procedimiento", "procedimientos", "norma", "normas", "normativa", "estatuto"),
        *("estatutos", "ordenanza", "resolución", "resolucion", "decreto", "directiva", "código"),
        *("codigo", "guía", "guia", "lineamientos", "regulamento", "procedimento"),
        *("procedimentos", "regolamento", "regolamenti", "statuto"),
    }
)
_GERMAN_KINDS = (  # the last part of one word
    *("ordnung", "satzung", "richtlinie", "richtlinien", "konzept", "anweisung", "vereinbarung"),
    *("gesetz", "leitfaden", "merkblatt", "handbuch", "statut", "erlass", "regel", "regeln"),
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SUSPENDED = re.compile(r"[\w-]+- (?:und|oder|and|or|et|y) ")  # `Studien- und Prüfungsordnung`
_ENGLISH_BODY = (
    r"(?:schools?|academy|college|university|institute|committee|association|council|"
    r"federation|foundation|society|club|trust|hospital|parish|church|company|corporation|"
    r"inc|ltd|llc|limited|gmbh|e\. ?v|gazette)"
)
_OTHER_BODY = (  # their names begin with the word
    r"(?:gemeinde|gemeindevorstand|stadt|stadtverwaltung|landkreis|magistrat|hochschule|"
    r"fachhochschule|universit[äa]t|verein|verband|fakult[äa]t|stiftung|association|"
    r"commune|mairie|ville|universit[ée]|[ée]cole|lyc[ée]e|collège|minist[èe]re|fondation|"
    r"universidad|ayuntamiento|municipalidad|gobierno|provincia|ministerio|subsecretar[íi]a|"
    r"secretar[íi]a|colegio|escuela|poder ejecutivo|universidade|prefeitura|c[âa]mara|"
    r"universit[àa]|comune|amtliches mitteilungsblatt|amtsblatt|bolet[íi]n oficial|"
    r"journal officiel|bulletin officiel|di[áa]rio oficial|gazzetta ufficiale)"
)
_BODY = re.compile(
    rf"(?:the )?(?:(?:[\w.&'\u2019-]+,? ){{0,8}}{_ENGLISH_BODY}(?:\.?,?|,? (?:of|for|on)(?: .+)?)"
    rf"|(?:der |die |das |la |le |el |l')?(?:\w+ )?{_OTHER_BODY}(?:[ /].*)?)",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:@|www\.|://)(?P<host>[\w.-]+)", re.IGNORECASE)
_MAX_BODY_WORDS = 10
_MIN_NAME_CHARS = 6  # a shorter name stands in an address by chance


def names_kind(line: str) -> bool:
    """Whether a line holds a word for a kind of document: `Intimate Care Policy`."""
    return any(map(_is_kind, _WORD.findall(line)))


def opens_with_kind(line: str) -> bool:
    """Whether a line begins with the kind of the document: `Prüfungsordnung für den`."""
    suspended = _SUSPENDED.match(line)
    first = _WORD.match(line, suspended.end() if suspended else 0)
    return first is not None and _is_kind(first[0])


def _is_kind(word: str) -> bool:
    word = word.casefold()
    return word in _KINDS or word.endswith(_GERMAN_KINDS)


def is_body(line: str) -> bool:
    """Whether a line names a body or its gazette, and no kind of document: `Hill Road School`."""
    is_short = len(line.split()) <= _MAX_BODY_WORDS
    return is_short and _BODY.fullmatch(line) is not None and not names_kind(line)


def read_hosts(lines: Iterable[str]) -> str:
    """Return the hosts of the web and mail addresses in some lines, letters and figures only."""
    text = "\n".join(lines)
    if "@" not in text and "www" not in text and "://" not in text:
        return ""
    return squash(" ".join(found["host"] for found in _HOST.finditer(text)))


def has_own_host(line: str, hosts: str) -> bool:
    """Whether a line is the name that an address on the same page has: `hillroad.example`."""
    name = squash(line)
    return len(name) >= _MIN_NAME_CHARS and name in hosts and not names_kind(line)
