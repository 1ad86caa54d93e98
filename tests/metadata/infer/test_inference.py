"""Metadata read from the text, against invented header blocks."""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bounds import LONGER, assert_linear, repeated
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts, SizedLine
from droindex.metadata.infer.date_order import settle_dates
from droindex.metadata.infer.inference import choose, infer
from droindex.metadata.inferred import Inferred
from droindex.model import DateOrder, FileStatus, Reference
from droindex.pages import Page

_BODY = (
    "This order tells officers of the unit what they shall do with the property they find.\n" * 5
)


def _extraction(
    *pages: str,
    running: tuple[str, ...] = (),
    sized: tuple[tuple[str, float], ...] = (),
    properties: dict[str, str] | None = None,
) -> Extraction:
    facts = FileFacts(
        running_lines=running,
        sized_lines=tuple(SizedLine(text, size) for text, size in sized),
        properties=properties or {},
    )
    numbered = tuple(Page(number, text) for number, text in enumerate(pages, start=1))
    return Extraction(FileStatus.OK, pages=numbered, facts=facts)


def _read(*pages: str, file_name: str = "f.pdf", **facts: Any) -> dict[str, Any]:
    winners = choose(infer(_extraction(*pages, **facts), file_name))
    return {name: item.value for name, item in winners.items()}


def test_a_row_of_labels_has_its_values_in_the_row_below() -> None:
    read = _read(
        "Seedorf Police Department\nGeneral Order\nEFFECTIVE DATE: SUBJECT: ORDER#\n"
        "August 29, 2017 KEYS OF CELLS 399\nRESCINDS: REFERENCE STANDARD(S): PAGE\n"
        "G.O. 399 (04/20/15)\nI. PURPOSE\n" + _BODY,
    )
    assert read["title"] == "KEYS OF CELLS"
    assert read["number"] == "399"
    assert read["effective"] == date(2017, 8, 29)
    assert [item.text.partition(" (")[0] for item in read["supersedes"]] == ["G.O. 399"]


def test_a_label_that_was_broken_into_two_lines_is_one() -> None:
    read = _read(f"Keys of Cells\nEFFECTIVE\nDATE\nOctober 2, 2014\nI. PURPOSE\n{_BODY}")
    assert read["effective"] == date(2014, 10, 2)


def test_a_remark_may_stand_behind_the_value_below_a_date_label() -> None:
    read = _read("Keys of Gates\nDate revised :\nFebruary 2020. Not yet approved\nHead: A. Berg\n")
    assert read["revised"] == date(2020, 2, 1)
    assert read["revised_text"] == "February 2020"


def test_the_day_behind_the_number_is_that_of_issue() -> None:
    page = "Registration\nABC/2018-99 April 4, 2018 DEF/2018-99\n" + _BODY
    read = _read("Regulations Respecting Keys\nABC/2018-99 DEF/2018-99\n", page)
    assert (read["number"], read["issued"]) == ("ABC/2018-99", date(2018, 4, 4))


def test_figures_are_read_as_the_language_has_them_where_nothing_else_decides() -> None:
    german = "Der Schlüssel und die Tür werden für das Haus gebaut.\n" * 4
    readings = choose(infer(_extraction(f"Schlüssel\nEffective: 3/2/06\n{german}"), "f.pdf"))
    assert settle_dates(readings, None)[0]["effective"].value == date(2006, 2, 3)
    assert settle_dates(readings, DateOrder.MONTH_FIRST)[0]["effective"].value == date(2006, 3, 2)


def test_english_spelling_decides_no_order() -> None:
    american = "The behavior of guards and the color of keys are told to the center.\n" * 4
    readings = choose(infer(_extraction(f"Keys\nEffective: 3/2/06\n{american}"), "f.pdf"))
    assert "effective" not in settle_dates(readings, None)[0]


