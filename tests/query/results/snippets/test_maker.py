from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex import Index, Snippet
from droindex.engine.analysis import Analyzer
from droindex.engine.passages import Passage
from droindex.query.compile.contribution import Highlights
from droindex.query.results.snippets.highlighter import Highlighter
from droindex.query.results.snippets.maker import Fitness, SnippetMaker
from droindex.settings import SnippetSettings

FILLER = "Nothing of note stands in this sentence of the page. " * 30


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer("english")


def maker(analyzer: Analyzer, *words: str) -> SnippetMaker:
    stems = {stem for word in words for stem, _ in analyzer.terms(word)}
    return SnippetMaker(Highlighter(analyzer, Highlights(frozenset(stems))), SnippetSettings())


def snippet_of(made: SnippetMaker, passage: Passage, title: str = "") -> Snippet | None:
    found = made.cut(passage, title)
    return found.snippet if found else None


def marked(snippet: Snippet) -> list[str]:
    return [text for text, is_match in snippet.segments if is_match]


def test_the_words_of_the_query_are_marked_with_their_endings(analyzer: Analyzer) -> None:
    passage = Passage(3, "iii", "An escort escorts; escorted aliens are under escorting officers.")
    snippet = snippet_of(maker(analyzer, "escort"), passage)
    assert snippet is not None
    assert marked(snippet) == ["escort", "escorts", "escorted", "escorting"]
    assert (snippet.page, snippet.page_label) == (3, "iii")


@pytest.mark.parametrize("word", ["file", "make", "rate", "base", "move"])
@pytest.mark.parametrize("around", ["{}", "\u201c{}\u201d \u2013 \u00a7 3"])
def test_a_silent_e_is_lost_before_an_ending(analyzer: Analyzer, word: str, around: str) -> None:
    form = f"{word[:-1]}ing"
    passage = Passage(1, None, f"Of {around.format(form)} nothing is known. {FILLER}")
    snippet = snippet_of(maker(analyzer, word), passage)
    assert snippet is not None
    assert marked(snippet) == [form]


def test_the_stretch_with_the_most_different_words_is_taken(analyzer: Analyzer) -> None:
    text = f"An escort goes. {FILLER} The escort carries travel documents. {FILLER}"
    snippet = snippet_of(maker(analyzer, "escort", "travel", "documents"), Passage(1, None, text))
    assert snippet is not None
    assert set(marked(snippet)) == {"escort", "travel", "documents"}


def test_a_part_of_a_number_is_not_the_number(analyzer: Analyzer) -> None:
    words = frozenset({"dro", "07", "14"})
    made = SnippetMaker(Highlighter(analyzer, Highlights(words), [("07", "14")]), SnippetSettings())
    text = "14 days after the call DRO writes to the 7 offices (DRO 07-14). It is kept 14 days."
    snippet = snippet_of(made, Passage(1, None, text))
    assert snippet is not None
    assert marked(snippet) == ["DRO", "DRO", "07", "14"]
    assert made.cut(Passage(1, None, "It is kept for 14 days, and 07 of them count.")) is None
    assert marked(made.from_summary("Of DRO 07-14, for 14 days.")) == ["DRO", "07", "14"]


def test_a_footnote_that_names_a_source_stands_behind_the_text(analyzer: Analyzer) -> None:
    made = maker(analyzer, "netlogon", "privilege")
    note = "1 Netlogon Elevation of Privilege Vulnerability"
    text = f"The vulnerability in Netlogon is critical.\n{note}"
    cut = made.cut(Passage(1, None, text, "PN"))
    assert cut is not None
    assert (cut.snippet.text, cut.fitness) == (
        "The vulnerability in Netlogon is critical.",
        Fitness.TEXT,
    )
    alone = made.cut(Passage(1, None, note, "N"))
    assert alone is not None
    assert alone.fitness is Fitness.BESIDE


def test_a_paragraph_that_goes_on_behind_its_notes_shows_that(analyzer: Analyzer) -> None:
    text = "The update lets the unwanted software pass as signed\n1 As told in January"
    snippet = snippet_of(maker(analyzer, "software"), Passage(1, None, text, "PN"))
    assert snippet is not None
    assert snippet.text == "The update lets the unwanted software pass as signed …"


