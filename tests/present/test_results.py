"""What stands above, below and beside a list of hits."""

from __future__ import annotations

import re
from pathlib import Path

from present.samples import NEW

from droindex import Document, FileStatus, Index
from droindex.present import box, scopes
from droindex.present import results as present
from droindex.present.documents import document_facts


def test_the_headline_says_how_many_where_and_which(index: Index) -> None:
    def head(query: str, **options: object) -> str:
        return present.headline(index.search(query, **options))  # type: ignore[arg-type]

    assert head("escort") == "2 found in Active Documents"
    assert head("three escort") == "2 found in Active Documents, 1 holds all words"
    assert head("escort", offset=1) == "2 found in Active Documents, 2 to 2 shown"
    assert head("escort", offset=9) == "2 found in Active Documents, none so far down the list"
    assert head("zeppelin", scope="archived") == "Nothing found in Archived Documents"
    assert head("escort", scope="all") == "2 found in the Entire Site"


def test_facts_of_a_hit_say_match_only_where_something_is_missing(index: Index) -> None:
    facts = {hit.doc_id: present.hit_facts(hit) for hit in index.search("three escort")}
    assert facts["new"] == ["7-2", "Directive", "2008-09-29", "Current"]
    assert facts["old"][:2] == ["2001-05-01", "Current but superseded 2008-09-29"]
    assert re.fullmatch(r"match \d\d%, 1 of 2 words", facts["old"][2])


def test_a_scan_that_was_not_read_says_so_in_hits_and_lists(tmp_path: Path) -> None:
    scan = Document(doc_id="s", title="Escort scan", file_status=FileStatus.NEEDS_OCR)
    Index.update(tmp_path / "library.idx", documents=[scan])
    with Index.open(tmp_path / "library.idx") as index:
        (hit,) = index.search("scan")
        assert present.hit_facts(hit) == ["a scan, not read"]
        assert document_facts(hit.document) == ["a scan, not read", "s"]


def test_the_notes_end_with_what_was_likely_meant(index: Index) -> None:
    results = index.search('escort "ratios')
    assert list(present.notes(results)) == list(results.notes)
    typed = index.suggest("escrot")
    assert list(present.notes(typed))[-1] == "Did you mean: escort"


def test_shelves_and_scopes_are_named_alike_everywhere() -> None:
    assert scopes.shelf_heading("category", "all") == "Categories in the Entire Site"
    assert scopes.nothing_in("archived") == "No documents in Archived Documents."


def test_the_box_cuts_as_the_reference_library_did() -> None:
    long = Document(doc_id="a", title="t" * 30, summary="s" * 94)
    assert box.box_title(long) == "t" * 29 + "..."
    assert box.box_summary(long) == "s" * 93 + "..."
    assert box.box_title(NEW) == "New ratios"