def test_a_form_grid_with_labels_above_their_values() -> None:
    read = _read(
        "LAKEVIEW POLICE DEPARTMENT\nDEPARTMENT DIRECTIVE\nDIVISION DIRECTIVE\nDIRECTIVE\nNUMBER\n"
        "OPS-12\nGENERAL ORDER NOTICE SPECIAL ORDER LEGAL NOTICE ISSUE DATE\n03/04/15\n"
        "SUBJECT: FOUND PROPERTY\nROOM\nDISTRIBUTION\nA,B\nREVISION DATES\n04/20/09, 08/01/11,\n"
        "01/16/13\nEFFECTIVE DATE\n04/01/15\nREFERENCES: RESCINDS:\nOPS-12 / 13-065\n"
        "I. PURPOSE\n" + _BODY,
    )
    assert read["number"] == "OPS-12"
    assert read["title"] == "FOUND PROPERTY ROOM"
    assert read["issued"] == date(2015, 3, 4)
    assert read["effective"] == date(2015, 4, 1)
    assert [item.number for item in read["supersedes"]] == ["OPS-12/13-065"]
    assert "doc_type" not in read  # the tick-boxes name every kind


def test_filled_in_values_at_the_end_of_the_page_go_to_the_empty_date_labels() -> None:
    page = "NUMBER: 4\nISSUE DATE\nSUBJECT: KEYS\nEFFECTIVE DATE\nREFERENCES:\nI. PURPOSE\n" + _BODY
    read = _read(page + "03/04/15\n04/01/15\n")
    assert (read["issued"], read["effective"]) == (date(2015, 3, 4), date(2015, 4, 1))
    assert "issued" not in _read(page + "03/04/15\n")  # which of the two is it?


def test_a_policy_number_with_the_title_behind_it() -> None:
    read = _read(
        "Policy Number 20081.3: Transport of Keys by Duty Officers\nFEA Number: 306-112-002b\n"
        "Issue Date: March 24, 2017\nEffective Date: April 2, 2017\n"
        "Superseded: Interim Policy No. 20081.2\n1. Purpose/Background. " + _BODY,
    )
    assert read["number"] == "20081.3"
    assert read["title"] == "Transport of Keys by Duty Officers"
    assert (read["issued"], read["issued_text"]) == (date(2017, 3, 24), "March 24, 2017")
    assert read["effective"] == date(2017, 4, 2)
    assert [item.number for item in read["supersedes"]] == ["20081.2"]


def test_a_memo_with_two_lines_of_subject_and_a_supersession_in_a_sentence() -> None:
    read = _read(
        "U.S. Department of Keys\nWashington, DC 20528\nBinding Operational Directive 31-02\n"
        "Original Release Date: May 7, 2031\nApplies to: All Departments and Agencies\n"
        "FROM: Ada B. Byron\nDirector, Key Agency\nCC: Charles Babbage\n"
        "SUBJECT: Secure the Boxes in Which Departments Keep Their Keys\n"
        "and Their Spare Keys\nA binding operational directive is a compulsory direction.\n",
        "Revocation: This directive supersedes BOD 26-01, Securing Keys (June 9, 2026), which is "
        "hereby revoked. " + _BODY,
    )
    assert read["number"] == "31-02"
    title = "Secure the Boxes in Which Departments Keep Their Keys and Their Spare Keys"
    assert read["title"] == title
    assert read["issued"] == date(2031, 5, 7)
    assert read["signatory"] == "Ada B. Byron"
    assert read["doc_type"] == "Binding Operational Directive"
    assert [item.number for item in read["supersedes"]] == ["BOD 26-01"]
    assert read["supersedes"][0].issued == date(2026, 6, 9)


def test_labels_first_and_values_later() -> None:
    read = _read(
        "Operational Directive OD-I 5-01\nOriginal Release Date: May 21, 2015\nFROM:\nCC:\n"
        "SUBJECT:\nAda Byron\nSecretary\nCharles Babbage, Director\nOffice of Engines\n"
        "Requirements for the Mending of Locks That Are Open to\n"
        "Everyone in the Building\nA directive is a compulsory direction to all of the offices.\n",
    )
    assert read["number"] == "OD-15-01"
    assert read["title"] == (
        "Requirements for the Mending of Locks That Are Open to Everyone in the Building"
    )


