"""Pages as pictures: which words are marked, who may see them, what is refused."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import children, document, pdf_of, put_in_place

from droindex import (
    DocumentNotFoundError,
    FileChangedError,
    Index,
    LimitError,
    MissingExtraError,
    PageImage,
    PageImageError,
)

PAGES = [
    "Escort officers carry arms.\nDetained aliens travel.",
    "Nothing of it.\nEscorted removal.",
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "order.pdf").write_bytes(pdf_of(PAGES))
    (folder / "secret.pdf").write_bytes(pdf_of(["Escort of informants."]))
    (folder / "secret.json").write_text('{"label": "LES"}')
    (folder / "note.txt").write_text("An escort, without a page.")
    return folder


@pytest.fixture
def index(tmp_path: Path, corpus: Path) -> Iterator[Index]:
    Index.build(corpus, tmp_path / "library.idx", ocr=False)
    with Index.open(tmp_path / "library.idx") as index:
        yield index


def words(picture: PageImage) -> list[str]:
    return [mark.text for mark in picture.highlights]


@pytest.mark.parametrize(
    ("query", "page", "marked"),
    [
        ("escort", 1, ["Escort"]),
        ("escorts", 2, ["Escorted"]),
        ('"detained aliens"', 1, ["Detained", "aliens"]),
        ("escrot offcers", 1, ["Escort", "officers"]),
        ("offic*", 1, ["officers"]),
        ("escort -removal", 2, ["Escorted"]),
        ("zebra", 1, []),
        ("", 1, []),
        ("   ", 1, []),
        ("(((", 1, []),
        ("the of", 2, ["of"]),
    ],
)
def test_the_words_are_marked_that_snippets_mark(
    index: Index, query: str, page: int, marked: list[str]
) -> None:
    assert words(index.page_image("order", page, query=query)) == marked


def test_a_picture_is_drawn_once(index: Index) -> None:
    picture = index.page_image("order", 1, query="escort")
    assert index.page_image("order", 1, query="escort") is picture
    others = [
        index.page_image("order", 2, query="escort"),
        index.page_image("order", 1, query="aliens"),
        index.page_image("order", 1, query="escort", width=200),
    ]
    assert all(other.png != picture.png for other in others)


def test_what_the_caller_may_not_see_is_not_there(index: Index, tmp_path: Path) -> None:
    with pytest.raises(DocumentNotFoundError) as hidden:
        index.page_image("secret", 1)
    with pytest.raises(DocumentNotFoundError) as unknown:
        index.page_image("nothing", 1)
    assert str(hidden.value).replace("secret", "nothing") == str(unknown.value)
    with Index.open(tmp_path / "library.idx", clearance="LES") as cleared:
        assert words(cleared.page_image("secret", 1, query="escort")) == ["Escort"]


@pytest.mark.parametrize(
    ("doc_id", "page", "reason"),
    [
        ("order", 3, "It has 2."),
        ("note", 1, "Only pages of PDF files can be."),
    ],
)
def test_there_is_no_picture_of_what_is_no_page(
    index: Index, doc_id: str, page: int, reason: str
) -> None:
    with pytest.raises(PageImageError) as caught:
        index.page_image(doc_id, page)
    assert (caught.value.doc_id, caught.value.page) == (doc_id, page)
    assert str(caught.value).endswith(reason)


@pytest.mark.parametrize(
    ("page", "width"), [(0, 900), (-1, 900), (True, 900), (1.0, 900), (1, 99), (1, 2_401), (1, "9")]
)
def test_pages_and_widths_have_a_range(index: Index, page: int, width: int) -> None:
    with pytest.raises(LimitError):
        index.page_image("order", page, width=width)


def test_a_file_that_changed_or_went(index: Index, corpus: Path) -> None:
    index.page_image("order", 1)
    put_in_place(corpus / "order.pdf", pdf_of(["Escort of others."]))
    with pytest.raises(FileChangedError):
        index.page_image("order", 1)
    (corpus / "order.pdf").unlink()
    with pytest.raises(PageImageError, match="not on this machine"):
        index.page_image("order", 1)


def test_a_page_that_cannot_be_drawn(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    Index.build(corpus, tmp_path / "library.idx", ocr=False)
    with (
        Index.open(tmp_path / "library.idx") as index,
        pytest.raises(PageImageError, match="Drawing it failed"),
    ):
        index.page_image("broken", 1)


def test_a_document_of_an_application_is_drawn_as_its_file_is_now(
    index: Index, corpus: Path, tmp_path: Path
) -> None:
    (corpus / "own.pdf").write_bytes(pdf_of(["An escort."]))
    Index.update(tmp_path / "library.idx", [document("An escort.", doc_id="own", file="own.pdf")])
    index.reload()
    assert words(index.page_image("own", 1, query="escort")) == ["escort"]
    (corpus / "own.pdf").write_bytes(pdf_of(["Escort and escort."]))
    assert words(index.page_image("own", 1, query="escort")) == ["Escort", "escort"]


def test_a_part_of_a_bundle_shows_its_own_pages_alone(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "bundle.pdf").write_bytes(pdf_of(["Escort one.", "Escort two.", "Escort three."]))
    library = tmp_path / "library.idx"
    Index.build(corpus, library, ocr=False)
    part = {"file": "bundle.pdf", "first_page": 2, "last_page": 2, "page_count": 3}
    Index.update(library, [document("Escort two.", doc_id="part", **part)])
    with Index.open(library) as index:
        assert index.page_image("part", 2, query="two").highlights
        for page in (1, 3):
            with pytest.raises(PageImageError, match="It has pages 2 to 2"):
                index.page_image("part", page)


def test_closing_a_library_ends_its_process(index: Index) -> None:
    before = set(children())
    index.page_image("order", 1)
    assert set(children()) > before
    index.close()
    assert set(children()) == before


def test_without_the_extra_an_error_says_what_to_install(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(MissingExtraError, match="pypdfium2"):
        index.page_image("order", 1)
