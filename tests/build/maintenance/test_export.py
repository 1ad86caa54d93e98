"""One set as a library of its own: what it says of its configuration and clearances."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import document

from droindex import Index, IndexFormatError, SettingsError
from droindex.build.maintenance.export import export_set
from droindex.store.damage import is_withdrawn
from droindex.store.store import Store

CONFIG = """
name = "Orders"
labels = ["LES", "Secret"]
exclude = ["attic/*"]
synonyms = [["removal", "deportation"], ["zorblatt", "wumpus"]]
[acronyms]
OPI = "office of primary interest"
ZZQ = "zone of zealous quiet"
[statuses]
active = ["Current", "Interim"]
[categories."Escort"]
description = "Of persons."
[categories."Cellar"]
description = "Of the mill."
"""
RECORDS = {
    "open": {"title": "Escort", "category": "Escort", "body": "A removal. The OPI decides."},
    "les": {"title": "Cellar", "category": "Cellar", "label": "LES", "body": "The zorblatt."},
    "top": {"title": "Secret", "label": "Secret", "status": "Interim", "body": "The ZZQ."},
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of a corpus whose labelled documents alone use some of its configuration."""
    folder = tmp_path_factory.mktemp("export")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "corpus.toml").write_text(CONFIG)
    for name, record in RECORDS.items():
        metadata = {key: value for key, value in record.items() if key != "body"}
        (corpus / f"{name}.txt").write_text(record["body"])
        (corpus / f"{name}.json").write_text(json.dumps(metadata))
    Index.build(corpus, folder / "library.idx", workers=0)
    return folder / "library.idx"


@pytest.mark.parametrize(
    ("clearance", "labels", "held", "uses"),
    [
        (None, [], {"open"}, {"Escort", "OPI", "removal"}),
        ("LES", ["LES"], {"open", "les"}, {"Escort", "Cellar", "OPI", "removal", "zorblatt"}),
        (
            "Secret",
            ["Secret"],
            {"open", "les", "top"},
            {"Escort", "Cellar", "OPI", "ZZQ", "removal", "zorblatt", "Interim"},
        ),
    ],
)
def test_what_only_other_documents_use_is_not_in_it(
    library: Path,
    tmp_path: Path,
    clearance: str | None,
    labels: list[str],
    held: set[str],
    uses: set[str],
) -> None:
    made = export_set(library, clearance, tmp_path / "export.idx", wait_s=0)
    manifest = made.manifest
    assert manifest["labels"] == labels
    assert list(manifest["clearances"]) == labels
    assert len(manifest["sets"]) == 1
    assert manifest["corpora"] == []
    config = manifest["config"]
    assert (config["name"], config["exclude"]) == ("Orders", [])
    told = {
        *(shelf["name"] for shelf in config["categories"]),
        *config["acronyms"],
        *(group[0] for group in config["synonyms"]),
        *config["active_statuses"],
    }
    assert told == uses
    with Index.open(tmp_path / "export.idx", clearance=clearance) as index:
        assert {hit.doc_id for hit in index.search(scope="all", limit=9)} == held


def test_it_is_a_library_for_its_own_clearance_and_for_no_build(
    library: Path, tmp_path: Path
) -> None:
    target = tmp_path / "export.idx"
    export_set(library, "LES", target, wait_s=0)
    for other in (None, "Secret"):
        with pytest.raises(SettingsError):
            Index.open(target, clearance=other)
    with pytest.raises(IndexFormatError, match="exported set"):
        Index.update(target, remove=["open"])


@pytest.mark.parametrize("place", [".", "inside", "generations/new"])
def test_the_library_itself_is_no_place_for_it(library: Path, place: str) -> None:
    before = Store(library).names()
    with pytest.raises(SettingsError, match="the library itself"):
        export_set(library, None, library / place, wait_s=0)
    assert Store(library).names() == before


def test_a_whole_library_is_not_overwritten(library: Path, tmp_path: Path) -> None:
    Index.update(tmp_path / "other.idx", [document("A text.", doc_id="a")])
    with pytest.raises(IndexFormatError, match="whole library"):
        export_set(library, None, tmp_path / "other.idx", wait_s=0)


def test_an_export_over_an_export_leaves_nothing_to_go_back_to(
    library: Path, tmp_path: Path
) -> None:
    target = tmp_path / "export.idx"
    first = export_set(library, "Secret", target, wait_s=0)
    second = export_set(library, None, target, wait_s=0)
    assert Store(target).names() == [second.name]
    assert not first.folder.exists() or is_withdrawn(first.folder, "clearance-2")
    with pytest.raises(SettingsError):
        Index.open(target, clearance="Secret")


def test_a_clearance_that_is_none_exports_nothing(library: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no clearance"):
        export_set(library, "Top", tmp_path / "export.idx", wait_s=0)
    assert not (tmp_path / "export.idx" / "CURRENT").exists()
