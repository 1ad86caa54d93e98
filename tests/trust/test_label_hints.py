"""What hints at a label hides its document, however spelt; what ordinary offices note does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from droindex import CorpusError, Index
from droindex.metadata.label_hints import Hints

BOTH = {"memo", "other"}
HINTS = Hints.of(("LES",))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "memo.txt").write_text("Rules on the custody of juveniles.")
    (folder / "other.txt").write_text("Rules on travel.")
    return folder


def seen(source: Path, *, allow_removals: bool = False) -> set[str]:
    """Build, and return the ids of what is open."""
    target = source.parent / "library.idx"
    Index.build(source, target, workers=0, allow_removals=allow_removals)
    with Index.open(target) as index:
        return {hit.doc_id for hit in index.scan("", scope="all")}


# -- what ordinary offices note of their papers


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Security Officer", "Jane Doe"),
        ("Office of Information Security", "CIO"),
        ("Homeland Security component", "ICE"),
        ("Distribution", "All staff; field offices"),
        ("Distribution list", "All staff"),
        ("Dissemination date", "2010-01-01"),
        ("Access date", "2020-01-02"),
        ("Classification of records schedule", "GRS 1.1"),
        ("Dewey classification", "327.73"),
        ("Shelf mark", "X 12"),
        ("Marked up by", "JD"),
        ("Release", "12"),
        ("Release date", "2020-01-02"),
        ("Public comment", "No comments received"),
        ("Public", "Yes"),
        ("Unrestricted", "yes"),
        ("Access", "Public"),
        ("Classification", "Unclassified"),
        ("Restrictions", "None"),
        ("Confidential", "no"),
        ("Marking", "n/a"),
        ("Liable", "The carrier"),
        ("Audience", "All employees"),
        ("Class", "Directive"),
        ("Public?", "yes"),
        ("Status", "Open"),
        ("Notes", "open"),
        ("Security office", "U.S. Secret Service"),
    ],
)
def test_what_offices_note_is_no_hint(corpus: Path, key: str, value: str) -> None:
    (corpus / "catalog.csv").write_text(f"file,title,{key}\nmemo.txt,A,{value}\nother.txt,B,\n")
    assert seen(corpus) == BOTH


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("security_officer", "LES"),
        ("distribution", "LES personnel"),
        ("distribution", "law enforcement only"),
        ("distribution", "Limited"),
        ("records_classification", "Confidential"),
        ("release", "no"),
        ("public_release", False),
        ("public", "no"),
        ("public", False),
        ("unclassified", "no"),
        ("releasable", "no"),
        ("access", "none"),
        ("access", "staff"),
        ("document_security", "high"),
        ("security_level", 3),
        ("handling_instructions", "x"),
        ("access_restrictions", "x"),
        ("permissions", ["staff only"]),
        ("secret", True),
        ("lable", "none"),
        ("classification", "Internal"),
        ("access_class", "X"),
        ("distribution_statement", "X"),
        ("public?", "no"),
        ("audience", "officers only"),
    ],
)
def test_what_says_that_not_everybody_may_read_it_is_a_hint(key: str, value: object) -> None:
    assert HINTS.gives_label(key, value)


def test_a_label_written_in_full_is_one(corpus: Path) -> None:
    (corpus / "memo.toml").write_text('notes = "Law Enforcement Sensitive"\n')
    assert seen(corpus) == {"other"}


def test_a_row_that_hides_says_so_also_where_its_key_hid_nothing_before(corpus: Path) -> None:
    (corpus / "catalog.csv").write_text("file,notes\nother.txt,plain\nmemo.txt,LES\n")
    report = Index.build(corpus, corpus.parent / "library.idx", workers=0)
    assert "unreadable-label" in {problem.slug for problem in report.problems}


# -- metadata in the wrong place


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("memo.toml.txt", 'label = "LES"\n'),
        ("memo.json.txt", '{"label": "LES"}'),
        ("memo.yaml", "title: Keys\nlabel: LES\n"),
        ("memo.yml", "classification: restricted\n"),
        ("memo.ini", "[meta]\nlabel=LES\n"),
    ],
)
def test_a_sidecar_but_for_its_suffix_hides_its_document(
    corpus: Path, name: str, text: str
) -> None:
    (corpus / name).write_text(text)
    assert seen(corpus) == {"other"}
    (corpus / "memo.toml").write_text('label = "open"\n')
    assert "memo" in seen(corpus)


def test_other_files_beside_a_document_hide_nothing(corpus: Path) -> None:
    (corpus / "memo.yaml").write_text("title: On access\nlabel: open\n")
    (corpus / "config.ini").write_text("label = LES\n")
    assert seen(corpus) == BOTH


@pytest.mark.parametrize(
    "name", ["catalog.csv.txt", "catalog.json", "Catalogue.toml", "catalog.tsv"]
)
def test_a_catalogue_under_another_name_is_refused(corpus: Path, name: str) -> None:
    (corpus / name).write_text("file,label\nmemo.txt,LES\n")
    with pytest.raises(CorpusError, match="looks like a catalogue"):
        seen(corpus)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Keys\nlabel: LES\n---\nKeys are counted.\n",
        "---\nclassification: Internal\n---\nKeys are counted.\n",
        '+++\nlabel = "LES"\n+++\nKeys are counted.\n',
    ],
)
def test_a_label_in_front_of_a_text_hides_it(corpus: Path, text: str) -> None:
    (corpus / "memo.txt").unlink()
    (corpus / "memo.md").write_text(text)
    assert seen(corpus) == {"other"}
    (corpus / "memo.toml").write_text('label = "open"\n')
    assert seen(corpus) == BOTH


def test_front_matter_and_rules_without_labels_hide_nothing(corpus: Path) -> None:
    (corpus / "memo.txt").write_text("---\ntitle: On labels\nlabel: open\n---\nlabel: LES\n")
    (corpus / "other.txt").write_text("Access: see below\n---\nlabel: LES\n---\n")
    assert seen(corpus) == BOTH


def test_what_a_web_page_says_of_itself_counts(corpus: Path) -> None:
    (corpus / "memo.txt").unlink()
    page = '<html><head><meta name="{}" content="{}"></head><body>Keys.</body></html>'
    (corpus / "memo.html").write_text(page.format("label", "LES"))
    (corpus / "other.txt").unlink()
    (corpus / "other.html").write_text(page.format("classification", "Government"))
    assert seen(corpus) == {"other"}


@pytest.mark.parametrize(
    "text",
    [
        "file,file,label\nother.txt,memo.txt,LES\n",
        "file,label\x0bmemo.txt,LES\n",
        "file,label\u2028memo.txt,LES\n",
    ],
)
def test_a_head_that_does_not_say_whose_labels_follow_is_refused(corpus: Path, text: str) -> None:
    (corpus / "catalog.csv").write_text(text)
    with pytest.raises(CorpusError):
        seen(corpus)


@pytest.mark.parametrize(
    "line",
    [
        '{"file": "other.txt", "File": "memo.txt", "label": "LES"}\n',
        '{"memo.txt": {"label": "LES"}, "file": "other.txt"}\n',
    ],
)
def test_a_line_that_speaks_of_two_files_is_refused(corpus: Path, line: str) -> None:
    (corpus / "catalog.jsonl").write_text(line)
    with pytest.raises(CorpusError):
        seen(corpus)


def test_a_catalogue_in_an_encoding_that_nobody_knows_is_refused(corpus: Path) -> None:
    (corpus / "catalog.csv").write_bytes("file,label\nmemo.txt,LES\n".encode("cp037"))
    with pytest.raises(CorpusError):
        seen(corpus)


def test_several_names_in_one_cell_are_all_meant(corpus: Path) -> None:
    (corpus / "third.txt").write_text("More.")
    (corpus / "catalog.csv").write_text("file,label\nother.txt;memo.txt,LES\n")
    assert seen(corpus) == {"third"}


@pytest.mark.parametrize(
    "fields",
    [
        {"body": {"text": "A", "label": "LES"}},
        {"pages": {"text": "A", "label": "LES"}},
        {"pages": [{"text": {"label": "LES"}}, "A"]},
        {"pages": [["A", {"label": "LES"}], "B"]},
        {"pages": [{"text": "A", "number": "LES"}]},
    ],
)
def test_a_label_inside_the_text_of_a_record_hides_it(tmp_path: Path, fields: object) -> None:
    path = tmp_path / "records.jsonl"
    other = {"doc_id": "other", "pages": [{"text": "B", "label": "iv"}]}
    rows = ({"doc_id": "memo", **dict(fields)}, other)  # type: ignore[call-overload]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert seen(path) == {"other"}


def test_another_case_of_a_name_forgets_no_label(corpus: Path) -> None:
    (corpus / "memo.toml").write_text('label = "LES"\n')
    assert seen(corpus) == {"other"}
    (corpus / "memo.toml").unlink()
    (corpus / "memo.txt").unlink()
    for text in ("Edited.", "Edited again."):
        (corpus / "Memo.txt").write_text(text)
        assert seen(corpus, allow_removals=True) == {"other"}
    (corpus / "memo.txt").write_text("Back.")
    assert seen(corpus) == {"other"}


def test_two_documents_whose_names_differ_in_case_are_two(corpus: Path) -> None:
    (corpus / "Memo.txt").write_text("Another one.")
    (corpus / "catalog.csv").write_text("file,label\nmemo.txt,LES\nMemo.txt,\n")
    assert seen(corpus) == {"Memo", "other"}
    assert seen(corpus) == {"Memo", "other"}
