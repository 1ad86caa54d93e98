"""How much of a page its images fill, worked out by hand for pages that were drawn by hand."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
)

from droindex.extract.pdf.images import image_cover

WIDTH, HEIGHT = 600.0, 800.0
IMAGE = "/Im0"


def picture() -> DecodedStreamObject:
    """Return an image of one grey dot."""
    stream = DecodedStreamObject()
    stream.set_data(b"\x80")
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1),
            NameObject("/Height"): NumberObject(1),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
        }
    )
    return stream


def form(content: str, matrix: tuple[float, ...], inner: DecodedStreamObject, name: str):
    """Return a form that draws something by its name."""
    stream = DecodedStreamObject()
    stream.set_data(content.encode())
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/Matrix"): ArrayObject([FloatObject(value) for value in matrix]),
            NameObject("/BBox"): ArrayObject([FloatObject(value) for value in (0, 0, 1, 1)]),
            NameObject("/Resources"): DictionaryObject(
                {NameObject("/XObject"): DictionaryObject({NameObject(name): inner})}
            ),
        }
    )
    return stream


def cover(
    content: str, *, objects: dict[str, DecodedStreamObject] | None = None, left: float = 0.0
) -> float:
    """Return the share of a page with some content that is covered."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(WIDTH, HEIGHT)
    page.mediabox.left, page.mediabox.right = left, left + WIDTH
    drawn = {IMAGE: picture()} if objects is None else objects
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/XObject"): DictionaryObject(
                {NameObject(name): writer._add_object(item) for name, item in drawn.items()}
            )
        }
    )
    stream = DecodedStreamObject()
    stream.set_data(content.encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    reader = pypdf.PdfReader(io.BytesIO(out.getvalue()))
    return image_cover(reader.pages[0], reader)


@pytest.mark.parametrize(
    ("content", "share"),
    [
        ("", 0.0),
        (f"q 600 0 0 800 0 0 cm {IMAGE} Do Q", 1.0),
        (f"q 300 0 0 800 0 0 cm {IMAGE} Do Q", 0.5),
        (f"q 300 0 0 400 300 400 cm {IMAGE} Do Q", 0.25),
        (f"q 600 0 0 800 300 0 cm {IMAGE} Do Q", 0.5),  # half of it beside the page
        (f"q 600 0 0 800 900 0 cm {IMAGE} Do Q", 0.0),
        (f"q -600 0 0 800 600 0 cm {IMAGE} Do Q", 1.0),  # mirrored
        (f"q 0 800 -600 0 600 0 cm {IMAGE} Do Q", 1.0),  # turned by a quarter
        (f"q 6 0 0 8 0 0 cm q 100 0 0 50 0 0 cm {IMAGE} Do Q Q", 0.5),  # one in the other
        (f"600 0 0 400 0 0 cm {IMAGE} Do 1 0 0 1 0 1 cm {IMAGE} Do", 1.0),  # two strips
        (f"Q q 600 0 0 400 0 0 cm {IMAGE} Do", 0.5),  # nothing was saved
        (f"q 600 0 0 800 0 0 cm Q {IMAGE} Do", 1 / (WIDTH * HEIGHT)),
        ("q 600 0 0 800 0 0 cm /Other Do Q", 0.0),
        ("BT (words) Tj ET", 0.0),
    ],
)
def test_areas_are_added_up(content: str, share: float) -> None:
    assert cover(content) == pytest.approx(share)


def test_a_page_that_does_not_begin_at_zero() -> None:
    assert cover(f"q 600 0 0 800 0 0 cm {IMAGE} Do Q", left=300.0) == pytest.approx(0.5)
    assert cover(f"q 600 0 0 800 300 0 cm {IMAGE} Do Q", left=300.0) == pytest.approx(1.0)


def test_images_inside_forms_count_where_the_form_puts_them() -> None:
    inner = form(f"{IMAGE} Do", (300, 0, 0, 800, 0, 0), picture(), IMAGE)
    assert cover("/Fm0 Do", objects={"/Fm0": inner}) == pytest.approx(0.5)
    outer = form("/Fm1 Do", (0.5, 0, 0, 0.5, 0, 0), inner, "/Fm1")
    assert cover("/Fm0 Do", objects={"/Fm0": outer}) == pytest.approx(0.125)


def test_a_form_that_draws_itself_comes_to_an_end() -> None:
    writer = pypdf.PdfWriter()
    own = form("/Fm0 Do", (1, 0, 0, 1, 0, 0), picture(), IMAGE)
    reference = writer._add_object(own)
    own["/Resources"]["/XObject"][NameObject("/Fm0")] = reference
    page = writer.add_blank_page(WIDTH, HEIGHT)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/Fm0"): reference})}
    )
    stream = DecodedStreamObject()
    stream.set_data(b"/Fm0 Do")
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    reader = pypdf.PdfReader(io.BytesIO(out.getvalue()))
    assert image_cover(reader.pages[0], reader) == 0.0


@given(
    st.lists(
        st.tuples(st.floats(-300, 600), st.floats(-300, 800), st.floats(0, 600), st.floats(0, 800)),
        max_size=4,
    )
)
@settings(max_examples=40)
def test_rectangles_cover_what_they_share_with_the_page(
    boxes: list[tuple[float, float, float, float]],
) -> None:
    content = " ".join(
        f"q {wide:f} 0 0 {high:f} {x:f} {y:f} cm {IMAGE} Do Q" for x, y, wide, high in boxes
    )
    area = sum(
        max(0.0, min(x + wide, WIDTH) - max(x, 0)) * max(0.0, min(y + high, HEIGHT) - max(y, 0))
        for x, y, wide, high in boxes
    )
    assert cover(content) == pytest.approx(min(1.0, area / (WIDTH * HEIGHT)), abs=1e-4)


def test_a_sound_page_of_text_has_no_images(make_pdf: Callable[..., bytes]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(make_pdf(["words and words"])))
    assert image_cover(reader.pages[0], reader) == 0.0
