"""What a change costs in a large library: `python benchmarks/growth/update.py FOLDER [RECORDS]`.

A library of generated records is built in the folder, unless it is there; then each step runs in a
process of its own, which prints its CPU seconds and its peak memory: nothing changed, one document
added by an update, that one changed, one line of the corpus changed, a hundredth of them changed,
and one document changed that was written with the rest. (The last three write segments of the
engine again.)
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

STEPS = ("nothing", "add", "again", "nothing", "line", "share", "change")


def main(folder: Path, count: int) -> None:
    """Run all steps, and print a line for each."""
    folder.mkdir(parents=True, exist_ok=True)
    is_built = (folder / "lib" / "CURRENT").exists()
    for step in (*(() if is_built else ("build",)), *STEPS):
        command = [sys.executable, str(Path(__file__).with_name("update_job.py")), step]
        done = subprocess.run(
            [*command, str(folder), str(count)], check=True, capture_output=True, text=True
        )
        found = json.loads(done.stdout)
        print(f"{step:8} {found['cpu_s']:8.2f} s  {found['peak_mb']:6.0f} MB  {found['counts']}")


main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000)
