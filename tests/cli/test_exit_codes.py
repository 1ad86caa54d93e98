"""How commands end: exit codes, and what is said where something went wrong."""

from __future__ import annotations

import pytest

from droindex import Index, errors
from droindex.store.writer import StoreWriter

READING = (
    ("query", "x"),
    ("suggest", "x"),
    ("show", "x"),
    ("open", "x"),
    ("related", "x"),
    ("browse",),
    ("recent",),
    ("status",),
    ("check",),
)


@pytest.mark.parametrize("args", READING)
def test_missing_library(run, tmp_path, args):
    result = run(*args, index=tmp_path / "none.idx")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("error: There is no library at ")
    assert "\nhint: Build one with: droindex build" in result.stderr


@pytest.mark.parametrize("args", READING)
def test_damaged_library(run, tmp_path, args):
    path = tmp_path / "library.idx"
    path.mkdir()
    (path / "CURRENT").write_text("scrap")
    assert run(*args, index=path).exit_code == 5


def test_index_option_comes_before_the_environment(run, small, tmp_path):
    result = run("query", "escort", "-i", str(small), index=tmp_path / "none.idx")
    assert result.exit_code == 0


def test_default_library_lies_in_the_current_folder(run, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "library.idx").symlink_to(small)
    assert run("query", "escort", env={"DROINDEX_INDEX": None}).exit_code == 0


def test_locked_library(run, tmp_path):
    path = tmp_path / "library.idx"
    (tmp_path / "corpus.jsonl").write_text('{"id": "a", "body": "text"}\n')
    with StoreWriter(path).locked():
        result = run("build", str(tmp_path / "corpus.jsonl"), "--wait", "0.01", index=path)
    assert result.exit_code == 4
    assert "--wait" in result.stderr


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_corpus_that_is_not_there(run, tmp_path, name):
    (tmp_path / "empty").mkdir()
    result = run("build", str(tmp_path / name), index=tmp_path / "library.idx")
    assert result.exit_code == 6
    assert "hint: " in result.stderr


def test_every_error_ends_with_its_own_code(run, monkeypatch):
    def fail(*_args, **_options):
        raise error

    monkeypatch.setattr(Index, "open", fail)
    for name in errors.__all__:
        kind = getattr(errors, name)
        if kind is errors.DocumentNotFoundError:
            error = kind("x")
        elif kind in (errors.RemovalsRefusedError, errors.ExposureRefusedError):
            error = kind("Gone.", doc_ids=())
        elif kind is errors.PageImageError:
            error = kind("x", 1, "Failed.")
        else:
            error = kind("Failed.")
        result = run("query", "x")
        assert result.exit_code == kind.exit_code
        assert result.stderr.startswith("error: ")
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "Interrupted."),
        (PermissionError(13, "Permission denied", "/x"), 9, "Permission denied (/x)"),
        (OSError(28, "No space left on device"), 9, "No space left"),
        (OSError("odd"), 9, "odd"),
        (RuntimeError("a fault\x1b[2J"), 70, "RuntimeError: a fault\ufffd[2J"),
        (BaseException("panic"), 70, "Please report it"),
        (BrokenPipeError(), 0, ""),
        (SystemExit(5), 5, ""),
    ],
)
def test_what_nobody_asked_for(run, monkeypatch, error, code, message):
    def fail(*_args, **_options):
        raise error

    monkeypatch.setattr(Index, "open", fail)
    result = run("query", "x")
    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert "Traceback" in run("query", "x", env={"DROINDEX_DEBUG": "1"}).stderr or code in (
        0,
        5,
        130,
    )


def test_help_and_version(run):
    assert run("--help").exit_code == 0
    assert run("query", "-h").exit_code == 0
    version = run("--version")
    assert (version.exit_code, version.stdout.split()[0]) == (0, "droindex")
    assert run().exit_code == 2


def test_shells_can_ask_for_completions(run):
    env = {"COMP_WORDS": "droindex qu", "COMP_CWORD": "1", "_DROINDEX_COMPLETE": "bash_complete"}
    assert run(env=env).stdout == "plain,query\n"


def test_unknown_command(run):
    result = run("serch")
    assert result.exit_code == 2
    assert "serch" in result.stderr
