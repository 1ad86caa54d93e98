"""Whether a file has to be read again, and what stays of one that cannot be read any more."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from droindex.build.file_states import (
    LOST,
    changed_meanwhile,
    has_same_text,
    is_as_it_was,
    is_lost,
    reading_fingerprints,
    source_of,
    stale,
    state_of,
    with_given,
)
from droindex.corpus.config import CorpusConfig
from droindex.corpus.entry import Entry
from droindex.corpus.scan import scan
from droindex.extract.protocol import Extraction, FileFacts
from droindex.extract.workers.run import Extracted, ExtractRequest
from droindex.library.state import DocState
from droindex.metadata.coercion import Given
from droindex.model import Document, FileStatus
from droindex.pages import Page, PageStatus
from droindex.settings import ExtractSettings

SETTINGS = ExtractSettings()
SOURCE = {"file": [1, 2, 3], "reading": "r", "limits": "l", "sidecar": None, "catalog": ""}
CUT_SHORT = {FileStatus.PARTIAL, FileStatus.TOO_BIG, FileStatus.TIMED_OUT, FileStatus.CRASHED}


def remembered(status: FileStatus = FileStatus.OK, **values: Any) -> DocState:
    """Return a document as the last build left it, in the open set."""
    facts = {"file": "a.pdf", "file_status": status}
    made: dict[str, Any] = {"source": dict(SOURCE), "fingerprints": {"open": "f"}, "text_pages": 2}
    return DocState("a", "/c", Document(doc_id="a"), "d", file_facts=facts, **{**made, **values})


@pytest.mark.parametrize("status", FileStatus)
@pytest.mark.parametrize("changed", [None, "file", "reading", "limits", "sidecar", "catalog"])
def test_a_file_is_read_again_where_its_text_may_be_another_one(
    status: FileStatus, changed: str | None
) -> None:
    now = dict(SOURCE) if changed is None else {**SOURCE, changed: "another"}
    may_differ = changed in ("file", "reading") or (changed == "limits" and status in CUT_SHORT)
    assert has_same_text(remembered(status), now) is not may_differ


def test_a_text_that_is_in_no_set_is_not_at_hand() -> None:
    assert not has_same_text(remembered(fingerprints={}), SOURCE)


def test_a_stale_text_was_cut_short_by_what_has_changed() -> None:
    assert has_same_text(remembered(is_stale=True), SOURCE)
    assert not has_same_text(remembered(is_stale=True), {**SOURCE, "limits": "higher"})


@pytest.mark.parametrize("before", FileStatus)
@pytest.mark.parametrize("now", FileStatus)
def test_a_file_is_lost_that_was_fine_and_gives_nothing(
    before: FileStatus, now: FileStatus
) -> None:
    fine = before in (FileStatus.OK, FileStatus.PARTIAL)
    empty = remembered(now, text_pages=0)
    assert is_lost(remembered(before), empty) is (fine and now in LOST)
    assert is_lost(remembered(before, is_stale=True), empty) is (now in LOST)
    assert not is_lost(remembered(before), remembered(now))  # some pages could be read
    assert not is_lost(remembered(before, fingerprints={}), empty)


def test_what_is_lost_keeps_its_last_text_and_says_so() -> None:
    before = remembered(signature=b"s", text_digest="t")
    now = remembered(FileStatus.DAMAGED, text_pages=0, reason="Broken.", source={"file": [9]})
    given = Given(MappingProxyType({"title": "T"}), MappingProxyType({"title": "sidecar"}))
    kept = stale(before, now, given)
    assert (kept.is_stale, kept.digest, kept.text_digest, kept.text_pages) == (True, "d", "t", 2)
    assert (kept.reason, kept.source, kept.given.title) == ("Broken.", {"file": [9]}, "T")
    [problem] = kept.problems
    assert (problem.file, problem.slug) == ("a.pdf", "kept-last-good")
    assert "Broken." in problem.message


def test_new_metadata_leaves_the_text_alone() -> None:
    given = Given(
        MappingProxyType({"title": "New", "label": "LES"}), MappingProxyType({"title": "sidecar"})
    )
    before = remembered(text_digest="t", reason="why")
    found = with_given(before, given, {"file": [4]})
    assert (found.given.title, found.given.label) == ("New", "LES")
    assert (found.digest, found.text_digest, found.reason) == ("d", "t", "why")
    assert found.source == {"file": [4]}
    assert found.fingerprints == {}  # which sets hold it is worked out anew


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    (tmp_path / "a.txt").write_text("The escort of detainees.")
    [found] = scan(tmp_path, CorpusConfig()).entries
    return found


@pytest.mark.parametrize("change", ["none", "content", "gone", "swapped", "link", "folder"])
def test_a_file_is_as_it_was_if_nobody_touched_it(entry: Entry, change: str) -> None:
    path = entry.path
    if change == "content":
        path.write_text("Another text.")
    elif change != "none":
        path.rename(path.with_suffix(".old"))
    if change == "swapped":
        path.write_text("The escort of detainees.")
        os.utime(path, ns=(1, path.with_suffix(".old").stat().st_mtime_ns))
    elif change == "link":
        path.symlink_to(path.with_suffix(".old"))
    elif change == "folder":
        path.mkdir()
    assert is_as_it_was(entry) is (change == "none")


def test_what_tells_that_nothing_changed_is_of_the_file_its_metadata_and_the_settings(
    entry: Entry,
) -> None:
    own = reading_fingerprints(SETTINGS)
    source = source_of(entry, own)
    assert source == source_of(entry, reading_fingerprints(ExtractSettings()))
    assert set(source) == {"file", "reading", "limits", "sidecar", "catalog"}
    assert source["sidecar"] is None
    beside = replace(entry, sidecar=entry.path.with_suffix(".toml"))
    assert source_of(beside, own)["sidecar"] == []  # it is there and may not be opened
    other = reading_fingerprints(replace(SETTINGS, ocr=True))
    assert other["reading"] != own["reading"]
    tighter = reading_fingerprints(replace(SETTINGS, page_deadline_s=99.0))
    assert (tighter["reading"], tighter["limits"] != own["limits"]) == (own["reading"], True)


def extracted(entry: Entry, *pages: Page, status: FileStatus = FileStatus.OK) -> Extracted:
    facts = FileFacts("text/plain", page_count=len(pages))
    reading = Extraction(status, "" if status is FileStatus.OK else "Why.", pages, facts)
    return Extracted(
        ExtractRequest(entry.file, entry.path), reading, "ab" * 32, 24, from_cache=False
    )


def test_a_file_that_was_read_is_remembered_with_its_facts(entry: Entry) -> None:
    pages = (Page(1, "The escort."), Page(2, "", status=PageStatus.NEEDS_OCR))
    given = Given(MappingProxyType({"number": "11-4.1"}), MappingProxyType({"number": "sidecar"}))
    found = state_of(entry, "/c", extracted(entry, *pages), given, {"file": [1]})
    assert (found.doc_id, found.origin, found.given.number) == ("a", "/c", "11-4.1")
    assert (found.text_pages, found.source) == (1, {"file": [1]})
    assert found.file_facts == {
        "file": "a.txt",
        "size_bytes": 24,
        "media_type": "text/plain",
        "sha256": "ab" * 32,
        "page_count": 2,
        "file_status": FileStatus.OK,
        "needs_ocr_pages": (2,),
    }


@pytest.mark.parametrize(
    "other",
    [
        (Page(1, "Another text."),),
        (Page(1, "One."), Page(2, "Two.")),
        (Page(2, "One."),),
        (Page(1, "One.", label="i"),),
        (Page(1, "One.", is_ocr=True),),
        (),
    ],
)
def test_the_digest_is_of_all_that_is_indexed_of_the_pages(
    entry: Entry, other: tuple[Page, ...]
) -> None:
    def digest(*pages: Page) -> str:
        return state_of(entry, "/c", extracted(entry, *pages), Given({}, {}), {}).digest

    assert digest(Page(1, "One.")) == digest(Page(1, "One."))
    assert digest(*other) != digest(Page(1, "One."))


def test_whose_text_a_changed_file_gave_nobody_knows(entry: Entry) -> None:
    found = changed_meanwhile(extracted(entry, Page(1, "The escort.")))
    assert found.extraction.status is FileStatus.DAMAGED
    assert (found.extraction.pages, found.sha256, found.size_bytes) == ((), None, 0)
