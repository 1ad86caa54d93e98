"""The labels of header blocks, by the field that each stands for."""

from __future__ import annotations

import re

from droindex.metadata.keys import squash

__all__ = ["DATE_FIELDS", "FIELD_OF_LABEL", "LABEL", "NUMBER_FIELDS", "STRICT_LABELS"]

_ALIASES: dict[str, tuple[str, ...]] = {
    "title": (
        *(
            "subject",
            "subj",
            "by-law name",
            "title",
            "topic",
            "policy title",
            "directive title",
            "order title",
            "re",
        ),
        *("document title", "policy name", "policy subject", "sop title", "procedure title"),
    ),
    "number": (
        *("number", "no", "policy number", "policy no", "directive number", "directive no", "dir"),
        *("order number", "order no", "general order number", "general order no", "sop number"),
        *("special order number", "special order no", "administrative order number", "sop no"),
        *("document number", "document no", "instruction number", "instruction no", "index no"),
        *("reference number", "procedure number", "procedure no", "publication number", "sop"),
        *("publication reference", "document reference", "policy reference", "by-law number"),
        *("reference no", "ref no", "order", "by-law no", "policy ref", "document ref"),
        *("proposal number", "memorandum number", "memo number", "bulletin number", "g.o"),
        *("directive", "policy", "general order", "special order", "administrative order"),
        *("notice number", "notice no", "circular number", "interim policy number", "control no"),
    ),
    "version": ("version", "version number", "edition"),
    "issued": (
        *("issue date", "issued date", "date issued", "date of issue", "issued", "issued on"),
        *("original release date", "release date", "publication date", "date published"),
        *("published", "original issue date", "original date", "date of issuance", "issuance date"),
        *("original", "originally issued", "adoption date", "date adopted", "adopted", "enacted"),
        *("date of original issue", "signed", "date signed", "dated"),
    ),
    "both": (
        *("original effective / issue date", "issue / effective date", "effective / issue date"),
        *("issued / effective", "issue date / effective date", "effective date / issue date"),
        *("date issued / effective", "issue and effective date", "issued and effective"),
    ),
    "date": ("date",),
    "effective": (
        *("effective date", "effective", "eff", "eff date", "date effective", "in force from"),
        *("implementation date", "effective as of", "effective on", "original effective date"),
        *("date of effect", "in effect from"),
    ),
    "revised": (
        *("revision date", "revision dates", "revised", "rev", "rev date", "revision", "amended"),
        *("date of last revision", "last revision", "last revised", "date revised", "revisions"),
        *("date of revision", "amendment date", "amended date", "date amended", "last updated"),
        *("updated", "update", "modified", "last modified", "revised date", "date of last update"),
    ),
    "reviewed": (
        *("archive date", "printed", "printed on", "review date", "previous revision"),
        *("next review", "next review date", "last review", "last reviewed", "date reviewed"),
        *("reviewed / updated", "page reviewed / updated", "reviewed", "re-evaluation date"),
        *("reevaluation date", "review", "annual review", "current as of", "approval date"),
        *("date of last review", "last review date"),
    ),
    "expires": ("expiration date", "expires", "expiry date", "sunset date", "expires on"),
    "supersedes": (
        *("supersedes", "superseded", "rescinds", "rescinded", "cancels", "cancelled", "canceled"),
        *("replaces", "replaced", "cancellation", "revokes", "this order rescinds", "rescission"),
        *("supersedes / cancels", "rescinds / supersedes", "superseded policy", "supersession"),
        *("this policy supersedes", "this order supersedes", "cancelled documents", "rescind"),
        *("this directive supersedes", "superseded documents", "supersede", "rescinds / amends"),
        *("amends / rescinds", "amends / supersedes", "supersedes / rescinds", "supercedes"),
    ),
    "amends": ("amends", "amended policy"),
    "superseded_by": ("superseded by", "replaced by", "rescinded by", "superseding document"),
    "signatory": (
        *("from", "authorized by", "authorised by", "approved by", "signed by", "issued by"),
        *("issuing authority", "approving authority", "signatory", "by order of", "approved"),
        *("authority", "auth"),
    ),
    "opi": (
        *("opi", "office of primary interest", "opr", "office of primary responsibility"),
        *("proponent", "proponent office", "responsible office", "originating office"),
        *("lead office", "policy owner", "originator", "office of responsibility"),
    ),
    "status": ("status", "document status", "policy status"),
    "doc_type": ("document type", "policy type", "type of document"),
    "les": ("les", "law enforcement sensitive"),
    "other": (
        *("to", "cc", "through", "thru", "via", "distribution", "reference", "references", "page"),
        *(
            "reference standards",
            "reference standard",
            "attachment",
            "applies to",
            "series",
            "series title",
            "series number",
            "pages",
            "total pages",
        ),
        *("topics / reference", "topics", "appendices", "reviewed by", "copies to", "url", "calea"),
        *("accreditation standards", "archive notes", "contact", "key words", "attachments"),
        *("fea number", "federal enterprise architecture number", "related policies", "section"),
        *("prepared by", "related directives", "chapter", "index as", "cross reference", "purpose"),
        *("telephone number", "phone number", "case number", "fax number", "application"),
        *("organization", "name", "e-mail address", "part number", "serial number", "file number"),
        *("department directive", "division directive", "notice", "legal notice", "addendum"),
        *("standards", "accreditation", "responsibility", "rank", "badge number", "category"),
    ),
}
# Of header blocks in German, French and Spanish: words that are no words of English headers.
_OF_OTHER_LANGUAGES: dict[str, tuple[str, ...]] = {
    "title": (
        *("betreff", "betrifft", "titel", "thema", "objet", "titre", "sujet", "asunto"),
        *("título", "titulo", "intitulé", "titre du document", "titre de la politique"),
        *("título del documento", "título de la política", "titel des dokuments"),
    ),
    "number": (
        *("nummer", "nr", "dokumentnummer", "dokument-nr", "aktenzeichen", "geschäftszeichen"),
        *("numéro", "numero", "n°", "número", "núm"),
        *("numéro de document", "número de documento", "número de circular", "no de circular"),
        *("numéro de la politique", "código", "richtliniennummer", "dokumenten-nr", "dok-nr"),
    ),
    "issued": (
        *("ausstellungsdatum", "ausgabedatum", "erlassen am", "veröffentlicht am"),
        *("date d'émission", "date d'emission", "date de publication", "date de signature"),
        *("fecha de emisión", "fecha de emision", "fecha de publicación", "fecha de expedición"),
        *("verabschiedet am", "ausgestellt am", "adopté le", "adoptée le", "date d'adoption"),
        *("publié le", "publiée le", "émis le", "émise le", "emitido el", "publicado el"),
    ),
    "date": ("datum", "fecha"),
    "effective": (
        *("gültig ab", "in kraft seit", "in kraft ab", "inkrafttreten"),
        *("date d'effet", "date d'entrée en vigueur", "entrée en vigueur", "en vigueur le"),
        *("fecha de vigencia", "fecha de entrada en vigor", "en vigor desde", "vigente desde"),
    ),
    "revised": (
        *("stand", "letzte änderung", "geändert am", "überarbeitet am"),
        *("dernière mise à jour", "mise à jour", "date de révision", "révisé le"),
        *("fecha de revisión", "última actualización", "última revisión", "revisado el"),
        *("aktualisiert am", "letzte aktualisierung", "zuletzt geändert am", "révisée le"),
        *("modifié le", "modifiée le", "date de mise à jour", "fecha de actualización"),
        *("fecha de modificación", "modificado el", "revisada el"),
    ),
    "expires": (
        *("gültig bis", "date d'expiration", "fecha de vencimiento", "fecha de caducidad"),
    ),
    "supersedes": (
        *("ersetzt", "hebt auf", "remplace", "abroge", "annule et remplace"),
        *("sustituye", "sustituye a", "deroga", "reemplaza"),
    ),
    "superseded_by": (*("ersetzt durch", "remplacé par", "sustituido por", "reemplazado por"),),
    "signatory": (
        *("unterzeichnet von", "gezeichnet von", "signataire", "signé par", "firmado por"),
        *("freigegeben von", "genehmigt von", "approuvé par", "approuvée par", "signée par"),
        *("aprobado por", "autorizado por", "aprobada por"),
    ),
    "opi": (
        *("zuständige stelle", "federführung", "service émetteur", "service responsable"),
        *("unidad responsable", "oficina responsable"),
    ),
    "doc_type": ("dokumentart", "type de document", "tipo de documento"),
    "other": (
        *("verteiler", "empfänger", "seite", "seiten", "anlagen", "bezug"),
        *("destinataires", "destinataire", "diffusion", "pièces jointes"),
        *("destinatarios", "destinatario", "página", "páginas", "anexos"),
    ),
}


