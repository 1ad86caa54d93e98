"""Files of records, and documents that an application hands over."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex.corpus.documents import check_document
from droindex.corpus.records import files as record_files
from droindex.corpus.records import record as records
from droindex.corpus.records.files import RecordEntry, scan_records
from droindex.corpus.records.record import read_record
from droindex.errors import CorpusError, CorpusNotFoundError, DocumentError, StorageError
from droindex.model import Document, FileStatus, Reference
from droindex.pages import Page
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from pathlib import Path

    from droindex.problems import Problem

LIMITS = BuildSettings()


def scanned(folder: Path, data: bytes | str) -> tuple[list[RecordEntry], list[Problem]]:
    path = folder / "c.jsonl"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return scan_records(path)


def told(problems: list[Problem] | tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.file, problem.slug) for problem in problems]


def read(record: bytes | dict[str, Any]) -> tuple[Document, tuple[Problem, ...]]:
    return read_record(record, file="c.jsonl:1", settings=LIMITS)


# -- the file


def test_each_line_is_a_record_that_can_be_read_by_itself(tmp_path: Path) -> None:
    lines = [b'{"doc_id": "a"}', '{"id": "ü", "body": "é"}'.encode(), b' {"id": 17} ']
    data = b"\xef\xbb\xbf" + lines[0] + b"\r\n\n  \n" + lines[1] + b"\n" + lines[2]
    entries, problems = scanned(tmp_path, data)
    assert problems == []
    assert [entry.doc_id for entry in entries] == ["a", "ü", "17"]
    for entry, line in zip(entries, lines, strict=True):
        assert data[entry.offset : entry.offset + entry.length] == line
        assert entry.digest == hashlib.sha256(line).hexdigest()[:32]


def test_a_file_without_records_has_none(tmp_path: Path) -> None:
    assert scanned(tmp_path, "\n\n") == ([], [])
    assert scanned(tmp_path, "") == ([], [])


@pytest.mark.parametrize(
    ("line", "slug", "words"),
    [
        ('{"doc_id": "a"', "bad-record", "delimiter"),
        ("[1]", "bad-record", "no JSON object"),
        ('{"doc_id": "a", "title": "x", "title": "y"}', "bad-record", "twice"),
        ("[" * 100_000, "bad-record", "nested too deeply"),
        ("{}", "bad-doc-id", 'no "doc_id"'),
        ('{"doc_id": ""}', "bad-doc-id", 'no "doc_id"'),
        ('{"doc_id": " "}', "bad-doc-id", 'no "doc_id"'),
        ('{"doc_id": true}', "bad-doc-id", 'no "doc_id"'),
        ('{"doc_id": ["a"]}', "bad-doc-id", 'no "doc_id"'),
        ('{"doc_id": "\\ud800"}', "bad-doc-id", "surrogate"),
        ('{"doc_id": "a\\u0000"}', "bad-doc-id", "null character"),
        (json.dumps({"id": "x" * 513}), "bad-doc-id", "513"),
    ],
)
def test_a_bad_line_costs_only_itself(tmp_path: Path, line: str, slug: str, words: str) -> None:
    entries, problems = scanned(tmp_path, f'{{"id": "first"}}\n{line}\n{{"id": "last"}}')
    assert [entry.doc_id for entry in entries] == ["first", "last"]
    assert told(problems) == [("c.jsonl:2", slug)]
    assert words in problems[0].message


def test_bytes_that_are_no_text_cost_only_their_line(tmp_path: Path) -> None:
    entries, problems = scanned(tmp_path, b'{"id": "\xff"}\n{"id": "b"}\n')
    assert [entry.doc_id for entry in entries] == ["b"]
    assert told(problems) == [("c.jsonl:1", "bad-record")]


def test_the_first_of_two_records_with_one_id_wins(tmp_path: Path) -> None:
    entries, problems = scanned(tmp_path, '{"id": "a"}\n{"doc_id": "a", "title": "x"}\n')
    assert [entry.offset for entry in entries] == [0]
    assert told(problems) == [("c.jsonl:2", "duplicate-doc-id")]
    assert "line 1" in problems[0].message


def test_the_least_restricted_of_two_records_with_one_id_wins(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    labels = ("LES", None, "UNLISTED", "open", "LES")
    lines = [json.dumps({"id": "a", "label": label}) for label in labels]
    path.write_text("\n".join([*lines, '{"id": "b"}']), "utf-8")
    entries, problems = scan_records(path)
    assert [(entry.doc_id, entry.offset) for entry in entries] == [
        ("a", len(lines[0]) + 1),
        ("b", sum(map(len, lines)) + len(lines)),
    ]
    assert told(problems) == [(f"c.jsonl:{n}", "duplicate-doc-id") for n in (1, 3, 4, 5)]
    assert "line 2" in problems[0].message
    assert "less restricted" in problems[0].message
    assert "less restricted" not in problems[2].message


def test_a_line_that_is_too_long_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (records, record_files):
        monkeypatch.setattr(module, "MAX_RECORD_BYTES", 40)
    long = json.dumps({"id": "long", "body": "x" * 3_000_000})
    entries, problems = scanned(tmp_path, f'{{"id": "a"}}\n{long}\n{{"id": "b"}}\n')
    assert [entry.doc_id for entry in entries] == ["a", "b"]
    assert entries[1].offset == 13 + len(long)
    assert told(problems) == [("c.jsonl:2", "bad-record")]
    assert scanned(tmp_path, long)[0] == []


def test_a_file_that_cannot_be_used_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CorpusNotFoundError):
        scan_records(tmp_path / "gone.jsonl")
    with pytest.raises(CorpusError, match="folder"):
        scan_records(tmp_path)
    with pytest.raises(CorpusError, match="UTF-8"):
        scanned(tmp_path, '{"id": "a"}'.encode("utf-16"))
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(CorpusError):
        scan_records(tmp_path / "pipe.jsonl")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(record_files, "open_unlinked", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        scan_records(tmp_path / "c.jsonl")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(
        st.binary(max_size=30)
        | st.sampled_from([b'{"id": "a"}', b'{"id": "b", "body": 3}', b"\xef\xbb\xbf{}", b"\r"]),
        max_size=6,
    )
)
def test_arbitrary_bytes_never_escape(tmp_path: Path, lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    try:
        entries, _ = scanned(tmp_path, data)
    except CorpusError:
        assert data[:2] in (b"\xff\xfe", b"\xfe\xff")
        return
    for entry in entries:
        line = data[entry.offset : entry.offset + entry.length]
        assert read(line)[0].doc_id == entry.doc_id


# -- one record


def test_a_record_is_a_document_with_its_pages() -> None:
    document, problems = read(
        {
            "doc_id": "a",
            "title": "T",
            "issued": "Feb 03, 2006",
            "summary": "",
            "label": "LES",
            "pages": ["one\n", {"text": "two", "label": "ii"}, {"text": "three", "label": None}],
        }
    )
    assert problems == ()
    assert document == Document(
        doc_id="a",
        title="T",
        issued=date(2006, 2, 3),
        issued_text="Feb 03, 2006",
        label="LES",
        pages=(Page(1, "one"), Page(2, "two", label="ii"), Page(3, "three")),
        sources=dict.fromkeys(("title", "issued", "issued_text", "label"), "record"),
    )


def test_a_body_is_one_page() -> None:
    document, problems = read(b'{"id": "orders/escort-deviation", "body": "a\\u0000b\\nc"}')
    assert document.pages == (Page(1, "ab\nc"),)
    assert document.title == "Escort deviation"
    assert document.file is None
    assert problems == ()
    assert read({"id": "a", "body": " "})[0].pages == ()
    assert read({"id": "a", "pages": []})[0].pages == ()


@pytest.mark.parametrize(
    ("record", "texts"),
    [
        ({"body": 3}, []),
        ({"pages": "one"}, []),
        ({"pages": ["one", 2, "three"]}, ["one", "", "three"]),
        ({"pages": ["one", {"txt": "two"}]}, ["one", ""]),
        ({"pages": ["one"], "body": "two"}, ["one"]),
        ({"pages": 3, "body": "two"}, ["two"]),
    ],
)
def test_a_bad_text_is_reported(record: dict[str, Any], texts: list[str]) -> None:
    document, problems = read({"id": "a", **record})
    assert [page.text for page in document.pages] == texts
    assert told(problems) == [("c.jsonl:1", "bad-value")]


def test_problems_of_values_are_told_with_the_line() -> None:
    document, problems = read({"id": "a", "titel": "x", "issued": "See 29, 2008", "label": 1})
    assert told(problems) == [
        ("c.jsonl:1", "unknown-key"),
        ("c.jsonl:1", "bad-date"),
        ("c.jsonl:1", "unreadable-label"),
    ]
    assert document.label == "UNREADABLE"


@pytest.mark.parametrize("record", [b"", b"[1]", b"{}", {}, {"id": "\ud800"}])
def test_what_is_no_record_is_refused(record: bytes | dict[str, Any]) -> None:
    with pytest.raises(DocumentError) as caught:
        read(record)
    assert "c.jsonl:1" in caught.value.message


def test_an_exported_document_comes_back() -> None:
    document = Document(
        doc_id="a/b",
        title="T",
        subject=("x", "y"),
        status="Rescinded",
        issued=date(2006, 2, 3),
        issued_text="Feb 03, 2006",
        expires_text="never",
        related=(Reference("BOD 16-01", doc_id="bod", number="BOD 16-01"),),
        file="a/b.pdf",
        size_bytes=3,
        sha256="ab" * 32,
        page_count=2,
        file_status=FileStatus.PARTIAL,
        needs_ocr_pages=(2,),
        pages=(Page(1, "one", label="i"), Page(2, "two")),
    )
    shape = json.dumps(document.to_dict(pages=True)).encode()
    again, problems = read(shape)
    assert problems == ()
    assert replace(again, sources={}) == document


# -- documents of an application


def check(**values: Any) -> Document:
    return check_document(Document(**{"doc_id": "a", **values}), LIMITS)


def test_a_sound_document_stays_as_it_is_and_says_where_it_comes_from() -> None:
    document = Document(
        doc_id="a",
        title="T",
        subject=("x",),
        issued=date(2006, 2, 3),
        related=(Reference("11-2", number="11-2", issued=date(2004, 1, 2)),),
        pages=(Page(1, "one\ntwo "), Page(3, "three", label="iii")),
        sources={"title": "text"},
        confidence={"title": 0.5},
        page_count=3,
        file_status=FileStatus.OK,
        needs_ocr_pages=(2,),
    )
    checked = check_document(document, LIMITS)
    assert checked == replace(
        document,
        sources={"title": "text", "subject": "update", "issued": "update", "related": "update"},
    )
    assert check_document(checked, LIMITS) == checked


def test_what_can_be_mended_is_mended() -> None:
    checked = check(
        title=" a\ud800\x00b\n",
        number="",
        label=" Open ",
        subject=["x", "", "x"],
        issued=datetime(2006, 2, 3, 12, tzinfo=UTC),
        pages=[Page(1, "a\x00b\udfff", label="")],
    )
    assert checked.title == "a\ufffdb"
    assert checked.number is None
    assert checked.label is None
    assert checked.subject == ("x",)
    assert type(checked.issued) is date
    assert checked.pages == (Page(1, "ab\ufffd"),)
    assert json.dumps(checked.to_dict(pages=True), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("doc_id", ""),
        ("doc_id", " "),
        ("doc_id", None),
        ("doc_id", 3),
        ("doc_id", "a\x00"),
        ("doc_id", "a\ud800"),
        ("doc_id", "x" * 513),
        ("title", None),
        ("title", 3),
        ("summary", "x" * 20_001),
        ("number", 11.4),
        ("label", True),
        ("label", ["LES"]),
        ("subject", "x"),
        ("subject", (3,)),
        ("issued", "2006-02-03"),
        ("related", ("11-2",)),
        ("related", Reference("11-2")),
        ("related", (Reference(None),)),  # type: ignore[arg-type]
        ("related", (Reference("x", issued="2006"),)),  # type: ignore[arg-type]
        ("size_bytes", -1),
        ("size_bytes", True),
        ("page_count", 1.5),
        ("file_status", "fine"),
        ("needs_ocr_pages", (-1,)),
        ("pages", "text"),
        ("pages", ("text",)),
        ("pages", (Page(0, "x"),)),
        ("pages", (Page(1, "x"), Page(1, "y"))),
        ("pages", (Page(1, 3),)),  # type: ignore[arg-type]
        ("pages", (Page(1, "x", label=3),)),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_is_refused_with_the_field_named(field: str, value: object) -> None:
    with pytest.raises(DocumentError) as caught:
        check(**{field: value})
    assert field in caught.value.message
    assert caught.value.hint
    assert caught.value.slug == "document-error"
    assert caught.value.message.isprintable()


def test_only_documents_are_documents() -> None:
    with pytest.raises(DocumentError, match="SimpleNamespace"):
        check_document(SimpleNamespace(doc_id="a"), LIMITS)  # type: ignore[arg-type]


def test_what_was_worked_out_is_passed_over_unless_it_hints_at_a_label() -> None:
    derived = {"in_force": {"start": "2006-01-01"}, "line": "a/b", "relations": []}
    _, problems = read(json.dumps({"doc_id": "x", **derived}).encode())
    assert problems == ()
    _, problems = read(json.dumps({"doc_id": "x", "line": {"label": "LES"}}).encode())
    assert "unreadable-label" in {problem.slug for problem in problems}
