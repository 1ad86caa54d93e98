"""Citations say what a document says, whatever it is made of: read back, nothing is lost."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex import Document, Page, QueryError
from droindex.export.bibtex import bibtex
from droindex.export.citation import Cited, plain
from droindex.export.csl import csl_item
from droindex.export.ris import ris
from droindex.export.styles import citations, cite

TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        "50% & #1_a",
        r"\emph{x}",
        "}{",
        "a~b^c$",
        "a\nER  - \nTY  - BOOK",
        'say "so"',
        "  two  blanks ",
    ]
)
CITED = st.builds(
    Cited,
    key=st.text(min_size=1, max_size=20),
    title=TEXTS,
    kind=TEXTS,
    number=TEXTS,
    institution=TEXTS,
    issued=st.none() | st.dates(),
    issued_text=TEXTS,
    status=TEXTS,
    summary=TEXTS,
    subjects=st.lists(TEXTS, max_size=3).map(tuple),
    page=TEXTS,
)
ORDER = Cited(
    key="enforcement/escort",
    title="Field Advisory: 50% of Escorts",
    kind="Directive",
    number="11-4.1",
    institution="Detention & Removal",
    issued=date(2006, 2, 3),
    status="Superseded",
    subjects=("Removal",),
    page="iii",
    url="https://host/file/a b_c#page=3",
)
UNESCAPES = {
    r"\textbackslash{}": "\\", r"\textbraceleft{}": "{", r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
    **{f"\\{sign}": sign for sign in "$&#_%"},
}  # fmt: skip
UNESCAPE = re.compile("|".join(map(re.escape, UNESCAPES)))


def read_bibtex(text: str) -> tuple[str, str, dict[str, str]]:
    """Return type, key and fields of one entry, as BibTeX reads it: by counting braces."""
    head = re.match(r"@(\w+)\{([A-Za-z0-9._:-]+),\n", text)
    assert head is not None
    assert text.endswith("\n}")
    fields: dict[str, str] = {}
    place = head.end()
    while found := re.compile(r"  (\w+) = ").match(text, place):
        start = place = found.end()
        depth = 0
        while depth or text[place] not in ",\n":
            depth += {"{": 1, "}": -1}.get(text[place], 0)
            assert depth >= 0
            place += 1
        value = text[start:place].strip()
        while value.startswith("{") and value.endswith("}") and value not in UNESCAPES:
            value = value[1:-1]
        fields[found[1]] = UNESCAPE.sub(lambda sign: UNESCAPES[sign[0]], value)
        place = text.index("\n", place) + 1
    assert text[place:] == "}"
    return head[1], head[2], fields


def read_ris(text: str) -> dict[str, list[str]]:
    lines = text.split("\n")
    assert lines[0] == "TY  - RPRT"
    assert lines[-1] == "ER  - "
    found: dict[str, list[str]] = {}
    for line in lines:
        tag = re.match(r"([A-Z][A-Z0-9])  - ", line)
        assert tag is not None, line
        found.setdefault(tag[1], []).append(line[6:])
    return found


@given(CITED)
def test_bibtex_read_back_says_the_same(cited: Cited) -> None:
    kind, _, fields = read_bibtex(bibtex(cited))
    assert kind == ("techreport" if cited.institution else "misc")
    for name, value in (
        ("title", cited.title),
        ("institution", cited.institution),
        ("author", cited.institution),
        ("type", cited.kind),
        ("number", cited.number),
        ("year", str(cited.issued.year) if cited.issued else ""),
        ("date", cited.issued.isoformat() if cited.issued else ""),
    ):
        assert fields.get(name, "") == value, name
    assert cited.page in fields.get("note", "")
    assert cited.caution in fields.get("note", "")


@given(st.sets(st.text(max_size=6) | st.sampled_from(["a/b", "a:b", "a-b", "a b"]), min_size=2))
def test_ids_that_differ_have_keys_that_differ(ids: set[str]) -> None:
    keys = {read_bibtex(bibtex(Cited(key=one, title="t")))[1] for one in ids if clean_id(one)}
    assert len(keys) == len({clean_id(one) for one in ids if clean_id(one)})


def clean_id(doc_id: str) -> str:
    return Cited(key=doc_id, title="").key


@given(CITED)
def test_ris_read_back_says_the_same_in_one_record(cited: Cited) -> None:
    found = read_ris(ris(cited))
    assert len(found["TY"]) == len(found["ER"]) == 1
    for tag, value in (
        ("ID", cited.key), ("TI", cited.title), ("PB", cited.institution), ("M3", cited.kind),
        ("SN", cited.number), ("SP", cited.page), ("AB", cited.summary),
    ):  # fmt: skip
        assert found.get(tag, [""]) == [value]
    assert found.get("KW", []) == list(cited.subjects)


@given(CITED)
def test_csl_read_back_says_the_same(cited: Cited) -> None:
    (item,) = json.loads(cite(cited, "csl-json"))
    assert item == csl_item(cited)
    assert (item["id"], item["type"]) == (cited.key, "report")
    for name, value in (
        ("title", cited.title),
        ("genre", cited.kind),
        ("number", cited.number),
        ("publisher", cited.institution),
        ("locator", cited.page),
    ):
        assert item.get(name, "") == value
    if cited.issued:
        assert item["issued"] == {
            "date-parts": [[cited.issued.year, cited.issued.month, cited.issued.day]]
        }


@given(CITED)
def test_a_citation_for_people_is_one_line_with_all_that_identifies(cited: Cited) -> None:
    line = plain(cited)
    assert line.isprintable() or not cited.title.isprintable() or "\n" not in line
    for text in (cited.title, cited.institution, cited.number, cited.page):
        assert text.casefold() in line.casefold()


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {},
            ("Detention & Removal, Field Advisory: 50% of Escorts, Directive 11-4.1 "
            "(February 3, 2006), p. iii [Superseded]. https://host/file/a b_c#page=3"),
        ),
        (
            {"number": "BOD 18-02", "status": "Current", "url": "", "page": ""},
            "Detention & Removal, Field Advisory: 50% of Escorts, BOD 18-02 (February 3, 2006).",
        ),
        (
            {"title": "Chapter 17: Escorts", "number": "Chapter 17", "url": "", "status": ""},
            "Detention & Removal, Chapter 17: Escorts, Directive (February 3, 2006), p. iii.",
        ),
        (
            {"title": "Chapter 17", "number": "7", "kind": "", "institution": "", "issued": None,
             "issued_text": "See 29, 2008", "url": "", "status": ""},
            "Chapter 17, No. 7 (See 29, 2008), p. iii.",
        ),
    ],
)  # fmt: skip
def test_a_citation_reads_well(changes: dict[str, object], line: str) -> None:
    values = {name: getattr(ORDER, name) for name in ORDER.__slots__} | changes
    assert plain(Cited(**values)) == line


def test_an_entry_of_bibtex_looks_like_this() -> None:
    assert (
        bibtex(ORDER)
        == r"""@techreport{enforcement:escort,
  author = {{Detention \& Removal}},
  title = {{Field Advisory: 50\% of Escorts}},
  institution = {Detention \& Removal},
  type = {Directive},
  number = {11-4.1},
  year = {2006},
  month = feb,
  date = {2006-02-03},
  note = {p. iii; Superseded},
  url = {https://host/file/a%20b_c#page=3}
}"""
    )


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_file_of_csl_is_one_list(number: int) -> None:
    text = "\n".join(citations([ORDER] * number, "csl-json"))
    assert json.loads(text) == [csl_item(ORDER)] * number


def test_a_document_is_cited_by_what_is_printed_on_the_page() -> None:
    document = Document(
        doc_id="a",
        title="Escorts",
        opi="Enforcement (ADENF)",
        pages=(Page(1, "x", label="iii"), Page(2, "y")),
    )
    assert document.cite(1) == "Enforcement, Escorts (no date), p. iii."
    assert document.cite(2) == "Enforcement, Escorts (no date), p. 2."
    assert document.cite() == "Enforcement, Escorts (no date)."
    assert "url = {https://host/a}" in document.cite(style="bibtex", url="https://host/a")
    with pytest.raises(QueryError) as caught:
        document.cite(style="apa")
    assert caught.value.slug == "unknown-style"
