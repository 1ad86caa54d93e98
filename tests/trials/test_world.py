"""The trial over files that nobody has seen, on a few that were made for it."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
from pathlib import Path

import pytest
import world
import world_run
from world_run import CALLS, Run

from droindex.model import FileStatus

QUICK = (*range(6, 11), 14, *range(16, 25))  # the hostile files that wait for no deadline


def _pdf(text: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 760, text)
    canvas.save()
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sound files for each call that may fail, a cut one, and one that is none."""
    folder = tmp_path_factory.mktemp("world")
    for number in range(2 * len(CALLS)):
        (folder / f"sound-{number:02}.pdf").write_bytes(_pdf(f"A page of file {number}."))
    (folder / "deep").mkdir()
    (folder / "deep" / "cut.PDF").write_bytes(_pdf("A page that nobody sees.")[:200])
    (folder / "page.pdf").write_bytes(b"<html>no PDF</html>")
    return folder


@pytest.fixture(scope="module")
def plain(folder: Path) -> Run:
    return world_run.build_apart(folder, workers=1)


def test_every_file_has_a_status_and_nothing_is_wrong(folder: Path, plain: Run) -> None:
    assert not list(world.wrong(folder, plain))
    assert set(plain.statuses) == set(world_run.pdf_files(folder))
    assert plain.statuses["sound-00.pdf"] == FileStatus.OK
    assert plain.statuses["page.pdf"] == FileStatus.NOT_PDF
    assert plain.pages == 2 * len(CALLS)
    assert 0 < plain.reading_mb <= plain.peak_mb
    assert {name for name, _ in plain.slowest} == set(plain.statuses)


def test_a_fault_in_any_call_ends_its_file_and_no_other(folder: Path, plain: Run) -> None:
    plan = world_run.planned(folder, 2)
    assert set(plan.values()) == set(CALLS)
    faulty = world_run.build_apart(folder, plan, workers=1)
    assert not list(world.wrong(folder, faulty))
    assert not list(world.differing(plain, faulty, plan))
    assert faulty.met == plan


def test_what_is_wrong_is_told(folder: Path, plain: Run) -> None:
    bad = Run(
        statuses={**plain.statuses, "sound-00.pdf": "lost"}, peak_mb=301, told=["Traceback: x"]
    )
    assert len(list(world.wrong(folder, bad))) == 3
    plan = {"sound-01.pdf": "Job.take", "sound-02.pdf": "WorkerProcess.is_worn"}
    odd = Run(statuses={**plain.statuses, "sound-02.pdf": "crashed", "sound-03.pdf": "empty"})
    told = " ".join(world.differing(plain, odd, plan))
    assert "sound-01.pdf: Job.take was never called with it." in told
    assert "sound-01.pdf: Job.take failed, and it ended as ok." in told
    assert "when its reading was there, and it ended as crashed" in told
    assert "sound-03.pdf: ok without faults, empty with them." in told


def test_the_table_counts_by_folder(folder: Path, plain: Run) -> None:
    rows = list(world.table(folder, plain))
    assert [row.split(" | ")[:2] for row in rows[2:]] == [
        ["| deep", "1"],
        ["| .", str(2 * len(CALLS) + 1)],
        ["| all", str(2 * len(CALLS) + 2)],
    ]


@pytest.mark.parametrize("content", [None, "empty"])
def test_a_folder_without_files_is_refused(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "gone").mkdir()
    command = [sys.executable, str(Path(world.__file__)), str(tmp_path / "gone")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "There is no folder" in run.stderr or "No PDF file lies" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_build_that_dies_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChildProcessError, match="There is no corpus"):
        world_run.build_apart(tmp_path / "gone")


@pytest.mark.shared
def test_hostile_files_are_like_any_other(tmp_path: Path, shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("made", shared / "tools" / "hostile_pdfs.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    for name, data in maker.cases():
        if int(name[:2]) in QUICK:
            (tmp_path / f"{name}.pdf").write_bytes(data)
    run = world_run.build_apart(tmp_path)
    assert len(run.statuses) == len(QUICK)
    assert not list(world.wrong(tmp_path, run))
