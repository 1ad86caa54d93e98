"""Python files in the folder that a build is started from do not run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_NAMES = [
    "json",
    "encodings",
    "droindex",
    "pypdf",
    "sitecustomize",
    "usercustomize",
    "struct",
    "html",
]
_PROGRAM = "from droindex.cli.main import main; main()"
_API = """
import sys
from droindex import Index
sys.path += ["", "."]  # as a careless application may
Index.build(".", "../library.idx", workers=1)
"""


def _planted(folder: Path) -> Path:
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The text of a directive.", encoding="utf-8")
    trap = f"open({str(folder / 'ran')!r}, 'a').write(__name__ + '\\n')\n"
    for name in _NAMES:
        (corpus / name).mkdir()
        (corpus / name / "__init__.py").write_text(trap, encoding="utf-8")
        (corpus / f"{name}.py").write_text(trap, encoding="utf-8")
    return corpus


@pytest.mark.parametrize("way", ["program", "api"])
def test_code_in_the_current_folder_does_not_run(tmp_path: Path, way: str) -> None:
    corpus = _planted(tmp_path)
    # the parent starts safely, as the installed program does; what it starts is looked at
    call = {
        "program": [_PROGRAM, "build", ".", "--index", "../library.idx"],
        "api": [_API],
    }[way]
    run = subprocess.run(
        [sys.executable, "-P", "-c", *call], cwd=corpus, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    ran = tmp_path / "ran"
    assert not ran.exists(), ran.read_text(encoding="utf-8")
