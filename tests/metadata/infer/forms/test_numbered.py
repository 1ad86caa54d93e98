"""Numbers that share a line with a title, or stand alone near the top."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.forms.numbered import (
    code_offers,
    file_numbers,
    later_part,
    numbered_titles,
)
from droindex.metadata.infer.head import Head, read_head
from droindex.model import FileStatus
from droindex.pages import Page

BODY = "The officer shall keep the key with the guard of the house.\n"


def head_of(text: str, *running: str) -> Head:
    """Return the head of a paper of one page, with its running heads."""
    facts = FileFacts(running_lines=running)
    return read_head(Extraction(FileStatus.OK, pages=(Page(1, text),), facts=facts))


@pytest.mark.parametrize(
    ("line", "number", "title"),
    [
        ("12.999 KEYS OF CELLS", "12.999", "KEYS OF CELLS"),
        ("2-99 KEYS OF CELLS", "2-99", "KEYS OF CELLS"),
        ("304.9 Keys of Cells", "304.9", "Keys of Cells"),
        ("E-09 KEYS OF CELLS", "E-09", "KEYS OF CELLS"),
        ("Procedure 599 \u2013 Keys of Cells", "599", "Keys of Cells"),
        ("599 KEYS OF CELLS", None, None),  # it may be of a street
        ("12.01 PURPOSE, POLICY AND REASON", None, None),
        ("2.4 The keys are kept by the guard", None, None),
        ("6-5-2019 KEYS OF CELLS", None, None),
        ("FIPS 299 EVALUATION PROGRAM", None, None),
        ("X.599 Certificate Policy", None, None),
        ("KEYS OF CELLS", None, None),
    ],
)
def test_a_number_stands_before_the_title(line: str, number: str | None, title: str | None) -> None:
    found = next(numbered_titles(head_of(f"{line}\n{BODY}")), (None, None, 0.0))
    assert found[:2] == (number, title)


def test_a_number_stands_behind_a_title_that_stands_alone_too() -> None:
    line = "KEYS OF CELLS 1.99"
    assert not list(numbered_titles(head_of(f"{line}\n{BODY}")))
    found = list(numbered_titles(head_of(f"{line}\n{BODY}", "KEYS OF CELLS")))
    assert [offer[:2] for offer in found] == [("1.99", "KEYS OF CELLS")]


def test_a_running_head_has_number_and_title() -> None:
    head = head_of(f"401.01 PURPOSE AND REASON\n{BODY}", "401.00 KEYS OF CELLS")
    assert [offer[:2] for offer in numbered_titles(head)] == [("401.00", "KEYS OF CELLS")]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("HPD.SOP.3099", "HPD.SOP.3099"),
        ("FLD 1299", "FLD 1299"),
        ("RL 2019_06", "RL 2019_06"),
        ("NIST SP 800-999r3", "NIST SP 800-999r3"),
        ("FIPS PUB 999", "FIPS PUB 999"),
        ("12.999", "12.999"),
        ("SOR/2019-99 DORS/2019-99", "SOR/2019-99"),
        ("PS29/3 \u2013 Keeping of Keys", "PS29/3"),
        ("Guidelines 4/2019 on the Keeping", "4/2019"),
        ("Acceptable Use Policy (ISP-099)", "ISP-099"),
        ("Gaithersburg, MD 20899", None),
        ("MD 20899-8900", None),
        ("M-99-15", "M-99-15"),
        ("CSF 2.0", None),
        ("VOLUME 1", None),
        ("PAGE 12", None),
        ("May 6, 2019", None),
        ("Keys of Cells", None),
    ],
)
def test_a_code_stands_alone_near_the_top(line: str, number: str | None) -> None:
    assert next(code_offers(head_of(f"{line}\n{BODY}")), (None,))[0] == number


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("HBR/LAW/ 3-B/KEYS/2019/60", "HBR/LAW/3-B/KEYS/2019/60"),
        ("HBR/LAW/3-B/KEYS/2019/60 May 2, 2019", "HBR/LAW/3-B/KEYS/2019/60"),
        ("HBR/LAW/3-B/KEYS/2019/60 of the Harbour", None),
        ("Keys/Cells/Houses", None),
    ],
)
def test_a_registry_numbers_its_papers_with_strokes(line: str, number: str | None) -> None:
    assert next(file_numbers(head_of(f"CIRCULAR\n{line}\n{BODY}")), (None,))[0] == number


def test_a_periodical_has_its_number_in_the_running_head() -> None:
    line = "Nr. 17/19 Mitteilungen der Hochschule"
    assert [number for number, _ in file_numbers(head_of(BODY, line))] == ["17/19"]
    assert not list(file_numbers(head_of(f"{line}\n{BODY}")))


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("APPENDIX O", ("Appendix O", "APPENDIX O")),
        ("SECTION IV. KEYS", ("Section IV", "SECTION IV. KEYS")),
        ("Chapter 12", ("Chapter 12", "Chapter 12")),
        ("CHAPTER 1", None),  # the first of a whole
        ("Appendix A", None),
        ("Section 4 of the rules says so", None),
        ("Appendix CXIV", ("Appendix CXIV", "Appendix CXIV")),
        ("Part Civil", None),  # letters of Roman numbers, and no number
        ("Section ILL", None),
        ("Part IIX", None),
        ("Part a", None),
        ("Chapter V. intro", None),
    ],
)
def test_a_paper_may_be_a_part_that_is_not_the_first(
    line: str, part: tuple[str, str] | None
) -> None:
    assert later_part(head_of(f"{line}\n{BODY}")) == part


@given(st.text(max_size=200))
def test_any_head_gives_what_it_holds(text: str) -> None:
    head = head_of(text)
    for number, title, sure in numbered_titles(head):
        assert any(number in line and title in line for line in head.lines)
        assert 0 < sure < 1
    for number, sure in code_offers(head):
        assert any(number in line for line in head.lines)
        assert 0 < sure < 1
