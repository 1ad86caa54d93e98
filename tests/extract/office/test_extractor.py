"""Office files in a library: found, shown, updated."""

from __future__ import annotations

from pathlib import Path

from office_files import docx, mail, odt, para, pptx, shape

from droindex import Index
from droindex.extract.office.extractor import OfficeExtractor
from droindex.extract.protocol import Extractor
from droindex.extract.registry import Registry

PROSE = "The field office director approves each transfer of a detainee in writing."
POLICY = docx(
    para("Escort Policy", "Titel"),
    para("Number: DRO-7.1"),
    para("Effective Date: May 3, 2021"),
    para("Purpose", "b1", number="1:0"),
    para(PROSE),
    para("Juveniles", "b1", number="1:0"),
    para("An unaccompanied juvenile travels with two escorts."),
    core={"title": "Template v3"},
)


def _built(corpus: Path) -> Path:
    library = corpus.parent / "library.idx"
    Index.build(corpus, library, workers=0)
    return library


def test_it_is_an_extractor_and_reads_these_suffixes() -> None:
    assert isinstance(OfficeExtractor(), Extractor)
    assert {".docx", ".odt", ".rtf", ".eml", ".pptx"} <= Registry().suffixes
    assert "lxml" in Registry().fingerprint("office")


def test_what_the_paper_says_of_itself_and_where_a_hit_stands(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "7-1.docx").write_bytes(POLICY)
    with Index.open(_built(corpus)) as index:
        [hit] = index.search("juvenile escorts")
        assert hit.document.title == "Escort Policy"
        assert hit.document.number == "DRO-7.1"
        assert str(hit.document.effective) == "2021-05-03"
        assert hit.document.page_count is None
        assert hit.snippet is not None
        assert (hit.snippet.page, hit.snippet.page_label) == (None, None)
        assert hit.snippet.section == "2. Juveniles"
        assert hit.snippet.where == "2. Juveniles"
        assert "p. " not in hit.cite()
        document = index.get("7-1")
        assert document.pages[0].label == ""
        assert [block.kind.value for block in document.pages[0].blocks][-2:] == [
            "heading",
            "paragraph",
        ]


def test_a_slide_is_a_page(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "training.pptx").write_bytes(pptx(shape("Escorts"), shape(PROSE)))
    with Index.open(_built(corpus)) as index:
        [hit] = index.search("director approves transfer")
        assert hit.snippet is not None
        assert hit.snippet.where == "p. 2"


def test_an_update_reads_what_changed(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.docx").write_bytes(POLICY)
    (corpus / "b.odt").write_bytes(odt(f"<text:p>{PROSE}</text:p>"))
    (corpus / "c.eml").write_bytes(mail(PROSE, Subject="Escorts"))
    library = tmp_path / "library.idx"
    assert Index.build(corpus, library, workers=0).added == 3
    assert Index.build(corpus, library, workers=0).unchanged == 3
    (corpus / "c.eml").write_bytes(mail(PROSE, Subject="Escorts, corrected"))
    report = Index.build(corpus, library, workers=0)
    assert (report.updated, report.unchanged) == (1, 2)
    with Index.open(library) as index:
        assert index.get("c").title == "Escorts, corrected"


def test_beside_a_pdf_of_the_same_name_the_pdf_is_the_document(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    corpus = tmp_path / "corpus"
    corpus.mkdir()
    canvas = Canvas(str(corpus / "memo.pdf"))
    canvas.drawString(72, 700, "As it was issued.")
    canvas.save()
    (corpus / "memo.docx").write_bytes(POLICY)
    (corpus / "~$memo.docx").write_bytes(b"what an office program leaves beside an open file")
    report = Index.build(corpus, tmp_path / "library.idx", workers=0)
    assert [file.file for file in report.files] == ["memo.pdf"]
    assert report.passed_over == {".docx": ("memo.docx",)}
