from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex import Document, Index, QueryError, Reference
from droindex.present.graphs.card import card_svg
from droindex.present.graphs.histogram import year_histogram_svg
from droindex.present.graphs.lineage import GRAPHS, lineage_graph, lineage_svg

SVG = "{http://www.w3.org/2000/svg}"
OLD = Document(
    doc_id="old",
    title='Escort "Policy" <script>alert(1)</script>',
    issued=date(2004, 1, 22),
    superseded_by=(Reference("New", doc_id="new"),),
)
NEW = Document(
    doc_id="new",
    title="Escorts & travel",
    issued=date(2008, 9, 29),
    supersedes=(Reference("Old", doc_id="old"), Reference("Gone", doc_id="gone")),
)


def test_a_timeline_has_a_dot_for_each_version_and_an_arrow_for_each_replacement() -> None:
    picture = ET.fromstring(lineage_svg([OLD, NEW], "new", lambda doc_id: f"/doc/{doc_id}"))
    dots = [(dot.get("class"), float(dot.get("cx", 0))) for dot in picture.iter(f"{SVG}circle")]
    assert [name for name, _ in dots] == ["is-replaced", "is-current"]
    assert dots[0][1] < dots[1][1]
    assert [path.get("class") for path in picture.iter(f"{SVG}path")].count("arrow") == 1
    assert [link.get("href") for link in picture.iter(f"{SVG}a")] == ["/doc/old", "/doc/new"]
    assert picture.findtext(f"{SVG}title") == "Timeline of 2 versions"


def test_a_version_is_replaced_whoever_says_so_and_what_is_likely_is_dashed(
    sample_library: Path,
) -> None:
    with Index.open(sample_library) as index:
        stated = index.lineage("archive/parking-permits-2001")
        inferred = next(
            line
            for hit in index.search(scope="all", limit=1000, snippets=False)
            if (line := index.lineage(hit.doc_id)).is_inferred
        )
    picture = ET.fromstring(lineage_svg(stated, "archive/parking-permits-2001"))
    dots = [dot.get("class") for dot in picture.iter(f"{SVG}circle")]
    assert dots == [*["is-replaced"] * (len(stated) - 1), "is-current"]
    arrows = [path for path in picture.iter(f"{SVG}path") if path.get("class") == "arrow"]
    assert [arrow.get("stroke-dasharray") for arrow in arrows] == [None] * len(stated.successions)
    assert "stroke-dasharray" in lineage_svg(inferred, inferred.doc_id)
    assert "-.->" in lineage_graph(inferred, inferred.doc_id, "mermaid")
    assert "style=dashed" in lineage_graph(inferred, inferred.doc_id, "dot")


def test_nothing_in_a_title_becomes_markup() -> None:
    picture = lineage_svg([OLD, NEW], "old")
    assert "<script" not in picture
    assert "&lt;script&gt;" in picture
    assert "style=" not in picture
    mermaid = lineage_graph([OLD, NEW], "old", "mermaid")
    assert "<script" not in mermaid
    assert mermaid.splitlines()[1].count('"') == 2
    assert 'label="2004-01-22 Escort \\"Policy\\"' in lineage_graph([OLD, NEW], "old", "dot")


def test_the_texts_for_mermaid_and_graphviz_say_what_replaced_what() -> None:
    assert "d0 --> d1" in lineage_graph([OLD, NEW], "old", "mermaid")
    assert '"old" -> "new";' in lineage_graph([OLD, NEW], "old", "dot")
    assert "gone" not in lineage_graph([OLD, NEW], "old", "dot")


def test_another_form_is_refused() -> None:
    with pytest.raises(QueryError, match="There is no form 'png'"):
        lineage_graph([OLD], "old", "png")


@given(
    st.lists(
        st.tuples(st.text(max_size=80), st.one_of(st.none(), st.dates())), min_size=1, max_size=6
    )
)
def test_any_titles_and_dates_make_a_picture_that_can_be_read(
    versions: list[tuple[str, date | None]],
) -> None:
    documents = [
        Document(doc_id=f"d{place}", title=title, issued=day)
        for place, (title, day) in enumerate(versions)
    ]
    picture = ET.fromstring(lineage_svg(documents, "d0"))
    assert len(list(picture.iter(f"{SVG}circle"))) == len(documents)
    width = float(picture.get("width", 0))
    assert all(0 <= float(dot.get("cx", -1)) <= width for dot in picture.iter(f"{SVG}circle"))
    for form in GRAPHS:
        assert lineage_graph(documents, "d0", form)


def test_a_histogram_has_a_column_for_each_year_with_documents() -> None:
    picture = ET.fromstring(year_histogram_svg({"2004": 2, "2006": 4}, lambda year: f"?{year}"))
    heights = [float(bar.get("height", 0)) for bar in picture.iter(f"{SVG}rect")]
    assert heights[1] == 2 * heights[0]
    assert [link.get("href") for link in picture.iter(f"{SVG}a")] == ["?2004", "?2006"]
    assert picture.findtext(f"{SVG}desc") == "2004: 2, 2006: 4"


@given(st.dictionaries(st.from_regex(r"[0-9]{4}", fullmatch=True), st.integers(1, 10**6)))
def test_any_years_make_a_histogram(counts: dict[str, int]) -> None:
    ET.fromstring(year_histogram_svg(counts))


def test_a_card_has_a_bar_for_each_count() -> None:
    picture = ET.fromstring(card_svg("By status", [("Current", 4), ("<Draft>", 1)]))
    widths = [float(bar.get("width", 0)) for bar in picture.iter(f"{SVG}rect")]
    assert widths[0] == 4 * widths[1]
    assert "<Draft>" in "".join(picture.itertext())
    ET.fromstring(card_svg("Nothing", []))
