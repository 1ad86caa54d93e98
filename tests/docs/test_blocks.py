"""Every code block of README and docs runs, and prints what the page says that it prints.

- `python` blocks of a page run one after the other, with the same names. Where a `text` block
  follows, it is what was printed.
- `console` blocks hold commands after `$ `, each with what it prints; a command without output
  below it must merely succeed, and a line `...` stands for the rest.
- in `sh` blocks, the lines that start with `droindex` must succeed.

After a change of what is printed: pytest tests/docs --update-golden, and review the diff.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from docpages import PAGES, ROOT, Block, blocks

_TIMES = re.compile(r'(?<=\()\d+\.\d+ ms|(?<="took_ms": )[\d.]+')
_FOUND, _NOTHING_FOUND = 0, 1


def comparable(text: str) -> list[str]:
    """Return the lines of a text without what differs from run to run."""
    return [line.rstrip() for line in _TIMES.sub("0", text).strip().splitlines()]


def agree(expected: str, printed: str) -> bool:
    wanted, found = comparable(expected), comparable(printed)
    if wanted[-1:] == ["..."]:
        return found[: len(wanted) - 1] == wanted[:-1]
    return wanted == found


def run_command(command: str, desk: Path) -> str:
    programs = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=desk,
        env={"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(desk)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (_FOUND, _NOTHING_FOUND), f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def run_python(block: Block, names: dict[str, object], page: Path) -> str:
    printed = io.StringIO()
    source = "\n" * (block.line - 1) + block.text  # so that a traceback names the page's line
    with contextlib.redirect_stdout(printed):
        exec(compile(source, str(page), "exec"), names)
    return printed.getvalue()


def run_console(block: Block, desk: Path) -> str:
    """Run the commands of a console block; return the block as it should be."""
    actual = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = re.sub(r"\\\n> ?", "", part).partition("\n")
        printed = run_command(command, desk)
        is_right = not expected.strip() or agree(expected, printed)
        actual.append(f"$ {part}" if is_right else f"$ {command}\n{printed.rstrip()}\n")
    return "".join(actual)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_blocks_of_a_page_run_and_print_what_it_says(
    page: Path,
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
    update_golden: bool,  # noqa: FBT001 - a fixture
) -> None:
    monkeypatch.chdir(desk)
    markdown = page.read_text("utf-8")
    right: list[tuple[Block, str]] = []
    names: dict[str, object] = {"__name__": "__page__"}
    printed: str | None = None
    for block in blocks(markdown):
        if block.language == "python":
            printed = run_python(block, names, page)
            continue
        if block.language == "text" and printed:
            right.append((block, block.text if agree(block.text, printed) else printed))
        elif block.language == "console":
            right.append((block, run_console(block, desk)))
        elif block.language == "sh":
            for line in block.text.replace("\\\n", " ").splitlines():
                if line.startswith("droindex "):
                    run_command(line, desk)
        printed = None
    if update_golden:
        for block, text in reversed(right):
            start, end = block.span
            markdown = markdown[:start] + text + markdown[end:]
        page.write_text(markdown, "utf-8")
        return
    for block, text in right:
        assert block.text == text, f"{page.name}, line {block.line}"
