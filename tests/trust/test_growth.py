"""What reading costs grows no faster than the text, whatever of the readers' words it repeats."""

from __future__ import annotations

import random
from datetime import date
from inspect import unwrap
from typing import TYPE_CHECKING, Any

import pytest
from bounds import LONGER, assert_linear, ending, repeated

from droindex.corpus.catalog.catalog import read_catalogs
from droindex.corpus.entry import Entry, FileIdentity
from droindex.corpus.given import read_given
from droindex.corpus.records.files import scan_records
from droindex.errors import CorpusError
from droindex.extract.cleanup.clean import clean_pages, clean_text
from droindex.extract.cleanup.quality import is_garbled, is_spaced_out
from droindex.extract.plain import HtmlExtractor, MarkdownExtractor
from droindex.extract.protocol import Extraction, FileFacts, SizedLine
from droindex.lineage.derive import Binding, derived
from droindex.metadata.coercion import Given, coerce
from droindex.metadata.dates import find_dates, parse_date
from droindex.metadata.infer.facts import kind_of
from droindex.metadata.infer.head import Head, is_date_line
from droindex.metadata.infer.header_fields import find_field_labels
from droindex.metadata.infer.inference import infer
from droindex.metadata.infer.references import read_references
from droindex.metadata.infer.titles.wording import clean_title, file_name_title, is_junk_title
from droindex.metadata.label_hints import Hints
from droindex.metadata.resolution import resolve
from droindex.metadata.values import (
    is_number_like,
    normalise_number,
    number_tokens,
    parse_reference,
)
from droindex.model import Document, FileStatus, Reference
from droindex.pages import Page
from droindex.problems import UNREADABLE_LABEL
from droindex.settings import BuildSettings, ExtractSettings
from droindex.synonyms.find import find_definitions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_WORDS = (
    *("Issue Date ", "Effective Date ", "Date: ", "Supersedes ", "Rescinds: ", "Subject: "),
    *("This directive supersedes ", "is hereby canceled ", "BOD 16-01 ", "January 1, 2004 "),
    *("Jan ", "01/02/2003 ", "2004-01-02", "1", "12 ", "-", "\u2014", "'", "\u201c", "(", "["),
    *(")", "(ABC) ", "(AAAAAAAAAB)", "A ", "a ", "AA ", "dated ", "of ", ": ", ":", ".", "...."),
    *("\u00a0", "\u3000", " ", "\t", "\n", "_", "U/", "U//", "SENSITIVE ", "LES ", "No. ", "#"),
    *("Policy Number ", "General Order ", "page ", "version ", "v1.", "O", "I ", "-\n", "\ufdfa"),
    *("and ", "Police ", "Department of ", "Director ", "/s/ ", "x", "none ", "1.1 ", "the ", ","),
    *(";", "https:", "555-555-5555 ", "```", "# ", "<b>", "<svg>", "</style>", "<!--", "&", "\\"),
    *("\u00ad", "\ue000", "\x03", '"', "also ", "hereinafter ", "\u0130"),
)
_KNOWN = (  # what was found to hold a build for ever, or for minutes
    *("Issue Date ", "U/", "U// ", " ", ",", ":", "x" * 50, "# ", "dated ", "a\n"),
    *("A " * 110 + "(BAAAAAAAAA) ", "[Subject: ", "AA Subject: ", "-\n"),
)


def _families() -> list[str]:
    """Return pieces to repeat: the known ones, and others made of the readers' words."""
    rng = random.Random(9)
    made = ["".join(rng.choices(_WORDS, k=rng.choice((1, 2, 2, 3, 5)))) for _ in range(16)]
    return [*dict.fromkeys((*_KNOWN, *made))]


def _head(text: str) -> Head:
    return Head((text[:400],), 0, (), (), is_cover=False)


def _cleaned(text: str) -> object:
    return clean_pages([Page(1, clean_text(text)), Page(2, "-\n"), Page(3, text[:99])])


_READERS: dict[str, Callable[[str], object]] = {
    "labels": unwrap(find_field_labels),  # without its memory, which would answer the second time
    "kind": lambda text: kind_of(_head(text), ()),
    "dates": find_dates,
    "date": parse_date,
    "date line": is_date_line,
    "number": lambda text: (is_number_like(text), normalise_number(text)),
    "numbers": number_tokens,
    "reference": parse_reference,
    "references": read_references,
    "title": lambda text: (clean_title(text, "1"), is_junk_title(text), file_name_title(text)),
    "acronyms": lambda text: list(find_definitions([text], 10_000)),
    "label key": Hints(("LES", "FOR OFFICIAL USE")).in_text,
    "label in a comment": Hints(("LES", "FOR OFFICIAL USE")).in_comments,
    "cleaning": _cleaned,
    "quality": lambda text: (is_garbled(text), is_spaced_out(text)),
}


