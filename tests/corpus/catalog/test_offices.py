"""Catalogues as offices export them: read rightly, or refused with the line that they need.

Each is written here as its program writes it.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.corpus.catalog.catalog import read_catalogs
from droindex.corpus.catalog.columns import read_columns
from droindex.corpus.config_file import load_config
from droindex.corpus.given import read_given
from droindex.corpus.scan import scan
from droindex.errors import CorpusError
from droindex.problems import UNREADABLE_LABEL
from droindex.settings import BuildSettings

_LINE = re.compile(r'below \[catalog\.columns\]: (".*?" = (?:"\w+"|false))')
Values = dict[str, Any]


@dataclass(frozen=True)
class Export:
    """A catalogue, what corpus.toml says of it, and what it says of documents."""

    text: str
    toml: str
    says: dict[str, Values]
    problems: tuple[str, ...] = ()
    name: str = "catalog.csv"
    coding: str = "utf-8"


GERMAN_EXCEL = Export(
    (
        "Dateiname;Titel der Vorschrift;Aktenzeichen;Ausgabedatum;Bearbeiter;Geltung\r\n"
        "fahrzeuge.txt;Abschleppen – was gilt;VI-7.2;25.12.2016;Müller;in Kraft\r\n"
        "boote.txt;Boote;VI-7.3;03.02.2006;;aufgehoben\r\n"
        ";;;;;\r\n"
        "Summe;2;;;;\r\n"
    ),
    """
    [statuses]
    active = ["in Kraft"]
    archived = ["aufgehoben"]
    [catalog.columns]
    "Dateiname" = "file"
    "Titel der Vorschrift" = "title"
    "Aktenzeichen" = "number"
    "Ausgabedatum" = "issued"
    "Geltung" = "status"
    "Bearbeiter" = false
    """,
    {
        "fahrzeuge": {
            "title": "Abschleppen – was gilt",
            "number": "VI-7.2",
            "issued": date(2016, 12, 25),
            "status": "in Kraft",
        },
        "boote": {"number": "VI-7.3", "issued": date(2006, 2, 3), "status": "aufgehoben"},
    },
    ("catalog-encoding",),
    coding="cp1252",
)
UNICODE_TEXT = Export(
    (
        "\ufeffFile name\tDocument title\tSubject matter\r\n"
        'towing.txt\t"Towing, ""light"" and heavy"\tVehicles; Roads\r\n'
        "boats.txt\tBoats\t\r\n"
    ),
    """
    [catalog.columns]
    "File name" = "file"
    "Document title" = "title"
    "Subject matter" = "subject"
    """,
    {
        "towing": {"title": 'Towing, "light" and heavy', "subject": ("Vehicles", "Roads")},
        "boats": {"title": "Boats"},
    },
    coding="utf-16-le",
)
AMERICAN_EXCEL = Export(
    (
        "\ufeffFILE,TITLE,NUMBER,DATE ISSUED,,,\r\n"
        'towing.txt,Towing,="11-4.1",12/25/2016,,,\r\n'
        'boats.txt,Boats,"=""11-4.2""",2/3/2006 12:00:00 AM,,,\r\n'
        ",,,,,,\r\n"
        ",,,,,,\r\n"
    ),
    """
    [catalog.columns]
    "Date issued" = "issued"
    """,
    {
        "towing": {"number": "11-4.1", "issued": date(2016, 12, 25)},
        "boats": {"number": "11-4.2", "issued": date(2006, 2, 3)},
    },
)
SHAREPOINT = Export(
    (
        "\ufeff"
        '"Name","Title","Description","Document Type","Modified","Modified By","Path"\r\n'
        '"towing.txt","Towing of vehicles","Says who tows,\nand when.\n\nIt replaces 7-2.",'
        '"Directive","3/14/2019 9:26 AM","Smith, Jo","sites/policy/Shared Documents"\r\n'
        '"boats.txt","","","Guidance","12/1/2018 4:05 PM","Doe, Al","sites/policy"\r\n'
    ),
    """
    category = "folder"
    [catalog.columns]
    "Name" = "file"
    "Description" = "summary"
    "Document Type" = "doc_type"
    "Modified" = "revised"
    "Modified By" = false
    "Path" = false
    """,
    {
        "ops/towing": {
            "title": "Towing of vehicles",
            "summary": "Says who tows,\nand when.\n\nIt replaces 7-2.",
            "doc_type": "Directive",
            "revised": date(2019, 3, 14),
            "category": "ops",
        },
        "sea/boats": {"doc_type": "Guidance", "revised": date(2018, 12, 1), "category": "sea"},
    },
)
REGISTER = Export(
    (
        "Policy register of the Fleet Office,,,,\n"
        "as of 1 March 2019,,,,\n"
        ",,,,\n"
        "Document,,Dates,,\n"
        "Document file,Policy title,Issue date,Effective date,Owner\n"
        "towing.txt,Towing,2016-12-25,2017-01-01,Fleet\n"
        "boats.txt,Boats,2018-12-01 00:00:00,,Marine\n"
        "Total,2 documents,,,\n"
        "Printed 2019-03-01,,,,\n"
    ),
    """
    [catalog.columns]
    "Document file" = "file"
    "Policy title" = "title"
    "Issue date" = "issued"
    "Effective date" = "effective"
    "Owner" = "opi"
    """,
    {
        "towing": {"title": "Towing", "effective": date(2017, 1, 1), "opi": "Fleet"},
        "boats": {"title": "Boats", "issued": date(2018, 12, 1), "opi": "Marine"},
    },
    ("catalog-file-missing",),  # who printed it, and when, is no document
)
PRINTED = Export(
    (
        "sep=|\n"
        'FILE |"DOCUMENT\nTITLE"| REF\u00a0NO|STATUS|\n'
        "TOWING.TXT|Towing|7-2|Current|\n"
        'FILE |"DOCUMENT\nTITLE"| REF\u00a0NO|STATUS|\n'
        "BOATS.TXT|Boats|7-3|Superseded|\n"
    ),
    """
    [catalog.columns]
    "Document title" = "title"
    "Ref no" = "number"
    """,
    {
        "towing": {"title": "Towing", "number": "7-2", "status": "Current"},
        "boats": {"title": "Boats", "number": "7-3", "status": "Superseded"},
    },
)
MARKED = Export(
    (
        "Register of the Security Office;;;;\r\n"
        "Location;Title;Protective marking;Owner;Reviewed\r\n"
        "S:\\Policy\\ops\\towing.txt;Towing;LES;Fleet;yes\r\n"
        "S:\\Policy\\sea\\boats.txt;Boats;None;Marine;no\r\n"
        "Total: 2;;;;\r\n"
    ),
    """
    [catalog.columns]
    "Location" = "file"
    "Protective marking" = "label"
    "Owner" = "opi"
    "Reviewed" = false
    """,
    {
        "ops/towing": {"title": "Towing", "label": "LES", "opi": "Fleet"},
        "sea/boats": {"title": "Boats", "opi": "Marine"},
    },
    coding="utf-8-sig",
)
FRENCH = Export(
    (
        "\r\n"
        "Fichier;Intitulé;N°;Date d'émission;Adresse web;État\r\n"
        "remorquage.txt;Remorquage;7-2;03/02/2006;https://example.org/7-2;abrogé\r\n"
        "bateaux.txt;L'accès aux bateaux;7-3;05/02/2006;voir le site;en vigueur\r\n"
    ),
    """
    dates = "day-first"
    [statuses]
    active = ["En vigueur"]
    archived = ["Abrogé"]
    [catalog.columns]
    "Fichier" = "file"
    "Intitulé" = "title"
    "N°" = "number"
    "Date d'émission" = "issued"
    "Adresse web" = "url"
    "État" = "status"
    """,
    {
        "remorquage": {
            "title": "Remorquage",
            "issued": date(2006, 2, 3),
            "url": "https://example.org/7-2",
            "status": "Abrogé",
        },
        "bateaux": {"title": "L'accès aux bateaux", "issued": date(2006, 2, 5)},
    },
    ("bad-value",),  # "voir le site" is no address
)
FORMULAS = Export(
    (
        'file,title,number,signatory,"Notes, internal"\n'
        "towing.txt,Towing,#REF!,'=Smith,#N/A\n"
        "boats.txt,#NAME?,7-3,'-Doe,x\n"
    ),
    """
    [catalog.columns]
    "Notes, internal" = false
    """,
    {
        "towing": {"title": "Towing", "signatory": "=Smith"},
        "boats": {"number": "7-3", "signatory": "-Doe"},
    },
    ("bad-value", "bad-value"),
)
DATABASE = Export(
    (
        '{"FILE_NAME": "towing.txt", "DOC_TITLE": "Towing", "ROW_ID": 1}\r\n'
        "\r\n"
        '{"FILE_NAME": "boats.txt", "DOC_TITLE": null, "CREATED_ON": "2018-12-01T10:15:00Z"}\r\n'
    ),
    """
    [catalog.columns]
    "File name" = "file"
    "Doc title" = "title"
    "created on" = "issued"
    "row id" = false
    """,
    {"towing": {"title": "Towing"}, "boats": {"issued": date(2018, 12, 1)}},
    name="catalog.jsonl",
    coding="utf-16",
)
EXPORTS = {
    name.lower(): value for name, value in list(globals().items()) if isinstance(value, Export)
}


