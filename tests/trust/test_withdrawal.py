"""What gained a label is gone at once: from running handles, exports and older generations."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import cut_short, document

from droindex import Index
from droindex.errors import DroindexError, ExposureRefusedError, IndexDamagedError

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


def build(folder: Path, *, label: str = "") -> None:
    Index.build(corpus(folder / "corpus", label=label), folder / "library.idx", workers=0)


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
    build(tmp_path)
    with Index.open(library) as index:
        assert index.search("zorblatt").total == 1
        build(tmp_path, label="LES")
        if is_damaged:
            damage(library)
        assert total(index, "zorblatt") == 0
        assert total(index, "zorblatt") == 0


def test_a_running_handle_forgets_also_when_its_generation_was_pruned(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    build(tmp_path)
    with Index.open(library) as index:
        build(tmp_path, label="LES")
        Index.prune(library, now=True)
        assert total(index, "zorblatt") == 0


def test_a_mark_without_a_newer_generation_stops_nobody(tmp_path: Path) -> None:
    """A build that was killed between its marks and its publication changed nothing yet."""
    library = tmp_path / "library.idx"
    build(tmp_path)
    with Index.open(library) as index:
        folder = newest(library)
        folder.with_name(f"{folder.name}.withdrawn-open").touch()
        assert index.search("filler").total == 2
        build(tmp_path, label="LES")
        assert index.search("zorblatt").total == 0


def test_an_export_over_an_export_keeps_nothing_of_the_older_one(tmp_path: Path) -> None:
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    build(tmp_path)
    Index.export_set(library, None, out)
    with Index.open(out) as index:
        assert index.search("zorblatt").total == 1
        build(tmp_path, label="LES")
        Index.export_set(library, None, out)
        assert len(list((out / "generations").glob("[0-9]" * 6))) == 1
        assert b"zorblatt" not in content(out)
        assert index.search("zorblatt").total == 0
        assert index.search("filler").total == 2
    with pytest.raises(DroindexError):
        Index.rollback(out)


def exported_anew_and_killed(tmp_path: Path) -> tuple[Path, Path]:
    """Return an export, and its older generation, which was to be removed and still lies there."""
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    build(tmp_path)
    Index.export_set(library, None, out)
    old, kept = newest(out), tmp_path / "kept"
    shutil.copytree(old, kept)
    build(tmp_path, label="LES")
    Index.export_set(library, None, out)
    kept.rename(old)
    return out, old


@pytest.mark.parametrize("fault", ["none", "current"])
def test_no_export_goes_back(tmp_path: Path, fault: str) -> None:
    """Also where an export was killed before it removed the older generation."""
    out, old = exported_anew_and_killed(tmp_path)
    if fault == "current":
        (out / "CURRENT").write_text("damaged")
    with pytest.raises(ExposureRefusedError):
        Index.rollback(out, old.name)
    assert b"rolled_back_to" not in content(out)


def test_going_back_is_refused_where_current_is_damaged_and_marks_are_lost(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    build(tmp_path)
    build(tmp_path, label="LES")
    for mark in (library / "generations").glob("*.withdrawn-*"):
        mark.unlink()
    (library / "CURRENT").write_text("damaged")
    with pytest.raises(ExposureRefusedError):
        Index.rollback(library, "1")


_WATCH = """
import os, sys
os.umask(0)
step, corpus, library, out = sys.argv[1:]
private = ("clearance-", "withheld", "cache", "problems")
seen, is_looking = set(), False

def look(event, args):
    global is_looking
    if is_looking or not (event == "open" or event.startswith(("os.", "shutil."))):
        return
    is_looking = True
    for top in (library, out):
        for base, folders, names in os.walk(top):
            # what lies in a folder that only its owner enters is out of reach
            if os.lstat(base).st_mode & 0o077 == 0:
                folders.clear()
                continue
            for path in (os.path.join(base, name) for name in (*names, *folders)):
                told = os.path.relpath(path, top).split(os.sep)
                if path.endswith(".state") or any(part.startswith(private) for part in told):
                    try:
                        if os.lstat(path).st_mode & 0o077:
                            seen.add(path)
                    except FileNotFoundError:
                        pass
    is_looking = False

