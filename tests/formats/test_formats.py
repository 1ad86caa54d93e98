"""A library of each released format, kept as files: it opens, or says what upgrades it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from droindex import Index, IndexFormatError
from droindex.build import publish
from droindex.cli.program import program
from droindex.engine import schema
from droindex.engine.analysis import ANALYSIS_VERSION
from droindex.library import session
from droindex.store.generation import FORMAT
from droindex.store.store import Store

FORMATS = Path(__file__).resolve().parent
KEPT = sorted(path for path in FORMATS.iterdir() if path.name.startswith("format-"))
PRESENT = f"format-{FORMAT}-schema-{schema.SCHEMA_VERSION}-analysis-{ANALYSIS_VERSION}"


@pytest.fixture(params=KEPT, ids=lambda path: path.name)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(request.param, tmp_path / request.param.name))


def assert_answers(library: Path) -> None:
    with Index.open(library) as index:
        assert index.search("who may escort", scope="all")[0].doc_id == "escort"
        assert index.search("checked departure")[0].snippet.page == 2
        assert index.get("own").body == "This text has no other source than the library."
        assert index.search("zorblatt").total == 0
    with Index.open(library, clearance="LES") as index:
        assert index.search("zorblatt").total == 1
    assert Index.check(library).damages == ()


def assert_upgrades(library: Path) -> None:
    with pytest.raises(IndexFormatError) as caught:
        Index.open(library)
    assert caught.value.exit_code == 5
    assert "droindex build" in caught.value.hint
    asked = CliRunner().invoke(program, ["query", "escort", "--index", str(library)])
    assert asked.exit_code == 5
    assert "droindex build" in asked.stderr
    made = CliRunner().invoke(
        program, ["build", str(FORMATS / "corpus.jsonl"), "--index", str(library)]
    )
    assert made.exit_code == 0, made.stderr
    assert_answers(library)


def test_a_kept_library_answers_or_is_upgraded(kept: Path) -> None:
    if kept.name == PRESENT:
        assert_answers(kept)
    else:
        assert_upgrades(kept)


def test_a_library_of_an_older_version_is_upgraded_from_its_own_texts(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = Store(kept).current().manifest
    for module in (publish, session):  # as a version would see it that has changed since
        monkeypatch.setattr(module, "SCHEMA_VERSION", manifest["schema"] + 1)
    assert_upgrades(kept)


def test_what_is_kept_is_small(kept: Path) -> None:
    files = [path for path in kept.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 100_000
