"""What `make package` builds: the same bytes each time, with a bill of materials."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

import droindex
from droindex.version import __version__

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EPOCH = "1700000000"  # a commit's date


def _copy(folder: Path, umask: int) -> Path:
    """Return another checkout of the files that are under version control, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    before = os.umask(umask)
    try:
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, folder / name)
    finally:
        os.umask(before)
    return folder


def _build(source: Path, out: Path, **environment: str) -> dict[str, bytes]:
    """Return what a build of a checkout gives, by name."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    settings = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **environment}
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("package")
    _build(_copy(folder / "source", 0o022), folder / "dist")
    return folder / "dist"


def test_two_builds_in_other_places_give_the_same_bytes(packages: Path, tmp_path: Path) -> None:
    source = _copy(tmp_path / "another place" / "ö", 0o077)
    for path in source.rglob("*"):
        os.utime(path, (1, 1_000_000_000))
    (source / "src" / "droindex" / "__pycache__").mkdir()
    (source / "src" / "droindex" / "__pycache__" / "left.cpython-311.pyc").write_bytes(b"x")
    again = _build(
        source, tmp_path / "dist", LC_ALL="C", TZ="Asia/Tokyo", PYTHONHASHSEED="7", HOME="/"
    )
    assert again == {path.name: path.read_bytes() for path in sorted(packages.iterdir())}
    assert len(again) == 2


def test_packages_bear_the_version_that_the_library_tells(packages: Path) -> None:
    assert droindex.__version__ == __version__
    assert {path.name for path in packages.iterdir()} == {
        f"droindex-{__version__}-py3-none-any.whl",
        f"droindex-{__version__}.tar.gz",
    }


def _bills(packages: Path) -> dict[str, str]:
    """Return the bill of materials of each package, by the package's kind."""
    (wheel,) = packages.glob("*.whl")
    (source,) = packages.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        (inside,) = (name for name in archive.namelist() if ".dist-info/sboms/" in name)
        bills = {"wheel": archive.read(inside).decode()}
    with tarfile.open(source) as archive:
        (member,) = (name for name in archive.getnames() if name.endswith(".cdx.json"))
        file = archive.extractfile(member)
        assert file is not None
        bills["source"] = file.read().decode()
    return bills


def test_wheel_and_source_hold_the_same_valid_bill(packages: Path) -> None:
    bills = _bills(packages)
    assert bills["wheel"] == bills["source"]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bills["wheel"]) is None


def test_the_bill_names_what_the_project_asks_for(packages: Path) -> None:
    bill = json.loads(_bills(packages)["wheel"])
    found = {
        (component["name"], item["name"].removeprefix("droindex:"), component["scope"])
        for component in bill["components"]
        for item in component["properties"]
    }
    wanted = {(Requirement(t).name, "requirement", "required") for t in PROJECT["dependencies"]}
    for extra, texts in PROJECT["optional-dependencies"].items():
        wanted |= {(Requirement(text).name, f"extra:{extra}", "optional") for text in texts}
    assert found == wanted
    extras = PROJECT["optional-dependencies"].values()
    asked = [*PROJECT["dependencies"], *itertools.chain(*extras)]
    stated = {
        Requirement(item["value"])
        for component in bill["components"]
        for item in component["properties"]
    }
    assert stated == {Requirement(text) for text in asked}


def test_the_bill_tells_nothing_of_the_machine(packages: Path) -> None:
    text = _bills(packages)["wheel"]
    assert json.loads(text)["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert str(packages) not in text
    assert "serialNumber" not in text
