from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from bounds import until

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SCRIPT = "from droindex.cli.main import main; main()"


@pytest.fixture(autouse=True)
def web(require: Callable[[str, object, str], None]) -> None:
    require("web", find_spec("uvicorn") and find_spec("watchfiles"), "the extra web is not there")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts the command, and returns the address that it prints."""

    def start(*args: str | Path) -> str:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, "serve", "--port", "0", *map(str, args)],
            cwd=tmp_path,
            env={**os.environ, "DROINDEX_INDEX": str(tmp_path / "library.idx")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # ignored where a shell started the tests in the background
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
        )
        running.callback(end, process)
        assert process.stdout is not None
        words = process.stdout.readline().split()
        assert words[:1] == ["Serving"], process.communicate()
        return words[1]

    with ExitStack() as running:  # each ends, whatever is wrong with the others
        yield start


def end(process: subprocess.Popen[str]) -> None:
    """End a server as Ctrl-C does; its pipes are closed also where it does not end well."""
    with process:
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "Traceback" not in said


def ask(address: str, path: str) -> Any:
    with urllib.request.urlopen(f"{address}{path}", timeout=60) as answer:
        return json.load(answer)


def titles(address: str) -> set[str]:
    return {hit["title"] for hit in ask(address, "api/search?q=&limit=50")["hits"]}


def test_a_folder_is_built_served_and_followed(tmp_path: Path, serve: Callable[..., str]) -> None:
    corpus = tmp_path / "policies"
    corpus.mkdir()
    (corpus / "escort.txt").write_text("Escort Policy\n\nOfficers escort aliens.")
    (corpus / "bond.txt").write_text("Bond Policy\n\nA bond is posted.")
    address = serve(corpus, "--watch")
    assert titles(address) == {"Escort Policy", "Bond Policy"}
    (corpus / "detail.txt").write_text("Detail Policy\n\nOfficers are detailed.")
    until(lambda: "Detail Policy" in titles(address))
    (corpus / "bond.txt").write_text("Surety Policy\n\nA surety posts a bond.")
    until(lambda: titles(address) == {"Escort Policy", "Surety Policy", "Detail Policy"})
    aside = corpus.rename(tmp_path / "aside")
    assert ask(address, "healthz")["documents"] == 3
    (aside / "late.txt").write_text("Late Policy\n\nIt came late.")
    aside.rename(corpus)
    until(lambda: "Late Policy" in titles(address))
    shutil.rmtree(corpus)
    assert "Late Policy" in titles(address)


def test_a_library_is_served_as_it_is(sample_library: Path, serve: Callable[..., str]) -> None:
    address = serve(sample_library)
    assert address.startswith("http://127.0.0.1:")
    open_count = ask(address, "healthz")["documents"]
    cleared = ask(serve("--index", sample_library, "--clearance", "LES"), "api/search?scope=all")
    assert cleared["total"] > open_count
