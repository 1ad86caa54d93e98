"""The audit of `make check`: a match fails, a missing network does not, and both are said."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

sys.path.append(str(Path(__file__).resolve().parents[1] / "tools"))

import audit

ROOT = Path(__file__).resolve().parents[1]
KEPT = tomllib.loads(audit.LIST.read_text("utf-8"))


def _report(package: str) -> dict[str, object]:
    """Return a report in the form of the OSV service."""
    return {
        "id": f"TEST-{package}",
        "summary": "a report",
        "affected": [
            {
                "package": {"name": package, "ecosystem": "PyPI"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
            }
        ],
    }


@contextmanager
def _source(known: set[str]) -> Iterator[str]:
    """Run a source of reports on this machine that holds one against each of some packages."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = asked["package"]["name"]
            answer = json.dumps({"vulns": [_report(name)] if name in known else []}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _audit(url: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "tools/audit.py", "--vulnerability-service", "osv", "--osv-url", url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_without_an_answer_the_kept_list_alone_is_compared_and_that_is_said() -> None:
    with _source(set()) as url:
        pass  # nobody listens any more
    code, text = _audit(url)
    assert code == 0, text
    assert "the public source gave no usable answer" in text


def test_a_source_that_knows_nothing_at_all_is_no_answer() -> None:
    with _source(set()) as url:
        code, text = _audit(url)
    assert code == 0, text
    assert "the public source gave no usable answer" in text


def test_a_report_of_the_public_source_fails() -> None:
    with _source({"pypdf2", "click"}) as url:
        code, text = _audit(url)
    assert code == 1
    assert "TEST-click" in text
    assert "TEST-pypdf2" not in text


def test_a_source_without_reports_on_us_is_named() -> None:
    with _source({"pypdf2"}) as url:
        code, text = _audit(url)
    assert code == 0, text
    assert "and the public source" in text
    assert "No known report matches." in text


@pytest.mark.parametrize("report", KEPT["report"], ids=lambda report: report["ids"][0])
def test_a_kept_report_matches_what_it_names(report: dict[str, str]) -> None:
    (bound,) = SpecifierSet(report["affected"])
    assert bound.operator == "<"
    assert audit.matches([dict(report)], report["package"], "0.1")
    assert not audit.matches([dict(report)], report["package"], bound.version)


def test_the_lowest_versions_that_the_project_lets_in_are_looked_at() -> None:
    project = {
        "dependencies": ["click>=8.2,<9", "Unbound"],
        "optional-dependencies": {"ocr": ["pillow>=11", "click>=8.4"]},
    }
    lowest = audit.lowest(project)
    assert lowest == {"click": ["8.2", "8.4"], "unbound": ["0"], "pillow": ["11"]}
    assert audit.matches(KEPT["report"], "click", "8.2")
    assert audit.matches(KEPT["report"], "pillow", "11")
