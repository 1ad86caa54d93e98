"""What gained a label is gone at once: from running handles, exports and older generations."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from droindex import Index
from droindex.errors import DroindexError, ExposureRefusedError, IndexDamagedError
from tests.support import cut_short

LABELS = 'labels = ["LES"]\n'


def corpus(folder: Path, *, label: str = "") -> Path:
    """Write a corpus of three documents; one of them may have a label."""
    folder.mkdir(exist_ok=True)
    for number in (1, 2):
        (folder / f"plain{number}.txt").write_text(f"An ordinary filler text number {number}.")
    (folder / "secret.txt").write_text("The zorblatt is kept in the cellar.")
    sidecar = folder / "secret.toml"
    sidecar.unlink(missing_ok=True)
    lines = 'category = "Undercover"\ncollection = "Night watch"\n'
    sidecar.write_text(f'{lines}label = "{label}"\n' if label else lines)
    (folder / "corpus.toml").write_text(
        LABELS
        + 'exclude = ["operation-nightjar/*"]\n'
        + '[categories.Undercover]\ndescription = "Moles"\n'
        + '[collections."Night watch"]\ndescription = "Owls"\n'
    )
    return folder


def newest(library: Path) -> Path:
    return max((library / "generations").glob("[0-9]" * 6))


def damage(library: Path, name: str = "open") -> None:
    for path in (newest(library) / name).rglob("*"):
        if path.is_file() and path.stat().st_size:
            cut_short(path, 1)


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def total(index: Index, query: str) -> int:
    """Return how many documents a handle shows; an index that answers nothing shows none."""
    try:
        return index.search(query).total
    except IndexDamagedError:
        return 0


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_running_handle_shows_nothing_that_gained_a_label(
    tmp_path: Path, *, is_damaged: bool
) -> None:
    library = tmp_path / "library.idx"
    Index.build(corpus(tmp_path / "corpus"), library)
    with Index.open(library) as index:
        assert index.search("zorblatt").total == 1
        Index.build(corpus(tmp_path / "corpus", label="LES"), library)
        if is_damaged:
            damage(library)
        assert total(index, "zorblatt") == 0
        assert total(index, "zorblatt") == 0


def test_a_running_handle_forgets_also_when_its_generation_was_pruned(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    Index.build(corpus(tmp_path / "corpus"), library)
    with Index.open(library) as index:
        Index.build(corpus(tmp_path / "corpus", label="LES"), library)
        Index.prune(library, now=True)
        assert total(index, "zorblatt") == 0


def test_a_mark_without_a_newer_generation_stops_nobody(tmp_path: Path) -> None:
    """A build that was killed between its marks and its publication changed nothing yet."""
    library = tmp_path / "library.idx"
    Index.build(corpus(tmp_path / "corpus"), library)
    with Index.open(library) as index:
        folder = newest(library)
        folder.with_name(f"{folder.name}.withdrawn-open").touch()
        assert index.search("filler").total == 2
        Index.build(corpus(tmp_path / "corpus", label="LES"), library)
        assert index.search("zorblatt").total == 0


def test_an_export_over_an_export_keeps_nothing_of_the_older_one(tmp_path: Path) -> None:
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    Index.build(corpus(tmp_path / "corpus"), library)
    Index.export_set(library, None, out)
    with Index.open(out) as index:
        assert index.search("zorblatt").total == 1
        Index.build(corpus(tmp_path / "corpus", label="LES"), library)
        Index.export_set(library, None, out)
        assert len(list((out / "generations").glob("[0-9]" * 6))) == 1
        assert b"zorblatt" not in content(out)
        assert index.search("zorblatt").total == 0
        assert index.search("filler").total == 2
    with pytest.raises(DroindexError):
        Index.rollback(out)


@pytest.mark.parametrize("fault", ["none", "current"])
def test_no_export_goes_back(tmp_path: Path, fault: str) -> None:
    """Also where an export was killed before it removed the older generation."""
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    Index.build(corpus(tmp_path / "corpus"), library)
    Index.export_set(library, None, out)
    old, kept = newest(out), tmp_path / "kept"
    shutil.copytree(old, kept)
    Index.build(corpus(tmp_path / "corpus", label="LES"), library)
    Index.export_set(library, None, out)
    kept.rename(old)
    if fault == "current":
        (out / "CURRENT").write_text("damaged")
    with pytest.raises(ExposureRefusedError):
        Index.rollback(out, old.name)
    assert b"rolled_back_to" not in content(out)


def test_going_back_is_refused_where_current_is_damaged_and_marks_are_lost(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    Index.build(corpus(tmp_path / "corpus"), library)
    Index.build(corpus(tmp_path / "corpus", label="LES"), library)
    for mark in (library / "generations").glob("*.withdrawn-*"):
        mark.unlink()
    (library / "CURRENT").write_text("damaged")
    with pytest.raises(ExposureRefusedError):
        Index.rollback(library, "1")


_WATCH = """
import os, sys
os.umask(0)
out = sys.argv[2]
seen = set()
def look(event, args):
    if event in ("open", "os.mkdir", "os.rename", "shutil.copyfile", "os.chmod"):
        for base, folders, names in os.walk(os.path.join(out, "generations")):
            # what lies in a folder that only its owner enters is out of reach
            if os.lstat(base).st_mode & 0o077:
                seen.update(
                    path
                    for path in (os.path.join(base, name) for name in names)
                    # readers lock .hold files, for ever empty: whoever may write here may open them
                    if os.lstat(path).st_mode & 0o077 and not path.endswith(".hold")
                )
            else:
                folders.clear()
from droindex import Index
sys.addaudithook(look)
Index.export_set(sys.argv[1], "LES", out)
print("\\n".join(sorted(seen)))
"""


def test_a_labelled_set_is_nobody_elses_while_it_is_exported(tmp_path: Path) -> None:
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    Index.build(corpus(tmp_path / "corpus", label="LES"), library)
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, os.fspath(library), os.fspath(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""


def test_an_export_names_only_what_its_documents_use(tmp_path: Path) -> None:
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    Index.build(corpus(tmp_path / "corpus", label="LES"), library)
    Index.export_set(library, None, out)
    found = content(out)
    for word in (b"Undercover", b"Moles", b"Night watch", b"Owls", b"nightjar", b"LES"):
        assert word not in found
    Index.export_set(library, "LES", tmp_path / "les.idx")
    assert b"Moles" in content(tmp_path / "les.idx")
