"""What a build remembers of each document comes back whole, and no flipped bit goes unnoticed."""

from __future__ import annotations

import json
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.corpus.config import Problem
from droindex.library.report import FileReport
from droindex.library.state import UPDATE, DocState, file_reports
from droindex.metadata.inferred import Inferred
from droindex.model import Document, FileStatus, Reference

TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
DOCUMENTS = st.builds(
    lambda title, number, label, issued, subject, related: Document(
        doc_id="x",
        title=title,
        number=number,
        label=label,
        issued=issued,
        subject=subject,
        related=related,
    ),
    TEXT,
    st.none() | TEXT,
    st.none() | TEXT,
    st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.lists(TEXT, max_size=2).map(tuple),
    st.lists(st.builds(Reference, TEXT, st.none() | TEXT), max_size=2).map(tuple),
)
STATES = st.builds(
    DocState,
    doc_id=TEXT,
    origin=st.sampled_from([UPDATE, "/srv/corpus"]),
    given=DOCUMENTS,
    digest=TEXT,
    source=st.dictionaries(TEXT, st.integers() | TEXT, max_size=2),
    file_facts=st.fixed_dictionaries(
        {},
        optional={
            "file": TEXT,
            "file_status": st.sampled_from(FileStatus),
            "needs_ocr_pages": st.lists(st.integers(1, 9), max_size=3).map(tuple),
        },
    ),
    reason=TEXT,
    text_pages=st.integers(0, 9),
    is_stale=st.booleans(),
    problems=st.lists(st.builds(Problem, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    fingerprints=st.dictionaries(st.sampled_from(["open", "clearance-1"]), TEXT, max_size=2),
    text_digest=TEXT,
    says_open=st.booleans(),
    held=TEXT,
    signature=st.none() | st.binary(max_size=12),
)


@given(STATES)
def test_a_state_comes_back_from_its_line(state: DocState) -> None:
    line = state.to_json()
    assert b"\n" not in line
    assert DocState.from_json(line) == state


def test_what_is_as_usual_takes_no_room() -> None:
    state = DocState("x", UPDATE, Document(doc_id="x"), "d")
    assert set(json.loads(state.to_json())) == {"doc_id", "origin", "given", "digest"}


def test_an_empty_signature_is_another_thing_than_none() -> None:
    for signature in (None, b"", b"\0" * 6):
        state = DocState("x", UPDATE, Document(doc_id="x"), "d", signature=signature)
        assert DocState.from_json(state.to_json()).signature == signature


def test_a_line_of_an_older_version_lacks_what_it_did_not_know() -> None:
    line = b'{"doc_id": "x", "origin": "update", "given": {"doc_id": "x"}}'
    state = DocState.from_json(line)
    assert (state.held, state.says_open, state.signature, state.fingerprints) == (
        "",
        False,
        None,
        {},
    )


def inferred(field: str, value: object, source: str = "text") -> Inferred:
    return Inferred(field, value, source, 0.9)


def test_what_was_given_stands_over_what_was_read() -> None:
    given_ = Document(doc_id="x", title="Given", sources=MappingProxyType({"title": "sidecar"}))
    read = {"title": inferred("title", "Read"), "number": inferred("number", "11-4.1")}
    state = DocState(
        "x", "/c", given_, "d", file_facts={"file": "x.txt"}, inferred=(*read.values(),)
    )
    found = state.document(read)
    assert (found.title, found.number, found.file) == ("Given", "11-4.1", "x.txt")
    assert found.sources["title"] == "sidecar"


@pytest.mark.parametrize(
    ("held", "label", "expected"),
    [("", None, None), ("", "LES", "LES"), ("LES", None, "LES"), ("LES", "Secret", "Secret")],
)
def test_a_label_that_was_lost_is_kept(held: str, label: str | None, expected: str | None) -> None:
    state = DocState("x", UPDATE, Document(doc_id="x", label=label), "d", held=held)
    assert state.stated({}).label == label
    found = state.document({})
    assert found.label == expected
    assert (found.sources.get("label") == "kept") is (label is None and bool(held))


def test_a_document_without_a_file_has_no_report_of_one() -> None:
    assert file_reports([DocState("x", UPDATE, Document(doc_id="x"), "d")]) == ()
    facts = {"file": "x.pdf", "file_status": FileStatus.PARTIAL, "needs_ocr_pages": (2, 3)}
    state = DocState(
        "x", "/c", Document(doc_id="x"), "d", file_facts=facts, reason="why", text_pages=1
    )
    assert file_reports([state]) == (FileReport("x.pdf", "x", "partial", "why", 1, (2, 3)),)


def test_a_file_that_was_split_has_one_report() -> None:
    parts = [
        DocState(
            f"x@{place}",
            "/c",
            Document(doc_id=f"x@{place}"),
            "d",
            file_facts={"file": "x.pdf", "part_of": "x", "part_number": place, "documents": 2},
            text_pages=place,
        )
        for place in (2, 1)
    ]
    (report,) = file_reports(parts)
    assert (report.doc_id, report.parts, report.pages) == ("x@1", ("x@1", "x@2"), 3)
