"""Compare what is installed, and what `pyproject.toml` lets in, with known reports.

Two sources: the list beside this file, always; and the public one that pip-audit asks, where it
answers. Which of them was heard is printed. Ends with 1 on a match; no network is no failure.

Arguments go to pip-audit, for another source: `audit.py --vulnerability-service osv`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
LIST = HERE / "advisories.toml"
# Known to be reported, and never fixed: a source that has nothing to say of it says nothing at all.
CANARY = ("pypdf2", "3.0.1")


def installed() -> dict[str, str]:
    """Return the version of each package of this Python, the project left out."""
    found = {canonicalize_name(item.name): item.version for item in distributions()}
    found.pop("droindex", None)
    return found


def lowest(project: dict[str, Any]) -> dict[str, list[str]]:
    """Return the lowest versions that the project's requirements let in, by package."""
    texts = [*project["dependencies"]]
    texts += [text for extra in project["optional-dependencies"].values() for text in extra]
    found: dict[str, list[str]] = {}
    for requirement in map(Requirement, texts):
        bounds = [item.version for item in requirement.specifier if item.operator in (">=", "==")]
        found.setdefault(canonicalize_name(requirement.name), []).extend(bounds or ["0"])
    return found


def matches(reports: list[dict[str, Any]], name: str, version: str) -> list[str]:
    """Return what the kept list holds against a version of a package."""
    return [
        f"{name} {version}: {', '.join(report['ids'])}: {report['what']}"
        for report in reports
        if report["package"] == name
        and SpecifierSet(report["affected"], prereleases=True).contains(version)
    ]


def ask_live(
    packages: dict[str, str], accepted: list[str], options: list[str]
) -> tuple[list[str], list[str]] | None:
    """Return what the public source holds against packages, and which ones it does not know.

    None where it does not answer, or answers without knowing anything.
    """
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        pins = {**packages, CANARY[0]: CANARY[1]}
        listed.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()))
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(listed), "--no-deps"]
        command += ["--disable-pip", "--format", "json", "--progress-spinner", "off"]
        command += options
        command += [part for report in accepted for part in ("--ignore-vuln", report)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own list
    try:
        answers = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    found = {item["name"]: item for item in answers}
    if not found.pop(CANARY[0], {}).get("vulns"):
        return None
    against = [
        f"{name} {item['version']}: {vulnerability['id']}"
        for name, item in found.items()
        for vulnerability in item.get("vulns", ())
    ]
    return against, sorted(name for name, item in found.items() if "skip_reason" in item)


def main() -> int:
    """Print what was compared and found; return the exit code."""
    kept = tomllib.loads(LIST.read_text("utf-8"))
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    packages = installed()
    against = [
        line
        for name, version in packages.items()
        for line in matches(kept["report"], name, version)
    ]
    against += [
        f"pyproject.toml lets in {line}"
        for name, versions in lowest(project).items()
        for version in versions
        for line in matches(kept["report"], name, version)
    ]
    sources = f"the kept list of {kept['looked_through']} ({len(kept['report'])} entries)"
    live = ask_live(packages, [item["id"] for item in kept["accepted"]], sys.argv[1:])
    if live is None:
        sources += "; the public source gave no usable answer, so nothing newer was looked at"
    else:
        against += live[0]
        sources += f" and the public source, which does not know: {', '.join(live[1]) or 'none'}"
    print(f"Audit: {len(packages)} installed packages compared with {sources}.")
    print(*against or ["No known report matches."], sep="\n")
    return 1 if against else 0


if __name__ == "__main__":
    sys.exit(main())
