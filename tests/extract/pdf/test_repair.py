"""A broken PDF is put together anew from the pages that are whole, in their order."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.extract.pdf.repair import rebuild

Make = Callable[..., bytes]
TEXTS = [f"Page {name} of the order." for name in ("one", "two", "three", "four", "five")]


def read(data: bytes) -> list[str]:
    """Return the first line of each page of a file; empty where its content is broken."""
    found = []
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        try:
            found.append(page.extract_text().strip().partition("\n")[0])
        except (pypdf.errors.PyPdfError, zlib.error):
            found.append("")
    return found


def rebuilt(data: bytes) -> list[str]:
    """Return the texts of the pages of what was rebuilt; they are as many as it says."""
    found = rebuild(data)
    assert found is not None
    texts = read(found[0])
    assert len(texts) == found[1]
    return texts


def in_object_streams(data: bytes) -> bytes:
    """Return the file with its objects in compressed object streams."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    out = io.BytesIO()
    writer.compress_identical_objects()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def sound(make_pdf: Make) -> bytes:
    return make_pdf(TEXTS)


def test_a_file_without_its_table_has_all_its_pages(sound: bytes) -> None:
    assert rebuilt(sound[: sound.rindex(b"xref")]) == TEXTS


def test_a_file_with_a_wrong_table_has_all_its_pages(sound: bytes) -> None:
    place = sound.rindex(b"startxref")
    assert rebuilt(sound[:place] + b"startxref\n1\n%%EOF") == TEXTS


def test_a_file_whose_catalogue_is_lost_keeps_the_order_of_its_tree(sound: bytes) -> None:
    assert rebuilt(sound.replace(b"/Type /Catalog", b"/Type /Katalog")) == TEXTS


def test_a_file_whose_tree_is_lost_has_its_pages_in_the_order_of_the_file(sound: bytes) -> None:
    lost = sound.replace(b"/Type /Pages", b"/Type /Sages")
    assert sorted(rebuilt(lost)) == sorted(TEXTS)


def test_a_file_that_is_written_by_another_program_too(sound: bytes) -> None:
    again = in_object_streams(sound)
    assert rebuilt(again[: again.rindex(b"xref")]) == TEXTS


def test_junk_before_the_header_is_cut_off(sound: bytes) -> None:
    found = rebuild(b"From: mail gateway\r\n\r\n" + sound)
    assert found is not None
    assert found[0].startswith(b"%PDF-")
    assert read(found[0]) == TEXTS


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8, 0.95])
def test_what_was_cut_off_keeps_what_came_before(make_pdf: Make, share: float) -> None:
    """Pages whose words were cut off are empty: the others stay in their places."""
    data = make_pdf([f"{text}\n" * 20 for text in TEXTS])
    found = rebuild(data[: int(share * len(data))])
    texts = [] if found is None else read(found[0])
    assert len(texts) == (0 if found is None else found[1])
    assert all(text in {"", whole} for text, whole in zip(texts, TEXTS, strict=False))


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4\n", b"no PDF at all", b"1 0 obj\nendobj", b"%PDF-1.4 1 0 obj <<"]
)
def test_without_a_whole_page_there_is_nothing(data: bytes) -> None:
    assert rebuild(data) is None


def test_an_encrypted_file_is_left_alone(sound: bytes) -> None:
    assert rebuild(sound + b"\n9 0 obj\n<</Encrypt 1 0 R>>\nendobj\n") is None


@given(data=st.data())
@settings(max_examples=60)
def test_any_damage_is_mended_or_refused(sound: bytes, data: st.DataObject) -> None:
    """Whatever is written over it: an answer, and a table whose places are those of objects."""
    broken = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(broken) - 1))
        piece = data.draw(st.binary(min_size=1, max_size=12))
        broken[place : place + len(piece)] = piece
    found = rebuild(bytes(broken))
    if found is None:
        return
    whole, count = found
    assert count > 0
    for number, place in _table(whole):
        assert re.match(rb"%d\s+\d+\s+obj" % number, whole[place:]), (number, place)


def _table(data: bytes) -> list[tuple[int, int]]:
    """Return (number, place) of the objects in the last table of a file."""
    start = int(data[data.rindex(b"startxref") :].split()[1])
    rows: list[Any] = re.findall(rb"(\d+) 1\n(\d{10}) 00000 n ", data[start:])
    return [(int(number), int(place)) for number, place in rows]
