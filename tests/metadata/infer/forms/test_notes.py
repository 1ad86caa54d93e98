"""Notes of papers on the day on which they were right, and sentences that only look like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.forms.notes import note_dates
from droindex.metadata.infer.inference import choose, infer
from droindex.model import FileStatus
from droindex.pages import Page


def read(text: str, *running: str) -> list[tuple[str, str, str]]:
    extraction = Extraction(
        FileStatus.OK, "", (Page(1, text),), FileFacts(running_lines=tuple(running))
    )
    return [(name, str(day), written) for name, day, written, _ in note_dates(extraction)]


@pytest.mark.parametrize(
    "text",
    [
        "This document was current as at 9 June 2022. Police policies are regularly reviewed.",
        "Released under the Information Act 1982 This document was current at 9 June 2022.",
        "This document was\ncurrent as at 9 June\n2022",
        "This policy is correct as of June 9, 2022; see the site for later ones.",
        "THIS MANUAL IS UP TO DATE TO 9 JUNE 2022",
        "(This version is valid as at 2022-06-09)",
        "This staff handbook was in force as at: 9 June 2022",
    ],
)
def test_a_paper_says_on_which_day_it_was_right(text: str) -> None:
    assert [found[:2] for found in read(text)] == [("revised", "2022-06-09")]
    assert [found[:2] for found in read("", text)] == [("revised", "2022-06-09")]


@pytest.mark.parametrize(
    "text",
    [
        "As at 30 June 2022 the department had 1,200 staff.",
        "Statement of financial position as at 30 June 2022",
        "The figures are current as at 9 June 2022.",
        "The Act was current as at 9 June 2022.",
        "This document was current as at 9 June 2022 figures of the census.",
        "This document lists what was current as at 9 June 2022.",
        "This document was printed on 9 June 2022.",
        "This document is current as at the day of printing.",
        "This policy is current as at 9 June 2022. This policy is current as at 1 July 2023.",
        "This document was issued on 9 June 2022.",
    ],
)
def test_days_of_other_things_are_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("Harbour Rules 7\nEffective 8 May 2019\nKeys", [("effective", "2019-05-08")]),
        ("EFFECTIVE DATE: MAY 8, 2019\n", [("effective", "2019-05-08")]),
        ("Effective 8 May 2019 the keys are kept\n", []),
        ("Effective 8 May 2019\nKeys\nEffective 9 May 2019\n", []),  # of parts
        ("Effective teams\n", []),
    ],
)
def test_a_title_page_behind_the_cover_tells_from_when_a_paper_is_in_force(
    inner: str, expected: list[tuple[str, str]]
) -> None:
    pages = (Page(1, "Harbour Rules"), Page(2, inner))
    found = note_dates(Extraction(FileStatus.OK, pages=pages))
    assert [(name, str(day)) for name, day, _, _ in found] == expected


def test_a_paper_goes_by_its_note_where_it_states_no_other_day() -> None:
    note = "This document was current as at 9 June 2022."
    for text, expected in [
        (f"Bail\n{note}\nPolicy statement", {"revised": "2022-06-09"}),
        (f"Bail\nIssued: 3 May 2020\n{note}", {"revised": "2022-06-09", "issued": "2020-05-03"}),
        (f"Bail\nLast updated: 3 May 2020\n{note}", {"revised": "2020-05-03"}),
    ]:
        chosen = choose(infer(Extraction(FileStatus.OK, "", (Page(1, text),)), "bail.pdf"))
        days = {name: str(chosen[name].value) for name in ("issued", "revised") if name in chosen}
        assert days == expected


@given(st.text("This documentwascur 19June022.\n"))
def test_any_text_is_read(text: str) -> None:
    assert len(read(text, text)) <= 1