def _with_other_apostrophes(aliases: tuple[str, ...]) -> tuple[str, ...]:
    """Return aliases, and those with an apostrophe also as print has it."""
    curved = (alias.replace("'", "\u2019") for alias in aliases if "'" in alias)
    return (*aliases, *curved)


_ALIASES = {
    name: aliases + _with_other_apostrophes(_OF_OTHER_LANGUAGES.get(name, ()))
    for name, aliases in _ALIASES.items()
}
FIELD_OF_LABEL = {squash(alias): name for name, aliases in _ALIASES.items() for alias in aliases}
DATE_FIELDS = frozenset({"issued", "both", "date", "effective", "revised", "reviewed", "expires"})
NUMBER_FIELDS = frozenset({"number", "supersedes", "amends", "superseded_by"})
_SPREAD = 6  # letters; only labels this long may have stray blanks, or "Re" would be "R e"
STRICT_LABELS = frozenset(
    {"dir", "directive", "policy", "generalorder", "specialorder", "sop", "go"}
)
STRICT_LABELS |= {
    "administrativeorder",
    "signed",
    "original",
    "review",
    "reviewed",
    "update",
    "dated",
}
STRICT_LABELS |= {
    "to",
    "from",
    "re",
    "name",
    "section",
    "chapter",
    "purpose",
    "approved",
    "authority",
}
STRICT_LABELS |= {
    "organization",
    "responsibility",
    "category",
    "page",
    "pages",
    "via",
    "through",
    "rank",
}
STRICT_LABELS |= {"nr", "n", "núm", "stand", "titel", "thema", "titre", "sujet", "título", "titulo"}
STRICT_LABELS |= {"order", "subj"}
STRICT_LABELS |= {"notice", "addendum", "published", "adopted", "title", "standards", "application"}
STRICT_LABELS |= {"status", "les", "version", "edition", "series", "auth", "contact", "proponent"}


def _alias_pattern(alias: str) -> str:
    """Return the pattern of one label: blanks may be missing, or stand inside its words."""
    gap = " ?" if sum(map(str.isalpha, alias)) >= _SPREAD else ""
    words = []
    for word in alias.split():
        if word == "/":
            words.append("(?:/|and|&)")
        else:
            words.append(gap.join(map(re.escape, word)))
    return " ?".join(words)


LABEL = re.compile(
    r"(?<![\w'’])(?:"  # noqa: RUF001
    + "|".join(
        _alias_pattern(alias)
        for alias in sorted((a for group in _ALIASES.values() for a in group), key=len)[::-1]
    )
    + r")(?:\(s\))?(?![\w'’])(?P<mark>\.? ?#? ?(?:\([^()]{1,20}\) ?)?:|\.? ?#|\.(?= |$))?",  # noqa: RUF001
    re.IGNORECASE,
)
