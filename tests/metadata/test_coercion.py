"""Metadata: typed from what people write, one value at a time, and never opened by a slip."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from droindex.corpus.entry import Entry, FileIdentity
from droindex.corpus.given import Given, coerce, merge, read_given
from droindex.model import Document, FileStatus, Reference
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = BuildSettings()
IDENTITY = FileIdentity(1, 2, 3)
EMPTY = Given({}, {})


def take(raw: dict[str, Any], source: str = "sidecar") -> Given:
    return coerce(raw, source=source, file="a.toml", settings=LIMITS)


def slugs(found: Given) -> list[str]:
    return [problem.slug for problem in found.problems]


def entry(folder: Path, name: str = "", text: str | bytes = "", **more: Any) -> Entry:
    sidecar = folder / name if name else None
    if sidecar:
        sidecar.write_bytes(text if isinstance(text, bytes) else text.encode())
        more = {"sidecar": sidecar, "sidecar_identity": IDENTITY, **more}
    return Entry("sub/a", "sub/a.pdf", folder / "a.pdf", IDENTITY, **more)


def read(folder: Path, name: str = "", text: str | bytes = "", **more: Any) -> Given:
    return read_given(entry(folder, name, text, **more), settings=LIMITS)


# -- keys and values


def test_texts_are_taken_on_one_line_but_a_summary_keeps_its_paragraphs() -> None:
    found = take({"title": " Escort \n policy ", "summary": "One.\r\n\r\nTwo.\x00\x1b[1m "})
    assert found.values == {"title": "Escort policy", "summary": "One.\n\nTwo.[1m"}
    assert found.sources == {"title": "sidecar", "summary": "sidecar"}
    assert found.problems == ()


@pytest.mark.parametrize("nothing", [None, "", " \t", [], {}, ()])
@pytest.mark.parametrize("key", ["title", "issued", "subject", "related", "status"])
def test_nothing_is_absent(key: str, nothing: object) -> None:
    assert take({key: nothing}) == EMPTY


def test_keys_are_known_in_any_spelling() -> None:
    found = take({"Doc Type": "Manual", "SUPERSEDED-BY": ["10074.2"]})
    assert found.values["doc_type"] == "Manual"
    assert found.values["superseded_by"] == (Reference("10074.2", number="10074.2"),)
    assert found.problems == ()


def test_a_key_given_twice_is_reported_and_the_first_counts() -> None:
    found = take({"Title": "A", "title": "B", "TITLE": ""})
    assert found.values["title"] == "A"
    assert slugs(found) == ["duplicate-key"]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("titel", "did you mean title?"),
        ("supercedes", "did you mean supersedes?"),
        ("type", "did you mean doc_type?"),
        ("xyzzy", "remove it"),
    ],
)
def test_an_unknown_key_is_reported_with_the_nearest_known_one(key: str, hint: str) -> None:
    found = take({key: "x", "title": "T"})
    assert found.values == {"title": "T"}
    assert slugs(found) == ["unknown-key"]
    assert hint in found.problems[0].message
    assert found.problems[0].file == "a.toml"


@pytest.mark.parametrize(
    ("value", "number"),
    [(10074.2, "10074.2"), (11, "11"), (0, "0"), (-1, "-1"), (" 11-4.1 ", "11-4.1")],
)
def test_numbers_become_texts(value: object, number: str) -> None:
    assert take({"number": value}).values == {"number": number}


@pytest.mark.parametrize(
    "value",
    [True, float("nan"), float("inf"), ["a"], {"a": 1}, date(2006, 2, 3), 1 << 70, b"x"],
)
def test_what_is_no_text_is_left_out(value: object) -> None:
    found = take({"title": value, "opi": "ADDRM"})
    assert found.values == {"opi": "ADDRM"}
    assert slugs(found) == ["bad-value"]
    assert len(found.problems[0].message) < 200


def test_a_number_too_long_to_be_printed_is_left_out() -> None:
    assert slugs(take({"title": 10**5000, "subject": [10**5000]})) == ["bad-value"] * 2


def test_half_a_character_becomes_a_whole_one() -> None:
    found = take({"title": "a\ud83d b", "summary": "\ud83d\ude00", "ti\udcfftle": "x"})
    assert found.values == {"title": "a\ufffd b", "summary": "\U0001f600"}
    found.problems[0].message.encode()


def test_an_overlong_value_is_cut_and_reported() -> None:
    found = take(
        {"summary": "word " * 10_000, "subject": ["s"] * 3 + [str(n) for n in range(2000)]}
    )
    assert len(found.values["summary"]) <= LIMITS.max_metadata_chars
    assert len(found.values["subject"]) == 998
    assert slugs(found) == ["value-too-long", "value-too-long"]


def test_a_status_is_spelt_as_the_known_ones_and_any_other_word_is_kept() -> None:
    assert take({"status": "current"}).values == {"status": "Current"}
    found = take({"status": "Pending"})
    assert found.values == {"status": "Pending"}
    assert slugs(found) == ["unknown-status"]
    known = coerce(
        {"status": "pending"}, source="record", file="", settings=LIMITS, statuses=("Pending",)
    )
    assert known.values == {"status": "Pending"}
    assert known.problems == ()


# -- dates


@pytest.mark.parametrize(
    ("value", "day", "text"),
    [
        ("Feb 03, 2006", date(2006, 2, 3), "Feb 03, 2006"),
        ("2006-02-03", date(2006, 2, 3), "2006-02-03"),
        (20060203, date(2006, 2, 3), "20060203"),
        (date(2006, 2, 3), date(2006, 2, 3), None),
        (datetime(2006, 2, 3, 12, tzinfo=UTC), date(2006, 2, 3), None),
    ],
)
@pytest.mark.parametrize("key", ["issued", "effective", "expires"])
def test_dates_keep_the_text_they_were_given_as(
    key: str, value: object, day: date, text: str | None
) -> None:
    found = take({key: value})
    assert found.values.get(key) == day
    assert type(found.values[key]) is date
    assert found.values.get(f"{key}_text") == text
    assert found.problems == ()


@pytest.mark.parametrize("text", ["See 29, 2008", "2006-02-30", "soon", "31/31/2016", "2008"])
def test_an_impossible_date_is_kept_as_text_and_reported(text: str) -> None:
    found = take({"issued": text})
    assert found.values == {"issued_text": text}
    assert slugs(found) == ["bad-date"]
    assert text in found.problems[0].message


def test_a_date_may_be_given_beside_its_text() -> None:
    both = take({"issued": "2006-02-03", "issued_text": "Feb 03, 2006"})
    assert both.values == {"issued": date(2006, 2, 3), "issued_text": "Feb 03, 2006"}
    alone = take({"issued_text": "Feb 03, 2006"})
    assert alone.values == both.values
    exported = take({"issued": None, "issued_text": "See 29, 2008"})
    assert exported.values == {"issued_text": "See 29, 2008"}
    assert exported.problems == ()


# -- lists


@pytest.mark.parametrize(
    "value", ["Removal; Travel Documents ;; Removal", ["Removal", "Travel Documents", "", None]]
)
def test_subjects_are_a_list_or_a_text_with_semicolons(value: object) -> None:
    assert take({"subject": value}).values == {"subject": ("Removal", "Travel Documents")}


def test_a_bad_subject_costs_only_itself() -> None:
    found = take({"subject": ["Removal", True, {"a": 1}]})
    assert found.values == {"subject": ("Removal",)}
    assert slugs(found) == ["bad-value", "bad-value"]


def test_references_are_texts_or_tables() -> None:
    found = take(
        {
            "supersedes": [
                "Jan 22, 2004 — Case Load Priority; with Fugitive Operations",
                {"number": 10074.2, "title": "Escorts", "issued": date(2004, 1, 22)},
                {"doc_id": "enforcement/escort"},
                {"text": "BOD 16-01", "doc_id": "bod-16-01"},
                {"title": "", "number": None},
                {},
            ],
            "related": {"issued": "2004-01-22"},
            "superseded_by": "10074.2",
        }
    )
    assert found.problems == ()
    assert found.values["supersedes"] == (
        Reference(
            "Jan 22, 2004 — Case Load Priority; with Fugitive Operations",
            issued=date(2004, 1, 22),
            title="Case Load Priority; with Fugitive Operations",
        ),
        Reference(
            "10074.2, Escorts (2004-01-22)",
            number="10074.2",
            issued=date(2004, 1, 22),
            title="Escorts",
        ),
        Reference("enforcement/escort", doc_id="enforcement/escort"),
        Reference("BOD 16-01", doc_id="bod-16-01", number="BOD 16-01"),
    )
    assert found.values["related"] == (Reference("2004-01-22", issued=date(2004, 1, 22)),)
    assert found.values["superseded_by"] == (Reference("10074.2", number="10074.2"),)


def test_a_catalogue_parts_references_by_semicolons() -> None:
    found = take({"related": "Appendix 16-1; Appendix 16-2;"}, "catalog")
    assert [item.text for item in found.values["related"]] == ["Appendix 16-1", "Appendix 16-2"]


def test_a_bad_reference_costs_only_itself() -> None:
    found = take(
        {"related": ["11-2", True, {"nummer": "3"}, {"number": "4", "issued": "See 29, 2008"}]}
    )
    assert [item.text for item in found.values["related"]] == ["11-2", "4"]
    assert slugs(found) == ["bad-value", "unknown-key", "bad-date"]
    assert "did you mean number?" in found.problems[1].message


def test_the_json_shape_of_references_comes_back() -> None:
    reference = Reference("BOD 16-01 (2016-06-09)", "bod", "BOD 16-01", date(2016, 6, 9), "High")
    assert take({"related": [reference.to_dict()]}).values == {"related": (reference,)}


# -- labels: nothing leaks because of a slip


@pytest.mark.parametrize(
    ("value", "label"),
    [("LES", "LES"), (" law  enforcement ", "law enforcement"), ("open", None), ("OPEN", None)],
)
def test_a_label_is_a_text_and_open_is_said_so(value: str, label: str | None) -> None:
    found = take({"label": value})
    assert found.values == {"label": label}
    assert found.sources == {"label": "sidecar"}
    assert found.problems == ()


@pytest.mark.parametrize("value", [None, "", "  "])
def test_an_empty_label_is_absent(value: object) -> None:
    assert take({"label": value}) == EMPTY


@pytest.mark.parametrize("value", [True, False, 1, 1.5, ["LES"], [], {}, {"a": 1}, "\x00"])
def test_a_label_that_cannot_be_read_stands_above_all_labels(value: object) -> None:
    found = take({"label": value})
    assert found.values == {"label": "UNREADABLE"}
    assert slugs(found) == ["unreadable-label"]
    assert "only operators" in found.problems[0].message


@pytest.mark.parametrize("key", ["lable", "labels", "Labell", "labl", "les"])
def test_a_misspelt_label_closes_the_document(key: str) -> None:
    found = take({key: "LES"})
    assert found.values == {"label": "UNREADABLE"}
    assert slugs(found) == ["unreadable-label"]
    assert "did you mean label?" in found.problems[0].message


@pytest.mark.parametrize("raw", [{"les": False}, {"labels": []}, {"lable": ""}])
def test_a_misspelt_label_that_says_nothing_closes_nothing(raw: dict[str, Any]) -> None:
    assert take(raw).values == {}


def test_two_labels_close_the_document_unless_they_agree() -> None:
    assert take({"label": "LES", "Label": "LES"}).values == {"label": "LES"}
    assert take({"label": "LES", "Label": "open"}).values == {"label": "UNREADABLE"}
    assert take({"label": "open", "Label": "LES"}).values == {"label": "UNREADABLE"}


# -- records: facts of files


def test_records_may_give_the_facts_of_a_file() -> None:
    raw = {
        "file": "sub/a.pdf",
        "size_bytes": 12,
        "page_count": 3,
        "media_type": "application/pdf",
        "sha256": "AB" * 32,
        "file_status": "partial",
        "needs_ocr_pages": [3, 2],
        "sources": {"title": "text"},
        "confidence": {},
    }
    found = take(raw, "record")
    assert found.problems == ()
    assert found.values["sha256"] == "ab" * 32
    assert found.values["file_status"] is FileStatus.PARTIAL
    assert found.values["needs_ocr_pages"] == (2, 3)
    assert slugs(take(raw)) == ["unknown-key"] * len(raw)


@pytest.mark.parametrize(
    "raw",
    [
        {"file": "/etc/passwd"},
        {"file": "../secret.pdf"},
        {"file": "a\\..\\b.pdf"},
        {"file": "C:\\a.pdf"},
        {"file": "a\x00.pdf"},
        {"file": 3},
        {"size_bytes": -1},
        {"size_bytes": True},
        {"page_count": "3"},
        {"page_count": 10**30},
        {"sha256": "abc"},
        {"file_status": "fine"},
        {"file_status": 3},
        {"needs_ocr_pages": "3"},
        {"needs_ocr_pages": [0]},
    ],
)
def test_bad_facts_of_a_file_are_left_out(raw: dict[str, Any]) -> None:
    found = take(raw, "record")
    assert found.values == {}
    assert slugs(found) == ["bad-value"]


# -- anything at all

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=30)
    | st.sampled_from(["open", "LES", "See 29, 2008", "2006-02-03", "\ud800", "\x00", ";;"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
keys = st.sampled_from(
    [
        *("title", "summary", "number", "status", "issued", "issued_text", "subject", "label"),
        *("related", "supersedes", "lable", "file", "size_bytes", "sha256", "file_status"),
        *("needs_ocr_pages", "sources", "Doc Type", "", "\x00"),
    ]
) | st.text(max_size=8)


@settings(max_examples=200, deadline=None)
@given(
    raw=st.dictionaries(keys, json_values, max_size=6),
    source=st.sampled_from(["sidecar", "catalog", "record"]),
)
@example(raw={"label": {"a": [[]]}}, source="sidecar")
def test_nothing_makes_it_raise_and_all_of_it_can_be_indexed(
    raw: dict[str, Any], source: str
) -> None:
    found = take(raw, source)
    document = merge("id", found, {}, {})
    shape = json.loads(json.dumps(document.to_dict(), ensure_ascii=False).encode())
    assert Document.from_dict(shape).to_dict() == document.to_dict()
    for problem in found.problems:
        assert problem.message.encode()
        assert problem.message.isprintable()
    given_label = raw.get("label")
    if given_label is not None and not (isinstance(given_label, str) and not given_label.strip()):
        assert "label" in found.values


# -- sidecars and catalogue


def test_a_toml_sidecar_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, "a.toml", 'title = "T"\nnumber = 11.10\nissued = 2006-02-03\n')
    assert found.values == {"title": "T", "number": "11.10", "issued": date(2006, 2, 3)}
    assert set(found.sources.values()) == {"sidecar"}
    assert found.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_json_sidecar_is_read(tmp_path: Path, encoding: str) -> None:
    text = '{"title": "Größe", "number": 11.10, "label": null, "doc_id": "sub/a"}'
    found = read(tmp_path, "a.JSON", text.encode(encoding))
    assert found.values == {"title": "Größe", "number": "11.10"}
    assert found.problems == ()


def test_an_id_of_another_document_is_reported(tmp_path: Path) -> None:
    assert slugs(read(tmp_path, "a.toml", 'doc_id = "other"')) == ["unknown-key"]


BROKEN = [
    ("a.toml", "title = "),
    ("a.toml", "title = 'a'\ntitle = 'b'"),
    ("a.toml", b"\xff\xfa title"),
    ("a.json", ""),
    ("a.json", "[1]"),
    ("a.json", '"title"'),
    ("a.json", '{"title": "a", "title": "b"}'),
    ("a.json", "[" * 200_000),
    ("a.json", "{" + '"a":{' * 100_000),
    ("a.json", '{"number": ' + "1" * 5_000 + "}"),
    ("a.toml", "a = " + "[" * 200_000),
]


@pytest.mark.parametrize(("name", "text"), BROKEN)
def test_a_broken_sidecar_loses_nothing_else(tmp_path: Path, name: str, text: str | bytes) -> None:
    row = {"title": "From the catalogue", "status": "Current"}
    found = read(tmp_path, name, text, catalog_row=row, catalog_file="catalog.csv:2")
    assert found.values == {**row, "label": "UNREADABLE"}
    assert slugs(found) == ["bad-sidecar"]
    assert found.problems[0].file == f"sub/{name}"
    assert "only operators" in found.problems[0].message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", 'title = "A\nlabel = "LES"'),
        ("a.toml", 'title = "A\nLables = ["LES"]'),
        ("a.toml", "title = \nles = true"),
        ("a.json", '{"label": "LES",}'),
        ("a.json", '{"label": "LES", "label": ""}'),
        ("a.json", '[{"label": "LES"}]'),
        ("a.json", '{"label": "LES",}'.encode("utf-16-le")),
        ("a.toml", "x" * 1_000_001),
    ],
)
def test_a_broken_sidecar_that_may_hold_a_label_closes_the_document(
    tmp_path: Path, name: str, text: str | bytes
) -> None:
    found = read(tmp_path, name, text, catalog_row={"label": "open"}, catalog_file="catalog.csv:2")
    assert found.values == {"label": "UNREADABLE"}
    assert slugs(found) == ["bad-sidecar"]
    assert "only operators" in found.problems[0].message


def test_a_sidecar_that_went_or_is_no_file_closes_the_document(tmp_path: Path) -> None:
    gone = entry(tmp_path, "a.toml")
    (tmp_path / "a.toml").unlink()
    assert read_given(gone, settings=LIMITS).values == {"label": "UNREADABLE"}
    os.mkfifo(tmp_path / "a.toml")
    assert read_given(gone, settings=LIMITS).values == {"label": "UNREADABLE"}
    outside = entry(tmp_path, "b.toml", "title = 'T'", sidecar_identity=None)
    found = read_given(outside, settings=LIMITS)
    assert found.values == {"label": "UNREADABLE"}
    assert "no file of the corpus" in found.problems[0].message


def test_the_sidecar_wins_over_the_catalogue_per_field(tmp_path: Path) -> None:
    row = {"title": "C", "opi": "ADDRM", "issued": "Feb 03, 2006", "subjects": "x"}
    found = read(
        tmp_path,
        "a.toml",
        'title = "S"\nissued = 2007-01-01\n',
        catalog_row=row,
        catalog_file="catalog.csv:2",
    )
    assert found.values == {"title": "S", "opi": "ADDRM", "issued": date(2007, 1, 1)}
    assert found.sources == {"title": "sidecar", "opi": "catalog", "issued": "sidecar"}
    assert [problem.file for problem in found.problems] == ["catalog.csv:2"]


def test_the_second_sidecar_fills_what_the_first_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"title": "J", "label": "LES"}', encoding="utf-8")
    found = read(tmp_path, "a.toml", 'title = "T"', other_sidecars=(tmp_path / "a.json",))
    assert found.values == {"title": "T", "label": "LES"}


def test_a_document_without_anything_has_nothing_given(tmp_path: Path) -> None:
    assert read(tmp_path) == EMPTY


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    data=st.binary(max_size=120)
    | st.text(max_size=60).map(lambda text: f"label = {text}".encode("utf-8", "replace")),
    suffix=st.sampled_from([".toml", ".json"]),
)
def test_arbitrary_bytes_in_a_sidecar_never_escape(
    tmp_path: Path, data: bytes, suffix: str
) -> None:
    found = read(tmp_path, f"a{suffix}", data)
    if data.startswith(b"label") and data[len("label = ") :].strip():
        assert "label" in found.values or not found.problems


def test_a_deeply_nested_sidecar_leaves_the_interpreter_whole(tmp_path: Path) -> None:
    limit = sys.getrecursionlimit()
    read(tmp_path, "a.toml", "a = " + "[" * 400_000 + "]" * 400_000)
    assert sys.getrecursionlimit() == limit


# -- together


def reading(value: object, source: str = "text", confidence: float = 0.7) -> Any:
    return SimpleNamespace(value=value, source=source, confidence=confidence)


def test_what_was_given_wins_over_what_was_read_per_field() -> None:
    given_ = take({"title": "Given", "issued": date(2006, 2, 3)})
    inferred = {
        "title": reading("Read"),
        "number": reading("11-2", confidence=0.9),
        "issued": reading(date(2001, 1, 1)),
        "issued_text": reading("Jan 1, 2001"),
        "effective": reading(date(2006, 3, 1)),
        "opi": reading(None),
    }
    base = {"file": "sub/a.pdf", "size_bytes": 3, "file_status": FileStatus.OK}
    document = merge("sub/a", given_, inferred, base)
    assert document == Document(
        doc_id="sub/a",
        title="Given",
        number="11-2",
        issued=date(2006, 2, 3),
        effective=date(2006, 3, 1),
        file="sub/a.pdf",
        size_bytes=3,
        file_status=FileStatus.OK,
        sources={"title": "sidecar", "issued": "sidecar", "number": "text", "effective": "text"},
        confidence={"number": 0.9, "effective": 0.7},
    )


def test_an_impossible_date_leaves_room_for_the_one_in_the_text() -> None:
    inferred = {"issued": reading(date(2008, 9, 29)), "issued_text": reading("Sep 29, 2008")}
    document = merge("a", take({"issued": "See 29, 2008"}), inferred, {})
    assert document.issued == date(2008, 9, 29)
    assert document.issued_text == "See 29, 2008"
    assert document.sources["issued"] == "text"


@pytest.mark.parametrize(
    ("raw", "label"),
    [({}, "LES"), ({"label": ""}, "LES"), ({"label": "open"}, None), ({"label": "X"}, "X")],
)
def test_a_label_read_in_the_text_counts_unless_one_was_given(
    raw: dict[str, Any], label: str | None
) -> None:
    document = merge("a", take(raw), {"label": reading("LES")}, {})
    assert document.label == label
    assert ("label" in document.sources) == (label is not None)


@pytest.mark.parametrize(
    ("doc_id", "base", "title"),
    [
        ("droppm/escort-deviation", {"file": "droppm/escort-deviation.pdf"}, "Escort deviation"),
        ("b/BOD_16-01", {}, "BOD 16-01"),
        ("orders/10074.2", {}, "10074.2"),
        ("---", {"file": "---.pdf"}, "---"),
    ],
)
def test_a_title_is_made_of_the_name_where_there_is_no_other(
    doc_id: str, base: dict[str, Any], title: str
) -> None:
    document = merge(doc_id, EMPTY, {}, base)
    assert document.title == title
    assert document.sources == {"title": "filename"}
