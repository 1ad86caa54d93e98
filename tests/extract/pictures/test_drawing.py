"""Pages drawn in this process: where letters stand, and what marks change."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from support import pdf_of

from droindex.extract.pictures.drawing import OUTLINE, DrawnPage, paint

TEXT = "the escort ratio"


def drawn(data: bytes) -> DrawnPage:
    return DrawnPage(pypdfium2.PdfDocument(data), 1)


def made(draw: Callable[[Canvas], object], angle: int = 0) -> DrawnPage:
    """Return a page of letter size that somebody drew on, turned."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1)
    canvas.setFont("Helvetica", 20)
    draw(canvas)
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(out.getvalue())))
    writer.pages[0].rotate(angle)
    turned = io.BytesIO()
    writer.write(turned)
    return drawn(turned.getvalue())


def place_of(page: DrawnPage, word: str) -> list[list[int]]:
    start = page.characters(1_000).index(word)
    return [[start, start + len(word) - 1]]


@pytest.mark.parametrize(
    ("angle", "size", "expected"),
    [
        (0, (612, 792), lambda box: box),
        (90, (792, 612), lambda box: (792 - box[3], box[0], 792 - box[1], box[2])),
        (180, (612, 792), lambda box: (612 - box[2], 792 - box[3], 612 - box[0], 792 - box[1])),
        (270, (792, 612), lambda box: (box[1], 612 - box[2], box[3], 612 - box[0])),
    ],
)
def test_a_word_is_where_it_was_drawn_however_the_page_is_turned(
    angle: int, size: tuple[int, int], expected: Callable[..., tuple[float, ...]]
) -> None:
    page = made(lambda canvas: canvas.drawString(100, 592, TEXT), angle)
    (box,) = page.boxes(place_of(page, "escort"), *size)
    left = 100 + stringWidth("the ", "Helvetica", 20)
    from_top = (left, 200 - 14, left + stringWidth("escort", "Helvetica", 20), 200)  # x-height up
    assert box == pytest.approx(expected(from_top), abs=5)


def test_text_that_runs_up_the_page_is_one_box() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.drawString(100, -300, TEXT)

    page = made(draw)
    (box,) = page.boxes(place_of(page, "escort"), 612, 792)
    assert box[3] - box[1] > 2 * (box[2] - box[0])


def test_a_word_in_two_lines_is_two_boxes() -> None:
    page = drawn(pdf_of(["nothing but an immi-\ngration law"]))
    text = page.characters(1_000)
    first, last = text.index("immi"), text.index("gration") + len("gration") - 1
    one, other = page.boxes([[first, last]], 612, 792)
    assert one[3] <= other[1] + 3
    assert other[0] < one[0]


def test_what_is_cropped_away_has_no_box() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of([TEXT]))))
    writer.pages[0].cropbox.upper_right = (612, 700)
    out = io.BytesIO()
    writer.write(out)
    page = drawn(out.getvalue())
    assert page.boxes([[0, 2]], 612, 700) == []


def test_a_picture_has_the_width_asked_for_and_no_more_pixels_than_allowed() -> None:
    page = drawn(pdf_of([TEXT]))
    for width in (100, 612, 613, 900, 2_400):
        pixels, wide, high = page.pixels(width, 20_000_000)
        assert wide == width
        assert len(pixels) == 3 * wide * high
    _, wide, high = page.pixels(2_400, 100_000)
    assert 80_000 < wide * high <= 101_000


def test_letters_without_an_outline_have_boxes() -> None:
    page = drawn(pdf_of(["a b"]))
    assert page.boxes([[1, 1]], 612, 792) != []  # a blank: by the height of its font


@given(
    width=st.integers(3, 12),
    height=st.integers(3, 12),
    edges=st.tuples(*[st.integers(0, 12)] * 4),
    pixel=st.binary(min_size=3, max_size=3),
)
def test_marks_change_nothing_outside_their_boxes_and_show_on_every_ground(
    width: int, height: int, edges: tuple[int, int, int, int], pixel: bytes
) -> None:
    left, right = sorted((edges[0] % width, edges[2] % (width + 1)))
    top, bottom = sorted((edges[1] % height, edges[3] % (height + 1)))
    before = pixel * (width * height)
    pixels = bytearray(before)
    paint(pixels, width, [(left, top, right, bottom)] if left < right and top < bottom else [])
    assert len(pixels) == len(before)
    for y in range(height):
        for x in range(width):
            here = bytes(pixels[3 * (y * width + x) :][:3])
            if not (left <= x < right and top <= y < bottom):
                assert here == pixel
            elif x in (left, right - 1) or y in (top, bottom - 1):
                assert here == bytes(OUTLINE)
            else:
                assert all(now <= then for now, then in zip(here, pixel, strict=True))
