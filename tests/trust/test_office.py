"""A label in an office file hides it as one in a PDF does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from office_files import docx, mail, odt, para, rtf, table

from droindex import Index
from droindex.extract.office.kinds import is_installed

PROSE = "Rules on the custody of juveniles."
BANNER = "LAW ENFORCEMENT SENSITIVE"


@pytest.fixture(autouse=True)
def office(require: Callable[[str, object, str], None]) -> None:
    require("office", is_installed(), "the extra office is not installed")


def build(corpus: Path) -> set[str]:
    """Build, and return the ids of what is open."""
    target = corpus.parent / "library.idx"
    Index.build(corpus, target, workers=0)
    with Index.open(target) as index:
        return {hit.doc_id for hit in index.scan("", scope="all")}


def _mark(text: str) -> str:
    shape = f'<v:shape xmlns:v="urn:v"><v:textpath string="{text}"/></v:shape>'
    return f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"


HIDDEN = {
    "first line.docx": docx(para(BANNER), para(PROSE)),
    "head.docx": docx(para(PROSE), header=para(BANNER)),
    "cell of the head.docx": docx(para(PROSE), header=table(["Order 7.1", BANNER, "Page 1"])),
    "cell of the letterhead.docx": docx(table(["City of Springfield", BANNER]), para(PROSE)),
    "watermark.docx": docx(para(PROSE), header=_mark(BANNER)),
    "text box.docx": docx(
        para(
            PROSE,
            inside=f"<w:r><w:pict><w:txbxContent>{para(BANNER)}</w:txbxContent></w:pict></w:r>",
        )
    ),
    "last line.docx": docx(*[para(PROSE)] * 3_000, para(BANNER)),
    "property.docx": docx(para(PROSE), custom={"Classification": "LES"}),
    "sensitivity.docx": docx(para(PROSE), custom={"Sensitivity label": "Confidential"}),
    "chosen in Office.docx": docx(
        para(PROSE),
        custom={"MSIP_Label_da62-2a_Enabled": "true", "MSIP_Label_da62-2a_Name": "Confidential"},
    ),
    "field.docx": docx(table(["LES:", "Yes"]), para(PROSE)),
    "head.odt": odt(f"<text:p>{PROSE}</text:p>", head=f"<text:p>{BANNER}</text:p>"),
    "property.odt": odt(
        f"<text:p>{PROSE}</text:p>",
        meta='<meta:user-defined meta:name="Marking">LES</meta:user-defined>',
    ),
    "head.rtf": rtf(rf"\pard {PROSE}\par", before=rf"{{\header\pard {BANNER}\par}}"),
    "box.rtf": rtf(rf"\pard {PROSE}\par{{\shp{{\*\shpinst{{\shptxt {BANNER}\par}}}}}}"),
    "first line.eml": mail(f"{BANNER}\r\n\r\n{PROSE}", Subject="S"),
    "field.eml": mail(PROSE, Subject="S", Sensitivity="Company-Confidential"),
    "own field.eml": mail(PROSE, Subject="S", X_Classification="LES"),
}
OPEN = {
    "plain.docx": docx(para(PROSE)),
    "speaks of it.docx": docx(para(f"Documents marked law enforcement sensitive. {PROSE}")),
    "property.docx": docx(para(PROSE), custom={"Security Officer": "Jane Doe"}),
    "chosen in Office.docx": docx(
        para(PROSE),
        custom={"MSIP_Label_da62-2a_SetDate": "2022-05-02", "MSIP_Label_da62-2a_Name": "General"},
    ),
    "unclassified.docx": docx(para(PROSE), custom={"Classification": "Unclassified"}),
    "subject.docx": docx(para(PROSE), core={"category": "Custody", "keywords": "juveniles"}),
    "plain.eml": mail(PROSE, Subject="S", Sensitivity="Personal", X_Spam_Status="No"),
    "sorted.eml": mail(PROSE, Subject="S", X_Gmail_Labels="Inbox,Work"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_hides_an_office_file(tmp_path: Path, name: str) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / name).write_bytes(HIDDEN[name])
    (corpus / "other.txt").write_text("Rules on travel.")
    assert build(corpus) == {"other"}


@pytest.mark.parametrize("name", OPEN)
def test_what_hides_none(tmp_path: Path, name: str) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / name).write_bytes(OPEN[name])
    assert build(corpus) == {Path(name).stem}


def test_a_label_that_is_gone_keeps_the_file_hidden(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "memo.docx").write_bytes(docx(para(PROSE), header=para(BANNER)))
    (corpus / "other.txt").write_text("Rules on travel.")
    assert build(corpus) == {"other"}
    (corpus / "memo.docx").write_bytes(docx(para(PROSE)))
    assert build(corpus) == {"other"}