def test_labels_with_stray_blanks_inside_words() -> None:
    read = _read(
        "SUBJ ECT: Lost Keys\nPOLI CY NUMBER: 7-1.2\nEFFEC TIVE DATE: June 1, 2009\n"
        "ISSUE DA TE: May 1, 2009\nRESCI NDS: 7-1.1\nPURPOSE\n" + _BODY,
    )
    assert read["title"] == "Lost Keys"
    assert read["number"] == "7-1.2"
    assert (read["issued"], read["effective"]) == (date(2009, 5, 1), date(2009, 6, 1))
    assert [item.number for item in read["supersedes"]] == ["7-1.1"]


def test_two_and_more_labels_on_one_line() -> None:
    read = _read(
        "Dir.#: 204-A Issued: 05/15/1991 Eff: 05/05/2000 Rescinds: 025P & 032P\n"
        "Rev: 02/02/2000 Auth:\nDIRECTIVE: 204-A\nREFERENCE STANDARDS: 1.2.1 1.2.2\n"
        "SUBJECT: Keys and Locks\nPURPOSE: " + _BODY,
    )
    assert (read["number"], read["title"]) == ("204-A", "Keys and Locks")
    assert (read["issued"], read["effective"]) == (date(1991, 5, 15), date(2000, 5, 5))
    assert [item.number for item in read["supersedes"]] == ["025P", "032P"]


def test_a_running_head_is_evidence_too() -> None:
    read = _read(
        "SUBJECT: Keys\nPURPOSE: " + _BODY,
        running=("Dir.#: 205-P Issued: 03/22/1999 Eff: 02/19/2001 Rescinds: 005-P",),
    )
    assert (read["number"], read["issued"]) == ("205-P", date(1999, 3, 22))


def test_revised_reviewed_and_printed_dates_are_no_date_of_issue() -> None:
    for line in (
        *("Revision Date: May 6, 2020", "Revised: May 6, 2020", "Printed on: 28/06/2022"),
        *("This document was current as at 5 July 2022.", "Next Review Date: May 6, 2020"),
        "Copyright Locks, LLC 2017/03/28, All Rights Reserved.",
    ):
        assert "issued" not in _read(f"SUBJECT: Keys\n{line}\nPURPOSE\n" + _BODY), line


def test_the_creation_date_of_the_file_is_never_the_date_of_issue() -> None:
    read = _read("SUBJECT: Keys\n" + _BODY, properties={"CreationDate": "D:20200807151802-05'00'"})
    assert "issued" not in read


def test_a_date_alone_near_the_top_is_the_date_of_issue() -> None:
    text = "OFFICE OF KEYS\nMarch 4, 2015\nMEMORANDUM FOR ALL OFFICERS\nSUBJECT: Keys\n" + _BODY
    assert _read(text)["issued"] == date(2015, 3, 4)
    assert _read("Keys policy\nIn force from 15 June 2016\n" + _BODY)["effective"] == date(
        2016, 6, 15
    )


@pytest.mark.parametrize(
    "value", ["None", "N/A", "New Directive", "NEW", "", "all previous policies on the subject"]
)
def test_a_label_that_says_nothing_is_replaced_gives_nothing(value: str) -> None:
    text = f"NUMBER: 7-1\nRESCINDS: {value}\nSUBJECT: Keys\nPURPOSE\n{_BODY}"
    assert "supersedes" not in _read(text)


def test_sentences_with_a_condition_supersede_nothing() -> None:
    for sentence in (
        "This order remains in effect until superseded by 7-2 or rescinded.",
        "If this order supersedes 7-1, tell the officers.",
        "This order does not replace 7-1.",
    ):
        assert "supersedes" not in _read("SUBJECT: Keys\nPURPOSE\n" + sentence), sentence


