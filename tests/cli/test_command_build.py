"""`build`, `status` and `check`: what whoever runs a library sees."""

from __future__ import annotations

import json
import os

import pytest

from droindex import Index, Library, Progress
from droindex.cli.commands.build import ProgressLine, file_counts
from droindex.cli.commands.diagnostics import _groups, _step
from droindex.extract.pdf.ocr import ocr_step
from droindex.library.report import FileReport
from droindex.settings import ExtractSettings


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "good.txt").write_text("Escorts carry travel documents.")
    (folder / "bad.pdf").write_bytes(b"no PDF at all")
    (folder / "good.toml").write_text('title = "Good"\ncolour = "red"\nissued = "See 29, 2008"\n')
    return folder


@pytest.fixture
def built(tmp_path, corpus):
    path = tmp_path / "library.idx"
    Index.build(corpus, path, workers=0)
    return path


def build(run, corpus, tmp_path, *args, **options):
    index = tmp_path / "library.idx"
    return run("build", str(corpus), "--workers", "0", *args, index=index, **options)


def test_report_as_reviewed(run, corpus, tmp_path, golden):
    result = build(run, corpus, tmp_path)
    assert (result.exit_code, result.stderr) == (0, "")
    golden("build.txt", result.stdout.replace(str(tmp_path), "FOLDER"))
    again = build(run, corpus, tmp_path)
    assert "0 added, 0 updated, 0 removed, 2 unchanged" in again.stdout


def test_report_as_json(run, corpus, tmp_path):
    shape = json.loads(build(run, corpus, tmp_path, "--format", "json").stdout)
    assert (shape["added"], shape["updated"], shape["removed"], shape["unchanged"]) == (2, 0, 0, 0)
    assert {"file", "slug", "message"} == shape["problems"][0].keys()
    statuses = {file["file"]: file["status"] for file in shape["files"]}
    assert statuses == {"bad.pdf": "not_pdf", "good.txt": "ok"}


def test_files_that_are_passed_over_are_counted_by_kind(run, corpus, tmp_path):
    for name in ("a.xlsx", "b.xlsx", "c.msg", "d.zip", "notes"):
        (corpus / name).write_bytes(b"x")
    told = "7 files: 1 read, 1 not_pdf, 5 passed over: 2 .xlsx, 1 .msg, 1 .zip, 1 without a suffix"
    assert told in build(run, corpus, tmp_path).stdout.splitlines()
    checked = run("check", index=tmp_path / "library.idx").stdout
    assert checked.startswith("1 of 7 files were read without a problem")
    assert "\npassed over: 5. " in checked
    assert "\n  2 .xlsx: a.xlsx, b.xlsx\n" in checked
    shown = run("status", index=tmp_path / "library.idx").stdout
    assert "7 files: 1 read, 1 not_pdf, 5 passed over" in " ".join(shown.split())


def test_files_that_wait_for_ocr_are_told_so_and_not_to_be_saved_anew():
    scanned = FileReport("s.pdf", "s", "partial", "Page 2 …", 1, needs_ocr_pages=(2,))
    broken = FileReport("b.pdf", "b", "partial", "Page 2 …", 1)
    groups = _groups([broken, scanned])
    assert groups == {"partial": [broken], "partial, for want of OCR": [scanned]}
    assert "Save the file anew" in _step("partial")
    steps = {_step(name) for name in ("partial, for want of OCR", "needs_ocr")}
    assert steps == {ocr_step(ExtractSettings())}


def test_many_kinds_are_cut_short():
    kinds = {f".k{number:02}": ("x",) * 2 for number in range(15)}
    told = file_counts({}, kinds)
    assert told.startswith("30 files: 30 passed over: 2 .k00, ")
    assert told.endswith(", 2 .k11, 6 of other kinds")


