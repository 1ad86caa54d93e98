"""What the text of a page looks like when it reaches the index."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex.extract.cleanup.clean import clean_line, clean_pages, clean_text
from droindex.pages import Page


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("ﬂights and ﬁelds", "flights and fields"),
        ("deten\u00adtion", "detention"),
        ("deten\u00ad\ntion", "detention"),
        ("\uf0b7 first\n\uf0b7 second", "•  first\n•  second"),
        ("a\uf0b7b", "ab"),
        ("a\u202eb\u200b\x07c", "abc"),
        ("a\u00a0b\tc", "a b c"),
        ("one\n\n\n\n\ntwo\n", "one\n\ntwo"),
        ("half \ud800 a pair", "half  a pair"),
        ("cross\ufffecertified here", "cross-\ncertified here"),
        ("cross\x02certified here", "cross-\ncertified here"),
        ("", ""),
    ],
)
def test_characters_are_plain(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_ends_up_plain_and_stays_so(raw: str) -> None:
    text = clean_text(raw)
    assert unicodedata.is_normalized("NFKC", text)
    assert clean_text(text) == text
    assert all(
        char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Co") for char in text
    )
    text.encode("utf-8")


def test_a_line_is_one_line_and_short() -> None:
    assert clean_line("  A\n title \u202e ") == "A title"
    assert len(clean_line("x" * 5_000, max_chars=64)) == 64


def joined(*texts: str) -> list[str]:
    pages, _ = clean_pages([Page(number, text) for number, text in enumerate(texts, 1)])
    return [page.text for page in pages]


def test_words_cut_at_a_line_end_are_joined() -> None:
    assert joined("the deten-\ntion of aliens") == ["the detention\nof aliens"]
    assert joined("the agree-\nment, as signed") == ["the agreement,\nas signed"]


def test_a_hyphen_that_belongs_to_the_word_stays() -> None:
    assert joined("a cross-\ncertified agency", "cross-certified") == [
        "a cross-certified\nagency",
        "cross-certified",
    ]
    assert joined("law-\nenforcement", "the law and its enforcement") == [
        "law-enforcement",
        "the law and its enforcement",
    ]
    assert joined("number 11-\n4 stays") == ["number 11-\n4 stays"]


def pages(*texts: str) -> list[Page]:
    return [Page(number, text, label=f"p{number}") for number, text in enumerate(texts, 1)]


def test_running_heads_and_feet_leave_the_body() -> None:
    found, running = clean_pages(
        pages(
            *(
                f"Office of Removal\nBody {name}\nPage {n} of 3"
                for n, name in zip((1, 2, 3), "abc", strict=True)
            )
        )
    )
    assert [page.text for page in found] == ["Body a", "Body b", "Body c"]
    assert running == ("Office of Removal", "Page 1 of 3")
    assert [page.label for page in found] == ["p1", "p2", "p3"]


def test_two_pages_are_too_few_for_running_lines() -> None:
    found, running = clean_pages(pages("Same\nA", "Same\nB"))
    assert [page.text for page in found] == ["Same\nA", "Same\nB"]
    assert running == ()


def test_page_numbers_go_and_other_numbers_stay() -> None:
    texts = [
        f"text {name}\n{value}\n{number}"
        for number, (name, value) in enumerate(zip("abcd", (17, 4, 99, 12), strict=True), 5)
    ]
    found, _ = clean_pages(pages(*texts))
    assert [page.text for page in found] == ["text a\n17", "text b\n4", "text c\n99", "text d\n12"]


def test_headings_that_count_are_no_running_lines() -> None:
    texts = [f"Chapter {number}\nwords of {name}" for number, name in enumerate("abcd", 1)]
    found, running = clean_pages(pages(*texts))
    assert [page.text for page in found] == texts
    assert running == ()


def test_a_page_never_loses_all_of_its_text() -> None:
    found, _ = clean_pages(pages(*["Hello policy"] * 5))
    assert {page.text for page in found} == {"Hello policy"}


@given(st.lists(st.text(alphabet="ab1 -\n", max_size=60), max_size=8))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pages_stay_as_many_and_in_order(texts: list[str]) -> None:
    found, _ = clean_pages(pages(*texts))
    assert [(page.number, page.label) for page in found] == [
        (number, f"p{number}") for number in range(1, len(texts) + 1)
    ]
    assert all(
        page.text.strip() or not text.strip() for page, text in zip(found, texts, strict=True)
    )


def shifted(text: str) -> str:
    return "".join(chr(ord(char) - 29) for char in text)


def test_a_font_whose_codes_are_29_too_low() -> None:
    date = shifted("September 2, 2020")
    assert clean_text(f"Issued: {date}\nTo all") == "Issued: September 2, 2020\nTo all"
    without_blanks = date.replace("\x03", "")  # as pdfium has it
    assert clean_text(f"Issued: {without_blanks}") == "Issued: September 2, 2020"
    assert clean_text(shifted("The DIRECTOR of (each) office signs.")).startswith("The DIRECTOR of")


def test_what_is_not_29_too_low_stays_as_it_is() -> None:
    plain = "SECTION 4.1(A) OF THE 1999 ACT"
    assert clean_text(plain) == plain
    assert clean_text(plain.replace(" ", "\x03")) == plain.replace(" ", "")
    assert clean_text(shifted("Xqrtvb kkpwz nnrtl mmmm")) == "".join(
        char for char in shifted("Xqrtvb kkpwz nnrtl mmmm") if char.isprintable()
    )


def test_a_head_of_signs_without_figures_stays() -> None:
    texts = [f"# # #\nText number {name}." for name in ("one", "two", "three")]
    assert clean_pages(pages(*texts)) == (tuple(pages(*texts)), ())


def test_bold_type_that_was_drawn_twice_is_read_once() -> None:
    assert clean_text("EEtthhiiccaall BBuussiinneessss\nA committee agreed.") == (
        "Ethical Business\nA committee agreed."
    )
    assert clean_line("CCoonndduucctt RRuulleess") == "Conduct Rules"
    assert clean_text("aabb") == "aabb"  # a short word may be so