def test_a_cancellation_paragraph() -> None:
    read = _read(
        "KEY INSTRUCTION\nJ-3 CJKSI 3520.01C\nDISTRIBUTION: A, B, C 1 September 2010\n"
        "LOCKS AND KEYS OF THE\nJOINT STAFF\nReference(s):\n1. Purpose. To tell.\n"
        "2. Cancellation. CJKSI 3520.01B is hereby canceled and authorized for destruction.\n",
    )
    assert read["number"] == "CJKSI 3520.01C"
    assert read["issued"] == date(2010, 9, 1)
    assert [item.number for item in read["supersedes"]] == ["CJKSI 3520.01B"]


def test_the_largest_type_that_is_not_the_issuer_is_the_title() -> None:
    sized = (
        ("LAKEVIEW POLICE DEPARTMENT", 20.0),
        ("GENERAL ORDER", 18.0),
        ("Keys, Locks and Boxes of the", 16.0),
        ("Night Watch", 16.0),
        *((line, 11.0) for line in _BODY.splitlines()),
    )
    text = "\n".join(line for line, _ in sized)
    assert _read(text, sized=sized)["title"] == "Keys, Locks and Boxes of the Night Watch"


def test_headings_of_sections_are_no_titles() -> None:
    sized = (("Telephone Access", 14.0), ("2. Hours", 15.0), *((x, 9.0) for x in _BODY.split("\n")))
    assert _read("\n".join(line for line, _ in sized), sized=sized)["title"] == "Telephone Access"


def test_a_title_from_properties_loses_where_it_is_junk_or_repeated() -> None:
    for title in ("Microsoft Word - D52.doc", "SKM_C65820120216090", "View PDF", "policy.pdf"):
        assert _read("", properties={"Title": title}, file_name="night-watch.pdf")["title"] == (
            "Night watch"
        )
    candidates = infer(_extraction("", properties={"Title": "Locks of Today"}), "night_watch.pdf")
    assert choose(candidates)["title"].source == "properties"
    assert choose(candidates, repeated_titles={"locks of today"})["title"].source == "filename"


def test_the_version_is_parted_from_the_title() -> None:
    read = _read(
        "The attached document has been archived and is provided solely for historical purposes.\n"
        "Archived Document\nTitle: Policy for the Keys of All Offices of the Federal\n"
        "Government (Version 1.25)\nPublication Date: September 22, 2016\n"
        "Archive Date: December 7, 2018\nSuperseding Document\n"
        "Title: Policy for the Keys of All Offices of the Federal\nGovernment (Version 1.27)\n"
        "Publication Date: June 29, 2017\nAdditional Information\nContact: keys@example.org\n",
        _BODY,
    )
    assert read["title"] == "Policy for the Keys of All Offices of the Federal Government"
    assert (read["number"], read["issued"]) == ("Version 1.25", date(2016, 9, 22))
    assert read["status"] == "Archived"
    (successor,) = read["superseded_by"]
    assert (successor.number, successor.issued) == ("Version 1.27", date(2017, 6, 29))


@pytest.mark.parametrize(
    "line",
    [
        *("LAW ENFORCEMENT SENSITIVE", "L A W  E N F O R C E M E N T  S E N S I T I V E"),
        *("FOR OFFICIAL USE ONLY // LAW ENFORCEMENT SENSITIVE", "UNCLASSIFIED//LES"),
        *("** LAW ENFORCEMENT SENSITIVE ** Page 1 of 3", "LES: Yes"),
    ],
)
def test_a_banner_is_the_label(line: str) -> None:
    assert _read(f"{line}\nSUBJECT: Keys\n" + _BODY)["label"] == "LES"
    assert _read("SUBJECT: Keys\n" + _BODY, _BODY + line)["label"] == "LES" or "Yes" in line


@pytest.mark.parametrize(
    "line",
    [
        *("This manual says who may read Law Enforcement Sensitive papers.", "LES: No"),
        *("Documents marked LAW ENFORCEMENT SENSITIVE are kept in a safe.", "LESSONS"),
        *("FOR OFFICIAL USE ONLY", "LAW ENFORCEMENT SENSITIVE papers are kept in a safe."),
    ],
)
def test_what_is_no_banner_is_no_label(line: str) -> None:
    assert "label" not in _read(f"SUBJECT: Keys\n{line}\n" + _BODY)