def test_quiet_says_nothing(run, corpus, tmp_path):
    result = build(run, corpus, tmp_path, "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_strict_fails_after_the_build(run, corpus, tmp_path):
    result = build(run, corpus, tmp_path, "--strict")
    assert result.exit_code == 6
    assert "problems (--strict)" in result.stderr
    assert run("query", "escorts", index=tmp_path / "library.idx").exit_code == 0


def test_many_problems_are_cut_short(run, corpus, tmp_path):
    for number in range(30):
        (corpus / f"bad{number}.pdf").write_bytes(b"no PDF")
    result = build(run, corpus, tmp_path)
    assert "more; droindex check lists all" in result.stdout
    assert len(result.stdout.splitlines()) < 60


@pytest.mark.parametrize("backend", ["--backend", "--engine"])
def test_options_reach_the_build(run, monkeypatch, backend):
    seen = {}
    monkeypatch.setattr(Library, "build", lambda *args, **options: seen.update(options) or REPORT)
    from droindex import BuildReport

    REPORT = BuildReport()  # noqa: N806
    args = ("--allow-removals", "--compact", backend, "pypdf", "--no-ocr", "--cache", "c")
    args += ("--confirm-open", "memo")
    assert run("build", "x", *args, "--wait", "1.5", "--workers", "3").exit_code == 0
    del seen["progress"]
    assert seen == {
        "allow_removals": True,
        "confirm_open": ("memo",),
        "compact": True,
        "workers": 3,
        "backend": "pypdf",
        "ocr": False,
        "cache": "c",
        "wait_s": 1.5,
    }


def test_removals_are_named(run, tmp_path):
    records = tmp_path / "records.jsonl"
    library = tmp_path / "library.idx"
    lines = [f'{{"doc_id": "d{n:02}", "body": "text"}}\n' for n in range(30)]
    records.write_text("".join(lines))
    assert run("build", str(records), index=library).exit_code == 0
    records.write_text("".join(lines[25:]))
    result = run("build", str(records), index=library)
    assert result.exit_code == 6
    assert "  - d19\n  … and 5 more\nhint: " in result.stderr
    assert "d20" not in result.stderr


def test_progress_is_drawn_over_itself(capsys):
    now = iter([0.0, 0.05, 2.0, 2.0, 3.0])
    line = ProgressLine(clock=lambda: next(now))
    line(Progress("reading", 0, 40))
    line(Progress("reading", 1, 40, 3))  # a moment later: not drawn
    line(Progress("reading", 10, 40, 50))
    line(Progress("writing", 1, 2))
    line(Progress("writing", 2, 2))
    line.clear()
    assert capsys.readouterr().err.replace("\x1b[K", "").split("\r") == [
        "",
        "Reading    [--------------------]  0/40 files",
        "Reading    [#####---------------]  10/40 files  25 pages/s  0:06 left",
        "Writing    [##########----------]  1/2 documents  0:00 left",
        "Writing    [####################]  2/2 documents",
        "",
    ]


def test_progress_that_never_began_leaves_nothing(capsys):
    ProgressLine().clear()
    assert capsys.readouterr().err == ""


def test_progress_is_for_terminals(run, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("droindex.cli.commands.build._is_terminal", lambda: True)
    assert "Reading" in build(run, corpus, tmp_path).stderr


def test_status_as_reviewed(run, built, golden, tmp_path):
    wide = {"COLUMNS": "200"}  # no path wraps, however long that of this machine is
    result = run("status", index=built, env=wide)
    golden("status.txt", result.stdout.replace(str(tmp_path), "FOLDER"))
    shape = json.loads(run("status", "--format", "json", index=built).stdout)
    assert shape["documents"] == 2
    assert shape["file_statuses"] == {"not_pdf": 1, "ok": 1}


def test_status_of_a_library_without_files(run):
    result = run("status")
    assert result.exit_code == 0
    assert "files        none" in result.stdout


def test_check_as_reviewed(run, built, golden):
    result = run("check", index=built)
    assert result.exit_code == 0
    golden("check.txt", result.stdout)
    shape = json.loads(run("check", "--format", "json", index=built).stdout)
    assert [file["status"] for file in shape["files"]] == ["not_pdf"]
    assert shape["files"][0]["next_step"]


def test_check_strict(run, built):
    assert run("check", "--strict", index=built).exit_code == 6
    assert run("check", "--strict").exit_code == 0


def test_check_names_files_that_can_no_longer_be_read(run, built, corpus):
    (corpus / "good.txt").unlink()
    (corpus / "good.txt").symlink_to(corpus / "nowhere.txt")
    Index.build(corpus, built, workers=0, allow_removals=True)
    result = run("check", index=built)
    assert result.exit_code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_may_not_be_written(run, corpus, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    result = run("build", str(corpus), "--index", str(closed / "library.idx"))
    assert result.exit_code == 9
