"""A real browser, and the real web application in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from support import document
from web.browser.boxes import HOSTILE, Box

from droindex import Index

ROOT = Path(__file__).resolve().parents[3]
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
IN_ADDRESS = ("library", "box", "cut", "dir", "style")  # what host.py is told
WAIT_MS = 8_000  # for whatever a test waits for; a busy machine takes a second
WATCH = """
window.__shift = 0; window.__violations = []; window.__ran = [];
new PerformanceObserver((list) => list.getEntries().forEach((e) => { window.__shift += e.value; }))
  .observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", (e) => window.__violations.push(e.violatedDirective));
"""


@pytest.fixture(scope="session")
def chromium(require: Callable[[str, object, str], None]) -> Iterator[Any]:
    """A browser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    is_there = path and find_spec("playwright") and find_spec("uvicorn")
    require("browser", is_there, "chromium, playwright or uvicorn is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=list(ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def hostile_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents whose every text wants to be more than text."""
    path = tmp_path_factory.mktemp("hostile") / "library.idx"
    documents = [
        document(
            f"Hostile {text} text {text}",
            doc_id=f"hostile/{number}/{text[:40]}",
            title=f"Hostile {number} {text}",
            summary=text,
            status=text,
            doc_type=text,
            issued_text=text,
            file=f"{text[:20]}.pdf",
        )
        for number, text in enumerate(HOSTILE)
    ]
    Index.update(path, documents)
    return path


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, as a package for tests ships it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


@pytest.fixture(scope="session")
def address(chromium: Any, sample_library: Path, hostile_library: Path) -> Iterator[str]:
    """Where the host application answers."""
    libraries = {"sample": str(sample_library), "hostile": str(hostile_library)}
    places = [str(ROOT / "src"), str(ROOT / "tests"), *filter(None, sys.path)]
    environment = {
        **os.environ,
        "DROINDEX_TEST_LIBRARIES": json.dumps(libraries),
        "PYTHONPATH": os.pathsep.join(places),
    }
    command = [sys.executable, "-m", "uvicorn", "web.browser.host:app", "--port", "0"]
    command.append("--no-access-log")
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = []
        for line in server.stderr:
            said.append(line)
            if match := re.search(r"running on (http://[\d.:]+)", line):
                break
        else:
            pytest.fail("".join(said))
        try:
            yield match[1]
        finally:
            server.terminate()
            server.communicate()


@pytest.fixture
def open_page(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens a page of the host application; what it may be given is what contexts may."""
    contexts = []

    def opened(path: str = "", /, **options: Any) -> Any:
        query = {name: options.pop(name) for name in IN_ADDRESS if name in options}
        context = chromium.new_context(**{"viewport": {"width": 900, "height": 800}, **options})
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(WATCH)
        context.add_init_script(
            'addEventListener("droindex:results", (e) => { window.__said = e.detail.query; });'
        )
        page = context.new_page()
        page.goto(f"{address}/{path}?{urlencode(query, doseq=True)}")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def box(open_page: Callable[..., Any]) -> Iterator[Box]:
    """A page with one box; nothing may go wrong on it."""
    box = Box(open_page())
    yield box
    assert box.errors == []
    assert box.page.evaluate("window.__violations") == []
