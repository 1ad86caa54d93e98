"""Where the lines of a file of records stand is kept with each build that found other places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from droindex import Index
from droindex.build import record_changes


def write(path: Path, names: list[str]) -> Path:
    path.write_text(
        "".join(json.dumps({"id": name, "body": f"on {name}"}) + "\n" for name in names)
    )
    return path


def refuse_whole(patch: pytest.MonkeyPatch) -> None:
    """Have a build fail that looks at each line of a file."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("each line was looked at")

    patch.setattr(record_changes, "scan_records", refuse)


def test_lines_in_another_order_are_kept_though_no_document_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, library = tmp_path / "c.jsonl", tmp_path / "lib"
    names = [f"memo-{number}" for number in range(700)]
    first = Index.build(write(corpus, names), library)
    report = Index.build(write(corpus, names[300:] + names[:300]), library)
    assert report.generation != first.generation
    assert (report.added, report.updated, report.removed, report.unchanged) == (0, 0, 0, 700)
    refuse_whole(monkeypatch)
    assert Index.build(corpus, library).generation == report.generation


def test_lines_are_kept_where_the_last_build_could_not_keep_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, library = tmp_path / "c.jsonl", tmp_path / "lib"
    write(corpus, ["a", "b"])
    sound = corpus.read_text()
    corpus.write_text(f"{sound}no record\n")
    assert [problem.slug for problem in Index.build(corpus, library).problems] == ["bad-record"]
    corpus.write_text(sound)
    report = Index.build(corpus, library)
    refuse_whole(monkeypatch)
    assert Index.build(corpus, library).generation == report.generation


def test_a_build_that_finds_all_as_it_was_publishes_nothing(tmp_path: Path) -> None:
    corpus, library = write(tmp_path / "c.jsonl", ["a", "b"]), tmp_path / "lib"
    first = Index.build(corpus, library)
    assert Index.build(corpus, library).generation == first.generation