def corpus_of(folder: Path, export: Export, toml: str = "") -> Path:
    for doc_id in export.says:
        (folder / doc_id).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{doc_id}.txt").write_text(f"What {doc_id} is about.")
    (folder / export.name).write_bytes(export.text.encode(export.coding))
    (folder / "corpus.toml").write_text(toml)
    return folder


def read(corpus: Path) -> tuple[dict[str, Values], list[tuple[str, str]]]:
    """Return what each document was given, and the slugs and messages of all problems."""
    config, problems = load_config(corpus)
    listing = scan(corpus, config)
    found: dict[str, Values] = {}
    problems += listing.problems
    for entry in listing.entries:
        given_ = read_given(
            entry,
            settings=BuildSettings(),
            statuses=config.statuses,
            labels=config.labels,
            dates=config.dates,
        )
        found[entry.doc_id] = dict(given_.values)
        problems += given_.problems
    return found, [(problem.slug, problem.message) for problem in problems]


def test_there_are_ten_of_them() -> None:
    assert len(EXPORTS) == 10


@pytest.mark.parametrize("name", EXPORTS)
def test_it_is_read_rightly(tmp_path: Path, name: str) -> None:
    export = EXPORTS[name]
    found, problems = read(corpus_of(tmp_path, export, export.toml))
    for doc_id, values in export.says.items():
        assert {key: found[doc_id].get(key) for key in values} == values
        assert ("label" in found[doc_id]) == ("label" in values)
    assert sorted(slug for slug, _ in problems) == sorted(export.problems), problems


