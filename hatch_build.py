"""The software bill of materials (SBOM) of each package, made while it is built.

It says what `pyproject.toml` asks for, as CycloneDX, and nothing of the machine or the moment: the
same source gives the same bytes. A wheel has it in `.dist-info/sboms/` (PEP 770), a source
distribution beside its `pyproject.toml`.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NAME = "droindex.cdx.json"


class BillOfMaterials(BuildHookInterface):
    """Puts the bill of materials into what is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the bill and name it to the builder."""
        self._folder = Path(tempfile.mkdtemp(prefix="droindex-sbom-"))
        file = self._folder / NAME
        core = self.metadata.core
        bill = bill_of_materials(
            core.raw_name,
            self.metadata.version,
            core.license_expression,
            core.dependencies,
            core.optional_dependencies,
        )
        file.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n", "utf-8")
        if self.target_name == "wheel":
            build_data["sbom_files"].append(str(file))
        else:
            build_data["force_include"][str(file)] = NAME

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what `initialize` wrote; the builder has its copy."""
        shutil.rmtree(self._folder)


def bill_of_materials(
    name: str,
    version: str,
    license_expression: str,
    dependencies: list[str],
    extras: dict[str, list[str]],
) -> dict[str, Any]:
    """Return the bill: what is required, and what each extra adds.

    No version of a dependency is stated, since whoever installs chooses it: the range stands in
    a property.
    """
    purl = f"pkg:pypi/{name}@{version}"
    components: dict[str, dict[str, Any]] = {}
    asked = [("", text) for text in dependencies]
    asked += [(extra, text) for extra, texts in sorted(extras.items()) for text in texts]
    for extra, text in asked:
        ref = f"pkg:pypi/{canonicalize_name(Requirement(text).name)}"
        component = components.setdefault(
            ref,
            {
                "type": "library",
                "bom-ref": ref,
                "name": canonicalize_name(Requirement(text).name),
                "purl": ref,
                "scope": "optional" if extra else "required",
                "properties": [],
            },
        )
        key = f"droindex:extra:{extra}" if extra else "droindex:requirement"
        component["properties"].append({"name": key, "value": text})
    metadata: dict[str, Any] = {
        "component": {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "purl": purl,
            "licenses": [{"expression": license_expression}],
        }
    }
    if "SOURCE_DATE_EPOCH" in os.environ:
        made = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
        metadata["timestamp"] = made.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": metadata,
        "components": [components[ref] for ref in sorted(components)],
        "dependencies": [{"ref": purl, "dependsOn": sorted(components)}],
    }
