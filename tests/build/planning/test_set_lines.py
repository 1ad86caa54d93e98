"""Lines of documents after changes: what a library says is what one built anew says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import document

from droindex import Document, Index, Reference

COUNT = 7
NUMBERS = (None, "12-1", "12-2", "Chapter 3", "Appendix 3-1", "BOD 16-01")
TITLES = ("Beds of the hall", "Beds of the hall (2004)", "Boiler checks of the hall", "Keys")
REFERENCES = ("d{}", "12-1", "BOD 16-01", "Jan 01, 2003 - Beds of the hall", "Keys")

drawn = st.tuples(
    st.integers(0, COUNT - 1),
    st.none() | st.integers(2000, 2006),
    st.sampled_from(NUMBERS),
    st.sampled_from(TITLES),
    st.lists(st.tuples(st.sampled_from(REFERENCES), st.integers(0, COUNT - 1)), max_size=2),
    st.lists(st.tuples(st.sampled_from(REFERENCES), st.integers(0, COUNT - 1)), max_size=1),
    st.sampled_from([None, "Current", "Superseded", "Draft"]),
)
Drawn = tuple[
    int,
    int | None,
    str | None,
    str,
    list[tuple[str, int]],
    list[tuple[str, int]],
    str | None,
]


def made(drawn: Drawn) -> Document:
    at, year, number, title, supersedes, superseded_by, status = drawn
    return document(
        f"beds w{at}",  # what has the words of a labelled document stays hidden
        doc_id=f"d{at}",
        issued=None if year is None else date(year, 1, 1),
        number=number,
        title=title,
        supersedes=tuple(Reference(text.format(other)) for text, other in supersedes),
        superseded_by=tuple(
            Reference(text.format(other), doc_id=f"d{other}" if text == "d{}" else None)
            for text, other in superseded_by
        ),
        status=status,
        label=None if at % 3 else "LES",  # a label that goes would be kept
    )


def said(path: Path, clearance: str | None) -> list[object]:
    with Index.open(path, clearance=clearance) as index:
        return [
            (
                index.get(doc_id).to_dict(),
                index.lineage(doc_id).to_dict(),
                index.search("beds", group="lineage").total_lines,
            )
            for doc_id in sorted(index)
        ]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(drawn, min_size=2, max_size=9), st.lists(drawn, min_size=1, max_size=3), st.data())
def test_a_change_leaves_what_building_anew_gives(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[Drawn],
    changes: list[Drawn],
    data: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    held = {own.doc_id: own for own in map(made, first)}
    Index.update(folder / "kept.idx", documents=held.values())
    for at, change in enumerate(changes):
        new = made(change)
        gone = data.draw(st.sampled_from([*sorted(held), "none"]))
        held.pop(gone, None)
        if new.doc_id != gone:
            held[new.doc_id] = new
        if not held:
            return
        Index.update(
            folder / "kept.idx",
            documents=[new] if new.doc_id != gone else [],
            remove=[gone] if gone != "none" else [],
        )
        Index.update(folder / f"anew-{at}.idx", documents=held.values())
        for clearance in (None, "LES"):
            assert said(folder / "kept.idx", clearance) == said(
                folder / f"anew-{at}.idx", clearance
            )