@pytest.mark.parametrize("name", EXPORTS)
def test_without_a_word_in_corpus_toml_nothing_is_wrong_and_what_is_told_is_enough(
    tmp_path: Path, name: str
) -> None:
    export = EXPORTS[name]
    corpus = corpus_of(tmp_path, export)
    lines: list[str] = []
    while True:
        try:
            found, problems = read(corpus)
            told = " ".join(message for _, message in problems)
        except CorpusError as error:
            found, told = {}, error.hint
        for doc_id, values in found.items():
            right = export.says[doc_id]
            assert all(
                values[key] in (right[key], UNREADABLE_LABEL) for key in values & right.keys()
            )
        new = [line for line in _LINE.findall(told) if line not in lines]
        if not new:
            break
        lines += new
        (corpus / "corpus.toml").write_text("\n".join(["[catalog.columns]", *lines, ""]))
    assert found.keys() == export.says.keys()
    assert sum(map(bool, found.values())) >= 1
    assert not any(slug == "unknown-key" for slug, _ in problems)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "Titel": st.text("aÄ ,;|\t\"'\n=-", min_size=1, max_size=12).filter(str.strip),
            "Nr.": st.integers(1, 99).map("7-{}".format),
            "Remarks": st.sampled_from(["", "x", "a, b"]),
        }
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    coding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    end=st.sampled_from(["\n", "\r\n"]),
    above=st.lists(st.sampled_from(["", "Register", "as of 1 March"]), max_size=3),
    order=st.permutations(["File name", "Titel", "Nr.", "Remarks"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    padding=st.integers(0, 2),
)
def test_however_a_table_is_written_its_cells_are_read(
    rows: list[dict[str, str]],
    delimiter: str,
    coding: str,
    end: str,
    above: list[str],
    order: list[str],
    quoting: Any,
    padding: int,
) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    pad = [""] * padding
    table.writerows([title, "", *pad] for title in above)
    table.writerow([*order, *pad])
    for at, row in enumerate(rows):
        table.writerow([*({**row, "File name": f"d{at}.txt"}[head] for head in order), *pad])
        table.writerow(["" for _ in (*order, *pad)])
    columns, _ = read_columns(
        {"File name": "file", "Titel": "title", "Nr.": "number", "Remarks": False}, "corpus.toml"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "catalog.csv")
        path.write_bytes(text.getvalue().encode(coding))
        found = read_catalogs([path], ("LES",), lambda name: name.startswith("d"), columns)
    assert [
        slug for slug in (item.slug for item in found.problems) if slug != "catalog-encoding"
    ] == []
    read_rows = {file: dict(row.values) for file, row in found.rows.items()}
    assert read_rows == {
        f"d{at}.txt": {"title": plain(row["Titel"]), "number": row["Nr."]}
        for at, row in enumerate(rows)
    }


def plain(cell: str) -> str:
    """Return a cell without blanks around it, and without the mark that keeps it from running."""
    return re.sub(r"^'(?=\s*[=+\-@])", "", cell.strip())
