"""What is written of a document and its pages comes back whole, however it was cut up."""

from __future__ import annotations

import json
import random
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.analysis import Analyzer, normalise
from droindex.engine.entries import (
    decode_document,
    document_entry,
    encode_document,
    indexable_pages,
    owner_number,
)
from droindex.engine.passages import (
    pages_from_passages,
    passage_entries,
    read_passage,
    split_passages,
)
from droindex.engine.profile import PROFILE_TERMS, pack_profile, unpack_profile
from droindex.engine.schema import DOC_ID, DOCUMENTS_SCHEMA, INFO, OWNER, TEXT
from droindex.errors import EngineError
from droindex.model import Document, FileStatus, Reference
from droindex.pages import Page, PageStatus

ENGLISH = Analyzer("english")
TEXT_OF = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
DAYS = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
REFERENCES = st.lists(
    st.builds(Reference, TEXT_OF, st.none() | TEXT_OF, st.none() | TEXT_OF, DAYS), max_size=2
).map(tuple)
DOCUMENTS = st.builds(
    Document,
    doc_id=TEXT_OF,
    title=st.just("") | TEXT_OF,
    summary=st.just("") | TEXT_OF,
    number=st.none() | TEXT_OF,
    subject=st.lists(TEXT_OF, max_size=2).map(tuple),
    status=st.none() | TEXT_OF,
    issued=DAYS,
    expires=DAYS,
    label=st.none() | TEXT_OF,
    supersedes=REFERENCES,
    related=REFERENCES,
    size_bytes=st.none() | st.integers(0, 10**9),
    page_count=st.none() | st.integers(0, 999),
    file_status=st.none() | st.sampled_from(FileStatus),
    needs_ocr_pages=st.lists(st.integers(1, 9), max_size=2).map(tuple),
    sources=st.dictionaries(TEXT_OF, TEXT_OF, max_size=2).map(MappingProxyType),
)
PROSE = st.lists(
    st.sampled_from(["escort. ", "of ", "detainees\n", "\n\n", "custody ", "x" * 40, "é "]),
    max_size=60,
).map("".join)
PAGES = st.lists(
    st.builds(
        Page,
        number=st.just(0),
        text=PROSE,
        label=st.none() | st.sampled_from(["i", "A-1"]),
        status=st.sampled_from(PageStatus),
        backend=st.sampled_from(["", "pypdf"]),
        is_ocr=st.booleans(),
    ),
    max_size=5,
).map(lambda pages: [page.__class__(n, *_rest(page)) for n, page in enumerate(pages, 1)])


def _rest(page: Page) -> tuple[str, str | None, PageStatus, str, bool]:
    return page.text, page.label, page.status, page.backend, page.is_ocr


@given(DOCUMENTS)
def test_metadata_comes_back_whole(document: Document) -> None:
    stored = encode_document(document)
    assert decode_document(stored) == document
    assert encode_document(decode_document(stored)) == stored


@given(DOCUMENTS)
def test_what_is_stored_is_the_shape_of_the_document_without_what_is_absent(
    document: Document,
) -> None:
    shape = document.to_dict()
    lean = json.loads(encode_document(document))
    assert all(shape[key] == value for key, value in lean.items())
    assert all(not shape[key] for key in shape.keys() - lean.keys() if key != "pages")


@pytest.mark.parametrize("stored", [b"", b"{", b"[]", b"1", b"\xff", b"null", b'{"title": 1'])
def test_metadata_that_cannot_be_read_is_an_error_of_the_engine(stored: bytes) -> None:
    with pytest.raises(EngineError):
        decode_document(stored)


@given(PAGES, st.integers(4, 200), st.randoms(use_true_random=False))
def test_pages_come_back_from_their_passages_in_whatever_order(
    pages: list[Page], size: int, shuffle: random.Random
) -> None:
    entries = list(passage_entries("x", pages, size))
    assert {entry[DOC_ID] for entry in entries} <= {"x"}
    assert {entry[OWNER] for entry in entries} <= {owner_number("x")}
    passages = [(entry[TEXT], entry[INFO]) for entry in entries]
    shuffle.shuffle(passages)
    assert pages_from_passages(passages) == tuple(indexable_pages(pages))
    for text, info in passages:
        found = read_passage(text, info)
        page = pages[found.page - 1]
        assert (found.label, found.text) == (page.label, text)
        assert text in normalise(page.text) or page.backend


@given(PROSE, st.integers(4, 200))
def test_passages_are_the_text_cut_in_pieces_of_about_a_size(text: str, size: int) -> None:
    pieces = list(split_passages(text, size))
    assert "".join(pieces) == text
    assert all(len(piece) <= size * 3 // 2 for piece in pieces)
    assert all(len(piece) >= size // 2 for piece in pieces[:-1])


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", [""]),
        ("one two three", ["one two three"]),
        ("aaaa bbbb.\n\ncccc dddd eeee ffff", ["aaaa bbbb.\n\n", "cccc dddd ", "eeee ffff"]),
        ("aaaa bbbb. cccc dddd eeee", ["aaaa bbbb. ", "cccc dddd eeee"]),
        ("x" * 30, ["x" * 12, "x" * 18]),  # nowhere to cut
    ],
)
def test_a_cut_is_made_after_a_paragraph_a_sentence_or_a_word(text: str, pieces: list[str]) -> None:
    assert list(split_passages(text, 12)) == pieces


@given(st.sets(st.text(st.characters(exclude_categories=("Cs",))), max_size=50))
def test_numbers_of_documents_fit_and_differ(doc_ids: set[str]) -> None:
    numbers = {owner_number(doc_id) for doc_id in doc_ids}
    assert len(numbers) == len(doc_ids)
    assert all(0 <= number < 1 << 63 for number in numbers)


@given(DOCUMENTS, PAGES)
def test_an_entry_has_only_fields_of_the_schema(document: Document, pages: list[Page]) -> None:
    entry = document_entry(document, pages, "active", ENGLISH, 10)
    assert set(entry) <= {field.name for field in DOCUMENTS_SCHEMA}
    assert entry[OWNER] == owner_number(document.doc_id)


@given(PROSE, st.integers(1, 20))
def test_a_profile_is_the_most_frequent_words(text: str, size: int) -> None:
    found = unpack_profile(pack_profile(text, ENGLISH, size))
    counts: dict[str, int] = {}
    for stem, surface in ENGLISH.terms(text):
        if not ENGLISH.is_stop_word(surface):
            counts[stem] = counts.get(stem, 0) + 1
    expected = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
    assert list(found.items()) == expected


@pytest.mark.parametrize("stored", [b"\xff", b"escort", b"x escort", b"1.5 escort"])
def test_a_profile_that_cannot_be_read_is_an_error_of_the_engine(stored: bytes) -> None:
    with pytest.raises(EngineError):
        unpack_profile(stored)


def test_an_empty_profile_is_one() -> None:
    assert unpack_profile(pack_profile("", ENGLISH, PROFILE_TERMS)) == {}
