"""Word files: their blocks, numbers, heads, notes, pages and properties."""

from __future__ import annotations

from collections.abc import Callable

from office_files import document, docx, para, table

from droindex.extract.protocol import Extraction
from droindex.model import FileStatus
from droindex.pages import NO_PAGE, BlockKind

Reading = Callable[..., Extraction]
BREAK = '<w:r><w:br w:type="page"/></w:r>'
LAID_OUT = "<w:r><w:lastRenderedPageBreak/><w:t>and goes on there.</w:t></w:r>"
PROSE = "The field office director approves each transfer of a detainee in writing."


def kinds(found: Extraction) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for page in found.pages for block in page.blocks]


def test_headings_by_style_in_any_language_and_by_what_a_style_is_based_on(
    reading: Reading,
) -> None:
    body = [para("Escort Policy", "Titel"), para(PROSE), para("Purpose", "b1"), para(PROSE)]
    found = reading(docx(*body, para("Scope", "own"), para(PROSE)))
    assert found.status is FileStatus.OK
    assert [(entry.title, entry.level) for entry in found.facts.outline] == [
        ("Escort Policy", 0),
        ("Purpose", 0),
        ("Scope", 0),
    ]
    assert ("heading", "Purpose") in kinds(found)


def test_a_short_line_in_bold_is_a_heading_and_a_sentence_in_bold_is_none(reading: Reading) -> None:
    warning = "Never move a detainee without an order."
    found = reading(
        docx(para(PROSE), para("Who may approve", bold=True), para(PROSE), para(warning, bold=True))
    )
    assert ("heading", "Who may approve") in kinds(found)
    assert ("paragraph", warning) in kinds(found)


def test_numbers_of_headings_and_items_are_counted(reading: Reading) -> None:
    found = reading(
        docx(
            para("Purpose", "b1", number="1:0"),
            para("Scope", "b1", number="1:0"),
            para("Officers", number="1:1"),
            para("sworn", number="1:2"),
            para("unsworn", number="1:2"),
            para("Others", number="1:1"),
            para("A bullet", number="2:0"),
            para("No list of that number", number="9:0"),
        )
    )
    assert " ".join(found.pages[0].text.split()) == (
        "1. Purpose 2. Scope 2.1 Officers (a) sworn (b) unsworn 2.2 Others • A bullet "
        "No list of that number"
    )
    assert found.facts.outline[1].title == "2. Scope"


def test_a_row_of_a_table_is_one_line_and_a_table_that_lays_out_a_page_is_none(
    reading: Reading,
) -> None:
    layout = f"<w:tbl><w:tr><w:tc>{para('Purpose', 'b1')}{para(PROSE)}</w:tc></w:tr></w:tbl>"
    found = reading(docx(para(PROSE), table(["Rank", "May approve"], ["Chief", "Yes"]), layout))
    assert [text for kind, text in kinds(found) if kind == "row"] == [
        "Rank  May approve",
        "Chief  Yes",
    ]
    assert ("heading", "Purpose") in kinds(found)


