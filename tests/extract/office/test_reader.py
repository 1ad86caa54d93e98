"""Office files by their content, and files from hell: a status each, never an error or a hang."""

from __future__ import annotations

import socket
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bounds import not_hanging
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_files import (
    W,
    document,
    docx,
    mail,
    odt,
    para,
    pptx,
    relations,
    rtf,
    shape,
    zipped,
)

from droindex.extract.office.reader import read_office
from droindex.extract.protocol import Extraction, UnreadableFileError
from droindex.extract.workers.run import Extracted
from droindex.model import FileStatus
from droindex.settings import ExtractSettings

Reading = Callable[..., Extraction]
SETTINGS = ExtractSettings(ocr=False, page_deadline_s=1.0)
PROSE = "The field office director approves each transfer of a detainee in writing."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = {
    "docx": docx(para(PROSE)),
    "odt": odt(f"<text:p>{PROSE}</text:p>"),
    "rtf": rtf(rf"\pard {PROSE}\par"),
    "eml": mail(PROSE, Subject="S", From="a@example.org"),
    "pptx": pptx(shape(PROSE)),
}


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("name", ["docx", "rtf"])
def test_the_content_decides_whatever_the_name_says(reading: Reading, kind: str, name: str) -> None:
    found = reading(GOOD[kind], f".{name}")
    assert found.status is FileStatus.OK
    assert PROSE in found.pages[0].text


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", FileStatus.DAMAGED, "not a single byte"),
        (b"%PDF-1.7 and so on", FileStatus.DAMAGED, "It is a PDF"),
        (b"<html><body>Saved by a browser</body></html>", FileStatus.DAMAGED, "none of the kinds"),
        (b"\x89PNG\r\n", FileStatus.DAMAGED, "none of the kinds"),
        (OLE + bytes(600), FileStatus.DAMAGED, "old kind of Office"),
        (
            OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            FileStatus.ENCRYPTED,
            "password",
        ),
        (GOOD["docx"][:-40], FileStatus.DAMAGED, "broken or not whole"),
        (zipped({"a.txt": "text"}), FileStatus.DAMAGED, "other archive"),
        (
            zipped({"_rels/.rels": relations({"r:officeDocument": "xl/workbook.xml"})}),
            FileStatus.DAMAGED,
            "workbook",
        ),
        (docx(parts={"word/document.xml": "<w:document"}), FileStatus.DAMAGED, "document.xml"),
        (docx(parts={"word/styles.xml": b"\xff\xfe\x00"}), FileStatus.DAMAGED, "styles.xml"),
        (b"{\\rtf", FileStatus.EMPTY, ""),
    ],
)
def test_what_is_no_office_file_or_a_broken_one(
    reading: Reading, data: bytes, status: FileStatus, words: str
) -> None:
    found = reading(data)
    assert found.status is status
    assert words in found.reason


def test_an_entry_with_a_password(reading: Reading) -> None:
    data = bytearray(GOOD["docx"])
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flags of each entry
        at = data.find(mark)
        while at >= 0:
            struct.pack_into("<H", data, at + place, 1)
            at = data.find(mark, at + 1)
    assert reading(bytes(data)).status is FileStatus.ENCRYPTED


def _entities() -> str:
    many = "".join(
        f'<!ENTITY a{at} "{f"&a{at - 1};" * 10 if at else "x" * 10}">' for at in range(12)
    )
    return f"<!DOCTYPE w:document [{many}]>{document(para('BOMB'))}".replace("BOMB", "&a11;")


HELL = {
    "a part of 200 MB that is packed small": lambda: docx(
        parts={"word/document.xml": document("<w:p/>" * 33_000_000)}
    ),
    "many parts of which each is large": lambda: docx(
        para(PROSE), parts={"word/styles.xml": b"<x>" + b" " * 81_000_000 + b"</x>"}
    ),
    "entities of entities": lambda: docx(parts={"word/document.xml": _entities()}),
    "a file of the machine as an entity": lambda: docx(
        parts={
            "word/document.xml": '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            + document(para("HERE")).replace("HERE", "&e;")
        }
    ),
    "elements in one another": lambda: docx("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000),
    "tables in one another": lambda: docx(
        f"<w:tbl><w:tr><w:tc>{para('in')}" * 60 + "</w:tc></w:tr></w:tbl>" * 60
    ),
    "lists in one another": lambda: odt(
        "<text:list><text:list-item>" * 100
        + "<text:p>in</text:p>"
        + "</text:list-item></text:list>" * 100
    ),
    "a table of very many rows": lambda: docx(
        "<w:tbl>"
        + f"<w:tr><w:tc>{para('a')}</w:tc><w:tc>{para('b')}</w:tc></w:tr>" * 60_000
        + "</w:tbl>"
    ),
    "blanks without end": lambda: odt('<text:p>a<text:s text:c="999999999"/>b</text:p>'),
    "braces without end": lambda: b"{\\rtf1 " + b"{" * 2_000_000,
    "heads that are never closed": lambda: b"{\\rtf1 text" + b"{\\header " * 20_000,
    "bytes that are not there": lambda: b"{\\rtf1 {\\pict\\bin999999999 }}",
    "links of a field without end": lambda: (
        b"{\\rtf1 " + b"{\\field{\\*\\fldinst{HYPERLINK " * 3_000
    ),
    "parts of a mail in one another": lambda: b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at)
        for at in range(3_000)
    ),
    "a field without end": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 300_000 + b"\r\n\r\ntext",
    "fields without end": lambda: b"Subject: S\r\n" + b"X-A: b\r\n" * 200_000 + b"\r\ntext",
}