def test_a_snippet_is_whole_sentences_and_a_cut_is_shown_by_an_ellipsis(
    analyzer: Analyzer,
) -> None:
    text = f"{FILLER}The consulate answers. {FILLER}"
    snippet = snippet_of(maker(analyzer, "consulate"), Passage(1, None, text))
    assert snippet is not None
    assert snippet.text.startswith("The consulate answers. Nothing of note")
    assert snippet.text.endswith("of the page.")
    endless = f"The consulate answers {'and answers ' * 40}"
    cut = snippet_of(maker(analyzer, "consulate"), Passage(1, None, endless))
    assert cut is not None
    assert cut.text.endswith("answers …")


def page(*lines: str, section: str | None = None) -> Passage:
    """Return a passage of lines that each begin with their letter of the layout."""
    layout = "".join(line[0] for line in lines)
    text = "\n".join(line[2:] for line in lines)
    return Passage(2, None, text, layout, section)


LETTER = (
    "L OFFICE OF DETENTION",
    "l Subject: Bond Acceptance at the Counter",
    "l Issue Date: May 3, 2006",
)
BONDS = (
    *LETTER,
    "H 13.3 Who may post",
    "P Any person with lawful status may post a bond at the",
    "p counter of the field office. The clerk writes a receipt.",
    "H 13.4 Payment",
    "P Cashier's checks are taken. A receipt follows by mail.",
    "R Amount  Form  Copies",
    "R $1,500  I-352  two",
    "C 13.5 Breach .......... 7",
    "F Page 1 of 2",
)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (
            ("lawful", "status"),
            (
                "13.3 Who may post — Any person with lawful status may post a bond at the counter"
                " of the field office. The clerk writes a receipt."
            ),
        ),
        (("clerk",), "The clerk writes a receipt."),
        (
            ("payment",),
            (
                "13.4 Payment — Cashier's checks are taken. A receipt follows by mail. ·"
                " Amount · Form · Copies"
            ),
        ),
        (("1,500",), "$1,500 · I-352 · two"),
    ],
)
def test_a_snippet_starts_at_a_sentence_or_a_block(
    analyzer: Analyzer, words: tuple[str, ...], shown: str
) -> None:
    snippet = snippet_of(maker(analyzer, *words), page(*BONDS))
    assert snippet is not None
    assert snippet.text == shown


@pytest.mark.parametrize(
    ("word", "shown"),
    [("issue", "Issue Date: May 3, 2006"), ("breach", "13.5 Breach .......... 7")],
)
def test_header_and_contents_are_shown_where_no_other_text_matches(
    analyzer: Analyzer, word: str, shown: str
) -> None:
    cut = maker(analyzer, word).cut(page(*BONDS))
    assert cut is not None
    assert cut.fitness is Fitness.BESIDE
    assert cut.snippet.text == shown


def test_the_header_is_left_for_the_text_that_matches(analyzer: Analyzer) -> None:
    snippet = snippet_of(maker(analyzer, "bond", "acceptance", "counter"), page(*BONDS))
    assert snippet is not None
    assert snippet.text.startswith("13.3 Who may post — Any person")


def test_the_title_is_not_said_again_where_other_text_matches(analyzer: Analyzer) -> None:
    title = "Bond Acceptance at the Counter"
    text = (
        f"P This order is called {title}.",
        "P A bond is paid in cash.",
    )
    cut = maker(analyzer, "bond", "acceptance", "counter").cut(page(*text), title)
    assert cut is not None
    assert (cut.fitness, cut.snippet.text) == (Fitness.TEXT, "A bond is paid in cash.")
    alone = maker(analyzer, "bond").cut(page(text[0]), title)
    assert alone is not None
    assert alone.fitness is Fitness.TITLE


@pytest.mark.parametrize(
    ("word", "section"),
    [("clerk", "13.3 Who may post"), ("checks", "13.4 Payment"), ("payment", "13.4 Payment")],
)
def test_a_snippet_names_its_section(analyzer: Analyzer, word: str, section: str) -> None:
    snippet = snippet_of(maker(analyzer, word), page(*BONDS))
    assert snippet is not None
    assert snippet.section == section


def test_a_section_reaches_over_the_page(analyzer: Analyzer) -> None:
    passage = page("P The clerk goes home.", section="13.3 Who may post")
    snippet = snippet_of(maker(analyzer, "clerk"), passage)
    assert snippet is not None
    assert snippet.section == "13.3 Who may post"


