"""Whatever fails in the parent while it has a file: the file ends, and the build goes on."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest

from droindex.extract import job as job_module
from droindex.extract.run import ExtractRequest, extract_files
from droindex.extract.running import strip_running_lines
from droindex.model import FileStatus, Page
from droindex.settings import ExtractSettings

if TYPE_CHECKING:
    from pathlib import Path

_STEPS = [
    (job_module.Collector, "add"),
    (job_module.Collector, "result"),
    (job_module.Job, "take"),
    (job_module.Job, "lost"),
    (job_module.Job, "finish"),
    (job_module, "page_from_dict"),
    (job_module, "facts_from_dict"),
]


@pytest.mark.parametrize("mask", ["#", "# #", "\0", "@", "#@1", "/ #"])
def test_a_line_that_looks_like_masked_digits_is_text(mask: str) -> None:
    texts = [f"{mask}\nThe text of page {word}." for word in ("one", "two", "three")]
    pages = [Page(number, text) for number, text in enumerate(texts, 1)]
    assert strip_running_lines(pages) == (texts, ())


@pytest.mark.parametrize(
    ("owner", "name"), _STEPS, ids=lambda item: getattr(item, "__name__", item)
)
def test_a_fault_in_the_parent_ends_its_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    owner: Any,
    name: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a planted fault")

    requests = []
    for key in ("a", "b", "c"):
        (tmp_path / f"{key}.txt").write_text(f"The text of {key}.", encoding="utf-8")
        requests.append(ExtractRequest(key, tmp_path / f"{key}.txt"))
    monkeypatch.setattr(owner, name, fail)
    with caplog.at_level(logging.ERROR, logger="droindex"):
        found = list(extract_files(requests, settings=ExtractSettings(), workers=1))
    assert [item.request.key for item in found] == ["a", "b", "c"]
    if name != "lost":  # it is called only where something else has failed
        assert {item.extraction.status for item in found} == {FileStatus.CRASHED}
        assert "a planted fault" in caplog.text


_HOSTILE = """#!{python}
import os, struct
def send(body):
    os.write(1, struct.pack(">I", len(body)) + body)
send(b'{{"kind": "ready"}}')
os.read(0, 65536)
{attack}
while os.read(0, 65536):
    pass
"""


@pytest.mark.parametrize(
    "attack",
    [
        """os.write(1, struct.pack(">I", 2**32 - 1))""",
        """send(b"no JSON")""",
        """send(b"[1]")""",
        """send(b'{"no": "kind"}')""",
        """send(b'{"kind": "copy", "sha256": "0", "size": 1e999}')""",
        """send(b'{"kind": "page", "page": 7}')""",
        """send(b'{"kind": "end", "status": "no such", "reason": ""}')""",
        """send(b'{"kind": ' + b"[" * 60000)""",
        """send(b'{"kind": "copy", "sha256": "0", "size": ' + b"9" * 9000 + b"}")""",
    ],
)
def test_no_message_of_a_worker_stops_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attack: str
) -> None:
    program = tmp_path / "python"
    program.write_text(_HOSTILE.format(python=sys.executable, attack=attack), encoding="utf-8")
    program.chmod(0o700)
    (tmp_path / "a.txt").write_text("A text.", encoding="utf-8")
    monkeypatch.setattr(sys, "executable", str(program))
    request = ExtractRequest("a", tmp_path / "a.txt")
    (found,) = extract_files([request], settings=ExtractSettings(), workers=1)
    assert found.extraction.status is FileStatus.CRASHED