def test_what_was_deleted_is_gone_and_what_was_inserted_is_there(reading: Reading) -> None:
    inside = (
        "<w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>"
        "<w:hyperlink><w:r><w:t> linked</w:t></w:r></w:hyperlink>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    )
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{para('In a control.')}</w:sdtContent></w:sdt>"
    text = reading(docx(para("Text ", inside=inside), control)).pages[0].text
    assert text == "Text inserted linked\n\nIn a control."


def test_heads_and_watermarks_are_running_lines_and_no_text(reading: Reading) -> None:
    shape = '<v:shape xmlns:v="urn:v"><v:textpath string="DRAFT"/></v:shape>'
    mark = f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"
    found = reading(docx(para(PROSE), header=para("General Order 7.1") + mark))
    assert found.facts.running_lines == ("General Order 7.1", "DRAFT")
    assert found.pages[0].text == PROSE


def test_text_boxes_are_read_once(reading: Reading) -> None:
    box = f"<w:txbxContent>{para('In a box.')}</w:txbxContent>"
    inside = (
        '<w:r><mc:AlternateContent xmlns:mc="urn:mc">'
        f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert reading(docx(para("Beside.", inside=inside))).pages[0].text == "Beside.\n\nIn a box."


def test_a_note_stands_at_the_end_and_its_figure_at_the_word(reading: Reading) -> None:
    note = f'<w:footnote w:id="2">{para("See 8 CFR 241.4.")}</w:footnote>'
    inside = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    found = reading(docx(para("Custody is reviewed", inside=inside), para(PROSE), footnotes=note))
    assert found.pages[0].text.startswith("Custody is reviewed1\n")
    assert found.pages[0].blocks[-1] == (BlockKind.FOOTNOTE, "1 See 8 CFR 241.4.")


def test_pages_where_the_breaks_are_as_many_as_the_file_says(reading: Reading) -> None:
    body = [para("Text of page one ", inside=LAID_OUT), para(PROSE, inside=BREAK), para("Three.")]
    found = reading(docx(*body, pages=3))
    assert [(page.number, page.label) for page in found.pages] == [(1, None), (2, None), (3, None)]
    assert found.facts.page_count == 3
    assert found.pages[1].text.startswith("and goes on there.")


def test_a_break_that_was_asked_for_and_laid_out_is_one(reading: Reading) -> None:
    again = "<w:r><w:lastRenderedPageBreak/></w:r>"
    found = reading(docx(para("One.", inside=BREAK), para("", inside=again), para("Two."), pages=2))
    assert [page.text for page in found.pages] == ["One.", "Two."]


def test_no_page_is_claimed_where_breaks_and_count_disagree(reading: Reading) -> None:
    body = [para("Text of page one ", inside=LAID_OUT), para(PROSE, inside=BREAK), para("Three.")]
    for pages in (None, 2, 7):
        found = reading(docx(*body, pages=pages))
        assert [page.label for page in found.pages] == [NO_PAGE]
        assert found.facts.page_count is None
        assert "Text of page one and goes on there." in found.pages[0].text


def test_a_row_that_goes_on_over_the_page_counts_once(reading: Reading) -> None:
    cell = f"<w:tc>{para('Cell ', inside=LAID_OUT)}</w:tc>"
    found = reading(docx(f"<w:tbl><w:tr>{cell * 3}</w:tr></w:tbl>", para(PROSE), pages=2))
    assert found.facts.page_count == 2


def test_sections_begin_pages_unless_they_are_continuous(reading: Reading) -> None:
    def end(kind: str) -> str:
        return f'<w:p><w:pPr><w:sectPr><w:type w:val="{kind}"/></w:sectPr></w:pPr></w:p>'

    last = '<w:sectPr><w:type w:val="{}"/></w:sectPr>'
    found = reading(docx(para("A."), end("nextPage"), para("B."), last.format("nextPage"), pages=2))
    assert [page.text for page in found.pages] == ["A.", "B."]
    found = reading(
        docx(para("A."), end("nextPage"), para("B."), last.format("continuous"), pages=1)
    )
    assert [page.text for page in found.pages] == ["A.\n\nB."]


def test_properties_as_those_of_a_pdf_are_named_and_those_of_ones_own(reading: Reading) -> None:
    core = {"title": "Escort Policy", "creator": "J. Doe", "created": "2021-05-03T10:00:00Z"}
    found = reading(docx(para(PROSE), core=core, custom={"Fachbereich": "III B"}))
    assert found.facts.properties == {
        "Title": "Escort Policy",
        "Author": "J. Doe",
        "CreationDate": "2021-05-03T10:00:00Z",
        "Fachbereich": "III B",
    }
    assert found.facts.media_type.endswith("wordprocessingml.document")


def test_entries_of_contents_are_no_headings_and_a_style_based_on_itself_ends(
    reading: Reading,
) -> None:
    found = reading(docx(para("Purpose 3", "toc1"), para(PROSE, "loop"), para("Purpose", "b1")))
    assert kinds(found)[0] == ("contents", "Purpose 3")
    assert [entry.title for entry in found.facts.outline] == ["Purpose"]


def test_the_other_namespace_of_the_standard(reading: Reading) -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    part = document(para(PROSE)).replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main", strict
    )
    assert reading(docx(parts={"word/document.xml": part})).pages[0].text == PROSE


def test_a_long_text_without_pages_is_cut_at_headings(reading: Reading) -> None:
    section = [para("Section", "b1"), *[para(PROSE * 10)] * 100]
    found = reading(docx(*section * 4))
    assert [page.text.partition("\n")[0] for page in found.pages] == ["Section", "Section"]
    assert {page.label for page in found.pages} == {NO_PAGE}
