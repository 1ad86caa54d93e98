"""References as people write them, in one form each; nothing else is one."""

from __future__ import annotations

import pytest
from bounds import LONGER, assert_linear, repeated
from hypothesis import given
from hypothesis import strategies as st

from droindex.citations.find import find_citations
from droindex.citations.keys import cited_keys, link_key, number_key, references_in
from droindex.citations.mentions import mentions


def found(*texts: str) -> list[str]:
    return [own.normal for page in find_citations(texts) for own in page]


@pytest.mark.parametrize(
    ("text", "normals"),
    [
        ("8 CFR 236.1(c) and 287.7", ["8 CFR 236.1(c)", "8 CFR 287.7"]),
        ("14 C.F.R. §§ 91.213,\nand 129.14", ["14 CFR 91.213", "14 CFR 129.14"]),
        ("14 CFR\nParts 39 and 91", ["14 CFR part 39", "14 CFR part 91"]),
        ("Title 8, Code of Federal Regulations, part 236", ["8 CFR part 236"]),
        ("8 U.S.C. §§ 1225(b), 1226(a) and 1231", ["8 USC 1225(b)", "8 USC 1226(a)", "8 USC 1231"]),
        ("44 U.S.C. § 3553(d), (e)(2)", ["44 USC 3553(d)", "44 USC 3553(e)(2)"]),
        ("28 U.S.C. 2671-2680", ["28 USC 2671-2680"]),
        ("Section 3553(h) of title 44, U.S. Code,", ["44 USC 3553(h)"]),
        ("Title 49 of the United States Code", ["49 USC"]),
        ("INA § 241(a)(1)", ["INA 241(a)(1)"]),
        ("sections 212(a) and 237(a) of the Act. INA 101", ["INA 212(a)", "INA 237(a)", "INA 101"]),
        ("section 287(g) of the Immigration and Nationality Act", ["INA 287(g)"]),
        ("E.O. 13768, Executive Order No. 12,866", ["EO 13768", "EO 12866"]),
        ("Executive Orders 12866, 13563 and 13132", ["EO 12866", "EO 13563", "EO 13132"]),
        ("Pub. L. No. 104-208, 110 Stat. 3009-546", ["PL 104-208", "110 Stat 3009-546"]),
        ("Public Laws 104-208 and 105-100", ["PL 104-208", "PL 105-100"]),
        ("69 Fed. Reg. 48,877; 83 FR 62697", ["69 FR 48877", "83 FR 62697"]),
        ("50\nILCS 706/Article 10", ["50 ILCS 706/Article 10"]),
        ("Public Act 099-0352", ["Public Act 99-352"]),
        ("under section 6 or 7 of the Misuse of Drugs Act 1975",
         ["Misuse of Drugs Act 1975 s 6", "Misuse of Drugs Act 1975 s 7"]),
        ("Section 9 – Search & Surveillance Act 2012", ["Search and Surveillance Act 2012 s 9"]),
        ("Binding Operational Directive (BOD) 16-01, ED 20-02", ["BOD 16-01"]),
        ("CJCSI 3520.01B and DoD Directive 5124.02", ["CJCSI 3520.01B", "DODD 5124.02"]),
        ("OMB Memorandum M-16-03", ["OMB M-16-03"]),
        ("DROPPM Chapter 11", ["DROPPM Chapter 11"]),
        ("44 U.S.C. § 3552(b). Id. § 3553(d)-(e).", ["44 USC 3552(b)", "44 USC 3553(d)-(e)"]),
    ],
)  # fmt: skip
def test_a_reference_has_one_form(text: str, normals: list[str]) -> None:
    assert found(text) == normals


@pytest.mark.parametrize(
    "text",
    [
        "section 21 of the Act",
        "the Misuse of Drugs Act",
        "Ibid., §3.5",
        "Topic 8 U.S.C. 8 C.F.R.",
        "He acts in 2012. The Act of 2012 is another matter",
        "v. 5, FR and EU",
        "Section 4 of Title 7, Springfield City Code, beside 5 U.S.C",
        "",
    ],
)
def test_what_is_not_plain_is_no_reference(text: str) -> None:
    assert found(text) == []


def test_numbers_that_are_counted_are_no_sections() -> None:
    assert found("under 5 U.S.C. 552 and 30 days later") == ["5 USC 552"]
    assert found("8 CFR 236.1 and 2 copies") == ["8 CFR 236.1"]
    assert found("44 U.S.C. § 3553(b) & 3.") == ["44 USC 3553(b)"]


def test_a_title_is_known_on_the_next_page() -> None:
    assert found("44 U.S.C. § 3552(b).", "Id. § 3553(b)(2).") == [
        "44 USC 3552(b)",
        "44 USC 3553(b)(2)",
    ]
    assert found("Id. § 3553(b)(2).") == []


@given(st.text(alphabet="8 CFRUS.§()INAct,and0123-–\nofEOPubL 2012Section", max_size=120))
def test_references_rise_do_not_overlap_and_stand_where_they_say(text: str) -> None:
    end = 0
    for own in references_in([text])[0]:
        assert end <= own.start < own.end <= len(text)
        end = own.end
        assert own.normal == " ".join(own.normal.split())


@given(
    st.integers(1, 50),
    st.integers(1, 9999),
    st.lists(st.sampled_from(["(a)", "(1)", "(B)"]), max_size=3),
)
def test_a_section_is_found_again_in_its_own_form(
    title: int, number: int, parts: list[str]
) -> None:
    normal = f"{title} USC {number}{''.join(parts)}"
    assert found(normal) == [normal]


@pytest.mark.parametrize(
    "piece",
    [
        "8 CFR 236.1, ",
        "section 1, 2 and ",
        "Act 2012 ",
        "The A of B and ",
        "((a)",
        "1(a)",
        "EO 12866, ",
        "§ Id. §",
        "section 101(a)(1), ",
        "section section 1.1.1.1 ",
        "sections 1(a), 1(a), of the Act ",
        "(((( 1 ",
        "1-1-1-1-",
        "Policy No. 1.1.1.1 ",
    ],
)
def test_what_repeats_costs_no_more_than_its_length(piece: str) -> None:
    short, long = (repeated(piece, size, " Act 2012 INA") for size in (8_000, 8_000 * LONGER))
    assert_linear(lambda: references_in([short]), lambda: references_in([long]))


def test_what_may_be_the_number_of_a_document_is_told_apart() -> None:
    text = "See Policy No. 10074.1, Directive 11032.4 and the memorandum dated June 9, 2006."
    found = sorted(mentions(text), key=lambda own: own.start)
    assert [own.normal for own in found] == ["10074.1", "11032.4", "2006-06-09"]
    assert [link_key(own) for own in found] == ["#10074 1", "#11032 4", "@2006-06-09"]
    (own,) = references_in(["BOD Directive 16-01"])[0]
    assert link_key(own) == number_key("BOD 16-01")


def test_a_part_is_found_by_the_whole() -> None:
    (page,) = find_citations(["8 CFR 236.1(c)(2); Misuse of Drugs Act 1975; 720 ILCS 5/14-1"])
    assert cited_keys(page) == {
        "8 cfr", "8 cfr part 236", "8 cfr 236.1", "8 cfr 236.1(c)", "8 cfr 236.1(c)(2)",
        "misuse of drugs act 1975", "720 ilcs 5", "720 ilcs 5/14-1",
    }  # fmt: skip
