"""What changed from one text to another: nothing is lost, and what stayed is told as that."""

from __future__ import annotations

import random
from html.parser import HTMLParser

import pytest
from bounds import LONGER, assert_linear, ending
from hypothesis import given
from hypothesis import strategies as st

from droindex import ChangeKind, Document, Page, QueryError, RunKind
from droindex.changes.diff import DocumentDiff, compare
from droindex.changes.paragraphs import paragraphs

WORDS = ["The", "the", "officer", "shall", "detainee", "bond.", "may", "(a)", "8", "§", "[-", "<b>"]
lines = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
texts = st.lists(lines, max_size=12).map("\n\n".join)


def differ(before: str | list[str], after: str | list[str]) -> DocumentDiff:
    """Return what changed; a list has the texts of pages."""
    pages = [
        [
            Page(number, text)
            for number, text in enumerate([own] if isinstance(own, str) else own, 1)
        ]
        for own in (before, after)
    ]
    documents = (Document(doc_id=name) for name in "ab")
    return DocumentDiff(*documents, compare(*map(paragraphs, pages)))


def of(text: str) -> list[str]:
    """Return the paragraphs of a text."""
    return [own.text for own in paragraphs([Page(1, text)])]


def told(diff: DocumentDiff) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what became of each paragraph that is not the same."""
    return [
        (change.kind.value, [(run.kind.value, run.text) for run in change.runs])
        for change in diff.changes
        if change.kind is not ChangeKind.SAME
    ]


@given(texts, texts)
def test_applied_to_the_one_text_it_gives_the_other(before: str, after: str) -> None:
    diff = differ(before, after)
    assert list(diff.apply(of(before))) == of(after)


@given(st.text(), st.text())
def test_any_text_at_all_can_be_compared(before: str, after: str) -> None:
    diff = differ(before, after)
    assert list(diff.apply(of(before))) == of(after)
    assert diff.is_same == (of(before) == of(after)) or " ".join(of(before)) == " ".join(of(after))


@given(texts, st.randoms(use_true_random=False))
def test_edits_of_a_text_are_found_again(before: str, dice: random.Random) -> None:
    parts = before.split("\n\n")
    dice.shuffle(parts)
    after = "\n\n".join([*parts[:-1], "Something else that nobody said before."])
    assert list(differ(before, after).apply(of(before))) == of(after)


@given(texts, texts)
def test_every_word_of_both_texts_is_told_of_once(before: str, after: str) -> None:
    runs = [run for change in differ(before, after).changes for run in change.runs]
    stood = sorted((run for run in runs if run.at is not None), key=lambda run: run.at or 0)
    assert " ".join(run.text for run in stood) == " ".join(of(before))
    stands = " ".join(run.text for run in runs if run.kind is not RunKind.REMOVED)
    assert stands == " ".join(of(after))


@given(texts)
def test_a_text_is_the_same_as_itself(text: str) -> None:
    diff = differ(text, text)
    assert diff.is_same
    assert diff.text() == "The two say the same, word for word."


def test_words_that_changed_are_told_in_their_paragraph() -> None:
    diff = differ(
        "Scope\n\nAn officer may release the detainee on bond.\n\nEnd of the order.",
        "Scope\n\nAn officer must not release the detainee on bond.\n\nEnd of the order.",
    )
    assert told(diff) == [
        (
            "changed",
            [
                ("same", "An officer"),
                ("removed", "may"),
                ("added", "must not"),
                ("same", "release the detainee on bond."),
            ],
        )
    ]
    assert diff.counts["words_removed"] == 1
    assert diff.counts["words_added"] == 2


def test_a_paragraph_that_moved_is_told_where_it_was_and_where_it_is() -> None:
    moved = "Every escort carries the travel documents of the alien in a sealed bag."
    rest = [f"Rule {number} speaks of its own matter {number * 7}." for number in range(6)]
    diff = differ("\n\n".join([moved, *rest]), "\n\n".join([*rest, moved.replace("bag", "box")]))
    assert [kind for kind, _ in told(diff)] == ["moved-away", "moved"]
    here = next(change for change in diff.changes if change.kind is ChangeKind.MOVED)
    assert here.before is not None
    assert here.after is not None
    assert (here.before.paragraph, here.after.paragraph, here.move) == (0, 6, 1)
    assert [run.text for run in here.runs if run.kind is not RunKind.SAME] == ["bag.", "box."]


def test_a_passage_that_moved_into_another_paragraph_is_told_as_moved() -> None:
    passage = "the file is sent to the field office within three working days"
    first = "First rule of all of them, which every officer knows by heart and keeps."
    second = "Second rule, which stands alone here and is read aloud at each muster of the shift."
    diff = differ(
        f"{first} Then {passage} by courier.\n\n{second}",
        f"{first}\n\n{second} Besides, {passage} as a rule.",
    )
    moves = [run for change in diff.changes for run in change.runs if run.move is not None]
    assert {run.kind for run in moves} == {RunKind.REMOVED, RunKind.ADDED}
    assert {run.move for run in moves} == {1}
    assert diff.counts["words_moved"] == 12


def test_other_breaks_of_lines_paragraphs_and_pages_are_no_change_of_words() -> None:
    diff = differ(["One two three", "four five six."], "One two\nthree four five six.")
    assert diff.is_same
    diff = differ("A heading\n\nand its text.", "A heading and its text.")
    assert diff.is_same


def test_the_two_halves_of_a_parted_paragraph_are_the_same_words() -> None:
    diff = differ("Pay at once. Ask for a receipt.", "Pay at once.\n\nAsk for a receipt.")
    assert diff.is_same
    assert diff.apply(["Pay at once. Ask for a receipt."]) == ("Pay at once.", "Ask for a receipt.")


def test_it_is_not_applied_to_another_text() -> None:
    diff = differ("Pay in cash.", "Pay by card.")
    for wrong in (["Pay in coins."], [], ["Pay in cash.", "More."]):
        with pytest.raises(QueryError) as caught:
            diff.apply(wrong)
        assert caught.value.slug == "wrong-document"


def test_the_shape_for_programs_tells_places_and_words() -> None:
    shape = differ(["Scope of the order.", "Pay in cash."], ["Scope of the order.", "Pay by card."])
    (change,) = [item for item in shape.to_dict()["changes"] if item["kind"] == "changed"]
    assert change["after"] == {
        "paragraph": 1, "page": 2, "label": None, "section": "", "kind": "paragraph",
    }  # fmt: skip
    assert change["runs"][0] == {"kind": "same", "text": "Pay", "at": 4}
    assert shape.to_dict()["counts"]["changed"] == 1


class _Tags(HTMLParser):
    """The tags of a text, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(texts, texts)
