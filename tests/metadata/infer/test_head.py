"""What kind of line it is: a rule, a paragraph, an address, an office, a date, a heading."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts, SizedLine
from droindex.metadata.infer.head import (
    ends_open,
    is_address,
    is_date_line,
    is_dating,
    is_heading,
    is_issuer,
    is_noise,
    is_prose,
    is_type_line,
    read_head,
    tidy,
)
from droindex.metadata.keys import squash
from droindex.model import FileStatus
from droindex.pages import Page

KINDS = {
    "noise": is_noise,
    "prose": is_prose,
    "address": is_address,
    "issuer": is_issuer,
    "type": is_type_line,
    "date": is_date_line,
    "heading": is_heading,
    "open": ends_open,
}
PROSE = (
    "This directive establishes the policy of the office for the escort of detainees who are "
    "removed from the country by air, and it applies to all of its officers."
)
LINES: list[tuple[str, set[str]]] = [
    ("Escort of Detainees", set()),
    ("______________", {"noise"}),
    ("\u2014 3 \u2014", {"noise"}),
    ("Page 3 of 12", {"noise"}),
    (".", {"noise"}),
    ("GENERAL ORDER", {"type"}),
    ("Directive", {"type"}),
    ("MEMORANDUM", {"type"}),
    ("January 22, 2004", {"date"}),
    ("01/22/2004, 02/23/2005", {"date"}),
    ("2004-01-22", {"date"}),
    ("PURPOSE", {"heading"}),
    ("1. Background", {"heading"}),
    ("Department of Homeland Security", {"issuer"}),
    ("Washington, DC 20536", {"address"}),
    ("www.ice.gov", {"address"}),
    ("Detention and Removal of the", {"open"}),
    ("Policies and procedures (draft", {"open"}),
    (PROSE, {"prose"}),
]


@pytest.mark.parametrize(("line", "kinds"), LINES, ids=lambda value: str(value)[:30])
def test_lines_are_told_apart(line: str, kinds: set[str]) -> None:
    assert {kind for kind, tells in KINDS.items() if tells(line)} == kinds


@pytest.mark.parametrize(
    ("line", "tells"),
    [("Last Revised January 2024", True), ("Effective 7001", False), ("January 2024", False)],
)
def test_a_line_may_say_only_when(line: str, tells: bool) -> None:  # noqa: FBT001 - a row
    assert is_dating(line) is tells


@given(st.text(max_size=120))
def test_any_line_is_told_without_an_error_and_keeps_its_kind(line: str) -> None:
    for tells in KINDS.values():
        assert tells(line) is tells(line)
    assert not is_date_line("")
    if is_noise(line):
        assert not is_date_line(line) or any(map(str.isdigit, line))


@given(st.text(max_size=200))
def test_a_tidy_line_is_one_line_in_nfkc_and_stays_so(text: str) -> None:
    line = tidy(text)
    assert line == " ".join(line.split())
    assert tidy(line) == line
    assert unicodedata.is_normalized("NFKC", line)


@given(st.text(max_size=60), st.sampled_from(["", " ", "-", "...", "  \t"]))
def test_a_squashed_line_is_the_same_however_it_is_parted(text: str, between: str) -> None:
    key = squash(text)
    assert squash(between.join(text)) == key or not text.isascii()
    if text.isascii():
        assert squash(text.upper()) == key
    assert not set(key) & set(" -_.,:;")


def head_of(*pages: str, running: tuple[str, ...] = (), sized: tuple[SizedLine, ...] = ()):
    numbered = tuple(Page(number, text) for number, text in enumerate(pages, 1))
    facts = FileFacts(running_lines=running, sized_lines=sized)
    return read_head(Extraction(FileStatus.OK, pages=numbered, facts=facts))


def test_a_head_is_what_stands_before_the_first_paragraph() -> None:
    page = "GENERAL ORDER\n_____\nNumber: 11-4.1\nEscort of Detainees\nPURPOSE\nTo tell officers."
    head = head_of(page)
    assert head.lines[:3] == ("GENERAL ORDER", "Number: 11-4.1", "Escort of Detainees")
    assert "To tell officers." not in head.lines
    assert head.running == 0


def test_what_repeats_on_every_page_comes_first() -> None:
    head = head_of("Escort of Detainees\nNumber: 1", running=("DROPPM Chapter 21", "Page 3"))
    assert head.lines[: head.running] == ("DROPPM Chapter 21",)
    assert "Escort of Detainees" in head.lines[head.running :]


def test_the_size_of_the_type_is_kept() -> None:
    sized = (SizedLine("Escort of Detainees", 18.0), SizedLine("Words of the body", 11.0))
    head = head_of("Escort of Detainees\nWords of the body", sized=sized)
    assert dict(head.sized)["Escort of Detainees"] == 18.0


@given(st.lists(st.lists(st.text(max_size=30), max_size=6), max_size=3))
def test_any_pages_have_a_head_of_tidy_lines(pages: list[list[str]]) -> None:
    head = head_of(*("\n".join(lines) for lines in pages))
    assert 0 <= head.running <= len(head.lines)
    assert all(line == tidy(line) and not is_noise(line) for line in head.lines)


def test_a_file_without_pages_has_an_empty_head() -> None:
    assert head_of().lines == ()
