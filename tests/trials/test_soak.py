"""The soak runs in parts that can be stopped, go on, and are summed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import soak
import soak_parts
from hypothesis import given
from hypothesis import strategies as st
from soak_progress import Keeper, Tally, add

TALLIES = st.fixed_dictionaries(
    {
        "tries": st.integers(0, 9),
        "faults": st.lists(st.text(max_size=3), max_size=2),
        "outcomes": st.dictionaries(st.sampled_from("abc"), st.integers(1, 9)),
    }
)


@given(tallies=st.lists(TALLIES, min_size=1, max_size=5))
def test_sums_hold_every_number_and_every_fault(tallies: list[Tally]) -> None:
    sums: Tally = {}
    for tally in tallies:
        sums = add(sums, tally)
    assert sums["tries"] == sum(tally["tries"] for tally in tallies)
    assert sums["faults"] == [fault for tally in tallies for fault in tally["faults"]]
    for name in "abc":
        wanted = sum(tally["outcomes"].get(name, 0) for tally in tallies)
        assert sums["outcomes"].get(name, 0) == wanted


class Stopper:
    """A part of ten tries, four a step, that is stopped at one of its steps."""

    def __init__(self, stop_at: int) -> None:
        self.stop_at = stop_at
        self.seeds: list[int] = []
        self.part = soak_parts.Part(10, "tries", 4, soak_parts.in_steps(self._trial), self._rows)

    def _trial(self, _folder: Path, length: float, seed: int) -> Tally:
        self.seeds.append(seed)
        if len(self.seeds) == self.stop_at:
            raise KeyboardInterrupt
        return {"tries": length, "faults": [f"fault {len(self.seeds)}"] * (len(self.seeds) == 1)}

    def _rows(self, sums: Tally, length: float) -> Iterator[tuple[str, str]]:
        yield f"{length:.0f} tries", f"tries {sums['tries']}, faults {sums['faults']}"


def test_a_part_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    page, state, trial = tmp_path / "soak.md", tmp_path / "state" / "kills.json", Stopper(2)
    with pytest.raises(KeyboardInterrupt):
        soak.run_part("kills", trial.part, 10, Keeper(state), page)
    assert "| 4 tries | tries 4, faults ['fault 1'] |" in page.read_text()
    assert "40 % of full, in 1 sitting," in page.read_text()
    soak.run_part("kills", trial.part, 10, Keeper(state), page)
    assert "| 10 tries | tries 10, faults ['fault 1'] |" in page.read_text()
    assert "in full, in 2 sittings," in page.read_text()
    assert len(set(trial.seeds)) == len(trial.seeds) == 4
    soak.run_part("kills", trial.part, 10, Keeper(state), page)
    assert len(trial.seeds) == 4  # it is in full


def test_shares_of_a_part_add_up(tmp_path: Path) -> None:
    page, state, trial = tmp_path / "soak.md", tmp_path / "state.json", Stopper(0)
    for _ in range(3):
        soak.run_part("kills", trial.part, 2, Keeper(state), page)
    assert "| 6 tries | tries 6, faults ['fault 1'] |" in page.read_text()
    assert "60 % of full, in 3 sittings," in page.read_text()


def test_rows_of_other_parts_stay(tmp_path: Path) -> None:
    page, trial = tmp_path / "soak.md", Stopper(0)
    soak.run_part("kills", trial.part, 2, Keeper(tmp_path / "kills.json"), page)
    before = soak.read_rows(page)
    soak.run_part("flips", trial.part, 2, Keeper(tmp_path / "flips.json"), page)
    assert soak.read_rows(page)["kills"] == before["kills"]
    assert set(soak.read_rows(page)) == {"kills", "flips"}


def test_sections_behind_the_table_stay(tmp_path: Path) -> None:
    page, section = tmp_path / "soak.md", "\n## Another trial\n\nWhat it found.\n"
    rows: dict[str, soak.Rows] = {"kills": [["kills", "a", "b", "c", "1"]]}
    soak.write_page(page, rows)
    page.write_text(page.read_text() + section)
    soak.write_page(page, rows)
    assert page.read_text().endswith(section)
    assert page.read_text().count("## Another trial") == 1
    assert soak.read_rows(page) == rows


def test_each_process_has_its_own_figures() -> None:
    samples = [
        {"steps": steps, "memory_mb": memory, "open_files": 5, "threads": 3, "objects": 9}
        | {"is_first": first}
        for steps, memory, first in [(50, 20.0, True), (100, 24.0, False), (150, 22.0, True)]
    ]
    assert "own memory in MB: 20 → 24 (most 24), 22 → 22 (most 22);" in soak_parts._usage(samples)


def test_a_signal_stops_the_command_and_what_it_started(tmp_path: Path) -> None:
    command = [sys.executable, str(Path(soak.__file__)), "--only", "motion", "--motion", "5000"]
    command += ["--state", str(tmp_path), "--page", str(tmp_path / "soak.md")]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        while not list(tmp_path.glob("droindex-soak-*/motion.idx/CURRENT")):
            assert run.poll() is None
            os.sched_yield()
        run.terminate()
        assert run.stderr is not None
        assert "motion: stopped; the same command goes on" in run.stderr.read()
    assert run.returncode == 130
    assert not list(tmp_path.glob("droindex-soak-*"))
    with pytest.raises(ProcessLookupError):  # nobody of its group is left
        os.killpg(run.pid, 0)
