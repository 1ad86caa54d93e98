"""Acts: their number, their day, and what they are about."""

from __future__ import annotations

from datetime import date

import pytest
from bounds import LONGER, assert_linear, repeated
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction
from droindex.metadata.infer.forms.acts import act_title, read_act, short_title
from droindex.metadata.infer.head import Head, read_head
from droindex.model import FileStatus
from droindex.pages import Page

DAY = date(2019, 5, 6)


def head_of(text: str) -> Head:
    """Return the head of a paper of one page."""
    return read_head(Extraction(FileStatus.OK, pages=(Page(1, text),)))


@pytest.mark.parametrize(
    ("line", "number", "day"),
    [
        ("Executive Order 14999 of May 6, 2019", "14999", DAY),
        ("RESOLUÇÃO Nº 4.999, DE 6 DE MAIO DE 2019", "4.999", DAY),
        ("RESOLUCIÓN ABC Nº 1999-2019", "1999-2019", None),
        ("DECRETO SUPREMO N° 003-2019-ABC", "003-2019-ABC", None),
        ("LEY N° 28999", "28999", None),
        ("BY-LAW NO. 5999-07", "5999-07", None),
        ("By-law # 6999-14", "6999-14", None),
        ("Richtlinie Nr. 02/2019", "02/2019", None),
        ("Guidelines 01/2019", "01/2019", None),
        ("REGULATION (EU) 2019/999 OF THE COUNCIL", "2019/999", None),
        ("ORDINANCE NO. LV OF 2019", "LV of 2019", None),
        ("Arrêté n° 2019-12 du 6 mai 2019", "2019-12", DAY),
    ],
)
def test_an_act_opens_with_its_number_and_its_day(line: str, number: str, day: date | None) -> None:
    act = read_act(head_of(f"HARBOUR TOWN\n{line}\nThe keys of the house\n"))
    assert act is not None
    assert act.number.casefold() == number.casefold()
    assert (act.day[1] if act.day else None) == day


@pytest.mark.parametrize(
    "line",
    [
        "Escort of Detainees",
        "Directive 5",
        "See Regulation No. 12 of the harbour for the use of keys",
        "Act of May 6, 2019",
    ],
)
def test_other_lines_open_no_act(line: str) -> None:
    assert read_act(head_of(f"HARBOUR TOWN\n{line}\nThe keys of the house\n")) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            (
                "Executive Order 14999 of May 6, 2019\nKeeping the Keys of the Harbour\n"
                "By the authority vested in me as President\nit is ordered\n"
            ),
            "Keeping the Keys of the Harbour",
        ),
        (
            (
                "RESOLUÇÃO Nº 4.999, DE 6 DE MAIO DE 2019\nDispõe sobre as chaves do\n"
                "porto e da casa.\nO Banco do Porto torna público\n"
            ),
            "Dispõe sobre as chaves do porto e da casa.",
        ),
        (
            "BY-LAW NO. 5999-07\nBEING A BY-LAW TO KEEP KEYS\nWHEREAS keys are lost;\n",
            "BEING A BY-LAW TO KEEP KEYS",
        ),
        (
            (
                "REGULATION (EU) 2019/999 OF THE COUNCIL\nof 6 May 2019\non the keeping of keys\n"
                "THE COUNCIL OF THE UNION,\n"
            ),
            "REGULATION (EU) 2019/999 OF THE COUNCIL of 6 May 2019 on the keeping of keys",
        ),
        ("LEY N° 28999\nEL PRESIDENTE DEL CONGRESO\n", None),
        ("Guidelines 01/2019\nAdopted yesterday\n", None),
        ("BY-LAW NO. 5999-07\n", None),
    ],
)
def test_the_title_of_an_act_stands_below_its_number(text: str, title: str | None) -> None:
    head = head_of(text)
    act = read_act(head)
    assert act is not None
    offer = act_title(head, act, {})
    assert (offer[0] if offer else None) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("This Act may be cited as the Harbour Keys Act, 2019.", "Harbour Keys Act, 2019"),
        ("1. (1) This Ordinance may be called\nthe Keys Ordinance, 2019.", "Keys Ordinance, 2019"),
        ("This Act shall be known as “The Keys Act”.", "The Keys Act"),
        ("This Act may be cited as the “John S. Berg Keys Act”.", "John S. Berg Keys Act"),
        ("That Act may be cited as the Harbour Keys Act.", None),
        ("This order may be cited in court.", None),
        ("", None),
    ],
)
def test_an_act_names_itself(text: str, title: str | None) -> None:
    assert short_title([Page(1, text)]) == title


@given(st.text(max_size=200))
def test_any_head_has_an_act_or_none(text: str) -> None:
    head = head_of(text)
    act = read_act(head)
    if act:
        assert act.number.replace("-", "") in head.lines[act.place].replace("\u2013", "").replace(
            "-", ""
        )
        offer = act_title(head, act, {})
        assert offer is None or offer[0]


@pytest.mark.parametrize(
    "piece", ["this act may be cited as ", "Executive Order ", "decreto n º 1"]
)
def test_time_grows_with_the_text(piece: str) -> None:
    texts = [repeated(piece, size) for size in (20_000, LONGER * 20_000)]
    assert_linear(*(lambda text=text: _read(text) for text in texts))


def _read(text: str) -> None:
    read_act(head_of(text))
    short_title([Page(1, text)])
