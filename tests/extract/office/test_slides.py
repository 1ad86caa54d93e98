"""Presentations: a page for each slide."""

from __future__ import annotations

from collections.abc import Callable

from office_files import pptx, shape

from droindex.extract.protocol import Extraction
from droindex.pages import BlockKind


def test_slides_are_pages_with_titles_points_and_rows(reading: Callable[..., Extraction]) -> None:
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = f"<a:tbl><a:tr>{cell.format('Rank')}{cell.format('Chief')}</a:tr></a:tbl>"
    found = reading(
        pptx(
            shape("Escort Policy", holder="ctrTitle") + shape("12", holder="sldNum"),
            shape("Rules", holder="title") + shape("One guard", "Two guards", holder="body"),
            f"<p:graphicFrame><a:graphic>{rows}</a:graphic></p:graphicFrame>",
        ),
        ".pptx",
    )
    assert [(page.number, page.label) for page in found.pages] == [(1, None), (2, None), (3, None)]
    assert [(block.kind, block.text) for block in found.pages[1].blocks] == [
        (BlockKind.HEADING, "Rules"),
        (BlockKind.ITEM, "• One guard"),
        (BlockKind.ITEM, "• Two guards"),
    ]
    assert found.pages[2].text == "Rank  Chief"
    assert [(entry.title, entry.page) for entry in found.facts.outline] == [
        ("Escort Policy", 1),
        ("Rules", 2),
    ]
    assert found.facts.running_lines == ("12",)
