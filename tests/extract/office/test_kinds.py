"""Which files are office files, with and without the extra."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from office_files import docx, mail, para

from droindex.extract.office.kinds import OFFICE_SUFFIXES, extra_for, is_mail

# The same interpreter without the libraries of the extra: as where they were never installed.
WITHOUT = """
import importlib.abc, json, sys
class Without(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("lxml", "striprtf"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Without())
import importlib.util
find = importlib.util.find_spec
def find_spec(name, package=None):
    return None if name in ("lxml", "striprtf") else find(name, package)
importlib.util.find_spec = find_spec
from droindex import Index
report = Index.build(sys.argv[1], sys.argv[2], workers=0)
print(json.dumps([[f.file for f in report.files], [str(p) for p in report.problems],
    {k: list(v) for k, v in report.passed_over.items()}, "lxml" in sys.modules]))
"""


@pytest.mark.parametrize(
    "head",
    [
        b"Subject: S\r\nFrom: a@example.org\r\n\r\ntext",
        b"From jane Mon May  3 2021\nReceived: by x\n\ty\nSubject: S\n\n",
        b"\xef\xbb\xbfDate: today\n\n",
    ],
)
def test_what_is_a_mail(head: bytes) -> None:
    assert is_mail(head)


@pytest.mark.parametrize("head", [b"", b"A text: of any kind\n", b"Subject\n\n", b"To: a\0b\n"])
def test_what_is_none(head: bytes) -> None:
    assert not is_mail(head)


def test_no_extra_is_named_that_is_there_or_would_not_help() -> None:
    assert {extra_for(suffix) for suffix in OFFICE_SUFFIXES} == {""}
    assert extra_for(".zip") == ""


def test_without_the_extra_the_report_says_what_to_install(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("a.docx", "b.docx"):
        (corpus / name).write_bytes(docx(para("Rules on travel.")))
    (corpus / "c.eml").write_bytes(mail("Rules.", Subject="S"))
    (corpus / "d.txt").write_text("Rules on custody.")
    (corpus / "~$a.docx").write_bytes(b"a lock")
    command = [sys.executable, "-c", WITHOUT, str(corpus), str(tmp_path / "library.idx")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    files, problems, passed_over, has_lxml = __import__("json").loads(done.stdout)
    assert files == ["d.txt"]
    assert passed_over == {".docx": ["a.docx", "b.docx"], ".eml": ["c.eml"]}
    assert not has_lxml
    install = "passed over. To read them: pip install 'droindex[office]'"
    told = [(p.count("extra-missing"), p.count(install)) for p in problems]
    assert told == [(1, 1), (1, 1)]
    assert "2 .docx files" in problems[0]
    assert "1 .eml file " in problems[1]


def test_a_folder_of_office_files_alone_says_what_to_install(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.docx").write_bytes(docx(para("Rules on travel.")))
    script = WITHOUT.replace("report = ", "report = None\ntry:\n    ").partition("print")[0]
    script += "except Exception as error:\n    print(error.hint)\n"
    command = [sys.executable, "-c", script, str(corpus), str(tmp_path / "library.idx")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    told = "1 .docx file passed over. To read them: pip install 'droindex[office]'."
    assert done.stdout.strip() == told
