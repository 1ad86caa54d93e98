"""Each layer imports only those below it, and `import droindex` loads next to nothing."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
CONTRACTS = TOOLS["importlinter"]["contracts"]
MODULES = {
    path.stem for path in (ROOT / "src" / "droindex").iterdir() if not path.name.startswith("_")
}


def test_each_layer_imports_only_those_below_it() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "contract", [item for item in CONTRACTS if item["type"] == "forbidden"], ids=lambda x: x["name"]
)
def test_a_rule_about_a_package_covers_every_module_but_its_owner(
    contract: dict[str, list[str]],
) -> None:
    found = re.search(r"of (\w+)/ alone", str(contract["name"]))
    assert found is not None
    covered = {name.removeprefix("droindex.") for name in contract["source_modules"]}
    assert covered == MODULES - {found[1], "py"}


def test_importing_droindex_loads_neither_engine_nor_pdf_reader_nor_command_line() -> None:
    code = "import json, sys; import droindex; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert "droindex" in loaded
    heavy = {"tantivy", "pypdf", "pypdfium2", "tesserocr", "PIL", "click", "starlette"}
    assert not loaded & {*heavy, "opensearchpy"}


def test_opening_and_searching_needs_neither_pdf_reader_nor_command_line(
    sample_library: Path,
) -> None:
    code = (
        "import json, sys; from droindex import Index\n"
        "with Index.open(sys.argv[1]) as index: index.search('escort').to_dict()\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, sample_library], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert "tantivy" in loaded
    heavy = {"pypdf", "pypdfium2", "tesserocr", "PIL", "click", "starlette"}
    assert not loaded & {*heavy, "opensearchpy"}


def test_every_module_has_its_place_in_the_description_of_the_house() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"\w+", code)}
    modules = {path.stem for path in (ROOT / "src").rglob("*.py") if path.stem != "__init__"}
    assert not modules - named


def imports(paths: dict[str, Path], name: str) -> set[str]:
    """Return the modules of the package that one imports anywhere, for types alone included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(paths[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{item.name}" for item in node.names}
            found |= inner & paths.keys() or {node.module}
    return found & paths.keys() - {name}


def test_no_module_needs_itself_through_others() -> None:
    paths = {
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(
            ".__init__"
        ): path
        for path in (ROOT / "src" / "droindex").rglob("*.py")
    }
    left = {name: imports(paths, name) for name in paths}
    while free := {name for name, needed in left.items() if not needed & left.keys()}:
        left = {name: needed for name, needed in left.items() if name not in free}
    assert not left.keys()


def test_folders_hold_three_to_twelve_modules() -> None:
    folders = [ROOT / "src" / "droindex", *(ROOT / "src" / "droindex").rglob("*")]
    sizes = {
        folder: sum(not path.name.startswith("__") for path in folder.glob("*.py"))
        for folder in folders
        if any(folder.glob("*.py"))  # others hold data, as pages and style sheets are
    }
    assert not {folder: size for folder, size in sizes.items() if not 3 <= size <= 12}


def test_what_ships_is_the_package_alone() -> None:
    assert TOOLS["hatch"]["build"]["targets"]["wheel"]["packages"] == ["src/droindex"]
