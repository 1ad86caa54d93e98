"""`open`: only the file that was read, only what is shown and not run, never through a shell."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from droindex import Document, Index, MissingExtraError, SettingsError
from droindex.cli import viewer

RECORD = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('\\n'.join(sys.argv[2:]))"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("open") / "corpus"
    corpus.mkdir()
    for name in ("$(touch x) -memo.txt", "page.html", "changed.txt"):
        (corpus / name).write_text("An escort is asked for.")
    path = corpus.parent / "library.idx"
    Index.build(corpus, path, workers=0)
    Index.update(path, [Document(doc_id="handed/over")])
    (corpus / "changed.txt").write_text("Another text.")
    return path


@pytest.fixture
def record(tmp_path: Path) -> tuple[str, Path]:
    """A viewer that writes down how it was called, and where."""
    script, called = tmp_path / "viewer.py", tmp_path / "called"
    script.write_text(RECORD)
    return f"'{sys.executable}' '{script}' '{called}' --page={{page}} {{file}}", called


def test_a_file_is_opened_at_its_page_and_no_shell_sees_its_name(run, library, record):
    command, called = record
    env = {viewer.VARIABLE: command}
    result = run("open", "$(touch x) -memo", "--page", "3", index=library, env=env)
    assert (result.exit_code, result.stderr, result.stdout) == (0, "", "")
    page, file = called.read_text().split("\n")
    assert page == "--page=3"
    assert file == str(library.parent / "corpus" / "$(touch x) -memo.txt")


def test_the_file_stands_last_where_the_command_has_no_place_for_it(run, library, record):
    command, called = record
    env = {viewer.VARIABLE: command.replace(" --page={page} {file}", "")}
    result = run("open", "$(touch x) -memo.txt", "--page", "2", index=library, env=env)
    assert called.read_text().endswith("-memo.txt")
    assert "go to page 2" in result.stderr


def test_the_path_can_be_had_instead(run, library):
    result = run("open", "--path", "page", index=library)
    assert result.stdout == f"{library.parent / 'corpus' / 'page.html'}\n"


def test_what_may_run_is_not_opened(run, library, record):
    command, called = record
    result = run("open", "page", index=library, env={viewer.VARIABLE: command})
    assert result.exit_code == 0
    assert result.stdout.endswith("page.html\n")
    assert "left to you" in result.stderr
    assert not called.exists()


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("changed", 7, "file-changed"),
        ("handed/over", 2, "has no file on this machine"),
        ("chnged", 7, "Did you mean: changed"),
        ("3", 7, "No list of this library was shown here"),
    ],
)
def test_what_cannot_be_opened_says_why(run, library, record, name, code, said):
    command, called = record
    result = run("open", name, index=library, env={viewer.VARIABLE: command})
    assert result.exit_code == code, result.stderr
    assert said in result.stderr or said == "file-changed"
    assert not called.exists()


@pytest.mark.parametrize("command", ["'", "  ", "/nowhere/viewer", "false"])
def test_a_viewer_that_does_not_work_is_said(run, library, command):
    result = run("open", "$(touch x) -memo", index=library, env={viewer.VARIABLE: command})
    assert result.exit_code == 8
    assert viewer.VARIABLE in result.stderr


PDF = Path("/corpus/{page} memo.pdf")


def test_the_system_opens_files_where_no_viewer_is_named():
    assert viewer.opening(PDF, 3, {}, platform="darwin") == (("open", str(PDF)), False)
    found = viewer.opening(PDF, None, {}, platform="linux", which=lambda name: f"/usr/bin/{name}")
    assert found == (("xdg-open", str(PDF)), False)
    with pytest.raises(MissingExtraError) as caught:
        viewer.opening(PDF, 3, {}, platform="linux", which=lambda _name: None)
    assert str(PDF) in caught.value.hint


def test_what_stands_in_a_path_is_no_place_for_a_page():
    command, _ = viewer.opening(PDF, 7, {viewer.VARIABLE: "view {page} {file}"})
    assert command == ("view", "7", str(PDF))


@pytest.mark.parametrize(
    ("entry", "command"),
    [
        ("org.gnome.Evince.desktop", ("evince", "--page-index=3", "FILE")),
        ("mupdf.desktop", ("mupdf", "FILE", "3")),
        ("firefox.desktop", ("xdg-open", "FILE")),
    ],
)
def test_viewers_that_are_known_are_told_the_page(tmp_path, monkeypatch, entry, command):
    for name in ("xdg-mime", "evince", "mupdf", "xdg-open"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {entry}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    found = viewer.opening(PDF, 3, {}, platform="linux")
    assert found.command == tuple(str(PDF) if word == "FILE" else word for word in command)
    assert found.takes_page is (command[0] != "xdg-open")


def test_a_viewer_that_cannot_be_started_is_a_setting_that_cannot_be_used():
    with pytest.raises(SettingsError):
        viewer.start(("/nowhere/viewer", "x"))