def test_the_html_is_whole_and_no_text_is_a_tag_of_it(before: str, after: str) -> None:
    parser = _Tags()
    parser.feed(differ(before, after).html())
    assert not parser.open
    assert parser.seen <= {"section", "p", "h3", "small", "ins", "del", "a"}
    assert len(set(parser.ids)) == len(parser.ids)
    assert {link.removeprefix("#") for link in parser.links} <= set(parser.ids)


def test_plain_text_marks_what_was_removed_and_added() -> None:
    text = differ("Scope\n\nPay in cash at the desk.", "Scope\n\nPay by card at the desk.").text()
    assert text.splitlines()[0] == "Paragraphs: 1 changed, 1 the same. 2 words removed, 2 added."
    assert "    Pay [-in cash-] {+by card+} at the desk." in text.splitlines()


def manual(paragraph_count: int, seed: int) -> str:
    """Return a manual of about 25 words in each paragraph."""
    dice = random.Random(seed)
    vocabulary = [f"word{number}" for number in range(3000)]
    return "\n\n".join(" ".join(dice.choices(vocabulary, k=25)) for _ in range(paragraph_count))


def edited(text: str, seed: int) -> str:
    """Return a manual with words, paragraphs and their order changed."""
    dice = random.Random(seed)
    parts = text.split("\n\n")
    for at in range(0, len(parts), 3):
        words = parts[at].split()
        words[dice.randrange(len(words))] = "changed"
        parts[at] = " ".join(words)
    for _ in range(len(parts) // 20):
        parts.insert(dice.randrange(len(parts)), parts.pop(dice.randrange(len(parts))))
    return "\n\n".join(parts)


@pytest.mark.parametrize("other", ["edited", "another", "words in another order"])
def test_two_texts_of_two_hundred_pages_are_compared_within_five_seconds(other: str) -> None:
    before = manual(4000, 1)  # 20 paragraphs a page
    after = {
        "edited": lambda: edited(before, 2),
        "another": lambda: manual(4000, 3),
        "words in another order": lambda: " ".join(sorted(before.split())),
    }[other]()
    with ending(5):
        diff = differ(before, after)
    assert list(diff.apply(of(before))) == of(after)


@pytest.mark.parametrize("piece", ["no ", "a b ", "a b c d e f g h ", "one\n\n", "a\n\nb\n\n"])
def test_texts_that_repeat_themselves_cost_no_more_than_their_length(piece: str) -> None:
    def work(times: int) -> None:
        assert differ("x " + piece * times + "x", "y " + piece[::-1] * times + "y").changes

    assert_linear(lambda: work(2_000), lambda: work(2_000 * LONGER))
