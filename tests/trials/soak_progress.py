"""How far each part of the soak has come: kept in a file after each step, summed over sittings."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Tally = dict[str, Any]  # numbers, lists, and tallies


def add(kept: Tally, more: Tally) -> Tally:
    """Return two tallies as one: numbers are summed, lists joined, tallies added."""
    result = dict(kept)
    for key, value in more.items():
        if key not in result:
            result[key] = value
        elif isinstance(value, dict):
            result[key] = add(result[key], value)
        else:
            result[key] = result[key] + value
    return result


@dataclass
class Progress:
    """What a part has done so far.

    Attributes:
        done: How much, in the part's unit.
        sittings: In how many runs of the command.
        seconds: How long that took.
        tally: What was found.
        days: On which days (UTC).
        commits: With which states of the code.
    """

    done: float = 0
    sittings: int = 0
    seconds: float = 0
    tally: Tally = field(default_factory=dict)
    days: list[str] = field(default_factory=list)
    commits: list[str] = field(default_factory=list)


class Keeper:
    """Keeps the progress of one part in a file, whole at any moment.

    Args:
        file: Where; the part begins anew where it is not there.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.progress = Progress()
        if file.exists():
            self.progress = Progress(**json.loads(file.read_text("utf-8")))
        self._is_new_sitting = True
        self._started = time.monotonic()

    def step(self, done: float, tally: Tally) -> None:
        """Add what one step did, and write it down."""
        progress = self.progress
        now = time.monotonic()
        progress.done = round(progress.done + done, 6)
        progress.seconds += now - self._started
        self._started = now
        progress.sittings += self._is_new_sitting
        self._is_new_sitting = False
        progress.tally = add(progress.tally, json.loads(json.dumps(tally)))  # as it is read again
        for known, value in (
            (progress.days, str(datetime.now(UTC).date())),
            (progress.commits, _commit()),
        ):
            if value not in known:
                known.append(value)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(asdict(progress)), "utf-8")
        os.replace(draft, self._file)  # noqa: PTH105 - the call that is whole or not at all


def _commit() -> str:
    """Return the state of the code: a commit, with a plus where files differ from it."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    done = subprocess.run(
        command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
