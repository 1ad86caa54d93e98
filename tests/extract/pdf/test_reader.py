"""What is read from PDF files: text, structure, two opinions, repairs."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from droindex.extract.deadline import OutOfTimeError
from droindex.extract.pdf import reader as reading
from droindex.extract.protocol import SizedLine
from droindex.extract.workers.run import Extracted
from droindex.model import FileStatus
from droindex.pages import PageStatus
from droindex.settings import ExtractSettings

Read = Callable[..., list[Extracted]]
Make = Callable[..., bytes]
SETTINGS = ExtractSettings(ocr=False)
BACKENDS = ["pypdf", "pdfium"]
LONG = "The field office director approves each transfer of a detainee in writing.\n" * 3


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    """Return the file as pypdf writes it after a change."""
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def one(read: Read, path: Path, data: bytes, **settings: object) -> Extracted:
    path.write_bytes(data)
    [found] = read(path, settings=replace(SETTINGS, **settings))
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.pdf"


@pytest.mark.parametrize("backend", BACKENDS)
def test_page_labels_and_bookmarks(path: Path, read: Read, make_pdf: Make, backend: str) -> None:
    def change(writer: Any) -> None:
        writer.set_page_label(0, 1, style="/r")
        writer.set_page_label(2, 3, style="/D", prefix="A-")
        first = writer.add_outline_item(title="Part One", page_number=0)
        writer.add_outline_item(title="Section \u202e1", page_number=2, parent=first)
        writer.add_outline_item(title="Part Two", page_number=3)

    data = changed(make_pdf([f"Part {n}\n{LONG}" for n in "abcd"]), change)
    found = one(read, path, data, backend=backend).extraction
    assert [page.label for page in found.pages] == ["i", "ii", "A-1", "A-2"]
    assert [(e.title, e.level, e.page) for e in found.facts.outline] == [
        ("Part One", 0, 1),
        ("Section 1", 1, 3),
        ("Part Two", 0, 4),
    ]


def test_without_labels_there_are_none(path: Path, read: Read, make_pdf: Make) -> None:
    assert one(read, path, make_pdf(["a"])).extraction.pages[0].label is None


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_encryption(path: Path, read: Read, make_pdf: Make, algorithm: str) -> None:
    plain = make_pdf([LONG])
    owner = changed(plain, lambda w: w.encrypt("", "owner", algorithm=algorithm))
    found = one(read, path, owner).extraction
    assert found.status is FileStatus.OK
    assert found.facts.is_encrypted
    user = changed(plain, lambda w: w.encrypt("user", "owner", algorithm=algorithm))
    for backend in BACKENDS:
        found = one(read, path, user, backend=backend).extraction
        assert (found.status, found.reason) == (FileStatus.ENCRYPTED, "It asks for a password.")


def test_properties_and_xmp(path: Path, read: Read, make_pdf: Make) -> None:
    xmp = (
        '<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">From XMP</rdf:li></rdf:Alt></dc:title>'
        "<dc:creator><rdf:Seq><rdf:li>A</rdf:li><rdf:li>B</rdf:li></rdf:Seq></dc:creator>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )

    def change(writer: Any) -> None:
        writer.metadata = {"/Subject": "Line\n\x07one", "/Author": ""}
        writer.xmp_metadata = xmp.encode()

    found = one(read, path, changed(make_pdf([LONG]), change)).extraction.facts.properties
    assert found["Subject"] == "Line one"
    assert found["Title"] == "From XMP"
    assert found["Author"] == "A; B"


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_size_of_the_type(path: Path, read: Read, backend: str) -> None:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setFont("Helvetica", 9)
    canvas.drawString(72, 700, "DEPARTMENT")
    canvas.saveState()
    canvas.scale(2, 2)  # the size is that on the page, not that of the font
    canvas.drawString(36, 300, "Escort of Juveniles")
    canvas.restoreState()
    canvas.save()
    found = one(read, path, out.getvalue(), backend=backend).extraction.facts.sized_lines
    assert [replace(line, size=round(line.size)) for line in found] == [
        SizedLine("DEPARTMENT", 9),
        SizedLine("Escort of Juveniles", 18),
    ]


def scan(texts: list[str], *, cover: float = 1.0) -> bytes:
    """Return a PDF whose pages are a grey picture with a line of text on it."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 800))
    picture = ImageReader(Image.new("L", (60, 80), 200))
    for text in texts:
        canvas.drawImage(picture, 0, 0, 600, 800 * cover)
        for row, line in enumerate(text.split("\n")):
            canvas.drawString(72, 400 + 14 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("backend", BACKENDS)
def test_pages_that_need_ocr(path: Path, read: Read, backend: str) -> None:
    found = one(read, path, scan(["", "Page 2", LONG, ""]), backend=backend).extraction
    assert found.status is FileStatus.PARTIAL
    assert found.reason == "Pages 1-2, 4 can only be read by OCR."
    ocr, ok = PageStatus.NEEDS_OCR, PageStatus.OK
    assert [page.status for page in found.pages] == [ocr, ocr, ok, ocr]
    found = one(read, path, scan(["", ""]), backend=backend).extraction
    assert found.status is FileStatus.NEEDS_OCR
    found = one(read, path, scan(["", "a"], cover=0.3), backend=backend).extraction
    assert found.status is FileStatus.OK


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_watermark_is_no_text(path: Path, read: Read, backend: str) -> None:
    stamp = "Case 1:20-cv-00123-ABC  Document {0}  Filed 03/04/20  Page {0} of 3, released"
    found = one(read, path, scan([stamp.format(n) for n in (1, 2, 3)]), backend=backend).extraction
    assert found.status is FileStatus.NEEDS_OCR
    assert [page.status for page in found.pages] == [PageStatus.NEEDS_OCR] * 3


class _Stub:
    """A backend that fails on the pages it is told to fail on."""

    def __init__(self, real: Any, faults: dict[int, BaseException | str]) -> None:
        self._real = real
        self._faults = faults
        self.name = real.name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def text_and_sizes(self, number: int, *, max_chars: int) -> tuple[str, list[SizedLine]]:
        return self.text(number, max_chars=max_chars), []

    def text(self, number: int, *, max_chars: int) -> str:
        fault = self._faults.get(number)
        if isinstance(fault, BaseException):
            raise fault
        return self._real.text(number, max_chars=max_chars) if fault is None else fault


def test_the_second_opinion(
    path: Path, read: Read, make_pdf: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reading._pdfium
    garbled = "ƚŚĞ ƐĂŵƉůĞ͘ ůů ƐƵĐŚ ƐĂŵƉůĞƐ ǁŝůů ǀĂƌǇ ŽŶ ĂŶ ĂŶŶƵĂů ďĂƐŝƐ ĐŽŵƉŽŶĞŶƚ"
    faults = {
        2: RuntimeError("no"),
        3: OutOfTimeError(),
        4: "",
        5: garbled,
        6: LONG.replace("director", "direc tor")
        .replace("approves", "appro ves")
        .replace("detainee", "detai nee")
        .replace("transfer", "trans fer"),
    }
    monkeypatch.setattr(reading, "_pdfium", lambda data: _Stub(real(data), faults))
    data = make_pdf([f"Part {n}\n{LONG}" for n in "abcdefg"])
    found = one(read, path, data).extraction
    assert found.status is FileStatus.OK
    assert [page.backend for page in found.pages] == ["pdfium", *["pypdf"] * 5, "pdfium"]
    found = one(read, path, data, backend="pdfium").extraction
    assert [page.status for page in found.pages[1:5]] == [
        PageStatus.DAMAGED,
        PageStatus.TIMED_OUT,
        PageStatus.EMPTY,
        PageStatus.NEEDS_OCR,
    ]
    assert found.status is FileStatus.PARTIAL


@pytest.mark.parametrize("backend", ["auto", "pypdf", "pdfium"])
@pytest.mark.parametrize("object_streams", [False, True])
def test_truncation_at_every_tenth(
    path: Path,
    read: Read,
    make_pdf: Make,
    backend: str,
    object_streams: bool,  # noqa: FBT001
) -> None:
    data = make_pdf([f"Part {n}\n{LONG * 5}" for n in "abcdefgh"], compressed=False)
    if object_streams:
        import pypdf

        writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
        writer.compress_identical_objects()
        out = io.BytesIO()
        writer.write(out)
        data = out.getvalue()
    for tenth in range(10):
        found = one(read, path, data[: len(data) * tenth // 10], backend=backend).extraction
        assert found.status in (FileStatus.PARTIAL, FileStatus.DAMAGED, FileStatus.NOT_PDF)
        assert found.reason
        if tenth == 9:
            assert found.status is FileStatus.PARTIAL
            assert found.pages[0].text.startswith("Part a")


def test_damage_that_leaves_nothing(path: Path, read: Read) -> None:
    found = one(read, path, b"%PDF-1.4\n" + bytes(range(256)) * 100).extraction
    assert found.status is FileStatus.DAMAGED


def test_junk_before_the_header(path: Path, read: Read, make_pdf: Make) -> None:
    found = one(read, path, b"\0junk\n" * 680 + make_pdf([LONG])).extraction
    assert (found.status, found.pages[0].backend) == (FileStatus.OK, "pypdf")


def _with_form(make_pdf: Make, text: str = "") -> bytes:
    """Return two pages, the first with a form: what a person fills in, and what nobody sees."""
    from pypdf.generic import (
        ArrayObject,
        DictionaryObject,
        NameObject,
        NumberObject,
        TextStringObject,
    )

    def field(value: str | None, *, kind: str = "/Tx", flags: int = 4, own: int = 0) -> Any:
        found = DictionaryObject(
            {
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/F"): NumberObject(flags),
                NameObject("/Ff"): NumberObject(own),
                NameObject("/FT"): NameObject(kind),
                NameObject("/T"): TextStringObject(f"field {value}"),
                NameObject("/Rect"): ArrayObject(map(NumberObject, (10, 10, 90, 30))),
            }
        )
        if value is not None:
            found[NameObject("/V")] = TextStringObject(value)
        return found

    def change(writer: Any) -> None:
        parent = DictionaryObject(
            {
                NameObject("/FT"): NameObject("/Tx"),
                NameObject("/T"): TextStringObject("parent"),
                NameObject("/V"): TextStringObject("04/01/15"),
            }
        )
        heir = field(None)
        del heir["/FT"]
        del heir["/T"]
        heir[NameObject("/Parent")] = parent_reference = writer._add_object(parent)
        loop = field(None)
        fields = [field("03/04/15"), heir, field("two\r\u200blines\u202e"), field("  ")]
        fields += [field("hidden", flags=2), field("no view", flags=32)]
        fields += [field("pass", own=1 << 13), field("choice", kind="/Ch")]
        references = [writer._add_object(one) for one in [*fields, loop]]
        loop[NameObject("/Parent")] = references[-1]
        parent[NameObject("/Kids")] = ArrayObject([references[1]])
        writer.pages[0][NameObject("/Annots")] = ArrayObject(references)
        roots = [references[0], parent_reference, *references[2:-1]]
        form = DictionaryObject({NameObject("/Fields"): ArrayObject(roots)})
        writer._root_object[NameObject("/AcroForm")] = writer._add_object(form)

    return changed(make_pdf([text, LONG]), change)


FILLED_IN = "03/04/15\n04/01/15\ntwo\nlines"


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_a_form_is_filled_in_with(
    path: Path, read: Read, make_pdf: Make, backend: str
) -> None:
    found = one(read, path, _with_form(make_pdf, f"ISSUE DATE\n{LONG}"), backend=backend).extraction
    assert found.pages[0].text == f"ISSUE DATE\n{LONG}{FILLED_IN}"
    assert found.pages[1].text == LONG.strip()
    [page, _] = one(read, path, _with_form(make_pdf), backend=backend).extraction.pages
    assert (page.text, page.status) == (FILLED_IN, PageStatus.OK)
    found = one(read, path, _with_form(make_pdf), backend=backend, max_page_chars=12).extraction
    assert found.pages[0].text == FILLED_IN[:12]


def test_pdfium_reads_the_same_form(make_pdf: Make) -> None:
    from droindex.extract.pdf.pdfium import PdfiumBackend

    backend = PdfiumBackend(_with_form(make_pdf))
    assert "\n".join(backend.form_values(1)) == FILLED_IN
    assert backend.form_values(2) == []
    backend.close()


def test_so_many_fields_and_no_more(path: Path, read: Read, make_pdf: Make) -> None:
    def change(writer: Any) -> None:
        [reference, *_] = writer.pages[0]["/Annots"]
        writer.pages[0]["/Annots"].extend([reference] * 5_000)

    data = changed(_with_form(make_pdf), change)
    [page, _] = one(read, path, data).extraction.pages
    assert page.text.count("\n") == 200