@pytest.mark.parametrize("name", _READERS)
@pytest.mark.parametrize("piece", _families(), ids=lambda piece: ascii(piece)[1:25])
def test_a_reader_costs_no_more_than_its_text(name: str, piece: str) -> None:
    size = 10_000
    short, long = repeated(piece, size), repeated(piece, LONGER * size)
    assert_linear(lambda: _READERS[name](short), lambda: _READERS[name](long))


@pytest.mark.parametrize("extractor", [MarkdownExtractor(), HtmlExtractor()], ids=["md", "html"])
@pytest.mark.parametrize(
    "piece",
    [
        *("#", "# ", "# a", "```\n", "~~~", "<svg>", "charset=", "charset ", "</style>", " "),
        *("<a ", "<a\n", "<a b='", '<a b="', "<a b=", "<a =", "<a/", "<a 'b", '<a b="c" ', "<a"),
        *("<![", "<!", "<!--", "<?", "</", "</a ", "<", "<meta name=", "<style>", "<script/>"),
        *("&", "&#", "&#x", "&#9", "9", "&a", "<!-->", "<a b='>", "=", "= ", "<title>", "<pre>"),
    ],
)
@pytest.mark.parametrize("ending", ["", "-->'>\">"])
def test_web_pages_and_markdown_cost_no_more_than_their_text(
    extractor: MarkdownExtractor, piece: str, ending: str, tmp_path: Path
) -> None:
    def read(text: str) -> object:
        file = tmp_path / "a"
        file.write_text(text)
        return list(extractor.extract(file, ExtractSettings()))

    start = "# a" if piece.startswith("#") else "<p>"
    short, long = (start + repeated(piece, size) + ending for size in (10_000, LONGER * 10_000))
    assert_linear(lambda: read(short), lambda: read(long))


# -- a whole document, as a build reads it in its own process

_PAGE = 170_000  # characters: six pages of this are a megabyte


def _extraction(piece: str, width: int) -> Extraction:
    """Return a document of a megabyte, in lines of a width."""
    text = repeated(piece, _PAGE)
    if width:
        text = "\n".join(text[at : at + width] for at in range(0, len(text), width))
    lines = text[:120_000].splitlines()
    facts = FileFacts(
        running_lines=tuple(lines[:20]),
        sized_lines=tuple(SizedLine(line, 12.0 + at % 3) for at, line in enumerate(lines[:300])),
        properties={"Title": text[:1_000]},
    )
    return Extraction(FileStatus.OK, pages=tuple(Page(n, text) for n in range(1, 7)), facts=facts)


@pytest.mark.parametrize("width", [0, 399, 12])
@pytest.mark.parametrize("piece", _families(), ids=lambda piece: ascii(piece)[1:25])
def test_a_megabyte_of_the_worst_text_is_read_in_bounded_time(piece: str, width: int) -> None:
    """The head alone is read for metadata, so the cost has a bound whatever the document's size."""
    extraction = _extraction(piece, width)
    with ending():
        infer(extraction, f"x/{piece * 5}.pdf")


def test_the_441_bytes_that_held_a_build_for_ever() -> None:
    text = "Issue Date " * 40 + "\n"
    with ending(2.0):
        infer(Extraction(FileStatus.OK, pages=(Page(1, text),)), "a.txt")


def test_a_banner_of_many_short_marks_is_read_at_once() -> None:
    text = "U/" * 190 + "SENSITIVE\n"
    with ending(2.0):
        infer(Extraction(FileStatus.OK, pages=(Page(1, text),)), "a.txt")


def test_a_short_form_that_small_words_do_not_give_is_given_up_at_once() -> None:
    with ending(2.0):
        assert list(find_definitions(["a " * 200 + "(BAAAAAAAAA)"], 10)) == []


# -- metadata


def _coerce(raw: dict[str, Any]) -> tuple[str, ...]:
    given = coerce(raw, source="sidecar", file="a.toml", settings=BuildSettings())
    return tuple(problem.message for problem in given.problems)


def test_many_unknown_keys_are_counted_and_the_first_are_named() -> None:
    messages = _coerce({f"key{number}": 1 for number in range(500)})
    assert len(messages) == 21
    assert messages[-1] == "480 more unknown keys are ignored: remove them."


def test_a_key_that_may_mean_the_label_is_named_however_many_others_there_are() -> None:
    raw: dict[str, Any] = {f"key{number}": 1 for number in range(500)}
    messages = _coerce({**raw, "lable": "LES"})
    assert any('"lable"' in message for message in messages)


