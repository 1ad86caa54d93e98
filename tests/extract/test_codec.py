"""What workers send and the cache keeps comes back as it was; what is damaged is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.codec import (
    extraction_from_dict,
    extraction_to_dict,
    facts_from_dict,
    facts_to_dict,
    page_from_dict,
    page_to_dict,
)
from droindex.extract.protocol import Extraction, FileFacts, OutlineEntry, SizedLine
from droindex.model import FileStatus
from droindex.pages import Page, PageStatus

TEXT = st.text(max_size=20)
PLACES = st.integers(1, 10_000)
PAGES = st.builds(
    Page,
    number=PLACES,
    text=TEXT,
    label=st.none() | TEXT,
    status=st.sampled_from(PageStatus),
    backend=st.sampled_from(["", "pypdf", "pdfium", "tesseract"]),
    is_ocr=st.booleans(),
)
FACTS = st.builds(
    FileFacts,
    media_type=TEXT,
    page_count=st.none() | PLACES,
    properties=st.dictionaries(TEXT, TEXT, max_size=3),
    outline=st.lists(
        st.builds(OutlineEntry, TEXT, st.integers(0, 5), st.none() | PLACES), max_size=3
    ).map(tuple),
    sized_lines=st.lists(st.builds(SizedLine, TEXT, st.floats(0, 200), PLACES), max_size=3).map(
        tuple
    ),
    running_lines=st.lists(TEXT, max_size=3).map(tuple),
    is_encrypted=st.booleans(),
    notes=st.lists(TEXT, max_size=3).map(tuple),
)
EXTRACTIONS = st.builds(
    Extraction,
    status=st.sampled_from(FileStatus),
    reason=TEXT,
    pages=st.lists(PAGES, max_size=3).map(tuple),
    facts=FACTS,
)
NOTHING_LIKE_IT: list[object] = [None, 1.5, "x", [], {}, [1], {"a": 1}, object()]


def sent(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape as it arrives on the other side of a pipe."""
    found: dict[str, Any] = json.loads(json.dumps(shape))
    return found


@given(PAGES)
def test_a_page_comes_back_whole(page: Page) -> None:
    assert page_from_dict(sent(page_to_dict(page))) == page


@given(FACTS)
def test_facts_come_back_whole(facts: FileFacts) -> None:
    assert facts_from_dict(sent(facts_to_dict(facts))) == facts


@given(EXTRACTIONS)
def test_a_reading_comes_back_whole(extraction: Extraction) -> None:
    assert extraction_from_dict(sent(extraction_to_dict(extraction))) == extraction


def test_the_usual_values_of_a_page_take_no_room() -> None:
    assert page_to_dict(Page(3, "text")) == {"n": 3, "text": "text"}
    whole = Page(3, "text", "iii", PageStatus.NEEDS_OCR, "pypdf", is_ocr=True)
    assert set(page_to_dict(whole)) == {"n", "text", "label", "status", "engine", "ocr"}


@pytest.mark.parametrize("key", ["n", "text", "label", "status", "engine"])
@pytest.mark.parametrize("value", [1.5, [], {}, [1], b"", -0.5])
def test_a_page_of_other_kinds_of_values_is_none(key: str, value: object) -> None:
    shape = page_to_dict(Page(1, "text", "i", PageStatus.EMPTY, "pypdf", is_ocr=True))
    with pytest.raises((ValueError, TypeError)):
        page_from_dict({**shape, key: value})


@pytest.mark.parametrize("key", ["n", "text"])
def test_a_page_without_its_number_or_text_is_none(key: str) -> None:
    shape = page_to_dict(Page(1, "text"))
    del shape[key]
    with pytest.raises(KeyError):
        page_from_dict(shape)


@pytest.mark.parametrize("key", ["media_type", "page_count", "outline", "sized_lines", "notes"])
@pytest.mark.parametrize("value", [1.5, [1], [[1]], [["a", "b", "c"]], {"a": 1, "b": 2}])
def test_facts_of_other_kinds_of_values_are_none(key: str, value: object) -> None:
    shape = facts_to_dict(FileFacts())
    if key == "notes" and isinstance(value, dict):
        value = [value]  # the keys of an object are texts, and as good as a list of them
    with pytest.raises((ValueError, TypeError)):
        facts_from_dict({**shape, key: value})


@pytest.mark.parametrize("status", ["", "fine", None, 1])
def test_a_reading_of_an_unknown_status_is_none(status: object) -> None:
    shape = extraction_to_dict(Extraction(FileStatus.OK))
    with pytest.raises(ValueError, match="FileStatus"):
        extraction_from_dict({**shape, "status": status})