def test_of_a_long_sentence_the_beginning_and_what_answers_are_shown(analyzer: Analyzer) -> None:
    duties = "make notes of everything and " * 12
    text = f"P Officers on duty shall {duties}carry a radio at all times."
    snippet = snippet_of(maker(analyzer, "radio"), page(text))
    assert snippet is not None
    assert snippet.text.startswith("Officers on duty shall make notes")
    assert " … " in snippet.text
    assert snippet.text.endswith("carry a radio at all times.")


def test_no_words_of_a_rule_are_left_out_where_its_beginning_answers(analyzer: Analyzer) -> None:
    text = (
        "P Subject to the provisions of section 2 of this order, the officers that this section "
        "lists shall act as secretary and perform the duties of the office in the order in which "
        "they are listed, in any period in which the secretary, the deputy and the under "
        "secretary for management have died, resigned, or are otherwise unable to act."
    )
    snippet = snippet_of(maker(analyzer, "officers", "secretary", "deputy"), page(text))
    assert snippet is not None
    assert "shall act as secretary and perform the duties" in snippet.text
    assert " … " not in snippet.text
    assert snippet.text.endswith(" …")


def test_what_goes_on_from_the_page_before_says_so(analyzer: Analyzer) -> None:
    snippet = snippet_of(maker(analyzer, "radio"), page("P their radio at all times."))
    assert snippet is not None
    assert snippet.text == "…their radio at all times."


def test_stop_words_are_not_marked_beside_others(analyzer: Analyzer) -> None:
    highlights = Highlights(
        stems=frozenset(["chief", "of", "the", "polic"]),
        sequences=frozenset([("offic", "of", "refuge")]),
    )
    made = SnippetMaker(Highlighter(analyzer, highlights), SnippetSettings())
    text = "P The Chief of the Police and the Office of Refugee Resettlement."
    snippet = snippet_of(made, page(text))
    assert snippet is not None
    assert marked(snippet) == ["Chief", "Police", "Office", "Refugee"]


def test_the_lead_says_what_the_document_does(analyzer: Analyzer) -> None:
    text = (*LETTER, "H 1. Contact", "P Call us.", "H 2. Purpose", "P This order sets limits.")
    lead = maker(analyzer, "zebra").lead(page(*text))
    assert (lead.text, lead.section) == ("This order sets limits.", "2. Purpose")


def test_a_passage_without_the_words_gives_no_snippet(analyzer: Analyzer) -> None:
    assert snippet_of(maker(analyzer, "zebra"), Passage(1, None, FILLER)) is None


@pytest.mark.parametrize(
    ("word", "text", "shown"),
    [
        ("café", "A CAFÉ near the § 241 office.", "CAFÉ"),
        ("école", "Voir l’École nationale.", "École"),
        ("拘留", "他们的拘留所在这里。", "拘"),
        ("कानून", "यह कानून है।", "कानून"),
        ("241.4", "See 8 C.F.R. § 241.4(d).", "241"),
    ],
)
def test_marks_stand_on_the_word_in_any_script(
    analyzer: Analyzer, word: str, text: str, shown: str
) -> None:
    snippet = snippet_of(maker(analyzer, word), Passage(1, None, text))
    assert snippet is not None
    assert marked(snippet)[0] == shown
    assert snippet.text == text


def test_a_short_word_is_not_marked_inside_a_longer_one(analyzer: Analyzer) -> None:
    snippet = snippet_of(maker(analyzer, "art"), Passage(1, None, "Party article, the art of it."))
    assert snippet is not None
    assert marked(snippet) == ["art"]


def _is_of(shown: str, text: str) -> bool:
    """Whether a snippet is pieces of a text, in their order, apart from what parts them."""
    place, whole = 0, "".join(text.split())
    for part in re.split("[…—·]", shown):
        piece = "".join(part.split())
        found = whole.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return True


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    """Return any passage with a layout of as many letters as it has lines."""
    lines = draw(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=12))
    text = "\n".join(lines)
    count = text.count("\n") + 1
    layout = draw(st.text("HhPpIiRrLlCcFf-", min_size=count, max_size=count))
    return Passage(1, None, text, layout)