def test_a_catalogue_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.csv"
    head = ",".join(["file", *(f"column {number}" for number in range(100_000))])
    catalog.write_text(f"{head}\na.txt,x\n")
    with ending(20.0), pytest.raises(CorpusError, match="has 100,001 columns, more than 1,000"):
        read_catalogs([catalog])


def test_unknown_columns_of_a_catalogue_are_named_as_far_as_twenty(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.csv"
    columns = [f"column {number}" for number in range(900)]
    catalog.write_text(f"file,{','.join(columns)}\na.txt,{','.join(columns)}\n")
    problems = read_catalogs([catalog]).problems
    assert len(problems) == 21
    assert problems[-1].message == "880 more unknown keys are ignored: remove them."


# -- documents that name one another


def _alike(count: int) -> list[Document]:
    """Return documents of one number and title that all say they replace one another."""
    names = [Reference("BOD 16-01", number="BOD 16-01"), Reference("Towing"), Reference("1-1")]
    return [
        Document(doc_id=f"d{at}", title="Towing", number="BOD 16-01", supersedes=tuple(names))
        for at in range(count)
    ]


def test_many_documents_of_one_number_cost_no_more_than_others() -> None:
    short, long = _alike(400), _alike(1_600)
    assert_linear(lambda: resolve(short), lambda: resolve(long))
    assert resolve(long) == {}


def test_circles_of_documents_are_put_in_order_at_no_more_than_their_number() -> None:
    def circle(count: int) -> dict[str, Document]:
        return {
            f"d{at}": Document(
                doc_id=f"d{at}",
                title="T",
                issued=date(2000, 1, 1 + at % 28),
                supersedes=tuple(
                    Reference(f"d{other}", doc_id=f"d{other}")
                    for other in {at ^ 1, (at + 2) % count, (at - 2) % count}
                ),
            )
            for at in range(count)
        }

    short, long = circle(1_000), circle(4_000)
    binding = Binding(lambda _: True, lambda _: False)
    assert_linear(lambda: derived(short, binding), lambda: derived(long, binding))
    assert len({document.line for document in derived(long, binding).values()}) == 1


def test_unknown_keys_of_mentions_are_counted_too() -> None:
    mentions = [{f"key{at}-{number}": 1 for number in range(10)} for at in range(100)]
    messages = _coerce({"supersedes": mentions})
    assert len(messages) == 21
    assert messages[-1] == "980 more unknown keys are ignored: remove them."


def test_a_long_record_is_not_read_again_for_each_that_has_its_id(tmp_path: Path) -> None:
    def read(repeats: int) -> list[str]:
        file = tmp_path / "records.jsonl"
        again = '{"id": "a", "label": "LES"}\n' * repeats
        file.write_text('{"id": "a", "body": "' + "x" * 2_000_000 + '"}\n' + again)
        entries, problems = scan_records(file)
        assert len(problems) == repeats
        return [entry.doc_id for entry in entries]

    with ending(3.0):
        assert read(2_000) == ["a"]


@pytest.mark.parametrize(
    "text",
    ["k{n}.a.b.c = 1", '"{n}" = 1', "k{n} = {}", "[k{n}.a]", "k{n} = [1.5, 'a.b']"],
)
def test_a_sidecar_costs_no_more_than_its_text(text: str, tmp_path: Path) -> None:
    """Also one that is refused; what it may have labelled stays hidden."""
    sidecar = tmp_path / "a.toml"
    identity = FileIdentity(1, 2, 3)
    entry = Entry(
        "a", "a.txt", tmp_path / "a.txt", identity, sidecar=sidecar, sidecar_identity=identity
    )

    def read(lines: str) -> Given:
        sidecar.write_text(lines)
        return read_given(entry, settings=BuildSettings())

    def lines(count: int) -> str:
        return "".join(text.replace("{n}", str(n)) + "\n" for n in range(count)) + "label = 'LES'\n"

    assert_linear(lambda: read(lines(1_500)), lambda: read(lines(LONGER * 1_500)))
    found = read(lines(LONGER * 1_500))
    assert found.values["label"] in {UNREADABLE_LABEL, "LES"}
    assert len(found.problems) <= 22


def test_a_key_of_many_parts_hides_its_document_where_a_label_may_stand(tmp_path: Path) -> None:
    sidecar = tmp_path / "a.toml"
    sidecar.write_text(".".join("a" * 20_000) + " = 1\nlabel = 'LES'\n")
    identity = FileIdentity(1, 2, 3)
    entry = Entry(
        "a", "a.txt", tmp_path / "a.txt", identity, sidecar=sidecar, sidecar_identity=identity
    )
    found = read_given(entry, settings=BuildSettings())
    assert found.values == {"label": UNREADABLE_LABEL}
    assert "a key has 20,000 parts, more than 16" in found.problems[0].message
