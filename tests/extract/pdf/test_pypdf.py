"""A PDF as pypdf reads it: text and the size of its type, properties, labels, bookmarks."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from pypdf.errors import LimitReachedError

from droindex.extract.pdf.pypdf import PypdfBackend, is_limit
from droindex.extract.protocol import OutlineEntry, UnreadableFileError
from droindex.model import FileStatus

Make = Callable[..., bytes]
TEXTS = [f"Page number {number} of the directive." for number in range(1, 5)]


def changed(data: bytes, change: Callable[[Any], None]) -> PypdfBackend:
    """Return the file, open, after a change."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return PypdfBackend(out.getvalue())


@pytest.fixture(scope="module")
def data(make_pdf: Make) -> bytes:
    return make_pdf(TEXTS, title="A directive")


@pytest.mark.parametrize("max_chars", [0, 1, 10, 1_000])
def test_the_text_of_each_page_is_cut_at_a_length(data: bytes, max_chars: int) -> None:
    backend = PypdfBackend(data)
    assert backend.page_count == len(TEXTS)
    for number, text in enumerate(TEXTS, 1):
        assert backend.text(number, max_chars=max_chars).strip() == text[:max_chars].strip()
        assert backend.text_and_sizes(number, max_chars=max_chars)[0].strip() == (
            text[:max_chars].strip()
        )
    backend.close()


@pytest.mark.parametrize("size", [6, 11, 18, 36])
def test_the_size_of_the_type_is_that_on_the_page(make_pdf: Make, size: int) -> None:
    backend = PypdfBackend(make_pdf(["One line.\nAnother line."], size=size))
    _, lines = backend.text_and_sizes(1, max_chars=1_000)
    assert [(line.text, line.size, line.page) for line in lines] == [
        ("One line.", size, 1),
        ("Another line.", size, 1),
    ]


@pytest.mark.parametrize("factor", [0.5, 2.0, 3.0])
def test_a_page_that_is_drawn_larger_has_larger_type(data: bytes, factor: float) -> None:
    backend = changed(data, lambda writer: writer.pages[0].scale_by(factor))
    _, lines = backend.text_and_sizes(1, max_chars=1_000)
    assert [line.size for line in lines] == [11 * factor]


def test_a_line_of_two_sizes_has_that_of_most_of_its_letters() -> None:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    text = canvas.beginText(72, 700)
    text.setFont("Helvetica", 30)
    text.textOut("A")
    text.setFont("Helvetica", 12)
    text.textOut("ppendix of the directive")
    canvas.drawText(text)
    canvas.save()
    _, [line] = PypdfBackend(out.getvalue()).text_and_sizes(1, max_chars=1_000)
    assert (line.text, line.size) == ("Appendix of the directive", 12)


def test_properties_are_lines_of_text(data: bytes) -> None:
    def change(writer: Any) -> None:
        writer.add_metadata(
            {"/Author": " The\nOffice ", "/Empty": "", "/Subject": "x\x00y", "/Odd": "1"}
        )

    facts = changed(data, change).facts()
    assert facts.page_count == len(TEXTS)
    assert facts.properties["Title"] == "A directive"
    assert facts.properties["Author"] == "The Office"
    assert facts.properties["Odd"] == "1"
    assert "Empty" not in facts.properties
    assert "\x00" not in facts.properties["Subject"]
    assert (facts.is_encrypted, facts.notes) == (False, ())


def test_labels_are_what_is_printed_on_the_pages(data: bytes) -> None:
    def change(writer: Any) -> None:
        writer.set_page_label(0, 1, style="/r")
        writer.set_page_label(2, 3, style="/D", prefix="A-")

    backend = changed(data, change)
    assert [backend.label(number) for number in range(6)] == [None, "i", "ii", "A-1", "A-2", None]
    plain = PypdfBackend(data)
    assert not plain.has_labels
    assert {plain.label(number) for number in range(6)} == {None}


def test_bookmarks_come_in_reading_order_with_their_depth(data: bytes) -> None:
    def change(writer: Any) -> None:
        one = writer.add_outline_item(title="One", page_number=0)
        inner = writer.add_outline_item(title="One A", page_number=1, parent=one)
        writer.add_outline_item(title="One A 1", page_number=1, parent=inner)
        writer.add_outline_item(title="One B", page_number=2, parent=one)
        writer.add_outline_item(title=" ", page_number=2)
        writer.add_outline_item(title="Two\n", page_number=3)

    assert changed(data, change).facts().outline == (
        OutlineEntry("One", 0, 1),
        OutlineEntry("One A", 1, 2),
        OutlineEntry("One A 1", 2, 2),
        OutlineEntry("One B", 1, 3),
        OutlineEntry("Two", 0, 4),
    )


def test_another_engine_may_bring_its_bookmarks_and_its_count(data: bytes) -> None:
    entry = OutlineEntry("From elsewhere", 0, 2)
    facts = PypdfBackend(data).facts(7, lambda: [entry])
    assert (facts.page_count, facts.outline) == (7, (entry,))


def test_a_part_that_is_broken_costs_itself_alone(data: bytes) -> None:
    def fail() -> list[OutlineEntry]:
        raise ValueError

    facts = PypdfBackend(data).facts(None, fail)
    assert facts.notes == ("Its bookmarks cannot be read (ValueError).",)
    assert facts.outline == ()
    assert facts.properties["Title"] == "A directive"


@pytest.mark.parametrize(("password", "is_open"), [("", True), ("secret", False)])
def test_an_encrypted_file_is_read_where_no_password_is_asked_for(
    data: bytes,
    password: str,
    is_open: bool,  # noqa: FBT001 - drawn
) -> None:
    def change(writer: Any) -> None:
        writer.encrypt(password, owner_password="owner", algorithm="AES-128")

    if is_open:
        backend = changed(data, change)
        assert backend.is_encrypted
        assert backend.text(1, max_chars=100).strip() == TEXTS[0]
        assert backend.facts().is_encrypted
        return
    with pytest.raises(UnreadableFileError) as caught:
        changed(data, change)
    assert caught.value.status is FileStatus.ENCRYPTED


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (LimitReachedError("x"), True),
        (MemoryError(), True),
        (ValueError(), False),
        (RecursionError(), False),
        (KeyboardInterrupt(), False),
    ],
)
def test_limits_are_told_from_faults(error: BaseException, expected: bool) -> None:  # noqa: FBT001 - drawn
    assert is_limit(error) is expected
