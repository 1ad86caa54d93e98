"""Pictures of pages from a limited process: what is drawn, and what happens when it fails."""

from __future__ import annotations

import hashlib
import io
import os
import re
import signal
import sys
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from support import children, endless_pdf, pdf_of

from droindex.errors import MissingExtraError
from droindex.extract.pictures.drawing import MARK
from droindex.extract.pictures.painter import (
    AbsentPageError,
    OtherFileError,
    Painter,
    PictureRequest,
)
from droindex.extract.protocol import UnreadableFileError
from droindex.model import FileStatus
from droindex.settings import ExtractSettings

TEXT = "An escort is needed.\nAsk for an escort early."


def escorts(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer("escort", text)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "order.pdf"
    path.write_bytes(pdf_of([TEXT, "nothing", ""]))
    return path


@pytest.fixture
def painter() -> Iterator[Painter]:
    painter = Painter(ExtractSettings())
    yield painter
    painter.close()


def asked(path: Path, page: int = 1, width: int = 400) -> PictureRequest:
    return PictureRequest(path, None, page, width, escorts)


def test_a_page_is_drawn_with_its_words_marked(painter: Painter, file: Path) -> None:
    picture = painter.paint(asked(file, width=600))
    assert [mark.text for mark in picture.highlights] == ["escort", "escort"]
    assert (picture.page, picture.width, picture.has_text) == (1, 600, True)
    with Image.open(io.BytesIO(picture.png)) as image:
        assert image.size == (picture.width, picture.height)
        coloured = {
            (x, y)
            for x in range(picture.width)
            for y in range(picture.height)
            if image.getpixel((x, y)) == MARK
        }
    boxes = [box for mark in picture.highlights for box in mark.boxes]
    assert coloured
    assert all(any(a <= x < c and b <= y < d for a, b, c, d in boxes) for x, y in coloured)
    assert picture._repr_png_() == picture.png


def test_the_same_page_is_the_same_bytes(painter: Painter, file: Path) -> None:
    assert painter.paint(asked(file)) == painter.paint(asked(file))


def test_pages_without_the_words_and_without_text(painter: Painter, file: Path) -> None:
    assert painter.paint(asked(file, 2)).highlights == ()
    empty = painter.paint(asked(file, 3))
    assert (empty.highlights, empty.has_text) == ((), False)


def test_another_file_than_the_one_asked_for_is_not_drawn(painter: Painter, file: Path) -> None:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert painter.paint(asked(file)._replace(sha256=digest)).highlights
    with pytest.raises(OtherFileError):
        painter.paint(asked(file)._replace(sha256="0" * 64))
    assert painter.paint(asked(file)).highlights


def test_a_page_that_is_not_there(painter: Painter, file: Path) -> None:
    with pytest.raises(AbsentPageError) as caught:
        painter.paint(asked(file, 4))
    assert caught.value.pages == 3


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\nnothing", b"\0" * 5_000, pdf_of(["whole"])[:400]]
)
def test_what_is_no_pdf_is_told(painter: Painter, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError) as caught:
        painter.paint(asked(path))
    assert caught.value.status is FileStatus.DAMAGED


def test_files_that_are_not_there_links_and_too_long_ones(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.pdf"
    link.symlink_to(file)
    painter = Painter(replace(ExtractSettings(), max_bytes=500))
    try:
        for path in (tmp_path / "none.pdf", link, file):
            with pytest.raises(UnreadableFileError):
                painter.paint(asked(path))
    finally:
        painter.close()


def test_a_page_that_takes_too_long_is_given_up_and_others_are_drawn(
    file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "endless.pdf"
    path.write_bytes(endless_pdf())
    painter = Painter(replace(ExtractSettings(), page_deadline_s=1.0))
    try:
        with pytest.raises(UnreadableFileError) as caught:
            painter.paint(asked(path))
        assert caught.value.status is FileStatus.TIMED_OUT
        assert painter.paint(asked(file)).highlights
    finally:
        painter.close()


def test_a_page_that_needs_too_much_memory_is_told(tmp_path: Path, file: Path) -> None:
    """A gigabyte of blanks, of which a megabyte is on the disk."""
    content = zlib.compress(b" " * (1 << 30), 1)
    data = pdf_of(["x"], compressed=False)
    head, _, rest = data.partition(b"stream\n")
    length = re.search(rb"/Length (\d+)", head)
    assert length is not None
    body = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(content) + content
    start = head.rindex(b"<<")
    path = tmp_path / "bomb.pdf"
    path.write_bytes(head[:start] + body + b"\nendstream" + rest.partition(b"endstream")[2])
    painter = Painter(replace(ExtractSettings(), memory_bytes=300_000_000, page_deadline_s=20.0))
    try:
        with pytest.raises(UnreadableFileError):
            painter.paint(asked(path))
        assert painter.paint(asked(file)).highlights
    finally:
        painter.close()


def test_a_page_of_any_shape_has_a_bounded_picture(painter: Painter, tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    for number, size in enumerate([(14_000, 14_000), (20, 14_000), (14_000, 20), (1, 1)]):
        path = tmp_path / f"{number}.pdf"
        canvas = Canvas(str(path), pagesize=size)
        canvas.showPage()
        canvas.save()
        picture = painter.paint(asked(path, width=2_400))
        assert picture.width * picture.height <= 8_000_000


def test_a_process_that_died_meanwhile_is_replaced(painter: Painter, file: Path) -> None:
    before = set(children())
    painter.paint(asked(file))
    (pid,) = set(children()) - before
    os.kill(pid, signal.SIGKILL)
    assert painter.paint(asked(file)).highlights


def test_closing_ends_the_process_and_the_next_page_starts_another(
    painter: Painter, file: Path
) -> None:
    before = set(children())
    painter.paint(asked(file))
    painter.close()
    painter.close()
    assert set(children()) == before
    assert painter.paint(asked(file)).highlights


def test_one_that_is_forgotten_leaves_no_process(file: Path) -> None:
    before = set(children())
    painter = Painter(ExtractSettings())
    painter.paint(asked(file))
    del painter
    assert set(children()) == before


def test_a_search_that_fails_leaves_the_painter_usable(painter: Painter, file: Path) -> None:
    def fails(_text: str) -> list[tuple[int, int]]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        painter.paint(asked(file)._replace(find=fails))
    assert painter.paint(asked(file)).highlights


def test_threads_share_it(painter: Painter, file: Path) -> None:
    found: list[bool] = []

    def paint(page: int) -> None:
        found.append(bool(painter.paint(asked(file, page)).highlights) == (page == 1))

    threads = [threading.Thread(target=paint, args=(page,)) for page in (1, 2, 3) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 9


def test_a_forked_child_has_a_process_of_its_own(painter: Painter, file: Path) -> None:
    picture = painter.paint(asked(file))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if painter.paint(asked(file)) == picture else 2
            painter.close()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert painter.paint(asked(file)) == picture


def test_without_the_extra_an_error_says_what_to_install(
    painter: Painter, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(MissingExtraError) as caught:
        painter.paint(asked(file))
    assert caught.value.extra == "fast"
