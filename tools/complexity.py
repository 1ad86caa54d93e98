"""Measure the cyclomatic complexity of each function of src, and refuse what cannot be followed.

It is the number of independent paths through a function or method, as radon counts them. Ends with
1 where one is above `MOST`, or more than `SHARE` of them are above `WISHED`. Folders given are
measured instead of src.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from radon.complexity import cc_visit
from radon.visitors import Function

ROOT = Path(__file__).resolve().parents[1]
MOST = 15  # paths through one function: the most that a reader can be asked to keep in mind
WISHED = 10  # what McCabe proposed as the limit; above it, a function has to have a reason
SHARE = 0.03  # of all functions may be above what is wished


class Block(NamedTuple):
    """A function or method, where it stands, and its cyclomatic complexity."""

    complexity: int
    path: Path
    line: int
    name: str


def blocks(folder: Path) -> list[Block]:
    """Return all functions and methods below a folder, the most complex first."""
    found = [
        Block(block.complexity, path, block.lineno, block.fullname)
        for path in sorted(folder.rglob("*.py"))
        for block in cc_visit(path.read_text("utf-8"))
        if isinstance(block, Function)  # a class is the mean of its methods, which are there too
    ]
    return sorted(found, key=lambda block: (-block.complexity, block.path, block.line))


def main(arguments: list[str]) -> int:
    """Print what is above the limits, and the sums; return 1 if a limit is passed."""
    folders = [Path(argument) for argument in arguments] or [ROOT / "src"]
    found = [block for folder in folders for block in blocks(folder)]
    above = [block for block in found if block.complexity > MOST]
    for block in above:
        where = f"{block.path}:{block.line}: {block.name}"
        print(f"{where} has complexity {block.complexity}, most {MOST}")
    unwished = sum(block.complexity > WISHED for block in found)
    share = unwished / max(1, len(found))
    print(
        f"{len(found)} functions: {len(above)} above complexity {MOST}, {unwished} above {WISHED} "
        f"({share:.1%}, at most {SHARE:.0%})"
    )
    return int(bool(above) or share > SHARE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
