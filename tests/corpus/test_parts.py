"""Bundles that are split: what their parts are, what hides them, what a change makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from support import pdf_of

from droindex import BuildReport, Index, Library, QueryError
from droindex.cli.program import program
from droindex.present.documents import document_fields

HEAD = (
    "Order No.: {number}    Issued: {day}\nSubject: {title}\n"
    "Rescinds: {rescinds}    Distribution: all\n"
)
ORDERS = {
    "300.01": ("Career Development", "June 5, 2000"),
    "300.02": ("Social Media", "April 27, 2018"),
    "300.03": ("Civil Actions", "July 1, 2001"),
}
SPLIT = "split = true\n"
Build = Callable[..., BuildReport]


def pages_of(
    orders: dict[str, tuple[str, str]], text: str = "to see to it", mark: str = ""
) -> list[str]:
    """Return orders of two pages each, one behind the other."""
    found: list[str] = []
    for number, (title, day) in orders.items():
        head = HEAD.format(number=number, title=title, day=day, rescinds=f"A-{number}")
        found.append(f"{mark}{head}The purpose is {text} in {title.lower()}.")
        found.append(f"The chief of {title.lower()} decides, and nobody else, on {number}.")
    return found


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "orders.pdf").write_bytes(pdf_of(pages_of(ORDERS)))
    (folder / "memo.txt").write_text("Keys are counted.", "utf-8")
    (folder / "corpus.toml").write_text(SPLIT, "utf-8")
    return folder


@pytest.fixture
def build(corpus: Path, tmp_path: Path) -> Build:
    def run(**values: object) -> BuildReport:
        return Library(tmp_path / "library.idx").build(corpus, workers=0, ocr=False, **values)  # type: ignore[arg-type]

    return run


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library.idx"


def ids(library: Path, clearance: str | None = None) -> list[str]:
    with Index.open(library, clearance=clearance) as index:
        return sorted(index.ids())


PARTS = [f"orders@{number}" for number in ORDERS]


def test_each_order_of_a_bundle_is_a_document_of_its_own(build: Build, library: Path) -> None:
    report = build()
    assert (report.added, report.problems) == (4, ())
    assert {(file.file, file.parts, file.pages) for file in report.files} == {
        ("orders.pdf", tuple(PARTS), 6),
        ("memo.txt", (), 1),
    }
    with Index.open(library) as index:
        assert sorted(index.ids()) == ["memo", *PARTS]
        part = index["orders@300.02"]
        assert (part.title, part.number, str(part.issued)) == (
            "Social Media",
            "300.02",
            "2018-04-27",
        )
        assert [page.number for page in part.pages] == [3, 4]
        assert (part.part_of, part.part_number, part.part_count) == ("orders", 2, 3)
        assert (part.first_page, part.last_page, part.page_count) == (3, 4, 6)
        assert dict(document_fields(part))["part"] == "2 of 3 of orders.pdf, pages 3-4"
        hit = index.search("chief of civil actions")[0]
        assert (hit.doc_id, hit.snippet.page) == ("orders@300.03", 6)
        assert len(index.search("part_of:orders chief")) == 3
        path = index.file_path("orders@300.03")
        assert path is not None
        assert path.name == "orders.pdf"


def test_a_bundle_is_one_document_where_nobody_asks_to_split_it(
    corpus: Path, build: Build, library: Path
) -> None:
    (corpus / "corpus.toml").write_text('split = ["others/**"]\n', "utf-8")
    build()
    assert ids(library) == ["memo", "orders"]


def test_the_name_of_the_file_names_its_parts(build: Build, library: Path) -> None:
    build()
    with Index.open(library) as index:
        for name in ("orders", "orders.pdf", "somewhere/corpus/orders.pdf"):
            with pytest.raises(QueryError, match="holds 3 documents") as caught:
                index.locate(name)
            assert "orders@300.01" in str(caught.value.hint)
        assert index.locate("300.02") == "orders@300.02"


def test_what_is_said_of_the_file_is_said_of_its_parts_but_not_what_it_is_called(
    corpus: Path, build: Build, library: Path
) -> None:
    (corpus / "orders.toml").write_text(
        'title = "All orders"\nnumber = "GO"\nissued = 2020-01-01\ncategory = "Police"\n'
        'status = "Archived"\nurl = "https://example.org/orders.pdf"\nexpires = 2030-01-01\n',
        "utf-8",
    )
    build()
    with Index.open(library) as index:
        part = index["orders@300.01"]
    assert (part.title, part.number, str(part.issued)) == (
        "Career Development",
        "300.01",
        "2000-06-05",
    )
    assert (part.category, part.status, str(part.expires)) == ("Police", "Archived", "2030-01-01")
    assert part.url == "https://example.org/orders.pdf"


def test_an_order_that_changed_is_updated_and_the_others_keep_their_ids(
    corpus: Path, build: Build, library: Path
) -> None:
    build()
    longer = {**ORDERS, "300.04": ("Cadets", "May 1, 2019")}
    del longer["300.02"]
    (corpus / "orders.pdf").write_bytes(pdf_of(pages_of(longer)))
    report = build()
    assert (report.added, report.removed) == (1, 1)
    assert ids(library) == ["memo", "orders@300.01", "orders@300.03", "orders@300.04"]
    assert (build().unchanged, build().updated) == (4, 0)
    (corpus / "orders.pdf").unlink()
    build(allow_removals=True)
    assert ids(library) == ["memo"]


def test_split_is_turned_on_and_off_without_leave_to_remove(
    corpus: Path, build: Build, library: Path
) -> None:
    for text, expected in [("", ["memo", "orders"]), (SPLIT, ["memo", *PARTS])] * 2:
        (corpus / "corpus.toml").write_text(text, "utf-8")
        build()
        assert ids(library) == expected
        assert build().unchanged == len(expected)


def test_a_part_that_was_taken_out_comes_back_with_the_next_build(
    build: Build, library: Path
) -> None:
    build()
    Library(library).update(remove=["orders@300.02"])
    build()
    assert ids(library) == ["memo", *PARTS]


def test_metadata_that_change_reach_all_parts_and_their_texts_are_not_read_again(
    corpus: Path, build: Build, library: Path
) -> None:
    build()
    told: list[object] = []
    (corpus / "orders.toml").write_text('category = "Police"\n', "utf-8")
    report = build(progress=told.append)
    assert report.updated == 3
    assert not [item for item in told if getattr(item, "phase", "") == "reading"]
    with Index.open(library) as index:
        assert {index[key].category for key in PARTS} == {"Police"}


def test_a_bundle_that_cannot_be_read_any_more_keeps_its_parts(
    corpus: Path, build: Build, library: Path
) -> None:
    build()
    (corpus / "orders.pdf").write_bytes(b"%PDF-1.4 and no more")
    report = build()
    assert [item.slug for item in report.problems] == ["kept-last-good"]
    assert ids(library) == ["memo", *PARTS]


# who may see them -------------------------------------------------------------------------------


def assert_hidden(library: Path) -> None:
    assert not [key for key in ids(library) if key.startswith("orders")]
    assert [key for key in ids(library, "LES") if key.startswith("orders")]


@pytest.mark.parametrize("how", ["sidecar", "catalog", "last page", "middle", "unreadable"])
@pytest.mark.parametrize("first", ["", SPLIT])
def test_what_hides_the_file_hides_each_part_split_or_not(
    corpus: Path, build: Build, library: Path, how: str, first: str
) -> None:
    (corpus / "corpus.toml").write_text(first, "utf-8")
    pages = pages_of(ORDERS)
    if how == "sidecar":
        (corpus / "orders.toml").write_text('label = "LES"\n', "utf-8")
    elif how == "catalog":
        (corpus / "catalog.csv").write_text("file,label\norders.pdf,LES\n", "utf-8")
    elif how == "unreadable":
        (corpus / "orders.toml").write_text('clasification = "LES"\n', "utf-8")
    else:
        place = -1 if how == "last page" else 2
        pages[place] = f"LAW ENFORCEMENT SENSITIVE\n{pages[place]}"
        (corpus / "orders.pdf").write_bytes(pdf_of(pages))
    build()
    assert "orders" not in " ".join(ids(library))
    (corpus / "corpus.toml").write_text(SPLIT, "utf-8")
    build()
    assert "orders" not in " ".join(ids(library))


@pytest.mark.parametrize("moved", [False, True])
def test_a_bundle_that_lost_its_label_stays_hidden_when_it_is_split(
    corpus: Path, build: Build, library: Path, *, moved: bool
) -> None:
    (corpus / "corpus.toml").write_text("", "utf-8")
    (corpus / "orders.toml").write_text('label = "LES"\n', "utf-8")
    build()
    (corpus / "orders.toml").unlink()
    (corpus / "corpus.toml").write_text(SPLIT, "utf-8")
    if moved:  # under another name, and saved anew: its words alone are what they were
        (corpus / "orders.pdf").unlink()
        (corpus / "all.pdf").write_bytes(pdf_of(pages_of(ORDERS), title="Saved anew"))
    report = build(allow_removals=True)
    name = "all" if moved else "orders"
    assert report.lost_labels == tuple(f"{name}@{number}" for number in ORDERS)
    assert [item.slug for item in report.problems] == ["label-lost"]
    assert f"--confirm-open {name}." in report.problems[0].message
    assert ids(library) == ["memo"]
    report = build(confirm_open=[f"{name}@300.01"])  # a part alone is not opened
    assert ids(library) == ["memo"]
    assert "nothing-to-confirm" in {item.slug for item in report.problems}
    assert len(build(confirm_open=[name]).opened) == len(ORDERS)
    assert len(ids(library)) == 4
    build()
    assert len(ids(library)) == 4


def test_parts_that_were_hidden_are_hidden_when_they_are_joined_again(
    corpus: Path, build: Build, library: Path
) -> None:
    (corpus / "orders.toml").write_text('label = "LES"\n', "utf-8")
    build()
    (corpus / "orders.toml").unlink()
    (corpus / "corpus.toml").write_text("", "utf-8")
    assert build().lost_labels == ("orders",)
    assert ids(library) == ["memo"]


def test_one_order_that_was_labelled_elsewhere_hides_the_whole_bundle(
    corpus: Path, build: Build, library: Path
) -> None:
    alone = corpus / "alone.pdf"
    alone.write_bytes(pdf_of(pages_of(ORDERS)[2:4]))
    (corpus / "alone.toml").write_text('label = "LES"\n', "utf-8")
    bundle = (corpus / "orders.pdf").read_bytes()
    (corpus / "orders.pdf").unlink()
    build()
    (corpus / "orders.pdf").write_bytes(bundle)
    assert build().lost_labels == tuple(PARTS)
    assert ids(library) == ["memo"]


def test_older_generations_turn_away_from_what_is_hidden_since_it_was_split(
    corpus: Path, build: Build, library: Path
) -> None:
    (corpus / "corpus.toml").write_text("", "utf-8")
    build()
    with Index.open(library) as before:
        assert before.search("chief of civil actions")
        (corpus / "corpus.toml").write_text(SPLIT, "utf-8")
        (corpus / "orders.toml").write_text('label = "LES"\n', "utf-8")
        build()
        assert not before.search("chief of civil actions")
    assert_hidden(library)


# manuals of policies, by their bookmarks --------------------------------------------------------

POLICIES = ["Authority", "Oath of Office", "Towing", "Bodies Found", "Keys", "Searches"]
RUNNING = "Riverside PD Policy Manual"


def manual(numbers: list[int]) -> bytes:
    """Return a manual: contents, a chapter's title, policies of two pages, another chapter's."""
    texts = [f"{RUNNING}\nContents\nChapter 1 of it all"]
    marks = [("Contents", 0, 1)]
    for number, title in zip(numbers, POLICIES, strict=True):
        if number in {100, 200}:
            texts.append(f"{RUNNING}\nChapter of those from {number} on")
            marks.append((f"Chapter {number // 100}", 0, len(texts)))
        texts.append(f"{RUNNING}\n{number}\n{title}\nThe scope of it is {title.lower()}.")
        marks.append((f"{number} - {title}", 1, len(texts)))
        texts.append(f"{RUNNING}\nWhoever sees to {title.lower()} writes it down.")
    return pdf_of(texts, title="Riverside Policy Manual", bookmarks=marks)


def test_the_policies_of_a_manual_are_told_by_its_bookmarks(
    corpus: Path, build: Build, library: Path
) -> None:
    numbers = [100, 101, 102, 200, 201, 202]
    (corpus / "orders.pdf").write_bytes(manual(numbers))
    (corpus / "orders.toml").write_text('title = "All policies"\n', "utf-8")
    (report,) = (file for file in build().files if file.parts)
    assert report.parts == ("orders", *(f"orders@{number}" for number in numbers))
    with Index.open(library) as index:
        part = index["orders@102"]
        assert (part.title, part.number, part.first_page, part.last_page) == ("Towing", "102", 7, 8)
        whole = index["orders"]
        assert (whole.title, whole.part_count, whole.part_of) == ("All policies", 6, None)
        assert [page.number for page in whole.pages] == [1, 2, 9]
        assert index.locate("orders.pdf") == "orders"
        held = [page.number for key in report.parts for page in index[key].pages]
        assert sorted(held) == list(range(1, 16))
    assert build().unchanged == 8
    (corpus / "corpus.toml").write_text("", "utf-8")
    build()
    with Index.open(library) as index:
        assert (index["orders"].title, index["orders"].part_count) == ("All policies", 6)
        assert len(index["orders"].pages) == 15


def test_two_policies_with_one_number_are_told_by_their_titles_too(
    corpus: Path, build: Build, library: Path
) -> None:
    (corpus / "orders.pdf").write_bytes(manual([100, 101, 102, 200, 201, 201]))
    assert build().problems == ()
    assert ids(library)[-3:] == ["orders@200", "orders@201-keys", "orders@201-searches"]
    with Index.open(library) as index:
        assert index["orders@201-keys"].number == index["orders@201-searches"].number == "201"


def test_a_label_on_one_policy_hides_the_manual_and_its_contents(
    corpus: Path, build: Build, library: Path
) -> None:
    (corpus / "orders.pdf").write_bytes(manual([100, 101, 102, 200, 201, 202]))
    build()
    (corpus / "orders.toml").write_text('label = "LES"\n', "utf-8")
    build()
    (corpus / "orders.toml").unlink()
    assert len(build().lost_labels) == 7
    assert ids(library) == ["memo"]
    build(confirm_open=["orders"])
    assert len(ids(library)) == 8


# what is not split ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ([*pages_of(ORDERS), pages_of(ORDERS)[0]], "comes again on page 7"),
        ([*pages_of(ORDERS), HEAD.replace("{number}", "none")], "a header block without a number"),
        (["", *pages_of(ORDERS)[1:]], ""),
    ],
)
def test_what_is_not_plain_stays_one_document_and_is_told(
    corpus: Path, build: Build, library: Path, pages: list[str], why: str
) -> None:
    (corpus / "orders.pdf").write_bytes(pdf_of(pages))
    report = build()
    assert ids(library) == ["memo", "orders"]
    told = [item.message for item in report.problems if item.slug == "bundle-not-split"]
    assert len(told) == bool(why)
    assert all(why in message for message in told)
    (corpus / "orders.toml").write_text('category = "Police"\n', "utf-8")
    again = [item.message for item in build().problems if item.slug == "bundle-not-split"]
    assert again == told


def test_the_id_of_another_file_is_not_taken(corpus: Path, build: Build, library: Path) -> None:
    (corpus / "orders@300.02.txt").write_text("Another one.", "utf-8")
    assert [item.slug for item in build().problems] == ["bundle-not-split"]
    assert ids(library) == ["memo", "orders", "orders@300.02"]


def test_of_two_files_with_one_id_the_one_that_counts_is_split(
    corpus: Path, build: Build, library: Path
) -> None:
    (corpus / "orders.txt").write_text("Something else.", "utf-8")
    assert [item.slug for item in build().problems] == ["duplicate-doc-id"]
    assert ids(library) == ["memo", *PARTS]
    hidden = pdf_of(pages_of(ORDERS, mark="LAW ENFORCEMENT SENSITIVE\n"))
    (corpus / "orders.pdf").write_bytes(hidden)
    build()
    assert ids(library) == ids(library, "LES") == ["memo", "orders"]


def test_build_and_check_tell_what_was_split(corpus: Path, library: Path) -> None:
    run = CliRunner().invoke
    told = run(program, ["build", str(corpus), "--index", str(library), "--workers", "0"])
    assert "split: 1 bundle into 3 documents" in told.output
    assert "orders.pdf: 3 documents" in run(program, ["check", "--index", str(library)]).output


@given(st.lists(st.integers(1, 3), min_size=2, max_size=6))
def test_parts_hold_each_page_of_the_file_once(lengths: list[int]) -> None:
    from droindex.extract.protocol import Extraction, FileFacts
    from droindex.metadata.infer.bundles import pages_of as own_pages
    from droindex.metadata.infer.bundles import part_numbers, plain_parts
    from droindex.model import FileStatus
    from droindex.pages import Page

    texts: list[str] = []
    for at, length in enumerate(lengths):
        head = HEAD.format(number=f"{at + 1}00.01", title="Towing", day="June 5, 2000", rescinds="")
        texts += [head, *["It goes on."] * (length - 1)]
    pages = tuple(Page(number, text) for number, text in enumerate(texts, 1))
    extraction = Extraction(FileStatus.OK, "", pages, FileFacts(page_count=len(pages)))
    assert len(part_numbers(pages)) == len(lengths)
    parts, fault = plain_parts(extraction)
    assert not fault
    assert [page for part in parts for page in own_pages(extraction, part)] == list(pages)
    assert [part.last - part.first + 1 for part in parts] == lengths