def test_a_banner_in_the_running_lines_is_the_label() -> None:
    assert _read("Keys", running=("LAW ENFORCEMENT SENSITIVE",))["label"] == "LES"


def test_a_status_only_where_a_label_says_so() -> None:
    assert _read("SUBJECT: Keys\nStatus: Rescinded\n")["status"] == "Rescinded"
    assert "status" not in _read("SUBJECT: Keys\nStatus: pending with the mayor\n")


def test_a_file_without_text_has_its_name_for_a_title() -> None:
    assert _read(file_name="orders/escort-deviation_2006.pdf")["title"] == "Escort deviation 2006"
    read = _read(file_name="D-52 Bias in Policing.pdf")
    assert (read["number"], read["title"]) == ("D-52", "Bias in Policing")


def test_readings_survive_the_way_through_json() -> None:
    text = "NUMBER: 7-1\nISSUED: 05/15/1991\nRESCINDS: 6-1\nSUBJECT: Keys\nPURPOSE\n" + _BODY
    readings = infer(_extraction(text), "f.pdf")
    assert tuple(Inferred.from_dict(item.to_dict()) for item in readings) == readings
    assert all(0 < item.confidence <= 1 for item in readings)
    assert any(isinstance(item.value, tuple) and item.value for item in readings)
    assert isinstance(next(r.value for r in readings if r.field == "supersedes")[0], Reference)


_WORDS = st.sampled_from(
    [
        *("SUBJECT:", "NUMBER", "ISSUE DATE", "Rescinds:", "FROM:", "05/15/91", "BOD 16-01", "1."),
        *(
            "\n",
            "PURPOSE",
            "Version",
            "(",
            ")",
            "",
            "This order supersedes",
            "May 5, 2011",
            "Superseding",
        ),
    ],
)
_TEXTS = st.one_of(st.text(max_size=300), st.lists(_WORDS, max_size=60).map(" ".join))


@given(st.lists(_TEXTS, max_size=3), _TEXTS, _TEXTS)
def test_no_text_makes_the_reading_raise(pages: list[str], line: str, name: str) -> None:
    extraction = _extraction(
        *pages, running=(line,), sized=((line, 12.0),), properties={"Title": line}
    )
    readings = infer(extraction, name)
    assert tuple(Inferred.from_dict(item.to_dict()) for item in readings) == readings


@pytest.mark.parametrize(
    "piece",
    [
        *("\n", " ", "1", "a", "A ", "1/", "SUBJECT: ", "NUMBER\n", "This order supersedes ", "("),
        *(
            "Rescinds: 1-1, ",
            "is hereby canceled ",
            "General Order ",
            "the Aa of ",
            "May 5, 2011\n",
        ),
        *("L ", "I ", "1. ", "Title 1: ", "U.S. "),
    ],
)
def test_the_work_grows_with_the_text_alone(piece: str) -> None:
    def read(size: int) -> None:
        text = repeated(piece, size)
        infer(_extraction(text, text, text, running=(text[:5_000],)), "f.pdf")

    assert_linear(lambda: read(25_000), lambda: read(LONGER * 25_000))


_FLOORS = {
    "title": 0.94,
    "number": 0.96,
    "issued": 0.89,  # two may be two days each: the set mixes day-first and month-first
    "no wrong date": 1.0,
    "supersedes": 1.0,
}


@pytest.mark.shared
def test_real_directives_against_hand_labels(shared: Path) -> None:
    script = Path(__file__).parents[3] / "benchmarks" / "quality" / "metadata.py"
    measure = runpy.run_path(str(script))["measure"]
    right, asked, misses = measure(shared / "data" / "pdf")
    shares = {field: right[field] / asked[field] for field in _FLOORS}
    assert all(shares[field] >= floor for field, floor in _FLOORS.items()), (shares, misses)
