"""Labels of header blocks, in English, German, French and Spanish, and their dates."""

from __future__ import annotations

from datetime import date

import pytest

from droindex.extract.protocol import Extraction
from droindex.metadata.dates import find_dates, parse_date
from droindex.metadata.infer.header_fields import find_field_labels
from droindex.metadata.infer.inference import choose, infer
from droindex.metadata.infer.label_lexicon import FIELD_OF_LABEL, LABEL, STRICT_LABELS
from droindex.metadata.keys import squash
from droindex.model import FileStatus
from droindex.pages import Page

GERMAN = """Polizeidirektion Musterstadt
Dienstanweisung
Betreff: Umgang mit Fundsachen
Nr.: 12-4.1
Datum: 3. März 2019
Gültig ab: 1. April 2019
Gültig bis: 31. Dezember 2024
Ersetzt: 12-3.0
Verteiler: alle Dienststellen
"""
FRENCH = """Direction générale
Note de service
Objet : Gestion des objets trouvés
Numéro : 12-4.1
Date : 3 mars 2019
Date d’entrée en vigueur : 1er avril 2019
Date d'expiration : 31 décembre 2024
Annule et remplace : 12-3.0
Destinataires : tous les services
"""
SPANISH = """Dirección General
Circular
ASUNTO: Gestión de objetos perdidos
Número: 12-4.1
Fecha: 3 de marzo de 2019
Fecha de entrada en vigor: 1 de abril de 2019
Fecha de vencimiento: 31 de diciembre de 2024
Sustituye a: 12-3.0
Destinatarios: todas las unidades
"""


@pytest.mark.parametrize(
    ("header", "title"),
    [
        (GERMAN, "Umgang mit Fundsachen"),
        (FRENCH, "Gestion des objets trouvés"),
        (SPANISH, "Gestión de objetos perdidos"),
    ],
)
def test_a_header_block_in_another_language(header: str, title: str) -> None:
    pages = (Page(1, header + "\n" + "x y z w v.\n" * 5),)
    read = {
        name: item.value
        for name, item in choose(infer(Extraction(FileStatus.OK, pages=pages), "f.pdf")).items()
    }
    assert read["title"] == title
    assert read["number"] == "12-4.1"
    assert read["issued"] == date(2019, 3, 3)
    assert read["effective"] == date(2019, 4, 1)
    assert read["expires"] == date(2024, 12, 31)
    assert [reference.number for reference in read["supersedes"]] == ["12-3.0"]


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("betreff", "title"),
        ("aktenzeichen", "number"),
        ("stand", "revised"),
        ("ersetztdurch", "superseded_by"),
        ("dernièremiseàjour", "revised"),
        ("datedeffet", "effective"),
        ("fechadeemisión", "issued"),
        ("firmadopor", "signatory"),
        ("subject", "title"),
        ("date", "date"),
        ("number", "number"),
    ],
)
def test_what_a_label_stands_for(label: str, field: str) -> None:
    assert FIELD_OF_LABEL[label] == field


MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
}
FORMS = {"de": "{}. {} 2019", "fr": "{} {} 2019", "es": "{} de {} de 2019"}


@pytest.mark.parametrize("language", MONTHS)
def test_each_month_in_each_language(language: str) -> None:
    for month, name in enumerate(MONTHS[language].split(), 1):
        for spelt in (name, name.upper()):
            written = FORMS[language].format(5, spelt)
            assert parse_date(written) == date(2019, month, 5)
            assert find_dates(f"am / le / el {written}.") != []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er janvier 2020", date(2020, 1, 1)),
        ("3 de febrero del 2020", date(2020, 2, 3)),
        ("12. Jänner 2020", date(2020, 1, 12)),
        ("5 févr. 2020", date(2020, 2, 5)),
        ("3 delta 2020", None),
        ("30. Februar 2020", None),
    ],
)
def test_other_forms(text: str, day: date | None) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "line",
    [
        "replaced 1738, RFC 4516 in place of 2255",
        "Stand",
        "Stand clear of the doors",
        "Thema",
        "Nr",
    ],
)
def test_words_that_say_other_things_alone_are_no_labels(line: str) -> None:
    assert find_field_labels(line) == ()


@pytest.mark.parametrize(
    ("line", "label", "field"),
    [
        ("Subject: Escorts", "Subject:", "title"),
        ("POLICY NUMBER: 4.1", "POLICY NUMBER:", "number"),
        ("Policy No. 4.1", "Policy No.", "number"),
        ("EffectiveDate: May 3, 2004", "EffectiveDate:", "effective"),  # a blank is lost
        ("S u b j e c t: Escorts", "S u b j e c t:", "title"),  # blanks within the word
        ("Issue Date / Effective Date: May", "Issue Date / Effective Date:", "both"),
        ("Issue Date & Effective Date: May", "Issue Date & Effective Date:", "both"),
        ("Supersedes (title): Bonds", "Supersedes (title):", "supersedes"),
        ("Original Release Date: May", "Original Release Date:", "issued"),
        ("Superseded by: G-12", "Superseded by:", "superseded_by"),
        ("Resubject: Escorts", None, None),  # a label begins where a word begins
        ("Subjective: x", None, None),
    ],
)
def test_labels_are_read_whole_with_their_marks(
    line: str, label: str | None, field: str | None
) -> None:
    match = LABEL.match(line)
    assert (match and match.group()) == label
    if match:
        name = match.group()[: match.start("mark")] if match["mark"] else match.group()
        known = FIELD_OF_LABEL[squash(name.replace("&", "/"))]
        assert known == field


def test_labels_that_are_plain_words_too_are_known_ones() -> None:
    assert FIELD_OF_LABEL.keys() >= STRICT_LABELS
