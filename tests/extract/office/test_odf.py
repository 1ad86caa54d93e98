"""OpenDocument texts and presentations."""

from __future__ import annotations

from collections.abc import Callable

from office_files import odt

from droindex.extract.protocol import Extraction
from droindex.model import FileStatus
from droindex.pages import NO_PAGE, BlockKind

Reading = Callable[..., Extraction]
PROSE = "<text:p>The field office director approves each transfer in writing.</text:p>"


def test_headings_lists_rows_and_notes(reading: Reading) -> None:
    lists = (
        '<text:list-style style:name="L1">'
        '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
        '<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="("'
        ' style:num-suffix=")"/></text:list-style>'
    )
    body = (
        '<text:h text:outline-level="1">Purpose</text:h>'
        '<text:list text:style-name="L1"><text:list-item><text:p>Officers</text:p><text:list>'
        "<text:list-item><text:p>sworn</text:p></text:list-item></text:list></text:list-item>"
        "<text:list-item><text:p>Others</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Rank</text:p></table:table-cell>"
        "<table:table-cell><text:p>Chief</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p>Custody<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>See 8 CFR 241.4.</text:p></text:note-body></text:note> is<text:s text:c='2'/>"
        "reviewed<text:tab/>here.</text:p>"
    )
    found = reading(odt(body, styles=lists), ".odt")
    assert found.status is FileStatus.OK
    assert [(block.kind, block.text) for block in found.pages[0].blocks] == [
        (BlockKind.HEADING, "Purpose"),
        (BlockKind.ITEM, "1. Officers"),
        (BlockKind.ITEM, "(a) sworn"),
        (BlockKind.ITEM, "2. Others"),
        (BlockKind.ROW, "Rank  Chief"),
        (BlockKind.PARAGRAPH, "Custody1 is reviewed here."),
        (BlockKind.FOOTNOTE, "1 See 8 CFR 241.4."),
    ]


def test_what_was_deleted_and_remarked_is_no_text(reading: Reading) -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Kept<office:annotation><text:p>a remark</text:p></office:annotation>.</text:p>"
    )
    assert reading(odt(body), ".odt").pages[0].text == "Kept."


def test_heads_are_running_lines_and_properties_have_the_usual_names(reading: Reading) -> None:
    meta = (
        "<dc:title>Escort Policy</dc:title><meta:keyword>escort</meta:keyword>"
        "<meta:keyword>removal</meta:keyword><meta:initial-creator>J. Doe</meta:initial-creator>"
        '<meta:user-defined meta:name="Fachbereich">III B</meta:user-defined>'
    )
    found = reading(odt(PROSE, head="<text:p>Order 7.1</text:p>", meta=meta), ".odt")
    assert found.facts.running_lines == ("Order 7.1",)
    assert found.facts.properties == {
        "Title": "Escort Policy",
        "Keywords": "escort, removal",
        "Author": "J. Doe",
        "Fachbereich": "III B",
    }


def test_pages_where_the_breaks_are_as_many_as_the_file_says(reading: Reading) -> None:
    styles = (
        '<style:style style:name="P1" style:family="paragraph">'
        '<style:paragraph-properties fo:break-before="page"/></style:style>'
    )
    body = (
        "<text:p>Page one <text:soft-page-break/>goes on.</text:p>"
        '<text:p text:style-name="P1">Page three.</text:p>'
    )
    for stated, labels in ((3, [None] * 3), (2, [NO_PAGE])):
        meta = f'<meta:document-statistic meta:page-count="{stated}"/>'
        found = reading(odt(body, styles=styles, meta=meta), ".odt")
        assert [page.label for page in found.pages] == labels


def test_sizes_that_are_shares_of_others_tell_the_title(reading: Reading) -> None:
    styles = (
        '<style:style style:name="Base" style:family="paragraph">'
        '<style:text-properties fo:font-size="12pt"/></style:style>'
        '<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Base">'
        '<style:text-properties fo:font-size="200%"/></style:style>'
    )
    body = f'<text:p text:style-name="Title">Escort Policy</text:p>{PROSE}'
    found = reading(odt(body, styles=styles), ".odt")
    assert [(line.text, line.size) for line in found.facts.sized_lines][:2] == [
        ("Escort Policy", 24.0),
        ("", 0.0),
    ]
    assert found.facts.outline[0].title == "Escort Policy"


def test_a_presentation_has_a_page_for_each_slide(reading: Reading) -> None:
    box = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    body = "".join(f"<draw:page>{box.format(text)}</draw:page>" for text in ("One", "Two"))
    found = reading(odt(body, kind="presentation"), ".odp")
    assert [(page.number, page.label, page.text) for page in found.pages] == [
        (1, None, "One"),
        (2, None, "Two"),
    ]


def test_a_password_ends_as_encrypted_and_a_spreadsheet_is_no_text(reading: Reading) -> None:
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    assert reading(odt(PROSE, manifest=manifest), ".odt").status is FileStatus.ENCRYPTED
    found = reading(odt("", kind="spreadsheet"), ".odt")
    assert found.status is FileStatus.DAMAGED
    assert "spreadsheet" in found.reason
