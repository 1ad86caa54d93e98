"""Dates that a phrase tells: which day it is of, and where it is of something else."""

from __future__ import annotations

from datetime import date

import pytest
from bounds import LONGER, assert_linear, repeated
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.forms.phrases import phrase_dates
from droindex.metadata.infer.head import read_head
from droindex.model import FileStatus
from droindex.pages import Page

DAY = date(2019, 5, 6)


def told(*pages: str, running: tuple[str, ...] = ()) -> dict[str, date]:
    """Return the surest day of each field that the phrases of a paper tell."""
    numbered = tuple(Page(number, text) for number, text in enumerate(pages, start=1))
    read = Extraction(FileStatus.OK, pages=numbered, facts=FileFacts(running_lines=running))
    offers = sorted(phrase_dates(read_head(read), read), key=lambda offer: offer[3])
    return {name: day for name, day, _, _ in offers}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Current as at 6 May 2019", {"revised": DAY}),
        ("This version was current at 6 May 2019", {"revised": DAY}),
        ("Version as at 6 May 2019", {"revised": DAY}),
        ("As at 6 May 2019", {"revised": DAY}),
        ("(Updated up to May 6, 2019)", {"revised": DAY}),
        ("(As amended up to 6th May 2019)", {"revised": DAY}),
        ("Last amended on May 6, 2019", {"revised": DAY}),
        ("Stand: 6. Mai 2019", {"revised": DAY}),
        ("À jour au 6 mai 2019", {"revised": DAY}),
        ("Texto consolidado a 6 de mayo de 2019", {"revised": DAY}),
        ("Atualizado em 6 de maio de 2019", {"revised": DAY}),
        ("Page 1 of 3 Effective May 6, 2019", {"effective": DAY}),
        ("Vigente desde el 6 de mayo de 2019", {"effective": DAY}),
        ("Adopted on 6 May 2019", {"issued": DAY}),
        ("Published on 6 May 2019", {"issued": DAY}),
        ("Publié le 6 mai 2019", {"issued": DAY}),
        ("Version 5, 6 May 2019", {"issued": DAY}),
        ("Version 1.3 (6. Mai 2019)", {"issued": DAY}),
        ("Version 1.3 vom 6. Mai 2019", {"issued": DAY}),
        ("v2.1 [6 May 2019]", {"issued": DAY}),
        ("Date introduced 6 May 2019", {"issued": DAY}),
        ("Board approval: 6 May 2019", {"issued": DAY}),
        ("Adopté par le conseil le 6 mai 2019", {"issued": DAY}),
        ("Beschlossen vom Rat der Stadt am 6. Mai 2019", {"issued": DAY}),
        ("Aprobado por el Consejo el 6 de mayo de 2019", {"issued": DAY}),
        ("Revised & Approved 6 May 2019", {"revised": DAY}),
        ("This policy was approved by the Council on 6th May 2019", {"issued": DAY}),
        ("Date of approval 6 May 2019", {"issued": DAY}),
        ("Read and finally passed this 6th day of May, A.D., 2019.", {"issued": DAY}),
        ("Lima, 6 de mayo de 2019", {"issued": DAY}),
        ("Seedorf, den 6. Mai 2019", {"issued": DAY}),
        ("Done at Brussels, 6 May 2019.", {"issued": DAY}),
        # of something else
        ("Appraisal TA775; published 6 May 2019", {}),
        ("Reviewed on 6 May 2019", {}),
        ("Approved for use until 6 May 2019", {}),
        ("Smith and Jones, Key Lengths, May 2019", {}),
        ("The officer was issued on 6 May 2019 with a radio which he lost", {}),
        ("Escort of Detainees", {}),
    ],
)
def test_a_phrase_tells_which_day_it_is(line: str, expected: dict[str, date]) -> None:
    assert told(f"HARBOUR OFFICE\nEscort of Detainees\n{line}\n") == expected


@pytest.mark.parametrize("end", [".", "", ")"])
def test_the_last_line_of_a_paper_may_end_in_a_stop(end: str) -> None:
    body = "The officer shall keep the key with the guard of the house.\n" * 60
    assert told("Keys\n", f"{body}Last updated: 6 May 2019{end}\n") == {"revised": DAY}


def test_a_month_is_told_by_its_first_day() -> None:
    assert told("Escort of Detainees\nPublished May 2019\n") == {"issued": date(2019, 5, 1)}


def test_the_note_of_a_printed_page_counts_wherever_it_stands_on_page_one() -> None:
    body = "The officer shall keep the key with the guard of the house.\n" * 30
    note = "This is an uncontrolled document printed for reference only. Current as at 6 May 2019\n"
    assert told(f"Part 4\n{body}This version was current as at 6 May 2019\n") == {"revised": DAY}
    assert told(f"Part 4\n{body}{note}") in ({}, {"revised": DAY})


def test_figures_of_accounts_are_as_at_a_day_that_is_no_revision() -> None:
    assert told("Harbour Trust\nBalance Sheet\nAs at 6 May 2019\nCash 1,200\n") == {}
    assert told("Annual Report and Accounts\nAs of 6 May 2019\n") == {}


def test_a_running_foot_counts_and_a_paragraph_does_not() -> None:
    body = "The officer shall keep the key with the guard of the house.\n" * 30
    assert told(f"Keys\n{body}", running=("Version as at 6 May 2019",)) == {"revised": DAY}
    assert told(f"Keys\n{body}Adopted on 6 May 2019 was a form that nobody had to use.\n") == {}


def test_the_place_and_day_above_a_signature_are_on_the_last_page() -> None:
    body = "Der Schlüssel wird bei der Wache abgegeben.\n" * 30
    end = "Seedorf, den 6. Mai 2019\nDer Bürgermeister\n"
    assert told(f"Richtlinie über Schlüssel\n{body}", f"{body}{end}") == {"issued": DAY}
    assert told(f"Richtlinie über Schlüssel\n{body}{end}{body}", body) == {}


@given(st.text(max_size=300))
def test_any_text_gives_days_with_their_text(text: str) -> None:
    read = Extraction(FileStatus.OK, pages=(Page(1, text),))
    for name, day, written, sure in phrase_dates(read_head(read), read):
        assert name in {"issued", "effective", "revised"}
        assert isinstance(day, date)
        assert written
        assert 0 < sure < 1


@pytest.mark.parametrize(
    "piece", ["current as at ", "this version was ", "Aa ", "Adopted on 6 May 2019 "]
)
def test_time_grows_with_the_text(piece: str) -> None:
    short, long = repeated(piece, 20_000), repeated(piece, LONGER * 20_000)
    assert_linear(lambda: told(short), lambda: told(long))
