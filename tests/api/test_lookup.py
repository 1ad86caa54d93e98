"""What an open library says of one document: itself, its file, what came before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support import document, opened

from droindex import Document, DocumentNotFoundError, FileChangedError, Index, Reference
from droindex.api.lookup import Lookup

TEXT = "The escort of detainees."


def ordered() -> list[Document]:
    """Return a directive of three versions, of which each names the one before it."""
    days = {"first": date(1999, 1, 1), "second": date(2004, 5, 6), "third": date(2019, 7, 8)}
    before = {"second": "first", "third": "second"}
    made = [
        document(
            [f"{TEXT} {name}", "A second page."],
            doc_id=name,
            title="Escort",
            issued=day,
            supersedes=(Reference(before[name], doc_id=before[name]),) if name in before else (),
        )
        for name, day in days.items()
    ]
    return [*made, document("Alone.", doc_id="alone", title="Alone")]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    yield from opened(tmp_path_factory.mktemp("lookup"), ordered())


def test_an_index_is_asked_by_ids(index: Index) -> None:
    assert isinstance(index, Lookup)
    found = index.get("second")
    assert (found.doc_id, found.title, found.issued) == ("second", "Escort", date(2004, 5, 6))
    assert [page.text for page in found.pages] == [f"{TEXT} second", "A second page."]
    assert index["second"] == found
    assert "second" in index
    assert "fourth" not in index


@pytest.mark.parametrize("doc_id", ["fourth", "", "Second", "second ", "second\0", "\ud800"])
def test_what_is_not_there_is_not_found(index: Index, doc_id: str) -> None:
    for ask in (index.get, index.file_path, index.open_file, index.lineage, index.related):
        with pytest.raises(DocumentNotFoundError):
            ask(doc_id)


@pytest.mark.parametrize("asked", ["first", "second", "third"])
def test_a_lineage_is_the_same_from_each_of_its_versions(index: Index, asked: str) -> None:
    assert [item.doc_id for item in index.lineage(asked)] == ["first", "second", "third"]


def test_a_document_without_versions_is_its_own_lineage(index: Index) -> None:
    assert [item.doc_id for item in index.lineage("alone")] == ["alone"]


def test_a_document_of_an_application_has_no_file(index: Index) -> None:
    assert index.file_path("first") is None
    assert index.open_file("first") is None


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "orders").mkdir(parents=True)
    (folder / "orders" / "escort.txt").write_text(TEXT)
    return folder


def test_a_file_is_handed_out_as_it_was_read(tmp_path: Path, corpus: Path) -> None:
    library, file = tmp_path / "library.idx", corpus / "orders" / "escort.txt"
    Index.build(corpus, library)
    with Index.open(library) as index:
        assert index.file_path("orders/escort") == file.resolve()
        opened = index.open_file("orders/escort")
        assert opened is not None
        with opened:
            file.unlink()  # what is open stays what it was
            assert opened.read() == TEXT.encode()
        assert index.file_path("orders/escort") is None


@pytest.mark.parametrize(
    ("content", "verify", "is_told"),
    [
        (TEXT, True, False),
        (TEXT.upper(), True, True),
        (TEXT.upper(), False, False),  # of the same size
        (TEXT + "!", False, True),
        ("", True, True),
    ],
)
def test_a_file_that_changed_is_told(
    tmp_path: Path,
    corpus: Path,
    content: str,
    verify: bool,  # noqa: FBT001 - drawn
    is_told: bool,  # noqa: FBT001 - drawn
) -> None:
    library, file = tmp_path / "library.idx", corpus / "orders" / "escort.txt"
    Index.build(corpus, library)
    file.write_text(content)
    with Index.open(library) as index:
        if is_told:
            with pytest.raises(FileChangedError) as caught:
                index.file_path("orders/escort", verify=verify)
            assert caught.value.slug == "file-changed"
        else:
            assert index.file_path("orders/escort", verify=verify) == file.resolve()


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd", "orders/../../outside.txt"])
def test_no_name_leads_out_of_the_corpus(tmp_path: Path, corpus: Path, name: str) -> None:
    """Also where metadata of an application says that a file lies there."""
    library = tmp_path / "library.idx"
    (tmp_path / "outside.txt").write_text("secret")
    Index.build(corpus, library)
    Index.update(library, [document("x", doc_id="x", file=name)])
    with Index.open(library) as index:
        assert index.file_path("x") is None
        assert index.open_file("x") is None