relaxed = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(text=st.text(max_size=2000), words=st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_any_text_gives_a_snippet_of_that_text(
    analyzer: Analyzer, text: str, words: list[str]
) -> None:
    text = text.encode("utf-8", "replace").decode()
    words = [word.encode("utf-8", "replace").decode() for word in words]
    made = snippet_of(maker(analyzer, *words), Passage(1, None, text))
    if made is None:
        return
    assert all(piece for piece, _ in made.segments)
    assert _is_of(made.text, text)
    assert len(made.text) <= SnippetSettings().max_chars + 8
    for piece in marked(made):
        assert not any(letter.isspace() for letter in piece)


@relaxed
@given(passage=passages(), place=st.integers(0, 700), length=st.integers(1, 12))
def test_any_layout_gives_a_snippet_that_begins_and_marks_whole_words(
    analyzer: Analyzer, passage: Passage, place: int, length: int
) -> None:
    word = passage.text[place : place + length]
    made = snippet_of(maker(analyzer, word), passage)
    if made is None:
        return
    assert len(made.text) <= SnippetSettings().max_chars + 8
    known = {token for line in passage.text.split("\n") for token in re.findall(r"\w+", line)}
    first = re.match(r"\w+", made.text)
    assert first is None or first.group() in known or len(first.group()) > 100
    lead = maker(analyzer, word).lead(passage)
    assert len(lead.text) <= SnippetSettings().max_chars + 8


@given(st.lists(st.tuples(st.text(), st.booleans())))
def test_html_is_escaped_and_marks_nothing_else(segments: list[tuple[str, bool]]) -> None:
    snippet = Snippet(tuple(segments))
    shown = snippet.html()
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare
    assert html.unescape(bare) == html.unescape(html.escape(snippet.text))


@pytest.fixture
def index(library: Callable[..., Path]) -> Iterator[Index]:
    records = [
        {
            "doc_id": "manual",
            "title": "Manual of Custody",
            "summary": "How custody is kept.",
            "body": [f"Page {n} tells of matter number {n}. {FILLER}" for n in range(1, 40)]
            + ["The quarantine of dormitories lasts 21 days."],
        },
        {"doc_id": "bare", "title": "Firearms", "body": "Nothing but text here."},
        {"doc_id": "empty", "title": "Uniforms"},
    ]
    with Index.open(library(records)) as opened:
        yield opened


def test_the_snippet_comes_from_the_best_page(index: Index) -> None:
    hit = index.search("quarantine dormitories")[0]
    assert hit.snippet is not None
    assert hit.snippet.page == 40
    assert marked(hit.snippet) == ["quarantine", "dormitories"]


def test_a_phrase_on_a_page_comes_before_its_words_strewn_about(index: Index) -> None:
    hit = index.search('"matter number 7"')[0]
    assert hit.snippet is not None
    assert hit.snippet.page == 7


def test_where_only_the_title_matched_the_summary_is_shown(index: Index) -> None:
    hit = index.search("manual")[0]
    assert hit.snippet is not None
    assert (hit.snippet.text, hit.snippet.page) == ("How custody is kept.", None)
    assert hit.snippet.is_summary
    assert hit.snippet.to_dict()["is_summary"] is True


def test_without_a_summary_the_first_page_is_shown(index: Index) -> None:
    hit = index.search("firearms")[0]
    assert hit.snippet is not None
    assert (hit.snippet.text, hit.snippet.page) == ("Nothing but text here.", 1)


def test_a_snippet_is_never_missing(index: Index) -> None:
    hit = index.search("uniforms")[0]
    assert hit.snippet is not None
    assert (hit.snippet.text, hit.snippet.page) == ("", None)
    assert index.search("uniforms", snippets=False)[0].snippet is None


def test_stray_figures_of_a_number_that_was_asked_for_are_no_answer(
    library: Callable[..., Path],
) -> None:
    records = [
        {
            "doc_id": "order",
            "title": "Transfers",
            "number": "10028.3",
            "summary": "Says who may be moved.",
            "body": "The 3 reasons are listed.",
        },
        {"doc_id": "memo", "title": "Memo", "body": "See order 10028.3 of the office."},
    ]
    with Index.open(library(records)) as index:
        shown = {hit.doc_id: hit.snippet for hit in index.search("10028.3")}
    assert shown["order"] is not None
    assert shown["memo"] is not None
    assert shown["order"].text == "Says who may be moved."
    assert shown["order"].is_summary
    assert not shown["memo"].is_summary
    assert marked(shown["memo"]) == ["10028", "3"]