from droindex import Index
sys.addaudithook(look)
if step == "build":
    Index.build(corpus, library, workers=0)
elif step == "go back":
    Index.rollback(library)
else:
    Index.export_set(library, "LES", out)
print("\\n".join(sorted(seen)))
"""


@pytest.mark.parametrize("step", ["build", "build again", "go back", "hand out"])
def test_what_is_private_is_so_from_its_first_byte(tmp_path: Path, step: str) -> None:
    """Under any umask: an account beside the owner looks at every step of the work."""
    library, out, folder = (tmp_path / name for name in ("library.idx", "out.idx", "corpus"))
    corpus(folder, label="LES")
    (folder / "odd.txt").write_text("Of a label that nobody lists.")
    (folder / "odd.toml").write_text('label = "ODD"')
    if step != "build":
        Index.build(folder, library, workers=0)
        (folder / "more.txt").write_text("One more document for the archive.")
    if step == "go back":
        Index.build(folder, library, workers=0)
    command = [sys.executable, "-c", _WATCH, step.split(maxsplit=1)[0] if "build" in step else step]
    done = subprocess.run(
        [*command, *map(os.fspath, (folder, library, out))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""
    assert (out if step == "hand out" else library / "generations").exists()


def test_an_export_names_only_what_its_documents_use(tmp_path: Path) -> None:
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    build(tmp_path, label="LES")
    Index.export_set(library, None, out)
    found = content(out)
    for word in (b"Undercover", b"Moles", b"Night watch", b"Owls", b"nightjar", b"LES"):
        assert word not in found
    Index.export_set(library, "LES", tmp_path / "les.idx")
    assert b"Moles" in content(tmp_path / "les.idx")


# exports hold nothing else ------------------------------------------------------------------------


def unique_word(number: int) -> str:
    return f"{'bdfghjkl'[number]}zorq{'mnprstvw'[number]}ax"


def test_no_byte_of_an_export_is_of_another_document(tmp_path: Path) -> None:
    """Removed, replaced, labelled, moved, renamed in the catalogue: their words are nowhere."""
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    words = [unique_word(number) for number in range(8)]

    def made(doc_id: str, word: str, **values: object) -> object:
        text = f"A text that tells of {word} and of nothing else."
        values = {"title": f"On {word}", "category": f"C{word}", **values}
        return document([text, f"Page two of {word}."], doc_id=doc_id, **values)

    plain = [document(f"Plain text {n}.", doc_id=f"p{n}") for n in range(12)]
    Index.update(library, [*plain, *(made(f"d{n}", words[n]) for n in range(5))])  # type: ignore[list-item]
    Index.export_set(library, None, out)
    Index.update(library, [made("d0", words[5])], remove=["d1"])  # type: ignore[list-item]
    Index.update(library, [made("d2", words[2], label="LES"), made("d6", words[6], label="LES")])  # type: ignore[list-item]
    Index.update(library, [made("d7", words[3], label="LES")], remove=["d3"])  # type: ignore[list-item]
    living, gone = {words[5], words[4]}, {words[n] for n in (0, 1, 2, 3, 6)}
    Index.export_set(library, None, out)
    for path in (path for path in out.rglob("*") if path.is_file()):
        found = path.read_bytes().lower()
        assert [word for word in gone if word.encode() in found] == [], path
    assert all(word.encode() in content(out).lower() for word in living)
    with Index.open(out) as index:
        assert [total(index, word) for word in sorted(living)] == [1, 1]


def test_a_sound_set_is_exported_also_where_the_memory_of_builds_is_damaged(tmp_path: Path) -> None:
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    build(tmp_path)
    cut_short(next(newest(library).glob("*.state")), 5)
    Index.export_set(library, None, out)
    with Index.open(out) as index:
        assert index.search("zorblatt").total == 1
        assert [shelf.description for shelf in index.browse() if shelf.description] == [
            "Moles",
            "Owls",
        ]


def test_an_export_takes_along_only_words_that_its_documents_use(tmp_path: Path) -> None:
    library, out, folder = tmp_path / "library.idx", tmp_path / "out.idx", tmp_path / "corpus"
    corpus(folder, label="LES")
    config = folder / "corpus.toml"
    config.write_text(
        config.read_text()
        + '[acronyms]\nNJX = "Nightjar exchange"\nFT = "filler text"\n'
        + '[statuses]\nactive = ["Current", "Sleeping agent"]\n'
    )
    config.write_text(
        'synonyms = [["nightjar", "owl run"], ["text", "script"]]\n' + config.read_text()
    )
    Index.build(folder, library, workers=0)
    Index.export_set(library, None, out)
    found = content(out)
    for word in (b"NJX", b"exchange", b"owl run", b"nightjar", b"Sleeping"):
        assert word not in found
    with Index.open(library) as one, Index.open(out) as other:
        for query in ("FT", "script", "filler text", "number"):
            assert one.search(query).to_dict()["hits"] == other.search(query).to_dict()["hits"]
            assert one.search(query).notes == other.search(query).notes


def test_an_export_that_was_killed_goes_back_to_nothing_that_it_withdrew(tmp_path: Path) -> None:
    out, old = exported_anew_and_killed(tmp_path)
    old.with_name(f"{old.name}.withdrawn-open").touch()
    with pytest.raises(ExposureRefusedError):
        Index.rollback(out, allow_exposure=True)
    (out / "CURRENT").write_text("damaged")
    Index.rollback(out, allow_exposure=True)  # the newest one is what was lost
    with Index.open(out) as index:
        assert (total(index, "filler"), total(index, "zorblatt")) == (2, 0)


# going back in a library that was tampered with ---------------------------------------------------


def test_a_generation_under_another_name_is_none_to_go_back_to(tmp_path: Path) -> None:
    """What was noted of it is under its own name."""
    library = tmp_path / "library.idx"
    build(tmp_path)
    build(tmp_path, label="LES")
    old = library / "generations" / "000001"
    old.rename(old.with_name("000009"))
    (library / "CURRENT").write_text("damaged")
    Index.rollback(library)  # the newest sound one is what was lost
    with Index.open(library) as index:
        assert (total(index, "filler"), total(index, "zorblatt")) == (2, 0)


def test_a_generation_under_another_name_answers_nobody(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    build(tmp_path)
    build(tmp_path, label="LES")
    old, new = (library / "generations" / name for name in ("000001", "000002"))
    new.rename(tmp_path / "gone")
    old.rename(new)
    with pytest.raises(IndexDamagedError):
        Index.open(library)


@pytest.mark.parametrize("fault", ["marks", "marks, manifest", "state", "marks, CURRENT"])
def test_going_back_is_refused_as_long_as_anything_tells(tmp_path: Path, fault: str) -> None:
    library = tmp_path / "library.idx"
    build(tmp_path)
    build(tmp_path, label="LES")
    if "marks" in fault:
        for mark in (library / "generations").glob("*.withdrawn-*"):
            mark.unlink()
    if "state" in fault:
        cut_short(next(newest(library).glob("*.state")), 1)
    if "manifest" in fault:
        cut_short(newest(library) / "open" / "documents" / "meta.json", 1)
    if "CURRENT" in fault:
        (library / "CURRENT").write_text("damaged")
    with pytest.raises(ExposureRefusedError):
        Index.rollback(library, "1")


def test_a_mark_is_lifted_only_by_labels_that_prove_it(tmp_path: Path) -> None:
    """Labelled, then gone: nothing is hidden today, and nobody may see it all the same."""
    library = tmp_path / "library.idx"
    secret, other = ("The zorblatt is kept in the cellar.", "The wumpus is fed at noon by two.")
    Index.update(library, [document(other, doc_id="p"), document(secret, doc_id="x")])
    held = Index.open(library)
    Index.update(library, [document(secret, doc_id="x", label="LES")])
    held_too = Index.open(library)
    Index.update(library, remove=["x"])
    with pytest.raises(ExposureRefusedError):
        Index.rollback(library, "1")
    Index.update(library, [document(secret, doc_id="y", label="open")])  # somebody says so
    assert Index.rollback(library, "1") == "000005"
    held.close()
    held_too.close()