@pytest.mark.parametrize("kind", HELL)
def test_files_from_hell_end_with_a_status_and_hold_up_no_other(
    tmp_path: Path, read: Callable[..., list[Extracted]], kind: str
) -> None:
    bad, good = tmp_path / "bad.docx", tmp_path / "good.docx"
    bad.write_bytes(HELL[kind]())
    good.write_bytes(GOOD["docx"])
    with not_hanging():
        [hell, fine] = read(bad, good, workers=1, settings=SETTINGS)
    assert fine.extraction.status is FileStatus.OK
    assert hell.extraction.reason or hell.extraction.status is FileStatus.OK
    assert "droindex failed" not in hell.extraction.reason
    assert not any("root:" in page.text for page in hell.extraction.pages)


def test_what_lies_outside_is_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = (
        '<Relationship Id="x1" Type="t/header" TargetMode="External" Target="http://127.0.0.1:1/h"/>'
        '<Relationship Id="x2" Type="t/footer" Target="../../../../../etc/passwd"/>'
        '<Relationship Id="x3" Type="t/styles" Target="file:///etc/passwd"/>'
    )
    named = relations({}, outside)
    path = tmp_path / "memo.docx"
    path.write_bytes(docx(para(PROSE), parts={"word/_rels/document.xml.rels": named}))
    calls: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *given: calls.append(given))
    found = read_office(path)
    assert [*found.running_lines] == []
    assert not calls


MARKS = ["PK\x03\x04", "{\\rtf1 ", "Subject: x\r\n", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]


@given(st.sampled_from(MARKS), st.binary(max_size=400))
@settings(max_examples=150)
def test_bytes_that_are_not_what_they_claim(mark: str, rest: bytes) -> None:
    _read_or_refuse(mark.encode("latin-1") + rest)


RTF = st.text(alphabet="\\{}'*;abcdehlprtuvw0123456789 \n|", max_size=200)


@given(RTF)
@settings(max_examples=200)
def test_any_rtf(body: str) -> None:
    _read_or_refuse(b"{\\rtf1 " + body.encode())


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_office_files_with_bytes_changed(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(sorted(GOOD.items())))[1])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(bytes(content))


NAMES = [
    "p",
    "r",
    "t",
    "tbl",
    "tr",
    "tc",
    "pPr",
    "sdt",
    "sdtContent",
    "br",
    "lastRenderedPageBreak",
]
ODF_NAMES = ["text:p", "text:h", "text:list", "text:list-item", "table:table", "table:table-row"]
ODF_NAMES += ["table:table-cell", "text:soft-page-break", "text:note", "text:span", "draw:frame"]


def _trees(names: list[str]) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["", "word ", "LAW "])
    return st.recursive(
        leaves,
        lambda inner: st.tuples(st.sampled_from(names), st.lists(inner, max_size=4)).map(
            lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
        ),
        max_leaves=30,
    )


@given(_trees([f"w:{name}" for name in NAMES]))
@settings(max_examples=100)
def test_any_tree_of_the_elements_of_word(tree: str) -> None:
    part = f"<w:document {W}><w:body><w:p>{tree}</w:p></w:body></w:document>"
    assert _read_or_refuse(docx(parts={"word/document.xml": part}))


@given(_trees(ODF_NAMES))
@settings(max_examples=100)
def test_any_tree_of_the_elements_of_opendocument(tree: str) -> None:
    assert _read_or_refuse(odt(f"<text:section>{tree}</text:section>"))


def _read_or_refuse(data: bytes) -> bool:
    """Return whether a file is read; else it is refused with a status and a reason."""
    from droindex.extract.office.pieces import with_pages

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            assert list(with_pages(read_office(Path(file.name))))
        except UnreadableFileError as error:
            if not error.reason:
                raise
            return False
        return True
