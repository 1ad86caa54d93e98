"""In which edition a phrase came and went, and what changed between two documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from droindex import Document, DocumentNotFoundError, Index, Page, QueryError, Reference

Make = Callable[..., Path]
OLD = "1. Ratio\n\nOne officer escorts each detainee on a commercial flight.\n\n2. Meals\n\nNone."
MIDDLE = (
    "1. Ratio\n\nTwo officers escort each detainee on a commercial flight.\n\n2. Meals\n\nNone."
)
NEW = MIDDLE.replace("a commercial", "any")


@pytest.fixture
def editions(library: Make) -> Path:
    """Three editions of one order, the newest labelled, and a scan that nobody read."""
    ref = [Reference("", doc_id=name) for name in ("2001", "2004", "2006")]
    return library(
        [
            {"doc_id": "2001", "issued": date(2001, 1, 1), "body": OLD},
            {"doc_id": "2004", "issued": date(2004, 1, 1), "body": MIDDLE, "supersedes": (ref[0],)},
            {"doc_id": "2006", "issued": date(2006, 1, 1), "supersedes": (ref[1],)},
            {
                "doc_id": "2009",
                "issued": date(2009, 1, 1),
                "body": NEW,
                "supersedes": (ref[2],),
                "label": "LES",
            },
        ]
    )


def events(index: Index, phrase: str, doc_id: str) -> list[tuple[str, bool | None, str | None]]:
    found = index.history(phrase, doc_id)
    return [(own.document.doc_id, own.is_there, own.event) for own in found.versions]


def test_a_phrase_comes_and_goes_over_the_line_of_editions(editions: Path) -> None:
    with Index.open(editions, clearance="LES") as index:
        assert events(index, "on a commercial flight", "2004") == [
            ("2001", True, None),
            ("2004", True, None),
            ("2006", None, None),
            ("2009", False, "went"),
        ]
        found = index.history("Two officers escort each detainee", "2001")
        assert [own.event for own in found.versions] == [None, "came", None, None]
        assert found.versions[1].places[0].text.startswith("Two officers escort")
        assert found.notes == ("There is no text of '2006': it may hold the phrase or not.",)
        near = index.history("each detainee on any flight", "2001").versions[0].near
        assert near is not None
        assert near.text == "each detainee on a commercial flight."


def test_what_a_caller_may_not_see_is_no_edition(editions: Path) -> None:
    with Index.open(editions) as index:
        assert [name for name, *_ in events(index, "any flight", "2001")] == [
            "2001",
            "2004",
            "2006",
        ]
        with pytest.raises(DocumentNotFoundError):
            index.history("any flight", "2009")
        with pytest.raises(DocumentNotFoundError):
            index.diff("2004", "2009")


@pytest.mark.parametrize(
    ("phrase", "slug"),
    [
        ("word " * 2_000, "phrase-too-long"),
        ("", "no-phrase"),
        ("...", "no-phrase"),
        (7, "no-phrase"),
    ],
)
def test_a_phrase_that_cannot_be_looked_for_is_refused(
    editions: Path, phrase: str, slug: str
) -> None:
    with Index.open(editions) as index, pytest.raises(QueryError) as caught:
        index.history(phrase, "2001")
    assert caught.value.slug == slug
    assert caught.value.hint


def test_a_phrase_that_no_edition_holds_says_so(editions: Path) -> None:
    with Index.open(editions) as index:
        assert "No edition holds the phrase word for word." not in (
            index.history("Meals", "2001").notes
        )
        alone = index.history("jet bridge", "2001").to_dict()
        assert alone["versions"][0]["there"] is False
        assert alone["phrase"] == "jet bridge"


def test_what_changed_is_told_by_section(editions: Path) -> None:
    with Index.open(editions, clearance="LES") as index:
        diff = index.diff("2001", "2004")
        (change,) = [own for own in diff.changes if own.kind == "changed"]
        assert change.after is not None
        assert change.after.section == "1. Ratio"
        assert index.diff("2004", "2004").notes == ("Both are the same document.",)


def test_a_scan_is_not_compared_with_a_text(editions: Path, library: Make) -> None:
    with Index.open(editions) as index, pytest.raises(QueryError) as caught:
        index.diff("2001", "2006")
    assert caught.value.slug == "no-text"
    assert "2006" in str(caught.value)


def test_what_was_read_by_ocr_or_not_at_all_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "library.idx"
    documents = [
        Document(doc_id="a", pages=(Page(1, "Text of page one."),)),
        Document(
            doc_id="b",
            pages=(Page(1, "Text of page one.", is_ocr=True),),
            needs_ocr_pages=(2,),
            sources={"needs_ocr_pages": "update"},
        ),
    ]
    Index.update(path, documents)
    with Index.open(path) as index:
        assert index.diff("a", "b").notes == (
            "1 page of 'b' were read by OCR: slips of that show as changes.",
            "1 page of 'b' are pictures that were not read: what they say is missing here.",
        )
