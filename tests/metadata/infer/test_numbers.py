"""Numbers as poor scans leave them are mended where figures stand, and words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.head import read_head
from droindex.metadata.infer.numbers import (
    file_name_number,
    number_offers,
    repair_scanned_number,
)
from droindex.model import FileStatus
from droindex.pages import Page

SLIPS = {"1": "Il", "0": "Oo"}
PREFIXES = st.sampled_from(["BOD-", "BOD ", "DHS.", "CJCSI "])


@pytest.mark.parametrize(
    ("scanned", "number"),
    [
        ("BOD-I 5-01", "BOD-15-01"),
        ("BOD 1 6-02", "BOD 16-02"),
        ("BOD lO-03", "BOD lO-03"),  # no figure among them: it may be a word
        ("BOD 2O-03", "BOD 20-03"),
        ("11-4.I", "11-4.I"),
        ("ED 19-0I", "ED 19-01"),
        ("ED 19-0 l", "ED 19-01"),
        ("ED 19-0Il", "ED 19-0Il"),  # a word begins
        ("Order IO-1", "Order IO-1"),
        ("BOD-15-01", "BOD-15-01"),
        ("", ""),
    ],
)
def test_a_number_is_read_as_it_was_printed(scanned: str, number: str) -> None:
    assert repair_scanned_number(scanned) == number


@given(PREFIXES, st.integers(10, 99), st.integers(1, 9), st.data())
def test_letters_for_figures_are_mended(
    prefix: str, year: int, serial: int, data: st.DataObject
) -> None:
    figures = str(year)
    places = [place for place, figure in enumerate(figures) if figure in SLIPS]
    if len(places) == 1:
        slip = data.draw(st.sampled_from(SLIPS[figures[places[0]]]))
        figures = figures[: places[0]] + slip + figures[places[0] + 1 :]
    assert repair_scanned_number(f"{prefix}{figures}-0{serial}") == f"{prefix}{year}-0{serial}"


@given(st.text("0123456789-. ABCDEFGHJKLMNPQRSTUVWXYZ", max_size=30))
def test_figures_that_stand_together_are_left_alone(text: str) -> None:
    without_gaps = "-".join(text.replace(" ", "").split("-"))
    mended = repair_scanned_number(without_gaps)
    confused = set("IlOo")
    assert mended == without_gaps or confused & set(without_gaps)


@given(st.text("IlOo01-. 9B", max_size=30))
def test_only_letters_that_look_like_figures_and_blanks_change(text: str) -> None:
    mended = repair_scanned_number(text)
    plain = str.maketrans({"I": "1", "l": "1", "O": "0", "o": "0", " ": ""})
    assert mended.translate(plain) == text.translate(plain)
    assert len(mended) <= len(text)


def paper(text: str, *running: str) -> Extraction:
    """Return a paper of one page with its running heads."""
    facts = FileFacts(running_lines=running)
    return Extraction(FileStatus.OK, pages=(Page(1, text),), facts=facts)


def test_the_page_in_a_running_head_is_no_part_of_the_number() -> None:
    offers = number_offers(read_head(paper("KEYS OF CELLS", "DIRECTIVE 22 - 1")), [])
    assert [number for number, _ in offers] == ["22"]


def test_a_version_that_stands_alone_is_no_number() -> None:
    assert not list(number_offers(read_head(paper("KEYS OF CELLS\nVersion 1.0")), []))


def test_kinds_in_spanish_and_german_have_numbers_behind_them() -> None:
    for line, number in (("PROCEDIMIENTO PR-ZZ-09", "PR-ZZ-09"), ("Richtlinie Nr. 12-3", "12-3")):
        assert number in [found for found, _ in number_offers(read_head(paper(line)), [])]


def test_the_number_of_a_file_name_is_one_that_the_paper_bears() -> None:
    assert file_name_number("12-3 Keys.pdf", paper("Order 12-3")) == "12-3"
    assert file_name_number("086-2019-04-30_Keys.pdf", paper("KEYS OF CELLS")) is None
    assert file_name_number("12-3 Keys.pdf", Extraction(FileStatus.OK)) == "12-3"  # no text
    assert file_name_number("Keys.pdf", paper("Order 12-3")) is None
