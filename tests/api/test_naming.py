"""Which document a name means, and which are near to one that means none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex import Document, DocumentNotFoundError, Index, Page, QueryError
from droindex.api.naming import ids_from

PAGES = (Page(1, "An escort carries travel documents."),)
DOCUMENTS = (
    Document(doc_id="enforcement/escort", number="Appendix 11-4.1", file="enforcement/escort.pdf",
             title="Escort policy", status="Current", pages=PAGES),
    Document(doc_id="archive/escort", number="Appendix 11-4.1", status="Superseded", pages=PAGES),
    Document(doc_id="Memo 7", file="memos/seven.txt", title="Bond agents", pages=PAGES),
    Document(doc_id="a", number="BOD 18-02", pages=PAGES),
    Document(doc_id="b", number="bod 18.02", pages=PAGES),
    Document(doc_id="odd/A", pages=PAGES),
    Document(doc_id="odd/a", pages=PAGES),
    Document(doc_id="hidden/escort-secret", number="99-1", label="LES", pages=PAGES),
)  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("naming") / "library.idx"
    Index.update(made, DOCUMENTS)
    return made


@pytest.fixture(scope="module")
def index(path: Path) -> Iterator[Index]:
    with Index.open(path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("enforcement/escort", "enforcement/escort"),
        ("Enforcement/ESCORT", "enforcement/escort"),
        ("11-4.1", "enforcement/escort"),  # the one in force
        ("appendix 11.4-1", "enforcement/escort"),
        ("enforcement/escort.pdf", "enforcement/escort"),
        ("/srv/corpus/enforcement/escort.pdf", "enforcement/escort"),
        ("../corpus/memos/seven.txt", "Memo 7"),
        ("memo 7", "Memo 7"),
        ("odd/A", "odd/A"),
        ("odd/a", "odd/a"),
    ],
)
def test_a_document_has_several_names(index: Index, name: str, meant: str) -> None:
    assert index.locate(name) == meant


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("enforcement/escrot", ("archive/escort", "enforcement/escort")),
        ("elsewhere/escort.txt", ("archive/escort", "enforcement/escort")),
        ("11-4.11", ("archive/escort", "enforcement/escort")),
        ("bond agents", ("Memo 7",)),
        ("zeppelin", ()),
        ("99-1", ()),
        ("escort-secert", ()),
        ("", ()),
        ("x" * 5000, ()),
        ("\ud800", ()),
    ],
)
def test_a_wrong_name_is_told_those_that_are_near(
    index: Index, name: str, near: tuple[str, ...]
) -> None:
    with pytest.raises(DocumentNotFoundError) as caught:
        index.locate(name)
    assert caught.value.near == near
    assert all(doc_id in caught.value.hint for doc_id in near)


def test_what_a_clearance_hides_is_not_near(path: Path) -> None:
    with Index.open(path, clearance="LES") as cleared:
        assert cleared.locate("99-1") == "hidden/escort-secret"
        with pytest.raises(DocumentNotFoundError) as caught:
            cleared.locate("escort-secert")
        assert caught.value.near == ("hidden/escort-secret",)


def test_a_number_of_several_documents_in_force_is_ambiguous(index: Index) -> None:
    with pytest.raises(QueryError) as caught:
        index.locate("BOD 18-02")
    assert caught.value.slug == "ambiguous-document"
    assert "a, b" in caught.value.hint


def test_ids_are_completed_as_far_as_they_are_seen(index: Index) -> None:
    assert index.ids("odd/") == ("odd/A", "odd/a")
    assert index.ids(limit=2) == ("Memo 7", "a")
    assert index.ids("hidden") == index.ids("\ud800") == ()
    assert len(index.ids()) == len(index)


@given(st.text(max_size=30))
def test_any_text_names_a_document_or_none(index: Index, name: str) -> None:
    try:
        meant = index.locate(name)
    except (DocumentNotFoundError, QueryError):
        return
    assert meant in index


@given(
    start=st.sampled_from(["", "a", "e", "enforcement/", "odd/", "zz", "M"]),
    limit=st.integers(0, 9),
)
def test_ids_are_offered_by_how_they_begin(index: Index, start: str, limit: int) -> None:
    seen = sorted(item.doc_id for item in DOCUMENTS if item.label is None)
    expected = [doc_id for doc_id in seen if doc_id.startswith(start)]
    assert list(ids_from(index._handle.reader(), start, limit)) == expected[:limit]
