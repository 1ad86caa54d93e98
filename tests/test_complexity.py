"""The gate of complexity: it counts paths as one does by hand, and refuses what has many."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "tools"))

import complexity


def write(folder: Path, name: str, paths: int) -> None:
    """Write a module with one function of so many paths."""
    branches = "".join(f"    if x == {n}:\n        return {n}\n" for n in range(paths - 1))
    (folder / f"{name}.py").write_text(f"def {name}(x):\n{branches}    return x\n")


@pytest.mark.parametrize("paths", [1, 2, 10, 11, 15, 16, 40])
def test_paths_are_counted(tmp_path: Path, paths: int) -> None:
    write(tmp_path, "one", paths)
    [block] = complexity.blocks(tmp_path)
    assert (block.name, block.complexity, block.line) == ("one", paths, 1)


def test_methods_are_counted_and_the_mean_of_a_class_is_not(tmp_path: Path) -> None:
    lines = (
        "class A:",
        "    def b(self, x):",
        "        return 1 if x else 2",
        "    def c(self): ...",
    )
    (tmp_path / "a.py").write_text("\n".join(lines))
    found = [(block.name, block.complexity) for block in complexity.blocks(tmp_path)]
    assert found == [("A.b", 2), ("A.c", 1)]


@pytest.mark.parametrize(
    ("paths", "plain", "code"),
    [
        ((15,), 33, 0),  # 1 of 34 is 2.9 %
        ((15,), 32, 1),  # 1 of 33 is 3.03 %
        ((10,) * 5, 0, 0),
        ((11,) * 5, 0, 1),
        ((16,), 99, 1),
    ],
)
def test_one_far_above_or_many_a_little_above_fail(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    paths: tuple[int, ...],
    plain: int,
    code: int,
) -> None:
    for number, count in enumerate((*paths, *(1,) * plain)):
        write(tmp_path, f"f{number}", count)
    assert complexity.main([str(tmp_path)]) == code
    printed = capsys.readouterr().out
    assert ("f0 has complexity 16, most 15" in printed) is (paths[0] > 15)


def test_what_has_no_functions_passes(tmp_path: Path) -> None:
    assert complexity.main([str(tmp_path)]) == 0
