"""RTF files: what striprtf gives, and what it leaves out."""

from __future__ import annotations

from collections.abc import Callable

from office_files import rtf

from droindex.extract.protocol import Extraction
from droindex.model import FileStatus
from droindex.pages import NO_PAGE, BlockKind

Reading = Callable[..., Extraction]


def blocks(found: Extraction) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for page in found.pages for block in page.blocks]


def test_headings_items_rows_and_letters_of_code_pages(reading: Reading) -> None:
    body = (
        r"\pard\s1 Purpose\par \pard\plain The director approves each transfer \'96 na\'efvely, "
        r"\u8364?5.\line A second line.\par "
        r"\pard{\listtext\'95\tab}An item of a list\par "
        r"\trowd\cellx1000\cellx2000\pard\intbl Rank\cell Chief\cell\row "
        r"\pard\outlinelevel1 Scope\par"
    )
    found = reading(rtf(body), ".rtf")
    assert found.status is FileStatus.OK
    assert blocks(found) == [
        (BlockKind.HEADING, "Purpose"),
        (
            BlockKind.PARAGRAPH,
            "The director approves each transfer \u2013 naïvely, €5.\nA second line.",
        ),
        (BlockKind.ITEM, "• An item of a list"),
        (BlockKind.ROW, "Rank  Chief"),
        (BlockKind.HEADING, "Scope"),
    ]
    assert [(entry.title, entry.level) for entry in found.facts.outline] == [
        ("Purpose", 0),
        ("Scope", 1),
    ]


def test_heads_boxes_and_notes_are_not_lost(reading: Reading) -> None:
    before = r"{\header\pard LAW ENFORCEMENT SENSITIVE\par}{\footerf Order 7.1\par}"
    body = (
        r"\pard Custody is reviewed{\super\chftn}{\footnote\pard See 8 CFR 241.4.} each year.\par"
        r"{\shp{\*\shpinst{\shptxt \pard In a box.\par}}}"
    )
    found = reading(rtf(body, before=before), ".rtf")
    assert found.facts.running_lines == ("LAW ENFORCEMENT SENSITIVE", "Order 7.1")
    assert blocks(found) == [
        (BlockKind.PARAGRAPH, "Custody is reviewed each year."),
        (BlockKind.PARAGRAPH, "In a box."),
        (BlockKind.FOOTNOTE, "See 8 CFR 241.4."),
    ]


def test_properties_and_pages(reading: Reading) -> None:
    info = (
        r"{\title Escort Policy}{\author J. Doe}{\doccomm On escorts}\nofpages2"
        r"{\creatim\yr2021\mo5\dy3\hr10}"
    )
    found = reading(rtf(r"\pard One.\par\page Two.\par", info=info), ".rtf")
    assert found.facts.properties == {
        "Title": "Escort Policy",
        "Author": "J. Doe",
        "Description": "On escorts",
        "CreationDate": "2021-05-03",
    }
    assert [(page.number, page.text) for page in found.pages] == [(1, "One."), (2, "Two.")]
    found = reading(rtf(r"\pard One.\par\page Two.\par", info=r"\nofpages5"), ".rtf")
    assert [page.label for page in found.pages] == [NO_PAGE]


def test_pictures_are_no_text_whatever_bytes_they_are_made_of(reading: Reading) -> None:
    picture = r"{\pict\wmetafile8 0102\'7d}{\pict\bin5 }{}{} }{\*\shppict{\pict 00ff}}"
    assert reading(rtf(rf"\pard Before.\par{picture}After.\par"), ".rtf").pages[0].text == (
        "Before.\n\nAfter."
    )


def test_what_breaks_off_has_what_came_before(reading: Reading) -> None:
    found = reading(rtf(r"\pard Text that breaks off.\par{\header Open")[:-1], ".rtf")
    assert found.status is FileStatus.OK
    assert found.pages[0].text == "Text that breaks off."
