"""Small helpers that several test folders share."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from droindex import Document, Index, Page, Results, Settings
from droindex.query.request import Request
from droindex.query.search import search

# Words that policies are about, for documents and queries that are drawn at random.
SUBJECTS = [
    "escort",
    "removal",
    "detention",
    "officer",
    "travel",
    "custody",
    "order",
    "standard",
    "review",
]


def document(body: str | list[str] = "", **values: object) -> Document:
    """Return a document of an application; `body` is a text or a list of pages."""
    texts = [body] if isinstance(body, str) else body
    pages = tuple(Page(number, text) for number, text in enumerate(texts, 1))
    return Document(pages=pages, **values)  # type: ignore[arg-type]


def pdf_of(
    texts: Sequence[str],
    *,
    title: str = "",
    size: int = 11,
    compressed: bool = True,
    bookmarks: Sequence[tuple[str, int, int]] = (),
) -> bytes:
    """Return the bytes of a PDF with these pages; bookmarks are titles, depths and pages."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=int(compressed), invariant=1)
    if title:
        canvas.setTitle(title)
    for number, text in enumerate(texts, 1):
        canvas.bookmarkPage(str(number))
        for name, level, page in bookmarks:
            if page == number:
                canvas.addOutlineEntry(name, str(number), level)
        canvas.setFont("Helvetica", size)
        for row, line in enumerate(text.split("\n")):
            canvas.drawString(72, 760 - 14 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def opened(folder: Path, documents: Iterable[Document]) -> Iterator[Index]:
    """Yield a library that holds some documents, open; for a fixture to yield from."""
    path = folder / "library.idx"
    Index.update(path, documents)
    with Index.open(path) as index:
        yield index


def search_on(index: Index, today: date, **values: object) -> Results:
    """Return what a search finds on some day."""
    with index._reader as reader:
        return search(reader, Request(today=today, **values), Settings())  # type: ignore[arg-type]


def endless_pdf(levels: int = 24) -> bytes:
    """Return a PDF that nobody draws to its end: forms in forms, each drawn twice."""
    box = b"/MediaBox[0 0 612 792]"
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 612 792]"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R" + box + b"/Contents 4 0 R/Resources<</XObject<</N 5 0 R>>>>>>",
        b"<</Length 5>>stream\n/N Do\nendstream",
    ]
    for number in range(5, 5 + levels):
        below = b"/Resources<</XObject<</N %d 0 R>>>>" % (number + 1)
        head = form + b"/Length 11" + below + b">>"
        objects.append(head + b"stream\n/N Do /N Do\nendstream")
    objects.append(form + b"/Length 14>>stream\n0 0 100 100 re\nendstream")
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def children() -> Iterator[int]:
    """Yield the process ids of the live and dead children of this process (Linux)."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                yield int(entry.name)


def cut_short(path: Path, count: int) -> None:
    """Take the last bytes off a file without writing it anew.

    A library's files are mapped into memory, also by threads of the engine that end late: a file
    that is emptied and written again under them would end the whole process.
    """
    os.truncate(path, path.stat().st_size - count)


def flip_byte(path: Path, place: int, bit: int = 0x10) -> None:
    """Flip bits of one byte of a file where it lies, so that every link to it sees it."""
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ bit]))


def put_in_place(path: Path, content: bytes) -> None:
    """Replace a file as a whole; who has the old one mapped keeps it."""
    fresh = path.with_name(f"{path.name}.fresh")
    fresh.write_bytes(content)
    fresh.replace(path)
